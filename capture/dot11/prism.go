package dot11

import "encoding/binary"

// A Prism header is a message header and items of one layout: identifier,
// status, length and a value of four octets, in the byte order of the machine
// that captured. The identifiers are numbered from 1 by the order of items
// below, and the number is shifted by 16 in wlan-ng's and HostAP's layout, by 12
// in madwifi's.
const (
	prismHeaderLen = 24 // message code, message length, device name
	prismItemLen   = 12

	prismWlanNG  = 0x44
	prismMadwifi = 0x41
)

const (
	prismMACTime = 2
	prismChannel = 3
	prismSignal  = 6
	prismNoise   = 7
	prismRate    = 8
)

// parsePrism reads a Prism header and gives its length. Captures of this link
// type may have AVS headers, which tell themselves apart.
func (r *Radio) parsePrism(b []byte) (length int, ok bool) {
	if len(b) < prismHeaderLen {
		return 0, false
	}
	if isAVS(b) {
		return r.parseAVS(b)
	}
	u32, u16 := binary.LittleEndian.Uint32, binary.LittleEndian.Uint16
	if u32(b) > 0xffff {
		u32, u16 = binary.BigEndian.Uint32, binary.BigEndian.Uint16
	}
	var shift uint
	code := u32(b)
	switch code {
	case prismWlanNG:
		shift = 16
	case prismMadwifi:
		shift = 12
	default:
		return 0, false
	}
	declared := u32(b[4:])
	if declared < prismHeaderLen || uint64(declared) > uint64(len(b)) {
		return 0, false
	}
	length = int(declared)
	for items := b[prismHeaderLen:length]; len(items) >= prismItemLen; items = items[prismItemLen:] {
		id, status := u32(items), u16(items[4:])
		if id&(1<<shift-1) == code && status == 0 { // any other status: no value
			r.setPrismItem(id>>shift, u32(items[8:]))
		}
	}
	return length, true
}

// setPrismItem notes one item.
func (r *Radio) setPrismItem(number, value uint32) {
	switch number {
	case prismMACTime:
		r.TSFT = uint64(value)
		r.Has |= HasTSFT
	case prismChannel:
		r.setChannel(value)
	case prismSignal:
		r.setSignal(value)
	case prismNoise:
		r.setNoise(value)
	case prismRate:
		if value <= 255 { // units of 500 kbit/s, an octet in the PLCP header
			r.setRate(value * 500)
		}
	}
}
