package dot11

import "encoding/binary"

// Attributes of the P2P element (Wi-Fi Alliance, Wi-Fi Direct Specification,
// table 6).
const P2PNoticeOfAbsence = 12

// P2PAttributes walks over the attributes of all P2P elements of a frame. One
// that does not fit into an element is continued in the next (4.1.1).
//
//	attributes := f.P2PAttributes()
//	for attributes.Next() {
//		use(attributes.ID, attributes.Length)
//	}
type P2PAttributes struct {
	ID     uint8
	Length int // as declared
	Have   int // octets of it that there are

	elements Elements
	rest     []byte // of the current element
}

// P2PAttributes walks over the P2P attributes of a management frame.
func (f *Frame) P2PAttributes() P2PAttributes {
	return P2PAttributes{elements: f.Elements()}
}

// Next advances to the next attribute of which there is the whole header. Only
// the last one can be cut.
func (a *P2PAttributes) Next() bool {
	id, _ := a.octet()
	low, _ := a.octet()
	high, ok := a.octet()
	if !ok {
		return false
	}
	a.ID, a.Length, a.Have = id, int(low)|int(high)<<8, 0
	for a.Have < a.Length && a.more() {
		n := min(a.Length-a.Have, len(a.rest))
		a.rest = a.rest[n:]
		a.Have += n
	}
	return true
}

func (a *P2PAttributes) octet() (byte, bool) {
	if !a.more() {
		return 0, false
	}
	b := a.rest[0]
	a.rest = a.rest[1:]
	return b, true
}

// more makes sure that there are octets in rest, if there are any at all.
func (a *P2PAttributes) more() bool {
	for len(a.rest) == 0 {
		if !a.elements.Next() {
			return false
		}
		if oui, ok := a.elements.OUI(); ok && oui == OUIWFA && len(a.elements.Data) > 4 && a.elements.Data[3] == vendorP2P {
			a.rest = a.elements.Data[4:]
		}
	}
	return true
}

// oddP2P looks at the attributes of one P2P element by itself.
func oddP2P(b []byte) bool {
	const header = 3
	for len(b) >= header {
		length := int(binary.LittleEndian.Uint16(b[1:]))
		if b[0] == P2PNoticeOfAbsence && length > MaxNoA || header+length > len(b) {
			return true
		}
		b = b[header+length:]
	}
	return false
}
