package dot11

import "encoding/binary"

// EAPOL packet types (IEEE 802.1X-2010, table 11-3).
const (
	EAPOLTypePacket = 0 // EAP
	EAPOLTypeStart  = 1
	EAPOLTypeLogoff = 2
	EAPOLTypeKey    = 3
)

// Descriptor types of EAPOL-Key frames (IEEE 802.11-2020, 12.7.2, and WPA).
const (
	DescriptorRSN = 2
	DescriptorWPA = 254
)

// Bits of the key information field (IEEE 802.11-2020, 12.7.2). WPA
// numbers its keys in bits 4 and 5.
const (
	KeyInfoVersion   = 0x0007 // key descriptor version
	KeyInfoPairwise  = 0x0008
	KeyInfoIndex     = 0x0030
	KeyInfoInstall   = 0x0040
	KeyInfoAck       = 0x0080
	KeyInfoMIC       = 0x0100
	KeyInfoSecure    = 0x0200
	KeyInfoError     = 0x0400
	KeyInfoRequest   = 0x0800
	KeyInfoEncrypted = 0x1000 // key data
	KeyInfoSMK       = 0x2000
)

// EAPOL is the header of an EAPOL packet and its body.
type EAPOL struct {
	Version, PacketType uint8
	Length              uint16 // of the body, as declared
	Body                []byte // what there is of it, without padding
}

// EAPOL returns the EAPOL packet that a data frame carries, from its protocol
// version on. Of an A-MSDU it is the first that one of the subframes holds.
func (f *Frame) EAPOL() (packet []byte, ok bool) {
	if llc, ok := f.LLC(); ok && llc.IsEAPOL() {
		return llc.Payload, true
	}
	subframes := f.Subframes()
	for subframes.Next() {
		if llc, ok := subframes.LLC(); ok && llc.IsEAPOL() {
			return llc.Payload, true
		}
	}
	return nil, false
}

// IsEAPOL reports whether the payload is an EAPOL packet.
func (l *LLC) IsEAPOL() bool { return l.EtherType == EtherTypeEAPOL && l.OUI == OUI{} }

// ParseEAPOL reads the header of an EAPOL packet. It is false when that is cut
// short.
func ParseEAPOL(b []byte) (EAPOL, bool) {
	const header = 4
	if len(b) < header {
		return EAPOL{}, false
	}
	length := binary.BigEndian.Uint16(b[2:])
	end := min(header+int(length), len(b))
	return EAPOL{b[0], b[1], length, b[header:end:end]}, true
}

// EAPOLKey is an EAPOL-Key frame (IEEE 802.11-2020, 12.7.2).
type EAPOLKey struct {
	Version, PacketType uint8
	Length              uint16 // of the packet body, as declared
	Descriptor          uint8  // DescriptorRSN or DescriptorWPA
	Info                uint16 // KeyInfo bits
	KeyLength           uint16
	ReplayCounter       uint64
	Nonce               [32]byte
	IV                  [16]byte
	RSC                 [8]byte
	MIC                 []byte // of the length asked for
	KeyDataLength       uint16 // as declared
	KeyData             []byte // what there is of it
	// Truncated: the packet declares more than was captured, or its key data
	// more than the packet.
	Truncated bool
}

// Key frame body: descriptor type 1, information 2, length 2, replay counter
// 8, nonce 32, IV 16, RSC 8, reserved 8; then MIC, key data length 2, data.
const keyFixed = 77

// ParseEAPOLKey reads an EAPOL-Key frame from its protocol version on, as
// Frame.EAPOL returns it. The MIC has 0, 16, 24 or 32 octets, depending on an
// AKM that only the association knows; see GuessMICLength. It is false when b
// is no EAPOL-Key frame of RSN or WPA or ends before the key data length.
func ParseEAPOLKey(b []byte, micLen int) (EAPOLKey, bool) {
	p, ok := ParseEAPOL(b)
	data := keyFixed + micLen + 2
	if !ok || !p.isKey() || micLen < 0 || len(p.Body) < data {
		return EAPOLKey{}, false
	}
	b = p.Body
	k := EAPOLKey{
		Version: p.Version, PacketType: p.PacketType, Length: p.Length,
		Descriptor:    b[0],
		Info:          binary.BigEndian.Uint16(b[1:]),
		KeyLength:     binary.BigEndian.Uint16(b[3:]),
		ReplayCounter: binary.BigEndian.Uint64(b[5:]),
		Nonce:         [32]byte(b[13:]),
		IV:            [16]byte(b[45:]),
		RSC:           [8]byte(b[61:]),
		MIC:           b[keyFixed : data-2 : data-2],
		KeyDataLength: binary.BigEndian.Uint16(b[data-2:]),
	}
	end := min(data+int(k.KeyDataLength), len(b))
	k.KeyData = b[data:end:end]
	k.Truncated = len(k.KeyData) < int(k.KeyDataLength) || len(b) < int(p.Length)
	return k, true
}

func (p *EAPOL) isKey() bool {
	return p.PacketType == EAPOLTypeKey && len(p.Body) >= keyFixed &&
		(p.Body[0] == DescriptorRSN || p.Body[0] == DescriptorWPA)
}

// GuessMICLength returns the length of the MIC of an EAPOL-Key frame. Key
// descriptor versions 1 to 3 have 16 octets; for version 0 it is the length
// with which the key data fill the packet exactly, or else up to nothing but
// zeros, as some senders leave there. It is false when there is none and for
// what is no EAPOL-Key frame.
func GuessMICLength(b []byte) (micLen int, ok bool) {
	p, ok := ParseEAPOL(b)
	if !ok || !p.isKey() {
		return 0, false
	}
	if binary.BigEndian.Uint16(p.Body[1:])&KeyInfoVersion != 0 {
		return 16, true
	}
	// The most common first: the others fit a frame of that by accident only.
	lengths := [...]int{16, 24, 32, 0}
	for _, n := range lengths {
		if rest, ok := p.afterKeyData(n); ok && len(rest) == 0 {
			return n, true
		}
	}
	for _, n := range lengths {
		if rest, ok := p.afterKeyData(n); ok && allZero(rest) {
			return n, true
		}
	}
	return 0, false
}

// afterKeyData returns what follows the key data in an EAPOL-Key frame with a
// MIC of that length; false when the key data do not fit.
func (p *EAPOL) afterKeyData(micLen int) ([]byte, bool) {
	data := keyFixed + micLen + 2
	if data > len(p.Body) {
		return nil, false
	}
	end := data + int(binary.BigEndian.Uint16(p.Body[data-2:]))
	if end > len(p.Body) {
		return nil, false
	}
	return p.Body[end:], true
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
