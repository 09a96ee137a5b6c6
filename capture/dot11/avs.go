package dot11

import "encoding/binary"

const (
	avsMagic = 0x80211000 // the lowest octet is the version
	avsLen   = 64         // of version 1; later ones add to the end
)

// isAVS reports whether b starts with the magic number of an AVS header,
// version 1 or 2.
func isAVS(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	version := binary.BigEndian.Uint32(b) - avsMagic
	return version == 1 || version == 2
}

// parseAVS reads an AVS capture header, all of it in network byte order, and
// gives its length.
func (r *Radio) parseAVS(b []byte) (length int, ok bool) {
	if len(b) < avsLen || !isAVS(b) {
		return 0, false
	}
	u32 := binary.BigEndian.Uint32
	declared := u32(b[4:])
	if declared < avsLen || uint64(declared) > uint64(len(b)) {
		return 0, false
	}
	r.TSFT = binary.BigEndian.Uint64(b[8:])
	r.Has |= HasTSFT
	r.setChannel(u32(b[28:]))
	if rate := u32(b[32:]); rate <= 10_000 { // units of 100 kbit/s
		r.setRate(rate * 100)
	}
	const dBm = 2
	if u32(b[44:]) == dBm {
		r.setSignal(u32(b[48:]))
		r.setNoise(u32(b[52:]))
	}
	return int(declared), true
}
