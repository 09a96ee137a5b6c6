package tracked

// appendPretty appends v indented by one blank for each level of depth. A
// container begins on a line of its own, whatever stands before it.
func appendPretty(b []byte, v Value, depth int) []byte {
	switch v.Type {
	case TypeObject, TypeStrings:
		b = openPretty(b, '{', depth)
		for i := range v.object {
			if i > 0 {
				b = append(b, ",\r\n\r\n"...)
			}
			b = appendPrettyMember(b, &v.object[i], v.Type == TypeObject, depth)
		}
		return closePretty(b, '}', depth)
	case TypeVector:
		b = openPretty(b, '[', depth)
		for i := range v.list {
			if i > 0 {
				b = append(b, ",\r\n\r\n"...)
			}
			b = indent(b, depth)
			b = appendPretty(b, v.list[i], depth+1)
		}
		return closePretty(b, ']', depth)
	}
	return appendScalar(b, v)
}

// appendPrettyMember appends a member, and before it, if it is a described
// one, a member that tells its type and meaning.
func appendPrettyMember(b []byte, m *Member, described bool, depth int) []byte {
	if described {
		b = indent(b, depth)
		b = AppendString(b, "description."+m.Name)
		b = append(b, ':', ' ')
		b = AppendString(b, m.Value.Type.String()+", "+m.Description)
		b = append(b, ",\r\n"...)
	}
	b = indent(b, depth)
	b = AppendString(b, m.Name)
	b = append(b, ':', ' ')
	return appendPretty(b, m.Value, depth+1)
}

func openPretty(b []byte, bracket byte, depth int) []byte {
	b = append(b, "\r\n"...)
	b = indent(b, depth)
	return append(b, bracket, '\r', '\n')
}

func closePretty(b []byte, bracket byte, depth int) []byte {
	b = append(b, "\r\n"...)
	b = indent(b, depth)
	return append(b, bracket)
}

func indent(b []byte, depth int) []byte {
	for range depth {
		b = append(b, ' ')
	}
	return b
}
