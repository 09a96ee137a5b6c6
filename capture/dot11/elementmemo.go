package dot11

import "bytes"

// memoOctets is how many octets of elements an ElementMemo can remember: more
// than most beacons have.
const memoOctets = 448

// An ElementMemo finds the elements of frames that one transmitter repeats.
// Elements that are octet for octet those of the time before are not parsed
// again. The traffic map (TIM) is excepted, as it changes from beacon to beacon
// while the rest stays. So are action frames, whose fixed fields count as well.
// The zero ElementMemo remembers nothing.
type ElementMemo struct {
	set    ElementSet // of octets, if there are any, else of the last frame
	octets [memoOctets]byte
	length int // of octets in use; 0: nothing is remembered
	end    int // offset in the frame of the end of the elements
	whole  bool
	same   bool // the last frame's were those of the one before

	tim, timEnd int // the place of the traffic map in octets
}

// Fill returns the elements of f. The set and what it points to are valid until
// the next Fill and as long as f is.
func (m *ElementMemo) Fill(f *Frame) *ElementSet {
	at := f.elementsAt()
	if f.Kind == Action || f.Kind == ActionNoAck || at < 0 || at >= len(f.Body) || len(f.Body)-at > memoOctets {
		m.length, m.same = 0, false
		m.set.Fill(f)
		return &m.set
	}
	elements, end, whole := f.Body[at:], len(f.Bytes()), f.whole()
	m.same = m.end == end && m.whole == whole && m.holds(elements)
	if m.same {
		copy(m.octets[m.tim:m.timEnd], elements[m.tim:])
		return &m.set
	}
	m.length, m.end, m.whole = copy(m.octets[:], elements), end, whole
	octets := m.octets[:m.length:m.length]
	m.set.fill(Elements{rest: octets, end: end}, whole)
	m.set.forgiveFCS(f)
	m.tim, m.timEnd = 0, 0
	es := ElementsOf(octets)
	for es.Next() {
		if es.ID == ElementTIM {
			m.tim = es.Offset + 2
			m.timEnd = m.tim + len(es.Data)
			break
		}
	}
	return &m.set
}

// Same reports whether the elements of the last frame were those of the one
// before, but for the traffic map.
func (m *ElementMemo) Same() bool { return m.same }

// holds reports whether elements are those remembered, but for what the traffic
// map says.
func (m *ElementMemo) holds(elements []byte) bool {
	return m.length != 0 && m.length == len(elements) &&
		bytes.Equal(m.octets[:m.tim], elements[:m.tim]) &&
		bytes.Equal(m.octets[m.timEnd:m.length], elements[m.timEnd:])
}
