package dot11

// TIM is a traffic indication map (IEEE 802.11-2020, 9.4.2.5).
type TIM struct {
	DTIMCount, DTIMPeriod uint8  // in beacons
	Group                 bool   // group addressed frames are buffered
	FirstAID              uint16 // of the first bit of Bitmap, a multiple of 16
	Bitmap                []byte // bit n%8 of octet n/8 stands for AID FirstAID+n
}

// ParseTIM reads the information field of a TIM element. It is false when that
// is shorter than count and period. The rest may be absent (802.11ah).
func ParseTIM(b []byte) (TIM, bool) {
	if len(b) < 2 {
		return TIM{}, false
	}
	t := TIM{DTIMCount: b[0], DTIMPeriod: b[1]}
	if len(b) > 2 {
		t.Group = b[2]&1 != 0
		t.FirstAID = uint16(b[2]>>1) * 16
		t.Bitmap = b[3:len(b):len(b)]
	}
	return t, true
}

// Has reports whether frames are buffered for the station of that AID.
func (t *TIM) Has(aid uint16) bool {
	i := int(aid) - int(t.FirstAID)
	return i >= 0 && i/8 < len(t.Bitmap) && t.Bitmap[i/8]>>(i%8)&1 != 0
}
