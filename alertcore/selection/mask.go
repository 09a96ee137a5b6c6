package selection

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"picket/alertcore"
)

// A Mask is an address, or the addresses that agree with it in the bits of a
// mask. The zero Mask is all addresses.
type Mask struct {
	value, bits []byte // of one length; value has no bits that bits has not
}

const octets = 6

var errMask = errors.New("expected an address such as 9C:5C:8E:10:00:01, or with a mask 9C:5C:8E:00:00:00/FF:FF:FF:00:00:00")

// ParseMask reads six octets in hexadecimal with colons, or dashes, or nothing
// between them, and a mask of the same form after a slash.
func ParseMask(s string) (Mask, error) {
	address, mask, masked := strings.Cut(s, "/")
	if !masked {
		mask = "FF:FF:FF:FF:FF:FF"
	}
	value, ok := parseOctets(address)
	bits, maskOK := parseOctets(mask)
	if !ok || !maskOK {
		return Mask{}, fmt.Errorf("%s: %w", quote(s), errMask)
	}
	for i := range value {
		value[i] &= bits[i]
	}
	return Mask{value, bits}, nil
}

var separators = strings.NewReplacer(":", "", "-", "")

func parseOctets(s string) ([]byte, bool) {
	s = separators.Replace(s)
	if len(s) != 2*octets {
		return nil, false
	}
	b, err := hex.DecodeString(s)
	return b, err == nil
}

// All reports whether m is all addresses.
func (m Mask) All() bool {
	return m.bits == nil || !slices.ContainsFunc(m.bits, func(b byte) bool { return b != 0 })
}

// Address returns the address that m is, false if there are others in it.
func (m Mask) Address() (a alertcore.MAC, only bool) {
	if m.bits == nil || slices.ContainsFunc(m.bits, func(b byte) bool { return b != 0xff }) {
		return a, false
	}
	return alertcore.MACOf(m.value), true
}

// Has reports whether a printed address is in m.
func (m Mask) Has(printed string) bool {
	if m.All() {
		return true
	}
	b, ok := parseOctets(printed)
	if !ok {
		return false
	}
	for i := range b {
		if b[i]&m.bits[i] != m.value[i] {
			return false
		}
	}
	return true
}

// String prints m as ParseMask reads it, "" if it is all addresses.
func (m Mask) String() string {
	if m.bits == nil {
		return ""
	}
	if a, only := m.Address(); only {
		return a.String()
	}
	return printOctets(m.value) + "/" + printOctets(m.bits)
}

func printOctets(b []byte) string {
	return strings.ReplaceAll(fmt.Sprintf("% X", b), " ", ":")
}
