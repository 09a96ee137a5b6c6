package dot11

// Oddities is a set of things about the elements of one frame that the standard
// does not allow or that nobody has a use for. Few frames have any, so they tell
// at a glance which ones are worth a closer look. Why a frame has them is for
// the reader of the set to say.
type Oddities uint16

// Oddities.
const (
	// OddEnd: fixed fields or the last element end beyond the frame.
	OddEnd Oddities = 1 << iota
	// OddLength: an element is shorter or longer than its kind can be.
	OddLength
	// OddSuites: an RSN or WPA element counts more suites or PMKIDs than it
	// holds.
	OddSuites
	// OddRates: a rates element is long enough for no set of rates.
	OddRates
	// OddWMM: a WMM element is longer than its kind is.
	OddWMM
	// OddTSPECs: there are more WMM traffic specifications than MaxTSPECs.
	OddTSPECs
	// OddExtCap: extended capabilities take more than MaxExtCap octets.
	OddExtCap
	// OddP2P: a notice of absence is longer than MaxNoA octets, or an
	// attribute of P2P is longer than its element, in which it may be
	// continued by the next.
	OddP2P
	// OddChannel: a neighbor or beacon report names a channel that there is not.
	OddChannel
	// OddSize: the elements take more than MaxElements octets.
	OddSize
	// OddSSID: an SSID has more than MaxSSID octets, or one inside another element
	// declares more.
	OddSSID
)

// What is above these is an oddity.
const (
	MaxSSID     = 32 // octets (IEEE 802.11-2020, 9.4.2.2)
	MaxRates    = 8  // octets in an element of rates (IEEE 802.11-2020, 9.4.2.3)
	MaxTSPECs   = 4  // one for each access category
	MaxExtCap   = 13 // octets, with all that IEEE 802.11be has defined
	MaxNoA      = 28 // octets: index, opportunistic power save, two descriptors
	MaxElements = 1100

	// A single rates element up to maxOldRates octets is from the days before
	// the extended rates.
	maxOldRates = 16
	maxExtRates = 32
)

// forgiveFCS takes back a fault in the last octets of f when they are an FCS that
// the radio header does not tell of. Some receivers forget to.
func (s *ElementSet) forgiveFCS(f *Frame) {
	end := len(f.mpdu) - fcsLen
	if s.Fault == NoFault || f.FCSPresent || s.FaultOffset < end {
		return
	}
	header, pad := f.padding(f.mpdu[:end])
	if fcsMatches(f.mpdu[:end], f.mpdu[end:], header, pad) {
		s.Odd &^= OddEnd
		s.Fault, s.FaultOffset, s.FaultID, s.FaultDeclared, s.FaultHave = NoFault, 0, 0, 0, 0
	}
}

// addRates counts an element of rates, which may be one too many or too long.
func (s *ElementSet) addRates(n int) {
	if s.Rates++; n > maxOldRates || n > MaxRates && s.Rates > 1 {
		s.Odd |= OddRates
	}
}

// addWMM looks at a vendor specific element that is WMM's.
func (s *ElementSet) addWMM(b []byte) {
	subtype, most, ok := wmm(b)
	if len(b) > most {
		s.Odd |= OddWMM
	}
	if ok && subtype == WMMTrafficSpec {
		if s.TSPECs++; s.TSPECs > MaxTSPECs {
			s.Odd |= OddTSPECs
		}
	}
}

func (s *ElementSet) noteSuites(r *RSN) {
	if r.Overcounted {
		s.Odd |= OddSuites
	}
}

func (s *ElementSet) noteChannel(e *Element) {
	if class, channel, ok := e.ReportedChannel(); ok && !IsChannel(class, channel) {
		s.Odd |= OddChannel
	}
}

// Subtypes of the WMM element (Wi-Fi Alliance, WMM Specification 1.2, 2.2).
const (
	WMMInformation = 0
	WMMParameter   = 1
	WMMTrafficSpec = 2
)

// WMM returns the subtype of a WMM element and the greatest length that its
// information field can have; false for any other element and for one without
// a subtype.
func (e *Element) WMM() (subtype uint8, most int, ok bool) {
	b := e.Data
	if e.ID != ElementVendor || len(b) < 4 || OUI(b[:3]) != OUIMicrosoft || b[3] != vendorWMM {
		return 0, 0, false
	}
	return wmm(b)
}

func wmm(b []byte) (subtype uint8, most int, ok bool) {
	const information, parameter, trafficSpec = 7, 24, 61
	if len(b) < 5 {
		return 0, trafficSpec, false
	}
	switch b[4] {
	case WMMInformation:
		return b[4], information, true
	case WMMParameter:
		return b[4], parameter, true
	}
	return b[4], trafficSpec, true
}

// ReportedChannel returns the operating class and the channel that a neighbor
// report or, in a measurement report, a beacon report names (IEEE 802.11-2020,
// 9.4.2.36 and 9.4.2.21.7); false for any other element and for one that does
// not reach so far.
func (e *Element) ReportedChannel() (class, channel uint8, ok bool) {
	const beaconReport = 5
	b := e.Data
	switch {
	case e.ID == ElementNeighborReport && len(b) >= 13: // after BSSID and its information
		return b[10], b[11], true
	case e.ID == ElementMeasureReport && len(b) >= 5 && b[1] == 0 && b[2] == beaconReport:
		return b[3], b[4], true
	}
	return 0, 0, false
}

// IsChannel reports whether there is such a channel. Classes are those of IEEE
// 802.11-2020, table E-4; a channel of a class that is not listed there is held
// against the greatest number below 6 GHz that any has.
func IsChannel(class, channel uint8) bool {
	const last5GHz, last6GHz = 196, 233
	if 131 <= class && class <= 137 {
		return channel <= last6GHz
	}
	return channel <= last5GHz
}
