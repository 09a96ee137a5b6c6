package dot11

import "encoding/binary"

// Categories of action frames (IEEE 802.11-2020, table 9-51).
const (
	CategorySpectrum        = 0
	CategoryQoS             = 1
	CategoryDLS             = 2
	CategoryBlockAck        = 3
	CategoryPublic          = 4
	CategoryRadioMeasure    = 5
	CategoryFT              = 6
	CategoryHT              = 7
	CategorySAQuery         = 8
	CategoryProtectedPublic = 9
	CategoryWNM             = 10
	CategoryUnprotectedWNM  = 11
	CategoryTDLS            = 12
	CategoryMesh            = 13
	CategoryMultihop        = 14
	CategorySelfProtected   = 15
	CategoryDMG             = 16
	CategoryWMM             = 17 // Wi-Fi Alliance
	CategoryFST             = 18
	CategoryRobustAVStream  = 19
	CategoryUnprotectedDMG  = 20
	CategoryVHT             = 21
	CategoryProtectedVendor = 126
	CategoryVendor          = 127
)

// Action codes of the frames that detectors name (IEEE 802.11-2020, 9.6.2 to
// 9.6.16).
const (
	SpectrumChannelSwitch = 4
	PublicCoexistence     = 0
	PublicECSA            = 4 // extended channel switch announcement
	PublicVendor          = 9
	BlockAckADDBARequest  = 0
	BlockAckADDBAResponse = 1
	BlockAckDELBA         = 2
	SAQueryRequest        = 0
	SAQueryResponse       = 1
	WNMBTMQuery           = 6 // BSS transition management
	WNMBTMRequest         = 7
	WNMBTMResponse        = 8
	WNMSleepRequest       = 16
	WNMSleepResponse      = 17
	WNMNotification       = 26
)

// Action returns the category and the code of an action frame. The vendor
// specific categories have no code: it is 0 and ActionBody starts with the OUI.
func (f *Frame) Action() (category, code uint8, ok bool) {
	category, code, _, ok = f.action()
	return category, code, ok
}

// ActionBody returns what follows category and code in an action frame.
func (f *Frame) ActionBody() ([]byte, bool) {
	_, _, body, ok := f.action()
	return body, ok
}

func (f *Frame) action() (category, code uint8, body []byte, ok bool) {
	if f.Kind != Action && f.Kind != ActionNoAck {
		return 0, 0, nil, false
	}
	b, ok := f.fixed(2)
	if !ok {
		return 0, 0, nil, false
	}
	// A category with its highest bit set returns a frame to its sender.
	if c := b[0] &^ 0x80; c == CategoryVendor || c == CategoryProtectedVendor {
		return b[0], 0, b[1:], true
	}
	return b[0], b[1], b[2:], true
}

// ChannelSwitch is what a channel switch announcement says. NewClass, the
// operating class, is 0 in the announcement that is not extended.
type ChannelSwitch struct {
	Mode       uint8 // 1: send nothing until the switch
	NewClass   uint8
	NewChannel uint8
	Count      uint8 // beacon intervals until the switch; 0 and 1: at once
}

// ExtendedChannelSwitch returns the fixed fields of a public action frame that
// announces a channel switch (IEEE 802.11-2020, 9.6.7.7). The other frame for
// this, of spectrum management, has an element for it.
func (f *Frame) ExtendedChannelSwitch() (ChannelSwitch, bool) {
	category, code, b, ok := f.action()
	public := category == CategoryPublic || category == CategoryProtectedPublic
	if !ok || !public || code != PublicECSA || len(b) < 4 {
		return ChannelSwitch{}, false
	}
	return ChannelSwitch{Mode: b[0], NewClass: b[1], NewChannel: b[2], Count: b[3]}, true
}

// actionElementsAt returns where in the body of an action frame its elements
// begin, -1 for a frame that has none or that is not known here.
func (f *Frame) actionElementsAt() int {
	category, code, b, ok := f.action()
	if !ok {
		return -1
	}
	// What the standard puts between action code and elements, in octets.
	n := -1
	switch category {
	case CategorySpectrum:
		switch code {
		case 0, 1, 2, 3: // measurement, TPC: dialog token
			n = 1
		case SpectrumChannelSwitch:
			n = 0
		}
	case CategoryQoS:
		switch code {
		case 0: // ADDTS request: dialog token
			n = 1
		case 1: // ADDTS response: dialog token, status
			n = 3
		case 3, 4: // schedule, QoS map
			n = 0
		}
	case CategoryBlockAck:
		switch code {
		case BlockAckADDBARequest, BlockAckADDBAResponse:
			// dialog token; parameters; timeout or status; starting sequence
			// number or timeout
			n = 7
		case BlockAckDELBA: // parameters, reason
			n = 4
		}
	case CategoryPublic, CategoryProtectedPublic:
		switch code {
		case PublicCoexistence:
			n = 0
		case PublicVendor:
			if isP2P(b) {
				n = p2pFields
			}
		case PublicECSA: // mode, class, channel, count
			n = 4
		case 14: // TDLS discovery response: dialog token, capability
			n = 3
		}
	case CategoryRadioMeasure:
		switch code {
		case 0: // request: dialog token, repetitions
			n = 3
		case 1, 4, 5: // report, neighbor report request and response
			n = 1
		case 2: // link measurement request: dialog token, power used, maximum
			n = 3
		}
	case CategoryFT:
		switch code {
		case 1, 3: // request, confirm: station, target AP
			n = 12
		case 2, 4: // response, ack: the same, status
			n = 14
		}
	case CategorySAQuery: // transaction identifier
		n = 2
	case CategoryWNM:
		n = wnmElementsAt(code, b)
	case CategoryMesh:
		switch {
		case code < 10:
			n = 0
		case code == 10: // TBTT adjustment response: status
			n = 2
		}
	case CategorySelfProtected:
		switch code {
		case 1: // mesh peering open: capability
			n = 2
		case 2: // confirm: capability, AID
			n = 4
		case 3, 4, 5: // close, group key inform and acknowledge
			n = 0
		}
	case CategoryWMM: // dialog token, status
		n = 2
	case CategoryVendor, CategoryProtectedVendor:
		if isP2P(b) { // there is no action code
			n = p2pFields - 1
		}
	}
	if n < 0 {
		return -1
	}
	return 2 + n
}

// p2pFields are the octets before the elements of an action frame of Wi-Fi
// Direct: OUI, type, subtype and dialog token.
const p2pFields = 6

// isP2P reports whether the body of a vendor specific action frame is of Wi-Fi
// Direct (Wi-Fi Alliance, Wi-Fi Direct Specification, 4.2.9 and 4.2.10).
func isP2P(b []byte) bool {
	return len(b) >= 4 && OUI(b[:3]) == OUIWFA && b[3] == vendorP2P
}

// wnmElementsAt does so for wireless network management (IEEE 802.11-2020,
// 9.6.13); b follows the action code.
func wnmElementsAt(code uint8, b []byte) int {
	switch code {
	case 0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 14, 18, 19, 21, 23, 24, WNMSleepRequest: // dialog token
		return 1
	case WNMBTMQuery, WNMNotification, 27: // dialog token; reason, type or status
		return 2
	case WNMBTMRequest:
		return btmRequestElementsAt(b)
	case WNMBTMResponse: // dialog token, status, delay; target BSSID if accepted
		if len(b) > 1 && b[1] == StatusSuccess {
			return 9
		}
		return 3
	case WNMSleepResponse: // dialog token, length of the key data, key data
		if len(b) >= 3 {
			return 3 + int(binary.LittleEndian.Uint16(b[1:]))
		}
	}
	return -1
}

// btmRequestElementsAt does so for a BSS transition management request
// (IEEE 802.11-2020, 9.6.13.9): after dialog token, request mode, timer and
// validity interval come a BSS termination duration and a URL, each if the
// mode says so.
func btmRequestElementsAt(b []byte) int {
	const (
		fields          = 5
		terminationIncl = 1 << 3
		urlIncl         = 1 << 4
	)
	if len(b) < fields {
		return -1
	}
	n := fields
	if b[1]&terminationIncl != 0 {
		n += 12
	}
	if b[1]&urlIncl != 0 {
		if n >= len(b) {
			return -1
		}
		n += 1 + int(b[n])
	}
	return n
}
