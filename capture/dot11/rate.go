package dot11

// MCS is radiotap's account of an HT transmission
// (https://www.radiotap.org/fields/MCS.html).
type MCS struct{ Known, Flags, Index uint8 }

// VHT is radiotap's account of a VHT transmission
// (https://www.radiotap.org/fields/VHT.html).
type VHT struct {
	Known      uint16
	Flags      uint8
	Bandwidth  uint8
	Users      [4]uint8 // MCS in the upper half, number of spatial streams in the lower; 0 for no user
	Coding     uint8
	GroupID    uint8
	PartialAID uint16
}

// HE is radiotap's account of an HE transmission, its six data words
// (https://www.radiotap.org/fields/HE.html).
type HE struct{ Data [6]uint16 }

// sixths is the number of data bits that a subcarrier carries in a symbol,
// times 6, by VHT, HE or EHT MCS: modulation times coding rate.
// HT MCS 0 to 7 are the same (IEEE 802.11-2020, 19.5 and 21.5).
var sixths = [14]uint32{3, 6, 9, 12, 18, 24, 27, 30, 36, 40, 45, 50, 54, 60}

// rateKbps is the rate of an OFDM PHY: data bits in a symbol over its duration,
// which is in tenths of a microsecond.
func rateKbps(subcarriers, mcs, streams, symbol uint32) uint32 {
	return uint32(uint64(subcarriers) * uint64(sixths[mcs]*streams) * 10_000 / uint64(6*symbol))
}

// Symbols of HT and VHT, with long and with short guard interval, in tenths of
// a microsecond.
const (
	symbolLongGI  = 40
	symbolShortGI = 36
)

// vhtSubcarriers is the number of data subcarriers of a bandwidth in MHz, for
// HT and VHT.
func vhtSubcarriers(mhz int) uint32 {
	switch mhz {
	case 20:
		return 52
	case 40:
		return 108
	case 80:
		return 234
	case 160:
		return 468
	}
	return 0
}

// BandwidthMHz is 20 or 40, 0 when the receiver does not say.
func (m MCS) BandwidthMHz() int {
	switch {
	case m.Known&0x01 == 0:
		return 0
	case m.Flags&0x03 == 1:
		return 40
	}
	return 20
}

// RateKbps computes the rate (IEEE 802.11-2020, 19.5); 0 unless bandwidth,
// guard interval and MCS are known, and for the unequal modulations of MCS 33
// and more.
func (m MCS) RateKbps() uint32 {
	const index, guardInterval = 0x02, 0x04
	bandwidth := m.BandwidthMHz()
	if bandwidth == 0 || m.Known&(index|guardInterval) != index|guardInterval {
		return 0
	}
	symbol := uint32(symbolLongGI)
	if m.Flags&0x04 != 0 {
		symbol = symbolShortGI
	}
	switch {
	case m.Index < 32:
		return rateKbps(vhtSubcarriers(bandwidth), uint32(m.Index&7), uint32(m.Index>>3)+1, symbol)
	case m.Index == 32 && bandwidth == 40: // BPSK 1/2, the same in both halves
		return rateKbps(48, 0, 1, symbol)
	}
	return 0
}

// BandwidthMHz is the bandwidth, 20 to 160, 0 when the receiver does not say.
func (v VHT) BandwidthMHz() int {
	if v.Known&0x40 == 0 {
		return 0
	}
	switch b := v.Bandwidth & 0x1f; {
	case b == 0, b == 2, b == 3, 7 <= b && b <= 10, 18 <= b && b <= 25:
		return 20
	case b == 1, b == 5, b == 6, 14 <= b && b <= 17:
		return 40
	case b == 4, b == 12, b == 13:
		return 80
	case b == 11:
		return 160
	}
	return 0
}

// RateKbps computes the rate of the first user (IEEE 802.11-2020, 21.5); 0
// unless bandwidth, guard interval and MCS are known.
func (v VHT) RateKbps() uint32 {
	subcarriers := vhtSubcarriers(v.BandwidthMHz())
	if subcarriers == 0 || v.Known&0x04 == 0 {
		return 0
	}
	symbol := uint32(symbolLongGI)
	if v.Flags&0x04 != 0 {
		symbol = symbolShortGI
	}
	for _, user := range v.Users {
		mcs, streams := uint32(user>>4), uint32(user&15)
		if streams == 0 {
			continue
		}
		if mcs > 9 || streams > 8 {
			return 0
		}
		return rateKbps(subcarriers, mcs, streams, symbol)
	}
	return 0
}

// heSubcarriers is the number of data subcarriers by the bandwidth or resource
// unit of an HE transmission: 20, 40, 80, 160 MHz, RU of 26, 52, 106, 242, 484,
// 996, 2x996 tones (IEEE 802.11ax-2021, Table 27-15).
var heSubcarriers = [16]uint32{234, 468, 980, 1960, 24, 48, 102, 234, 468, 980, 1960}

// RateKbps computes the rate (IEEE 802.11ax-2021, 27.5); 0 unless MCS, DCM,
// bandwidth or resource unit, guard interval and number of streams are known.
func (h HE) RateKbps() uint32 {
	const mcsDCMBandwidth, stbcKnown, guardInterval = 0x4060, 0x0200, 0x0002
	d := &h.Data
	subcarriers := heSubcarriers[d[4]&15]
	streams := uint32(d[5] & 15)
	mcs := uint32(d[2] >> 8 & 15)
	interval := d[4] >> 4 & 3
	if d[0]&mcsDCMBandwidth != mcsDCMBandwidth || d[1]&guardInterval == 0 ||
		subcarriers == 0 || streams == 0 || streams > 8 || mcs > 13 || interval == 3 {
		return 0
	}
	if d[0]&stbcKnown != 0 && d[2]&0x8000 != 0 && streams > 1 {
		streams /= 2 // two space-time streams carry one spatial stream
	}
	if d[2]&0x1000 != 0 { // DCM sends everything twice
		subcarriers /= 2
	}
	return rateKbps(subcarriers, mcs, streams, 128+8<<interval)
}
