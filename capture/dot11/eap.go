package dot11

import "encoding/binary"

// EAP codes (RFC 3748, 4).
const (
	EAPRequest  = 1
	EAPResponse = 2
	EAPSuccess  = 3
	EAPFailure  = 4
)

// EAP types (RFC 3748, 5).
const (
	EAPTypeIdentity = 1
	EAPTypeExpanded = 254
)

// EAP is an EAP packet (RFC 3748, 4).
type EAP struct {
	Code, ID uint8
	Length   uint16 // of the packet, as declared
	// Type is that of a request or response, 0 for the others, which have
	// none; Vendor and VendorType those of EAPTypeExpanded.
	Type       uint8
	Vendor     OUI
	VendorType uint32
	Data       []byte // what there is after the type, without padding
}

// ParseEAP reads an EAP packet, the body of an EAPOL packet of type
// EAPOLTypePacket. It is false when that ends inside the header or the type.
func ParseEAP(b []byte) (EAP, bool) {
	const header, expanded = 4, 7
	if len(b) < header {
		return EAP{}, false
	}
	p := EAP{Code: b[0], ID: b[1], Length: binary.BigEndian.Uint16(b[2:])}
	end := min(max(int(p.Length), header), len(b))
	rest := b[header:end:end]
	if p.Code != EAPRequest && p.Code != EAPResponse {
		p.Data = rest
		return p, true
	}
	if len(rest) < 1 {
		return EAP{}, false
	}
	p.Type, p.Data = rest[0], rest[1:]
	if p.Type != EAPTypeExpanded {
		return p, true
	}
	if len(p.Data) < expanded {
		return EAP{}, false
	}
	p.Vendor, p.VendorType = OUI(p.Data[:3]), binary.BigEndian.Uint32(p.Data[3:])
	p.Data = p.Data[expanded:]
	return p, true
}

// Operation codes of Wi-Fi Simple Configuration over EAP, which is WPS (Wi-Fi
// Alliance, Wi-Fi Simple Configuration Technical Specification 2.0, 7.7).
const (
	WSCStart   = 1
	WSCAck     = 2
	WSCNack    = 3
	WSCMsg     = 4
	WSCDone    = 5
	WSCFragAck = 6
)

// Message types of Wi-Fi Simple Configuration (the same, table 33). The
// enrollee, who has the PIN, sends those of odd number.
const (
	WSCM1      = 0x04
	WSCM2      = 0x05
	WSCM2D     = 0x06
	WSCM3      = 0x07
	WSCM4      = 0x08
	WSCM5      = 0x09
	WSCM6      = 0x0a
	WSCM7      = 0x0b
	WSCM8      = 0x0c
	WSCMsgAck  = 0x0d
	WSCMsgNack = 0x0e
	WSCMsgDone = 0x0f
)

// Configuration errors of Wi-Fi Simple Configuration (the same, table 34).
const (
	WSCSetupLocked = 15
	WSCWrongPIN    = 18 // device password authentication failure
)

// Attributes of Wi-Fi Simple Configuration (the same, table 28).
const (
	wscConfigError   = 0x1009
	wscMessageType   = 0x1022
	wscSetupLocked   = 0x1057
	wscSimpleConfig  = 1 // its vendor type in EAP
	wscMoreFragments = 1 << 0
	wscLengthField   = 1 << 1
)

// ouiWSC is the vendor of the expanded EAP type of Wi-Fi Simple Configuration.
var ouiWSC = OUI{0x00, 0x37, 0x2a}

// WSC is a message of Wi-Fi Simple Configuration.
type WSC struct {
	OpCode      uint8
	Message     uint8  // WSCM1 and so on; 0 when it is not there
	ConfigError uint16 // of a NACK; 0 is none
}

// ParseWSC reads the Wi-Fi Simple Configuration message in an EAP packet;
// false for another packet. Of a message in fragments all but the first lack
// their type.
func ParseWSC(p *EAP) (WSC, bool) {
	const header, length = 2, 2
	if p.Type != EAPTypeExpanded || p.Vendor != ouiWSC || p.VendorType != wscSimpleConfig || len(p.Data) < header {
		return WSC{}, false
	}
	m := WSC{OpCode: p.Data[0]}
	flags, b := p.Data[1], p.Data[header:]
	switch {
	case flags&wscLengthField != 0:
		b = b[min(length, len(b)):]
	case flags&wscMoreFragments != 0:
		return m, true
	}
	if v, ok := wscAttribute(b, wscMessageType); ok && len(v) == 1 {
		m.Message = v[0]
	}
	if v, ok := wscAttribute(b, wscConfigError); ok && len(v) == 2 {
		m.ConfigError = binary.BigEndian.Uint16(v)
	}
	return m, true
}

// wscAttribute returns the value of the first attribute with the given
// identifier in b, a sequence of identifier, length (16 bits each) and value.
func wscAttribute(b []byte, id uint16) ([]byte, bool) {
	const header = 4
	for len(b) >= header {
		end := header + int(binary.BigEndian.Uint16(b[2:]))
		if end > len(b) {
			return nil, false
		}
		if binary.BigEndian.Uint16(b) == id {
			return b[header:end:end], true
		}
		b = b[end:]
	}
	return nil, false
}
