package tracked

// A Format is one of the serializations that the suffix of a request's path
// selects.
type Format uint8

// The formats. Lines are for clients that read one alert at a time (itjson)
// or that can't have dots in names (ekjson, for Elasticsearch).
const (
	JSON       Format = iota // one compact document
	ITJSON                   // the elements of a vector, one a line
	EKJSON                   // ITJSON, with the dots of field names made underscores
	TJSON                    // JSON, with the dots of field names made underscores
	PrettyJSON               // indented, every member with its type and description
	Formats    = iota        // how many there are
)

// FormatOf returns the format that a suffix, without its dot, stands for.
func FormatOf(suffix string) (f Format, known bool) {
	switch suffix {
	case "json", "cmd", "jcmd":
		return JSON, true
	case "itjson":
		return ITJSON, true
	case "ekjson":
		return EKJSON, true
	case "tjson":
		return TJSON, true
	case "prettyjson":
		return PrettyJSON, true
	}
	return 0, false
}

// Lines reports whether f prints a vector as lines: one element each, complete
// in itself, with no empty line between them.
func (f Format) Lines() bool { return f == ITJSON || f == EKJSON }

// Append appends v in format f to b. Only the formats of lines end with a
// newline; they print an empty vector as nothing at all.
func (f Format) Append(b []byte, v Value) []byte {
	switch f {
	case ITJSON, EKJSON:
		if v.Type != TypeVector {
			return append(appendCompact(b, v, f == EKJSON), '\n')
		}
		for _, element := range v.list {
			b = append(appendCompact(b, element, f == EKJSON), '\n')
		}
		return b
	case TJSON:
		return appendCompact(b, v, true)
	case PrettyJSON:
		return appendPretty(b, v, 1)
	}
	return appendCompact(b, v, false)
}
