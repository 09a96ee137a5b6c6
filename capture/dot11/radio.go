package dot11

// Radio is what the receiver said of a frame. A field is valid if and only if
// its bit is in Has.
type Radio struct {
	TSFT     uint64 // µs of the receiver's clock when the first bit of the MPDU arrived
	RateKbps uint32 // the legacy rate, or that of MCS, VHT or HE where all of its inputs are given
	Has      RadioFields
	FreqMHz  uint16 // centre of the (primary) channel
	Channel  uint16 // its number in Band; 0 for a frequency that is no channel
	Band     Band
	Flags    RadioFlags

	SignalDBm int8
	NoiseDBm  int8
	Antenna   uint8

	// Antennas has the signal at each antenna, where the receiver gave them
	// apart from the frame's: the first NumAntennas entries are valid.
	NumAntennas uint8
	Antennas    [4]AntennaSignal

	MCS MCS
	VHT VHT
	HE  HE
}

// AntennaSignal is the signal of a frame at one antenna.
type AntennaSignal struct {
	Antenna   uint8
	SignalDBm int8
}

// RadioFields is a set of fields of Radio. The bits are those of radiotap's
// present word.
type RadioFields uint32

// The fields of Radio that a receiver may give.
const (
	HasTSFT      RadioFields = 1 << rtTSFT
	HasFlags     RadioFields = 1 << rtFlags
	HasRate      RadioFields = 1 << rtRate
	HasFrequency RadioFields = 1 << rtChannel // FreqMHz, Channel and Band
	HasSignal    RadioFields = 1 << rtSignal
	HasNoise     RadioFields = 1 << rtNoise
	HasAntenna   RadioFields = 1 << rtAntenna
	HasMCS       RadioFields = 1 << rtMCS
	HasVHT       RadioFields = 1 << rtVHT
	HasHE        RadioFields = 1 << rtHE
)

// RadioFlags are the flags of radiotap's field of that name
// (https://www.radiotap.org/fields/Flags.html). Those of other radio headers
// are translated to them.
type RadioFlags uint8

// The radio flags.
const (
	RadioCFP           RadioFlags = 1 << iota // sent during the contention-free period
	RadioShortPreamble                        // sent with short preamble
	RadioWEP                                  // sent with WEP encryption
	RadioFragmented                           // sent with fragmentation
	RadioFCSPresent                           // the frame ends with its FCS
	RadioDataPad                              // the header is padded to a multiple of four octets
	RadioBadFCS                               // the frame failed the FCS check
	RadioShortGI                              // sent with a short guard interval
)

// parse reads the radio header of a frame and gives where the 802.11 header
// starts.
func (r *Radio) parse(link LinkType, data []byte) (start int, defect Defect) {
	ok := true
	switch link {
	case LinkRadiotap:
		start, ok = r.parseRadiotap(data)
	case LinkIEEE80211:
	case LinkPPI:
		if start, defect = r.parsePPI(data); defect != Sound {
			return 0, defect
		}
	case LinkPrism:
		start, ok = r.parsePrism(data)
	case LinkAVS:
		start, ok = r.parseAVS(data)
	default:
		return 0, UnsupportedLink
	}
	if !ok {
		return 0, BadRadio
	}
	if r.Has&HasFrequency != 0 {
		number, band := ChannelOf(int(r.FreqMHz))
		r.Channel, r.Band = uint16(number), band
	}
	return start, Sound
}

// setFrequency notes the frequency that a frame was heard on; headers give 0
// for "not known".
func (r *Radio) setFrequency(mhz uint16) {
	if mhz != 0 {
		r.FreqMHz = mhz
		r.Has |= HasFrequency
	}
}

// setChannel does the same for the radio headers that give the number of the
// channel only. They are older than the 6 GHz band, so that the number tells the
// band.
func (r *Radio) setChannel(number uint32) {
	band := Band5G
	if number <= 14 {
		band = Band2G
	}
	r.setFrequency(uint16(FreqOf(int(number), band)))
}

// setRate notes the bit rate; headers give 0 for "not known".
func (r *Radio) setRate(kbps uint32) {
	if kbps != 0 {
		r.RateKbps = kbps
		r.Has |= HasRate
	}
}

// dBmOf takes a value that is in dBm or in a unit of the driver's own: only what
// can be dBm is taken for that.
func dBmOf(value uint32) (dBm int8, ok bool) {
	return int8(value), -128 < int32(value) && int32(value) < 0
}

func (r *Radio) setSignal(value uint32) {
	if dBm, ok := dBmOf(value); ok {
		r.SignalDBm = dBm
		r.Has |= HasSignal
	}
}

func (r *Radio) setNoise(value uint32) {
	if dBm, ok := dBmOf(value); ok {
		r.NoiseDBm = dBm
		r.Has |= HasNoise
	}
}
