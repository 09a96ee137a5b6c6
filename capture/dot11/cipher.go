package dot11

// PacketNumber returns the number that a protected data frame bears, which a
// sender never uses twice under one key (IEEE 802.11-2020, 12.5.2.2 and
// 12.5.3.2), and the identifier of the key. TKIP puts the octets of it in
// another order than CCMP and GCMP do. It is false for a frame that is not
// protected, one that is cut short and one of WEP, which has no such number.
func (f *Frame) PacketNumber(tkip bool) (number uint64, keyID uint8, ok bool) {
	const header, extendedIV = 8, 0x20
	b := f.Body
	if !f.Kind.CarriesData() || !f.Has(Protected) || len(b) < header || b[3]&extendedIV == 0 {
		return 0, 0, false
	}
	low := uint64(b[0]) | uint64(b[1])<<8
	if tkip {
		low = uint64(b[2]) | uint64(b[0])<<8
	}
	high := uint64(b[4]) | uint64(b[5])<<8 | uint64(b[6])<<16 | uint64(b[7])<<24
	return high<<16 | low, b[3] >> 6, true
}
