package dot11

import "encoding/binary"

// Types of the vendor specific elements that an ElementSet knows: of OUI
// 00-50-F2 (WPA, WMM, WPS) and of the Wi-Fi Alliance's.
const (
	vendorWPA           = 1
	vendorWMM           = 2
	vendorWPS           = 4
	vendorP2P           = 9
	vendorOWETransition = 28
)

// ElementSet holds what most readers want of the elements of one frame, found
// in one pass. Of an element that occurs again the first counts, of those for a
// channel the first that does not say 0. Slices point into the frame. An element
// shorter than the field wanted of it is as if absent; walk the Elements to see
// such.
type ElementSet struct {
	// SSID is the first SSID element, of whatever length; more than the legal
	// 32 octets included. SSIDCount is how many there are.
	SSID      []byte
	HasSSID   bool
	SSIDCount int
	// NestedSSIDMax is the greatest length that an SSID inside another element
	// declares: in multiple BSSID, neighbor report, beacon request,
	// OWE transition and P2P; 0 = none.
	NestedSSIDMax int

	// Primary channels advertised: by the DS parameter set, the HT operation
	// and the HE operation element (6 GHz information); 0 = absent.
	DSChannel, HTPrimary, HE6GHzPrimary uint8
	// HTSecondary is where the secondary channel of 40 MHz lies: 1 above, 3
	// below, 0 none.
	HTSecondary uint8
	VHT         ChannelWidth // of the VHT operation element
	HE6GHz      ChannelWidth // of the HE operation element's 6 GHz information

	RSN, WPA       RSN // WPA: vendor specific element 00-50-F2 type 1
	HasRSN, HasWPA bool

	CSA, ECSA       ChannelSwitch // ECSA also from a public action frame
	HasCSA, HasECSA bool

	Country []byte // two letters, environment, then triplets
	TIM     []byte // see ParseTIM
	MMIE    []byte
	MeshID  []byte

	HasMultipleBSSID, HasOWETransition, HasWPS, HasP2P bool
	HasMultiLink                                       bool
	// WPSLocked: the access point says that it takes no PIN for now.
	WPSLocked bool

	Vendors int // vendor specific elements
	Rates   int // elements of supported rates, extended ones not counted
	TSPECs  int // WMM traffic specifications
	Count   int // all elements that are whole

	// Odd is what is out of the ordinary.
	Odd Oddities
	// FixedCut: the frame ends inside of the fields before its elements.
	FixedCut bool

	// Why and where the walk stopped, at which element, how much that declares
	// and how much of it is there: see Elements.Fault and Elements.Cut. Not set
	// for a frame of which there is only the beginning, which is bound to end
	// inside an element: Truncated by the capture, or a first fragment.
	Fault         ElementFault
	FaultOffset   int
	FaultID       uint8
	FaultDeclared int
	FaultHave     int
}

// ChannelWidth is how a VHT or HE operation element describes the channel: as
// its width field (VHT: 0 = 20 or 40 MHz, 1 = 80 or more; HE 6 GHz: 0 = 20, 1 =
// 40, 2 = 80, 3 = 160 or 80+80 MHz) and the channel numbers of the centres.
type ChannelWidth struct{ Width, Center0, Center1 uint8 }

// Channel returns the primary channel advertised, by the HE operation in 6
// GHz, else HT operation, else DS parameter set; 0 when none is.
func (s *ElementSet) Channel() uint8 {
	switch {
	case s.HE6GHzPrimary != 0:
		return s.HE6GHzPrimary
	case s.HTPrimary != 0:
		return s.HTPrimary
	}
	return s.DSChannel
}

// Fill empties s and fills it from the elements of f. It stays empty for a
// frame without elements.
func (s *ElementSet) Fill(f *Frame) {
	s.fill(f.Elements(), f.whole())
	s.forgiveFCS(f)
	if f.fixedCut() {
		s.FixedCut = true
		s.Odd |= OddEnd
	}
	if f.Kind == Action || f.Kind == ActionNoAck {
		if sw, ok := f.ExtendedChannelSwitch(); ok && !s.HasECSA {
			s.ECSA, s.HasECSA = sw, true
		}
	}
}

func (s *ElementSet) fill(es Elements, whole bool) {
	*s = ElementSet{}
	if len(es.rest) > MaxElements {
		s.Odd |= OddSize
	}
	for es.Next() {
		s.add(&es.Element)
	}
	if whole && es.fault != NoFault {
		s.Odd |= OddEnd
		s.Fault, s.FaultOffset = es.Fault()
		s.FaultID, s.FaultDeclared, s.FaultHave = es.Cut()
	}
}

// whole reports whether f ends where its transmitter ended it.
func (f *Frame) whole() bool { return !f.Truncated && !f.Has(MoreFragments) }

func (s *ElementSet) add(e *Element) {
	s.Count++
	b := e.Data
	if !elementLengths[e.ID].Has(len(b)) {
		s.Odd |= OddLength
	}
	switch e.ID {
	case ElementSSID:
		if len(b) > MaxSSID {
			s.Odd |= OddSSID
		}
		if s.SSIDCount++; s.SSIDCount == 1 {
			s.SSID, s.HasSSID = b, true
		}
	case ElementRates:
		s.addRates(len(b))
	case ElementDS:
		if s.DSChannel == 0 && len(b) > 0 {
			s.DSChannel = b[0]
		}
	case ElementTIM:
		first(&s.TIM, b)
	case ElementCountry:
		first(&s.Country, b)
	case ElementCSA:
		if !s.HasCSA && len(b) >= 3 {
			s.CSA, s.HasCSA = ChannelSwitch{Mode: b[0], NewChannel: b[1], Count: b[2]}, true
		}
	case ElementMeasureRequest:
		s.nested(measureRequestSSID(b))
	case ElementMeasureReport:
		s.noteChannel(e)
	case ElementRSN:
		r := ParseRSN(b)
		s.noteSuites(&r)
		if !s.HasRSN {
			s.RSN, s.HasRSN = r, true
		}
	case ElementExtRates:
		if len(b) > maxExtRates {
			s.Odd |= OddRates
		}
	case ElementNeighborReport:
		s.noteChannel(e)
		s.nested(neighborReportSSID(b))
	case ElementECSA:
		if !s.HasECSA && len(b) >= 4 {
			s.ECSA, s.HasECSA = ChannelSwitch{b[0], b[1], b[2], b[3]}, true
		}
	case ElementHTOperation:
		if s.HTPrimary == 0 && len(b) >= 2 {
			s.HTPrimary, s.HTSecondary = b[0], b[1]&3
		}
	case ElementMultipleBSSID:
		s.HasMultipleBSSID = true
		s.nested(multipleBSSIDSSID(b))
	case ElementMMIE:
		first(&s.MMIE, b)
	case ElementMeshID:
		first(&s.MeshID, b)
	case ElementExtCap:
		if len(b) > MaxExtCap {
			s.Odd |= OddExtCap
		}
	case ElementVHTOperation:
		if s.VHT == (ChannelWidth{}) && len(b) >= 3 {
			s.VHT = ChannelWidth{b[0], b[1], b[2]}
		}
	case ElementVendor:
		s.Vendors++
		s.addVendor(b)
	case ElementExtension:
		if !extensionLengths(e.Ext).Has(len(b)) {
			s.Odd |= OddLength
		}
		switch e.Ext {
		case ExtHEOperation:
			s.addHEOperation(b)
		case ExtMultiLink:
			s.HasMultiLink = true
		}
	}
}

// first keeps the first of several. A present but empty element is not nil.
func first(field *[]byte, b []byte) {
	if *field == nil {
		*field = b
	}
}

func (s *ElementSet) addVendor(b []byte) {
	if len(b) < 4 {
		return
	}
	switch OUI(b[:3]) {
	case OUIMicrosoft:
		switch b[3] {
		case vendorWPA:
			r := ParseWPA(b)
			s.noteSuites(&r)
			if !s.HasWPA {
				s.WPA, s.HasWPA = r, true
			}
		case vendorWMM:
			s.addWMM(b)
		case vendorWPS:
			s.HasWPS = true
			if v, ok := wscAttribute(b[4:], wscSetupLocked); ok && len(v) == 1 {
				s.WPSLocked = v[0] != 0
			}
		}
	case OUIWFA:
		switch b[3] {
		case vendorP2P:
			s.HasP2P = true
			if oddP2P(b[4:]) {
				s.Odd |= OddP2P
			}
			s.nested(p2pSSID(b[4:]))
		case vendorOWETransition:
			s.HasOWETransition = true
			s.nested(oweSSID(b[4:]))
		}
	}
}

// addHEOperation reads the 6 GHz operation information (IEEE 802.11ax-2021,
// 9.4.2.249), which follows parameters, BSS color and basic MCS set, and two
// more fields if the parameters say so.
func (s *ElementSet) addHEOperation(b []byte) {
	const (
		fixed          = 6
		vhtPresent     = 1 << 14
		coHosted       = 1 << 15
		sixGHzPresent  = 1 << 17
		sixGHzInfo     = 5 // primary, control, two centres, minimum rate
		vhtInfo        = 3
		coHostedLength = 1
	)
	if len(b) < fixed || s.HE6GHzPrimary != 0 {
		return
	}
	parameters := uint32(binary.LittleEndian.Uint16(b)) | uint32(b[2])<<16
	at := fixed
	if parameters&vhtPresent != 0 {
		at += vhtInfo
	}
	if parameters&coHosted != 0 {
		at += coHostedLength
	}
	if parameters&sixGHzPresent == 0 || len(b) < at+sixGHzInfo {
		return
	}
	b = b[at:]
	s.HE6GHzPrimary, s.HE6GHz = b[0], ChannelWidth{b[1] & 3, b[2], b[3]}
}
