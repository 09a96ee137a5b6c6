package dot11

import "encoding/binary"

// Frame is a view of one captured frame. It copies nothing: its slices point
// into the bytes given to Parse and are valid as long as those are. They must
// not be written to, and their capacity is limited, so that an append copies.
//
// The zero Frame is ready for Parse. A Frame is meant to be reused.
type Frame struct {
	Link  LinkType
	Radio Radio

	Kind  Kind
	Flags Flags // of the Frame Control field; zero for kinds that use those bits otherwise

	FCSPresent bool // the capture had the FCS, and, unless Truncated, it was right
	Truncated  bool // the capture has only the beginning of the frame

	Duration uint16 // µs; the association id in a PS-Poll frame
	Sequence uint16 // sequence number, of management and data frames
	Fragment uint8  // fragment number, of management and data frames

	HasQoS bool
	QoS    uint16 // QoS Control field
	TID    uint8
	AMSDU  bool // the body is a sequence of A-MSDU subframes

	HasHTControl bool
	HTControl    uint32

	// Addresses by role (IEEE 802.11-2020, 9.2.4.3 and Table 9-30). One that
	// the frame does not have is zero: a four-address frame names no BSSID, an
	// A-MSDU may leave the source and destination to its subframes.
	Receiver    Addr
	Transmitter Addr
	Source      Addr
	Destination Addr
	BSSID       Addr

	// Body is what follows the MAC header (with QoS and HT Control, and the
	// padding that some receivers add), without FCS. In a control wrapper it
	// is the carried frame from after its first address on.
	Body []byte

	mpdu     []byte
	captured []byte
	length   int // that captured is the beginning of
}

// Bytes are the frame from Frame Control to the end of Body, without radio
// header and FCS. Padding that the receiver put after the header is included.
func (f *Frame) Bytes() []byte { return f.mpdu }

// Captured are all bytes given to Parse.
func (f *Frame) Captured() []byte { return f.captured }

// Length is how many bytes there were, of which Captured may be the beginning.
func (f *Frame) Length() int { return f.length }

// Has reports whether all flags of fl are set.
func (f *Frame) Has(fl Flags) bool { return f.Flags&fl == fl }

// Parse looks at one captured frame, all of it, and resets f wholly. Fields
// that depend on what a defect spoiled are left zero: after BadRadio and
// UnsupportedLink only Link and Captured, after BadFCS also Radio and Bytes are
// of use, after Short and BadVersion also Kind, of the first octet.
func (f *Frame) Parse(link LinkType, data []byte) Defect {
	return f.ParseTruncated(link, data, len(data))
}

// ParseTruncated is Parse for a frame of which the capture has the beginning:
// length is how many bytes there were (gopacket's CaptureInfo.Length). What is
// left of its FCS is stripped but can't be checked.
func (f *Frame) ParseTruncated(link LinkType, data []byte, length int) Defect {
	*f = Frame{}
	f.Link, f.captured, f.length = link, data[:len(data):len(data)], max(length, len(data))
	start, defect := f.Radio.parse(link, data)
	if defect != Sound {
		return defect
	}
	f.mpdu = data[start:len(data):len(data)]
	if f.Radio.Flags&RadioBadFCS != 0 {
		return BadFCS
	}
	f.Truncated = length > len(data)
	if f.Radio.Flags&RadioFCSPresent != 0 || link != LinkRadiotap {
		if defect := f.stripFCS(length - len(data)); defect != Sound {
			return defect
		}
	}
	return f.parseHeader()
}

// stripFCS takes the FCS off a frame that has one, of which the last octets may
// be missing. Radiotap says whether there is one, and PPI may. The older radio
// headers, and bare captures, don't: there, an FCS is what is right as one.
func (f *Frame) stripFCS(missing int) Defect {
	said := f.Radio.Flags&RadioFCSPresent != 0
	end := len(f.mpdu) - fcsLen
	switch {
	case !said && (f.Truncated || f.Radio.Has&HasFlags != 0 || end < 0):
		return Sound
	case f.Truncated:
		f.FCSPresent = true
		f.shorten(max(0, fcsLen-missing))
		return Sound
	case end < 0:
		return Short
	}
	header, pad := f.padding(f.mpdu[:end])
	switch {
	case fcsMatches(f.mpdu[:end], f.mpdu[end:], header, pad):
		f.FCSPresent = true
		f.shorten(fcsLen)
	case said:
		return BadFCS
	}
	return Sound
}

func (f *Frame) shorten(n int) {
	end := max(0, len(f.mpdu)-n)
	f.mpdu = f.mpdu[:end:end]
}

// padding gives the length of the header of a frame, and how many octets of
// padding follow it: radiotap's data pad brings the body to a multiple of four.
func (f *Frame) padding(mpdu []byte) (header, pad int) {
	if f.Radio.Flags&RadioDataPad == 0 || len(mpdu) < 2 {
		return 0, 0
	}
	header = headerLen(kindOf(mpdu[0]), Flags(mpdu[1]))
	if pad = -header & 3; header+pad > len(mpdu) {
		return header, max(0, len(mpdu)-header)
	}
	return header, pad
}

func kindOf(octet byte) Kind { return Kind(octet>>2&3<<4 | octet>>4) }

// The lengths of headers and their parts.
const (
	minimalLen     = 10 // Frame Control, Duration, Address 1: what every frame has (IEEE 802.11-2020, 9.2.3)
	twoAddressLen  = 16 // also Frame Control, Duration, Address 1, Carried Frame Control, HT Control of a wrapper
	managementLen  = 24
	fourAddressLen = 30
	qosLen         = 2
	htControlLen   = 4
)

// headerLen is the length of the MAC header that a frame must have.
func headerLen(k Kind, fl Flags) int {
	switch {
	case k.IsManagement():
		if fl&Order != 0 {
			return managementLen + htControlLen
		}
		return managementLen
	case k.IsData():
		n := managementLen
		if fl&(ToDS|FromDS) == ToDS|FromDS {
			n = fourAddressLen
		}
		if k&subtypeQoS != 0 {
			n += qosLen
			if fl&Order != 0 { // without QoS it asks for strict order, and brings no field
				n += htControlLen
			}
		}
		return n
	case k == Ack || k == CTS:
		return minimalLen
	case Trigger <= k && k <= CFEndAck:
		return twoAddressLen
	}
	return minimalLen
}

// parseHeader reads the MAC header in f.mpdu.
func (f *Frame) parseHeader() Defect {
	b := f.mpdu
	if len(b) < 2 {
		return Short
	}
	f.Kind = kindOf(b[0])
	if b[0]&3 != 0 {
		return BadVersion
	}
	flags := Flags(b[1])
	n := headerLen(f.Kind, flags)
	if len(b) < n {
		return Short
	}
	f.Body = b[n:]
	if f.Radio.Flags&RadioDataPad != 0 {
		_, pad := f.padding(b)
		f.Body = f.Body[pad:]
	}
	f.Flags = flags
	f.Duration = binary.LittleEndian.Uint16(b[2:])
	switch {
	case f.Kind.IsManagement():
		f.parseManagement(b[:n])
	case f.Kind.IsData():
		f.parseData(b[:n])
	case f.Kind.IsControl():
		f.parseControl(b)
	default:
		f.parseExtension(b)
	}
	return Sound
}

func (f *Frame) parseManagement(header []byte) {
	receiver, transmitter := Addr(header[4:10]), Addr(header[10:16])
	f.Receiver, f.Destination = receiver, receiver
	f.Transmitter, f.Source = transmitter, transmitter
	f.BSSID = Addr(header[16:22])
	f.setSequence(binary.LittleEndian.Uint16(header[22:]))
	if len(header) > managementLen {
		f.setHTControl(header[managementLen:])
	}
}

func (f *Frame) setSequence(control uint16) {
	f.Sequence, f.Fragment = control>>4, uint8(control&15)
}

func (f *Frame) setHTControl(b []byte) {
	f.HasHTControl, f.HTControl = true, binary.LittleEndian.Uint32(b)
}

func (f *Frame) parseData(header []byte) {
	f.Receiver = Addr(header[4:10])
	f.Transmitter = Addr(header[10:16])
	f.setSequence(binary.LittleEndian.Uint16(header[22:]))
	rest := managementLen
	if f.Has(ToDS | FromDS) {
		rest = fourAddressLen
	}
	if f.Kind&subtypeQoS != 0 {
		f.HasQoS, f.QoS = true, binary.LittleEndian.Uint16(header[rest:])
		f.TID = uint8(f.QoS & 15)
		f.AMSDU = f.QoS&0x80 != 0 && f.Kind.CarriesData()
		if f.Flags&Order != 0 {
			f.setHTControl(header[rest+qosLen:])
		}
	}
	f.setDataRoles(header)
}

// setDataRoles follows IEEE 802.11-2020, Table 9-30. In an A-MSDU the third and
// fourth address are the BSSID where an MSDU has a source or destination, which
// the subframes tell.
func (f *Frame) setDataRoles(header []byte) {
	third := Addr(header[16:22])
	switch f.Flags & (ToDS | FromDS) {
	case 0:
		f.Destination, f.Source, f.BSSID = f.Receiver, f.Transmitter, third
	case FromDS:
		f.Destination, f.BSSID = f.Receiver, f.Transmitter
		if !f.AMSDU {
			f.Source = third
		}
	case ToDS:
		f.BSSID, f.Source = f.Receiver, f.Transmitter
		if !f.AMSDU {
			f.Destination = third
		}
	default:
		if f.AMSDU {
			f.BSSID = third
		} else {
			f.Destination, f.Source = third, Addr(header[24:30])
		}
	}
}
