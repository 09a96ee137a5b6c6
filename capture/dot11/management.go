package dot11

import "encoding/binary"

// Capability is the capability information field (IEEE 802.11-2020, 9.4.1.4)
// of stations outside of the 60 GHz band.
type Capability uint16

// Capabilities.
const (
	CapESS                Capability = 1 << 0
	CapIBSS               Capability = 1 << 1
	CapPrivacy            Capability = 1 << 4
	CapShortPreamble      Capability = 1 << 5
	CapSpectrumManagement Capability = 1 << 8
	CapQoS                Capability = 1 << 9
	CapShortSlot          Capability = 1 << 10
	CapAPSD               Capability = 1 << 11
	CapRadioMeasurement   Capability = 1 << 12
	CapEPD                Capability = 1 << 13
)

// Has reports whether all of c2 are set in c.
func (c Capability) Has(c2 Capability) bool { return c&c2 == c2 }

// BeaconFields are the fields that a beacon or probe response starts with.
type BeaconFields struct {
	TSF        uint64 // µs, the sender's clock
	Interval   uint16 // TU of 1024 µs; 0 in a timing advertisement, which has none
	Capability Capability
}

// Authentication algorithms (IEEE 802.11-2020, 9.4.1.1).
const (
	AuthOpen      = 0
	AuthSharedKey = 1
	AuthFT        = 2
	AuthSAE       = 3
	AuthFILS      = 4 // FILS shared key
	AuthFILSPFS   = 5 // FILS shared key with perfect forward secrecy
	AuthFILSPK    = 6 // FILS public key
	AuthPASN      = 7
)

// Status codes (IEEE 802.11-2020, 9.4.1.9) that change what follows them.
const (
	StatusSuccess          = 0
	StatusTokenRequired    = 76  // SAE: the peer wants its token back
	StatusSAEHashToElement = 126 // SAE commit by hash-to-element
	StatusSAEPublicKey     = 127 // the same with SAE-PK
)

// AuthFields are the fields that an authentication frame starts with.
type AuthFields struct{ Algorithm, Sequence, Status uint16 }

// fixed returns the body of a management frame of which at least n octets can
// be read: not when it is encrypted, and not in a later fragment, which does
// not begin where the fields do.
func (f *Frame) fixed(n int) ([]byte, bool) {
	if len(f.Body) < n || f.Flags&Protected != 0 || f.Fragment != 0 {
		return nil, false
	}
	return f.Body, true
}

// Beacon returns the fixed fields of a beacon, probe response or timing
// advertisement.
func (f *Frame) Beacon() (BeaconFields, bool) {
	switch f.Kind {
	case Beacon, ProbeResp:
		if b, ok := f.fixed(12); ok {
			return BeaconFields{
				TSF:        binary.LittleEndian.Uint64(b),
				Interval:   binary.LittleEndian.Uint16(b[8:]),
				Capability: Capability(binary.LittleEndian.Uint16(b[10:])),
			}, true
		}
	case TimingAdv:
		if b, ok := f.fixed(10); ok {
			return BeaconFields{
				TSF:        binary.LittleEndian.Uint64(b),
				Capability: Capability(binary.LittleEndian.Uint16(b[8:])),
			}, true
		}
	}
	return BeaconFields{}, false
}

// Capability returns the capabilities that a beacon, probe response, timing
// advertisement or (re)association frame declares.
func (f *Frame) Capability() (Capability, bool) {
	switch f.Kind {
	case Beacon, ProbeResp, TimingAdv:
		fields, ok := f.Beacon()
		return fields.Capability, ok
	case AssocReq, AssocResp, ReassocReq, ReassocResp:
		if b, ok := f.fixed(2); ok {
			return Capability(binary.LittleEndian.Uint16(b)), true
		}
	}
	return 0, false
}

// Authentication returns the fixed fields of an authentication frame.
func (f *Frame) Authentication() (AuthFields, bool) {
	if f.Kind != Auth {
		return AuthFields{}, false
	}
	b, ok := f.fixed(6)
	if !ok {
		return AuthFields{}, false
	}
	return AuthFields{
		Algorithm: binary.LittleEndian.Uint16(b),
		Sequence:  binary.LittleEndian.Uint16(b[2:]),
		Status:    binary.LittleEndian.Uint16(b[4:]),
	}, true
}

// Reason returns the reason code of a deauthentication or disassociation
// (IEEE 802.11-2020, 9.4.1.7); false when the frame is protected, for then its
// first octets are those of the cipher.
func (f *Frame) Reason() (uint16, bool) {
	if f.Kind != Deauth && f.Kind != Disassoc {
		return 0, false
	}
	return f.fixed16(0)
}

// fixed16 returns the 16-bit field at offset at of the body.
func (f *Frame) fixed16(at int) (uint16, bool) {
	b, ok := f.fixed(at + 2)
	if !ok {
		return 0, false
	}
	return binary.LittleEndian.Uint16(b[at:]), true
}

// AssocStatus returns the status code and association ID of a (re)association
// response. The two most significant bits of the AID, which are always set on
// the air, are left out.
func (f *Frame) AssocStatus() (status, aid uint16, ok bool) {
	if f.Kind != AssocResp && f.Kind != ReassocResp {
		return 0, 0, false
	}
	b, ok := f.fixed(6)
	if !ok {
		return 0, 0, false
	}
	return binary.LittleEndian.Uint16(b[2:]), binary.LittleEndian.Uint16(b[4:]) & 0x3fff, true
}

// ListenInterval returns how many beacon intervals a station that asks for
// (re)association may sleep.
func (f *Frame) ListenInterval() (uint16, bool) {
	if f.Kind != AssocReq && f.Kind != ReassocReq {
		return 0, false
	}
	return f.fixed16(2)
}

// CurrentAP returns the access point that a station leaves by a reassociation
// request.
func (f *Frame) CurrentAP() (Addr, bool) {
	if f.Kind != ReassocReq {
		return Addr{}, false
	}
	b, ok := f.fixed(10)
	if !ok {
		return Addr{}, false
	}
	return Addr(b[4:]), true
}

// Elements walks over the information elements of a management frame. There
// are none in a protected frame nor in a later fragment, and none where it is
// not certain at which octet they begin: see elementsAt. Of a frame that is
// Truncated, or a first fragment, the last element is likely to be cut.
func (f *Frame) Elements() Elements {
	at := f.elementsAt()
	if at < 0 || at > len(f.Body) {
		return Elements{}
	}
	return Elements{rest: f.Body[at:], end: len(f.Bytes())}
}

// elementsAt returns how many octets of fixed fields come before the elements
// of the body, -1 when there are no elements or their place is not certain.
func (f *Frame) elementsAt() int {
	if f.Flags&Protected != 0 || f.Fragment != 0 {
		return -1
	}
	switch f.Kind {
	case Beacon, ProbeResp:
		return 12
	case ProbeReq:
		return 0
	case AssocReq:
		return 4
	case AssocResp, ReassocResp:
		return 6
	case ReassocReq:
		return 10
	case TimingAdv:
		return 10
	case Deauth, Disassoc:
		return 2
	case Auth:
		return f.authElementsAt()
	case Action, ActionNoAck:
		return f.actionElementsAt()
	}
	return -1
}

// fixedCut reports whether the transmitter ended the frame inside of the fixed
// fields that its kind has.
func (f *Frame) fixedCut() bool {
	if !f.Kind.IsManagement() || !f.whole() || f.Flags&Protected != 0 || f.Fragment != 0 {
		return false
	}
	least := 0
	switch f.Kind {
	case Auth:
		least = 6
	case Action, ActionNoAck:
		least = 2
	}
	return len(f.Body) < max(least, f.elementsAt())
}

// authElementsAt does so for authentication frames (IEEE 802.11-2020, table
// 9-41 and 12.4.7). Those of SAE and of FILS with a finite cyclic group hold
// numbers whose lengths the group decides.
//
// An SAE commit by hash-to-element has its anti-clogging token in an element,
// so that the elements begin after the numbers. In a commit by hunting and
// pecking the token is bare and of unknown length before the numbers, and so
// is the one in a request for it; the length of a confirm is that of a hash
// that only the association knows. Of these no elements are shown, nor of an
// algorithm not listed here.
func (f *Frame) authElementsAt() int {
	const fields = 6
	auth, ok := f.Authentication()
	if !ok {
		return -1
	}
	switch auth.Algorithm {
	case AuthOpen, AuthSharedKey, AuthFT, AuthFILS, AuthPASN:
		return fields
	case AuthSAE:
		hashToElement := auth.Status == StatusSAEHashToElement || auth.Status == StatusSAEPublicKey
		if group, ok := f.fixed16(fields); ok && auth.Sequence == 1 && hashToElement {
			if n := saeNumbers(group); n > 0 {
				return fields + 2 + n
			}
		}
	}
	return -1
}

// saeNumbers returns the length of the scalar and the element that an SAE
// commit holds (IEEE 802.11-2020, 12.4.7.4), 0 for a group unknown here: the
// order's and one or two field elements' length, elliptic curves of RFC 5903,
// 5114 and 6932, MODP groups of RFC 3526.
func saeNumbers(group uint16) int {
	switch group {
	case 15:
		return 2 * 384
	case 16:
		return 2 * 512
	case 17:
		return 2 * 768
	case 18:
		return 2 * 1024
	case 19, 28:
		return 3 * 32
	case 20, 29:
		return 3 * 48
	case 21:
		return 3 * 66
	case 25:
		return 3 * 24
	case 26, 27:
		return 3 * 28
	case 30:
		return 3 * 64
	}
	return 0
}
