package detectors

import (
	"unicode"
	"unicode/utf8"
)

// EscapeSSID is ssid as text for a person: UTF-8 as it stands, every octet
// that is not part of a printable character as \xNN, backslash and quotation
// mark with a backslash before them. SSIDs come from whoever transmits, so nothing else may reach a log
// or a terminal.
func EscapeSSID(ssid []byte) string {
	const hex = "0123456789abcdef"
	out := make([]byte, 0, len(ssid)+8)
	for len(ssid) > 0 {
		r, n := utf8.DecodeRune(ssid)
		switch {
		case r == '\\', r == '"':
			out = append(out, '\\', byte(r))
		case r == utf8.RuneError && n <= 1, !unicode.IsPrint(r):
			for _, c := range ssid[:n] {
				out = append(out, '\\', 'x', hex[c>>4], hex[c&15])
			}
		default:
			out = append(out, ssid[:n]...)
		}
		ssid = ssid[n:]
	}
	return string(out)
}

// quoteSSID is ssid as text between quotation marks.
func quoteSSID(ssid []byte) string { return `"` + EscapeSSID(ssid) + `"` }
