package dot11

import (
	"encoding/binary"
	"math/bits"
)

// The bits of radiotap's present word that this package reads
// (https://www.radiotap.org/fields/defined).
const (
	rtTSFT      = 0
	rtFlags     = 1
	rtRate      = 2
	rtChannel   = 3
	rtSignal    = 5 // dBm
	rtNoise     = 6 // dBm
	rtAntenna   = 11
	rtRXFlags   = 14
	rtXChannel  = 18
	rtMCS       = 19
	rtVHT       = 21
	rtHE        = 23
	rtTLV       = 28
	rtNamespace = 29 // the next word starts radiotap's own fields again
	rtVendor    = 30 // the next word is a vendor's
	rtExtended  = 31 // there is a next word
)

// rtLayout is the size and natural alignment of each field.
var rtLayout = [rtTLV]struct{ size, align uint8 }{
	0:  {8, 8},  // TSFT
	1:  {1, 1},  // flags
	2:  {1, 1},  // rate
	3:  {4, 2},  // channel
	4:  {2, 2},  // FHSS: aligned by the reference parser, though not by the field's definition
	5:  {1, 1},  // antenna signal, dBm
	6:  {1, 1},  // antenna noise, dBm
	7:  {2, 2},  // lock quality
	8:  {2, 2},  // transmit attenuation
	9:  {2, 2},  // transmit attenuation, dB
	10: {1, 1},  // transmit power, dBm
	11: {1, 1},  // antenna
	12: {1, 1},  // antenna signal, dB
	13: {1, 1},  // antenna noise, dB
	14: {2, 2},  // receive flags
	15: {2, 2},  // transmit flags
	16: {1, 1},  // RTS retries
	17: {1, 1},  // data retries
	18: {8, 4},  // XChannel
	19: {3, 1},  // MCS
	20: {8, 4},  // A-MPDU status
	21: {12, 2}, // VHT
	22: {12, 8}, // timestamp
	23: {12, 2}, // HE
	24: {12, 2}, // HE-MU
	25: {6, 2},  // HE-MU other user
	26: {1, 1},  // zero-length PSDU
	27: {4, 2},  // L-SIG
}

const (
	rtFields    = 1<<rtNamespace - 1 // the bits of a present word that stand for fields
	rtHeaderLen = 8
	rtVendorLen = 6      // OUI, sub-namespace, length of the vendor's data
	rtBadPLCP   = 0x0002 // receive flag: rate and length of the frame were wrong already
)

// parseRadiotap reads a radiotap header and gives its length. Present words
// chain; each has its fields one after the other, in the order of its bits and
// aligned from the start of the header; a vendor's fields are skipped. The walk
// ends, without complaint, at the first field whose size is not known. A header
// that ends inside of a field is refused: it can't be trusted about where the
// frame starts.
func (r *Radio) parseRadiotap(b []byte) (length int, ok bool) {
	if len(b) < rtHeaderLen || b[0] != 0 {
		return 0, false
	}
	length = int(binary.LittleEndian.Uint16(b[2:]))
	if length < rtHeaderLen || length > len(b) {
		return 0, false
	}
	b = b[:length]
	first := rtWord(b, 4)
	pos := rtHeaderLen
	for word := first; word>>rtExtended != 0; pos += 4 {
		if pos+4 > length {
			return 0, false
		}
		word = rtWord(b, pos)
	}
	end := pos
	pos, read := r.readUsual(b, pos, first)
	rest := first &^ read
	if rest == 0 || pos > length {
		return length, pos <= length
	}
	pos, more := r.readFields(b, pos, rest&rtFields, 0)
	if !more {
		return length, pos <= length
	}
	return length, r.readChain(b, pos, end)
}

// rtWord is the present word at offset at.
func rtWord(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }

// readUsual reads the fields of the first present word that come before the
// first unusual one. It does so straight on, in a third of the time that the
// table takes, and gives where they end, beyond the header if they don't fit,
// and which they were.
func (r *Radio) readUsual(b []byte, pos int, word uint32) (end int, read uint32) {
	const usual = 1<<rtTSFT | 1<<rtFlags | 1<<rtRate | 1<<rtChannel |
		1<<rtSignal | 1<<rtNoise | 1<<rtAntenna | 1<<rtRXFlags
	unusual := word &^ usual
	read = word & (unusual&-unusual - 1)
	has := RadioFields(read &^ (1 << rtRXFlags))
	if read&(1<<rtTSFT) != 0 {
		pos = (pos + 7) &^ 7
		if pos+8 > len(b) {
			return pos + 8, read
		}
		r.TSFT = binary.LittleEndian.Uint64(b[pos:])
		pos += 8
	}
	if read&(1<<rtFlags) != 0 {
		if pos >= len(b) {
			return pos + 1, read
		}
		r.Flags = RadioFlags(b[pos])
		pos++
	}
	if read&(1<<rtRate) != 0 {
		if pos >= len(b) {
			return pos + 1, read
		}
		if r.RateKbps = uint32(b[pos]) * 500; r.RateKbps == 0 {
			has &^= HasRate
		}
		pos++
	}
	if read&(1<<rtChannel) != 0 {
		pos = (pos + 1) &^ 1
		if pos+4 > len(b) {
			return pos + 4, read
		}
		if r.FreqMHz = binary.LittleEndian.Uint16(b[pos:]); r.FreqMHz == 0 {
			has &^= HasFrequency
		}
		pos += 4
	}
	if read&(1<<rtSignal) != 0 {
		if pos >= len(b) {
			return pos + 1, read
		}
		r.SignalDBm = int8(b[pos])
		pos++
	}
	if read&(1<<rtNoise) != 0 {
		if pos >= len(b) {
			return pos + 1, read
		}
		r.NoiseDBm = int8(b[pos])
		pos++
	}
	if read&(1<<rtAntenna) != 0 {
		if pos >= len(b) {
			return pos + 1, read
		}
		r.Antenna = b[pos]
		pos++
	}
	if read&(1<<rtRXFlags) != 0 {
		pos = (pos + 1) &^ 1
		if pos+2 > len(b) {
			return pos + 2, read
		}
		if binary.LittleEndian.Uint16(b[pos:])&rtBadPLCP != 0 {
			r.Flags |= RadioBadFCS
		}
		pos += 2
	}
	r.Has = has
	return pos, read
}

// readFields reads those fields of one present word that are set in fields, by
// the table. They start at pos; it gives where they end. Of a field that was in
// an earlier word (seen, not zero in further words) the first stands, but for
// signal and antenna together, which further words give for each antenna. It
// stops early, with more false, before fields of unknown size, or where a field
// goes beyond the header, as does end then.
func (r *Radio) readFields(b []byte, pos int, fields, seen uint32) (end int, more bool) {
	const perAntenna = 1<<rtSignal | 1<<rtAntenna
	var antenna AntennaSignal
	for m := fields; m != 0; m &= m - 1 {
		bit := bits.TrailingZeros32(m)
		if bit >= rtTLV {
			return pos, false
		}
		layout := &rtLayout[bit]
		pos = (pos + int(layout.align) - 1) &^ (int(layout.align) - 1)
		end := pos + int(layout.size)
		if end > len(b) {
			return end, false
		}
		switch bit {
		case rtSignal:
			antenna.SignalDBm = int8(b[pos])
		case rtAntenna:
			antenna.Antenna = b[pos]
		}
		if seen>>bit&1 == 0 {
			r.readField(bit, b[pos:end])
		}
		pos = end
	}
	if seen != 0 && fields&perAntenna == perAntenna && int(r.NumAntennas) < len(r.Antennas) {
		r.Antennas[r.NumAntennas] = antenna
		r.NumAntennas++
	}
	return pos, true
}

// readChain reads the fields of the present words after the first; the words
// end at end, the fields of the first at pos.
func (r *Radio) readChain(b []byte, pos, end int) bool {
	const (
		radiotap = iota
		vendor   // its data are skipped as a whole
		beyond   // radiotap's numbers from 32 on, none of which is defined
	)
	namespace := radiotap
	word := rtWord(b, 4)
	seen := word&rtFields | 1<<rtAntenna // the antenna of a further word is not that of the frame
	for at := rtHeaderLen; ; at += 4 {
		switch {
		case word>>rtNamespace&1 != 0:
			namespace = radiotap
		case word>>rtVendor&1 != 0:
			pos = (pos + 1) &^ 1
			if pos+rtVendorLen > len(b) {
				return false
			}
			pos += rtVendorLen + int(binary.LittleEndian.Uint16(b[pos+4:]))
			if pos > len(b) {
				return false
			}
			namespace = vendor
		case namespace == radiotap:
			namespace = beyond
		}
		if at == end {
			return true
		}
		word = rtWord(b, at)
		fields := word & rtFields
		switch {
		case namespace == beyond && fields != 0:
			return true
		case namespace == radiotap:
			var more bool
			if pos, more = r.readFields(b, pos, fields, seen); !more {
				return pos <= len(b)
			}
			seen |= fields
		}
	}
}

// readField reads one field of the length that rtLayout gives it.
func (r *Radio) readField(bit int, b []byte) {
	u16 := binary.LittleEndian.Uint16
	switch bit {
	case rtTSFT:
		r.TSFT = binary.LittleEndian.Uint64(b)
		r.Has |= HasTSFT
	case rtFlags:
		r.Flags |= RadioFlags(b[0])
		r.Has |= HasFlags
	case rtRate:
		r.setRate(uint32(b[0]) * 500)
	case rtChannel:
		r.setFrequency(u16(b))
	case rtSignal:
		r.SignalDBm = int8(b[0])
		r.Has |= HasSignal
	case rtNoise:
		r.NoiseDBm = int8(b[0])
		r.Has |= HasNoise
	case rtAntenna:
		r.Antenna = b[0]
		r.Has |= HasAntenna
	case rtRXFlags:
		if u16(b)&rtBadPLCP != 0 {
			r.Flags |= RadioBadFCS
		}
	case rtXChannel:
		if r.Has&HasFrequency == 0 {
			r.setFrequency(u16(b[4:]))
		}
	case rtMCS:
		r.MCS = MCS{Known: b[0], Flags: b[1], Index: b[2]}
		r.Has |= HasMCS
		r.setRate(r.MCS.RateKbps())
	case rtVHT:
		r.VHT = VHT{
			Known: u16(b), Flags: b[2], Bandwidth: b[3], Users: [4]uint8(b[4:8]),
			Coding: b[8], GroupID: b[9], PartialAID: u16(b[10:]),
		}
		r.Has |= HasVHT
		r.setRate(r.VHT.RateKbps())
	case rtHE:
		for i := range r.HE.Data {
			r.HE.Data[i] = u16(b[2*i:])
		}
		r.Has |= HasHE
		r.setRate(r.HE.RateKbps())
	}
}
