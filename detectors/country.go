package detectors

import (
	"bytes"
	"fmt"
	"strings"
)

// countryOctets is how much of a country element is remembered: the country,
// the environment and ten channel ranges. Of a longer one the length still
// counts.
const countryOctets = 33

// A country is a country element (IEEE 802.11-2020, 9.4.2.8): two letters, the
// environment, then ranges of channels, each as first channel, number of
// channels and transmit power. Its zero value stands for none. Values compare
// with ==.
type country struct {
	length uint8
	octets [countryOctets]byte
}

// countryOf reads an element; ok is false for one that names no country: too
// short, or with something else than two letters, as world-wide settings have.
func countryOf(element []byte) (n country, ok bool) {
	if len(element) < 3 || !isCapital(element[0]) || !isCapital(element[1]) || element[0] == 'X' && element[1] == 'X' {
		return country{}, false
	}
	n.length = uint8(len(element))
	copy(n.octets[:], element)
	return n, true
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }

// is reports whether n was read from such an element.
func (n *country) is(element []byte) bool {
	return int(n.length) == len(element) && bytes.Equal(n.octets[:min(len(element), countryOctets)], element[:min(len(element), countryOctets)])
}

// note takes in the element of one more beacon. One that names no country
// leaves the last one as it was.
func (n *country) note(element []byte) {
	if n.is(element) {
		return
	}
	if next, ok := countryOf(element); ok {
		*n = next
	}
}

func (n country) same(m country) bool { return n == m }

// code is the two letters of the country.
func (n *country) code() string { return string(n.octets[:2]) }

// String is the country, the environment if it is a particular one, and the
// ranges: "DE, channels 1+13 at 20 dBm".
func (n country) String() string {
	var b strings.Builder
	b.WriteString(n.code())
	switch n.octets[2] {
	case 'O':
		b.WriteString(" outdoors")
	case 'I':
		b.WriteString(" indoors")
	}
	octets := n.octets[3:min(int(n.length), countryOctets)]
	for i := 0; i+3 <= len(octets); i += 3 {
		if octets[i] >= 200 { // an operating class
			continue
		}
		fmt.Fprintf(&b, ", channels %d+%d at %d dBm", octets[i], octets[i+1], octets[i+2])
	}
	return b.String()
}
