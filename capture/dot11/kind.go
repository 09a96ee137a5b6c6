package dot11

import "strconv"

// Kind is the type and subtype of a frame in one number, 16*type + subtype:
// 0 to 15 management, 16 to 31 control, 32 to 47 data, 48 to 63 extension
// (IEEE 802.11-2020, 9.2.4.1.3). Numbers without a constant are reserved.
type Kind uint8

// Management frames.
const (
	AssocReq    Kind = 0
	AssocResp   Kind = 1
	ReassocReq  Kind = 2
	ReassocResp Kind = 3
	ProbeReq    Kind = 4
	ProbeResp   Kind = 5
	TimingAdv   Kind = 6
	Beacon      Kind = 8
	ATIM        Kind = 9
	Disassoc    Kind = 10
	Auth        Kind = 11
	Deauth      Kind = 12
	Action      Kind = 13
	ActionNoAck Kind = 14
)

// Control frames.
const (
	Trigger           Kind = 18
	TACK              Kind = 19
	BeamformingReport Kind = 20 // beamforming report poll
	NDPA              Kind = 21 // VHT, HE, EHT or ranging null data PPDU announcement
	ControlFrameExt   Kind = 22 // DMG control frames
	ControlWrapper    Kind = 23
	BlockAckReq       Kind = 24
	BlockAck          Kind = 25
	PSPoll            Kind = 26
	RTS               Kind = 27
	CTS               Kind = 28
	Ack               Kind = 29
	CFEnd             Kind = 30
	CFEndAck          Kind = 31
)

// Data frames.
const (
	Data               Kind = 32
	DataCFAck          Kind = 33
	DataCFPoll         Kind = 34
	DataCFAckCFPoll    Kind = 35
	Null               Kind = 36
	CFAck              Kind = 37
	CFPoll             Kind = 38
	CFAckCFPoll        Kind = 39
	QoSData            Kind = 40
	QoSDataCFAck       Kind = 41
	QoSDataCFPoll      Kind = 42
	QoSDataCFAckCFPoll Kind = 43
	QoSNull            Kind = 44
	QoSCFPoll          Kind = 46
	QoSCFAckCFPoll     Kind = 47
)

// Extension frames.
const (
	DMGBeacon Kind = 48
	S1GBeacon Kind = 49
)

// The subtype bits of a data frame (IEEE 802.11-2020, Table 9-1).
const (
	subtypeNoData Kind = 4 // nothing follows the header
	subtypeQoS    Kind = 8 // the header has a QoS Control field
)

var kindNames = [64]string{
	AssocReq:    "association request",
	AssocResp:   "association response",
	ReassocReq:  "reassociation request",
	ReassocResp: "reassociation response",
	ProbeReq:    "probe request",
	ProbeResp:   "probe response",
	TimingAdv:   "timing advertisement",
	Beacon:      "beacon",
	ATIM:        "ATIM",
	Disassoc:    "disassociation",
	Auth:        "authentication",
	Deauth:      "deauthentication",
	Action:      "action",
	ActionNoAck: "action no ack",

	Trigger:           "trigger",
	TACK:              "TACK",
	BeamformingReport: "beamforming report poll",
	NDPA:              "NDP announcement",
	ControlFrameExt:   "control frame extension",
	ControlWrapper:    "control wrapper",
	BlockAckReq:       "block ack request",
	BlockAck:          "block ack",
	PSPoll:            "PS-Poll",
	RTS:               "RTS",
	CTS:               "CTS",
	Ack:               "ack",
	CFEnd:             "CF-End",
	CFEndAck:          "CF-End+CF-Ack",

	Data:               "data",
	DataCFAck:          "data+CF-Ack",
	DataCFPoll:         "data+CF-Poll",
	DataCFAckCFPoll:    "data+CF-Ack+CF-Poll",
	Null:               "null",
	CFAck:              "CF-Ack",
	CFPoll:             "CF-Poll",
	CFAckCFPoll:        "CF-Ack+CF-Poll",
	QoSData:            "QoS data",
	QoSDataCFAck:       "QoS data+CF-Ack",
	QoSDataCFPoll:      "QoS data+CF-Poll",
	QoSDataCFAckCFPoll: "QoS data+CF-Ack+CF-Poll",
	QoSNull:            "QoS null",
	QoSCFPoll:          "QoS CF-Poll",
	QoSCFAckCFPoll:     "QoS CF-Ack+CF-Poll",

	DMGBeacon: "DMG beacon",
	S1GBeacon: "S1G beacon",
}

var typeNames = [4]string{"management", "control", "data", "extension"}

// String names the kind in the standard's words: "beacon",
// "deauthentication", "QoS data"; "reserved management 7" where it has none.
func (k Kind) String() string {
	if k >= 64 {
		return "kind " + strconv.Itoa(int(k))
	}
	if name := kindNames[k]; name != "" {
		return name
	}
	return "reserved " + typeNames[k>>4] + " " + strconv.Itoa(int(k&15))
}

// IsManagement reports whether k is a management frame.
func (k Kind) IsManagement() bool { return k>>4 == 0 }

// IsControl reports whether k is a control frame.
func (k Kind) IsControl() bool { return k>>4 == 1 }

// IsData reports whether k is a data frame, null frames included.
func (k Kind) IsData() bool { return k>>4 == 2 }

// IsExtension reports whether k is an extension frame.
func (k Kind) IsExtension() bool { return k>>4 == 3 }

// CarriesData reports whether k is a data frame with a payload, which null
// frames and the bare CF-Ack and CF-Poll frames are not.
func (k Kind) CarriesData() bool { return k.IsData() && k&subtypeNoData == 0 }

// Kinds is a set of kinds, one bit each.
type Kinds uint64

// The sets of all frames of a type, reserved subtypes included.
const (
	AllManagement Kinds = 0xffff
	AllControl    Kinds = 0xffff << 16
	AllData       Kinds = 0xffff << 32
	AllKinds      Kinds = 1<<64 - 1
)

// KindsOf is the set of the kinds given.
func KindsOf(kinds ...Kind) Kinds {
	var s Kinds
	for _, k := range kinds {
		s |= 1 << (k & 63)
	}
	return s
}

// Has reports whether k is in the set.
func (s Kinds) Has(k Kind) bool { return k < 64 && s>>k&1 != 0 }

// Flags is the second octet of the Frame Control field (IEEE 802.11-2020,
// 9.2.4.1.1).
type Flags uint8

// The flags of the Frame Control field.
const (
	ToDS Flags = 1 << iota
	FromDS
	MoreFragments
	Retry
	PowerManagement
	MoreData
	Protected
	Order // +HTC in management and QoS data frames: an HT Control field is there
)
