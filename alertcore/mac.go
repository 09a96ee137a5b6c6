package alertcore

import (
	"errors"
	"fmt"
	"strings"
)

// MAC is a printed hardware address of one to eight bytes, as the API carries
// it: upper-case hex pairs joined by colons. The zero MAC is "no address" and
// prints as 00:00:00:00:00:00.
type MAC struct {
	text string
	bits uint64
}

const (
	zeroMAC  = "00:00:00:00:00:00"
	macBytes = 8
)

// MACOf prints b, of which no more than eight bytes count. Six zero bytes are
// the zero MAC.
func MACOf(b []byte) MAC {
	if len(b) > macBytes {
		b = b[:macBytes]
	}
	const hex = "0123456789ABCDEF"
	var buf [3 * macBytes]byte
	n := 0
	var bits uint64
	for i, c := range b {
		bits |= uint64(c) << (8 * (macBytes - 1 - i))
		if i > 0 {
			buf[n] = ':'
			n++
		}
		buf[n], buf[n+1] = hex[c>>4], hex[c&15]
		n += 2
	}
	if n == 0 || string(buf[:n]) == zeroMAC {
		return MAC{}
	}
	return MAC{text: string(buf[:n]), bits: bits}
}

// String prints m.
func (m MAC) String() string {
	if m.text == "" {
		return zeroMAC
	}
	return m.text
}

// Bits returns the bytes of m, the first one in the most significant place, and
// zeros behind the last: addresses of all lengths compare.
func (m MAC) Bits() uint64 { return m.bits }

// IsZero reports whether m is no address.
func (m MAC) IsZero() bool { return m.text == "" }

var (
	errMACDigits = errors.New("want pairs of hex digits joined by colons")
	errMACLength = errors.New("want at most eight pairs of hex digits")
)

// ParseMAC reads an address as leniently as Kismet does, so that what its
// users send is taken: colons anywhere, two characters a byte, a single one at
// the end, a mask after '/' or '*' that is passed over. A second character
// that is no hex digit is dropped, as there. The empty string is the zero MAC.
func ParseMAC(s string) (MAC, error) {
	var b [macBytes]byte
	n := 0
	for rest := s; rest != ""; {
		switch rest[0] {
		case ':':
			rest = rest[1:]
			continue
		case '/', '*':
			return MACOf(b[:n]), nil
		}
		if n == macBytes {
			return MAC{}, fmt.Errorf("address %q: %w", s, errMACLength)
		}
		pair := rest[:min(2, len(rest))]
		value, ok := hexPair(pair)
		if !ok {
			return MAC{}, fmt.Errorf("address %q: %w", s, errMACDigits)
		}
		b[n] = value
		n++
		rest = rest[len(pair):]
	}
	return MACOf(b[:n]), nil
}

// hexPair reads one or two hex digits as the C library's strtol would: blanks
// before the number are skipped, what follows it is dropped.
func hexPair(pair string) (byte, bool) {
	pair = strings.TrimLeft(pair, " \t")
	if pair == "" {
		return 0, false
	}
	hi, ok := hexValue(pair[0])
	if !ok {
		return 0, false
	}
	if len(pair) == 2 {
		if lo, ok := hexValue(pair[1]); ok {
			return hi<<4 | lo, true
		}
	}
	return hi, true
}

func hexValue(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
