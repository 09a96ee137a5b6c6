package dot11

import (
	"errors"
	"fmt"
)

// Addr is a 48-bit MAC address. It is comparable, so it serves as a table key
// without allocation. The zero Addr means "no such address in this frame".
type Addr [6]byte

// Broadcast is the address of every station.
var Broadcast = Addr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// IsZero reports whether a is 00:00:00:00:00:00.
func (a Addr) IsZero() bool { return a == Addr{} }

// IsGroup reports whether the group bit is set: multicast or broadcast.
func (a Addr) IsGroup() bool { return a[0]&1 != 0 }

// IsLocal reports whether the locally administered bit is set, as it is in
// randomised addresses.
func (a Addr) IsLocal() bool { return a[0]&2 != 0 }

// String prints a as Kismet does: upper-case hex pairs joined by colons.
func (a Addr) String() string { return string(a.AppendTo(make([]byte, 0, 17))) }

// AppendTo appends the printed form of a to b.
func (a Addr) AppendTo(b []byte) []byte {
	const hex = "0123456789ABCDEF"
	for i, c := range a {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, hex[c>>4], hex[c&15])
	}
	return b
}

var errAddr = errors.New("want six pairs of hex digits joined by colons")

// ParseAddr reads "aa:bb:cc:dd:ee:ff", in either case.
func ParseAddr(s string) (Addr, error) {
	var a Addr
	if len(s) != 17 {
		return Addr{}, fmt.Errorf("address %q: %w", s, errAddr)
	}
	for i := range a {
		hi, ok1 := unhex(s[3*i])
		lo, ok2 := unhex(s[3*i+1])
		if !ok1 || !ok2 || i < 5 && s[3*i+2] != ':' {
			return Addr{}, fmt.Errorf("address %q: %w", s, errAddr)
		}
		a[i] = hi<<4 | lo
	}
	return a, nil
}

func unhex(c byte) (byte, bool) {
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
