package tracked

import (
	"math"
	"strconv"
)

// AppendJSON appends the compact JSON of v to b: one blank after a colon, none
// after a comma, no newline at the end.
func AppendJSON(b []byte, v Value) []byte {
	return appendCompact(b, v, false)
}

// appendCompact is AppendJSON, with the names of fields mangled on demand.
func appendCompact(b []byte, v Value, mangle bool) []byte {
	switch v.Type {
	case TypeObject, TypeStrings:
		b = append(b, '{')
		for i := range v.object {
			if i > 0 {
				b = append(b, ',')
			}
			m := &v.object[i]
			if mangle && v.Type == TypeObject {
				b = appendMangled(b, m.Name)
			} else {
				b = AppendString(b, m.Name)
			}
			b = append(b, ':', ' ')
			b = appendCompact(b, m.Value, mangle)
		}
		return append(b, '}')
	case TypeVector:
		b = append(b, '[')
		for i := range v.list {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCompact(b, v.list[i], mangle)
		}
		return append(b, ']')
	}
	return appendScalar(b, v)
}

// appendMangled appends the name of a field with its dots made underscores.
func appendMangled(b []byte, name string) []byte {
	start := len(b)
	b = AppendString(b, name)
	for i := start; i < len(b); i++ {
		if b[i] == '.' {
			b[i] = '_'
		}
	}
	return b
}

func appendScalar(b []byte, v Value) []byte {
	switch v.Type {
	case TypeString, TypeMAC, TypeDeviceKey, TypeUUID:
		return AppendString(b, v.text)
	case TypeInt32, TypeInt64:
		return strconv.AppendInt(b, int64(v.bits), 10)
	case TypeDouble:
		return AppendDouble(b, v.double)
	case TypePair:
		b = append(b, '[')
		b = AppendDouble(b, v.double)
		b = append(b, ',', ' ')
		b = AppendDouble(b, v.second)
		return append(b, ']')
	}
	return strconv.AppendUint(b, v.bits, 10)
}

// AppendDouble appends f as Kismet prints floating point numbers: whole
// numbers without a fraction, others with six digits, what is no number as 0.
func AppendDouble(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return append(b, '0')
	case f == math.Floor(f):
		return strconv.AppendFloat(b, f, 'f', 0, 64)
	}
	return strconv.AppendFloat(b, f, 'f', 6, 64)
}

// AppendString appends s as a JSON string. Only quotes, backslashes and
// control characters are escaped; all other bytes pass as they are.
func AppendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
