package dot11

import "encoding/binary"

const (
	ppiHeaderLen      = 8
	ppiFieldHeaderLen = 4
	ppiCommon         = 2 // type of the 802.11-Common field
	ppiCommonLen      = 20
)

// parsePPI reads a Per-Packet Information header (CACE Technologies, "PPI
// Packet Header Specification", 1.0) and gives its length. PPI may wrap any
// link type; only bare 802.11 is read.
func (r *Radio) parsePPI(b []byte) (length int, defect Defect) {
	if len(b) < ppiHeaderLen || b[0] != 0 {
		return 0, BadRadio
	}
	length = int(binary.LittleEndian.Uint16(b[2:]))
	if length < ppiHeaderLen || length > len(b) {
		return 0, BadRadio
	}
	if binary.LittleEndian.Uint32(b[4:]) != uint32(LinkIEEE80211) {
		return 0, UnsupportedLink
	}
	const aligned = 0x01 // fields start at multiples of four
	flags := b[1]
	for fields := b[ppiHeaderLen:length]; len(fields) >= ppiFieldHeaderLen; {
		kind := binary.LittleEndian.Uint16(fields)
		end := ppiFieldHeaderLen + int(binary.LittleEndian.Uint16(fields[2:]))
		if end > len(fields) {
			return 0, BadRadio
		}
		if kind == ppiCommon {
			r.parsePPICommon(fields[ppiFieldHeaderLen:end])
		}
		if flags&aligned != 0 {
			end = min((end+3)&^3, len(fields))
		}
		fields = fields[end:]
	}
	return length, Sound
}

// parsePPICommon reads PPI's 802.11-Common field (section 4.1.2). Values that
// stand for "not known" are left out.
func (r *Radio) parsePPICommon(b []byte) {
	const (
		fcsPresent   = 0x01
		milliseconds = 0x02 // unit of the TSF timer
		badFCS       = 0x04
		unknownDBm   = -128
	)
	if len(b) < ppiCommonLen {
		return
	}
	flags := binary.LittleEndian.Uint16(b[8:])
	r.Has |= HasFlags
	if flags&fcsPresent != 0 {
		r.Flags |= RadioFCSPresent
	}
	if flags&badFCS != 0 {
		r.Flags |= RadioBadFCS
	}
	if tsf := binary.LittleEndian.Uint64(b); tsf != 0 {
		if flags&milliseconds != 0 {
			tsf *= 1000
		}
		r.TSFT = tsf
		r.Has |= HasTSFT
	}
	r.setRate(uint32(binary.LittleEndian.Uint16(b[10:])) * 500)
	r.setFrequency(binary.LittleEndian.Uint16(b[12:]))
	if signal := int8(b[18]); signal != unknownDBm {
		r.SignalDBm = signal
		r.Has |= HasSignal
	}
	if noise := int8(b[19]); noise != unknownDBm {
		r.NoiseDBm = noise
		r.Has |= HasNoise
	}
}
