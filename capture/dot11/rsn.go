package dot11

import "encoding/binary"

// SuiteSet is a set of cipher or AKM suites: bit n stands for suite type n.
type SuiteSet uint64

// Suites returns the set of the given suite types, each below 64.
func Suites(types ...uint8) SuiteSet {
	var s SuiteSet
	for _, t := range types {
		s |= 1 << t
	}
	return s
}

// Has reports whether suite type t is in the set.
func (s SuiteSet) Has(t uint8) bool { return t < 64 && s>>t&1 != 0 }

// Cipher suite types of OUI 00-0F-AC (IEEE 802.11-2020 table 9-149). Those of
// the WPA element (OUI 00-50-F2) have the same numbers up to CipherWEP104.
const (
	CipherUseGroup    = 0
	CipherWEP40       = 1
	CipherTKIP        = 2
	CipherCCMP128     = 4
	CipherWEP104      = 5
	CipherBIPCMAC128  = 6
	CipherNoGroupData = 7 // group addressed traffic not allowed
	CipherGCMP128     = 8
	CipherGCMP256     = 9
	CipherCCMP256     = 10
	CipherBIPGMAC128  = 11
	CipherBIPGMAC256  = 12
	CipherBIPCMAC256  = 13
)

// AKM suite types of OUI 00-0F-AC (IEEE 802.11-2020 table 9-151, 802.11be-2024).
// Those of the WPA element have the same numbers up to AKMPSK.
const (
	AKM8021X          = 1
	AKMPSK            = 2
	AKMFT8021X        = 3
	AKMFTPSK          = 4
	AKM8021XSHA256    = 5
	AKMPSKSHA256      = 6
	AKMTDLS           = 7
	AKMSAE            = 8
	AKMFTSAE          = 9
	AKMAPPeerKey      = 10
	AKMSuiteB         = 11
	AKMSuiteB192      = 12
	AKMFT8021XSHA384  = 13
	AKMFILSSHA256     = 14
	AKMFILSSHA384     = 15
	AKMFTFILSSHA256   = 16
	AKMFTFILSSHA384   = 17
	AKMOWE            = 18
	AKMFTPSKSHA384    = 19
	AKMPSKSHA384      = 20
	AKMPASN           = 21
	AKMSAEGroupHash   = 24 // SAE whose hash depends on the group
	AKMFTSAEGroupHash = 25
)

// Bits of the RSN capabilities field (IEEE 802.11-2020, 9.4.2.24.4).
const (
	RSNPreauthentication = 1 << 0
	RSNNoPairwise        = 1 << 1
	RSNMFPRequired       = 1 << 6
	RSNMFPCapable        = 1 << 7
	RSNExtendedKeyID     = 1 << 13
	RSNOCVC              = 1 << 14 // operating channel validation
)

// RSN is the content of an RSN element (IEEE 802.11-2020, 9.4.2.24) or of the
// WPA element that preceded it. Every field after Version is optional, and one
// that is absent ends the element; absent fields are zero here. Values compare
// with ==.
type RSN struct {
	Version        uint16
	Group          uint8 // group data cipher suite type
	Pairwise, AKMs SuiteSet
	// The counts as declared, which a hostile element sets at will.
	PairwiseCount, AKMCount, PMKIDCount uint16
	Capabilities                        uint16
	GroupManagement                     uint8 // group management cipher suite type
	// OtherSuites: a suite of another organization, or of a type above 63, is
	// named. Group, Pairwise, AKMs and GroupManagement leave it out.
	OtherSuites bool
	// Truncated: the element ends inside a field, or before it (Version is
	// mandatory), or declares more suites or PMKIDs than it holds.
	Truncated bool
	// Overcounted: it declares more suites or PMKIDs than it holds.
	Overcounted bool
}

// MFPCapable reports whether the sender can protect management frames.
func (r RSN) MFPCapable() bool { return r.Capabilities&RSNMFPCapable != 0 }

// MFPRequired reports whether the sender insists on protected management
// frames.
func (r RSN) MFPRequired() bool { return r.Capabilities&RSNMFPRequired != 0 }

// ParseRSN reads the information field of an RSN element (48).
func ParseRSN(element []byte) RSN {
	return parseSuites(element, OUIWLAN)
}

// ParseWPA reads the information field of the vendor specific element of WPA,
// starting at its OUI and type (00-50-F2, 1). Any other element gives
// Truncated and nothing else. WPA knows neither PMKIDs nor a group management
// cipher; what some senders put after the AKM suites is read as capabilities.
func ParseWPA(element []byte) RSN {
	if len(element) < 4 || OUI(element[:3]) != OUIMicrosoft || element[3] != vendorWPA {
		return RSN{Truncated: true}
	}
	return parseSuites(element[4:], OUIMicrosoft)
}

// parseSuites reads the body that both elements share. A selector of a suite is
// an OUI and a type; integers are little-endian.
func parseSuites(b []byte, oui OUI) (r RSN) {
	c := suiteCursor{rest: b, oui: oui, cut: len(b) < 2}
	r.Version = c.uint16()
	if sel := c.take(4); sel != nil {
		r.Group = c.suite(sel)
	}
	r.PairwiseCount, r.Pairwise = c.suites()
	r.AKMCount, r.AKMs = c.suites()
	r.Capabilities = c.uint16()
	if oui == OUIWLAN {
		r.PMKIDCount = c.uint16()
		c.list(r.PMKIDCount, 16)
		if sel := c.take(4); sel != nil {
			r.GroupManagement = c.suite(sel)
		}
	}
	r.OtherSuites, r.Truncated, r.Overcounted = c.other, c.cut, c.over
	return r
}

// suiteCursor takes fields off the front of an element. At the end of it every
// field is absent, as the standard has it; a field that is there in part, or a
// list shorter than its count, sets cut and ends the element.
type suiteCursor struct {
	rest       []byte
	oui        OUI
	other, cut bool
	over       bool // a list is shorter than its count
}

// take returns the next n octets, nil when the field is absent or cut.
func (c *suiteCursor) take(n int) []byte {
	b := c.rest
	if len(b) < n {
		c.cut = c.cut || len(b) > 0
		c.rest = nil
		return nil
	}
	c.rest = b[n:]
	return b[:n]
}

func (c *suiteCursor) uint16() uint16 {
	if b := c.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// list returns the part that is there of count items of size octets each.
func (c *suiteCursor) list(count uint16, size int) []byte {
	b := c.rest
	n := int(count) * size
	if n > len(b) {
		c.cut, c.over, c.rest = true, true, nil
		return b[:len(b)-len(b)%size]
	}
	c.rest = b[n:]
	return b[:n]
}

// suites reads a count and that many selectors.
func (c *suiteCursor) suites() (count uint16, set SuiteSet) {
	count = c.uint16()
	for b := c.list(count, 4); len(b) > 0; b = b[4:] {
		if !c.foreign(b) {
			set |= 1 << b[3]
		}
	}
	return count, set
}

// suite returns the type that a selector names, 0 for a foreign one.
func (c *suiteCursor) suite(selector []byte) uint8 {
	if c.foreign(selector) {
		return 0
	}
	return selector[3]
}

// foreign reports, and remembers, that a selector names a suite that a
// SuiteSet can't hold.
func (c *suiteCursor) foreign(selector []byte) bool {
	if OUI(selector[:3]) == c.oui && selector[3] < 64 {
		return false
	}
	c.other = true
	return true
}
