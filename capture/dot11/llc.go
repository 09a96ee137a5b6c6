package dot11

import "encoding/binary"

// OUI is an organizationally unique identifier.
type OUI [3]byte

// Organizations that the elements and suites here are named by.
var (
	OUIWLAN      = OUI{0x00, 0x0f, 0xac} // IEEE 802.11 itself
	OUIMicrosoft = OUI{0x00, 0x50, 0xf2} // WPA, WMM, WPS
	OUIWFA       = OUI{0x50, 0x6f, 0x9a} // Wi-Fi Alliance: P2P, OWE transition
)

// EtherTypes of frames that detectors look into.
const (
	EtherTypeIPv4    = 0x0800
	EtherTypeARP     = 0x0806
	EtherTypeVLAN    = 0x8100
	EtherTypeIPv6    = 0x86dd
	EtherTypeEAPOL   = 0x888e
	EtherTypePreauth = 0x88c7 // RSN preauthentication
	EtherTypeTDLS    = 0x890d // and fast transition over the DS
)

// LLC is a SNAP header (IEEE 802-2014) and what it carries.
type LLC struct {
	OUI       OUI // 0: EtherType as on Ethernet; 0-0-f8: bridged by 802.1H
	EtherType uint16
	Payload   []byte
}

// snapLength is that of DSAP, SSAP, control, OUI and EtherType.
const snapLength = 8

// LLC returns the SNAP header of a data frame. It is false for frames that
// carry no data, are protected, are a later fragment, carry several MSDUs (see
// Subframes) or something else than SNAP. Of a first fragment the payload is
// cut short.
//
// A mesh data frame has a mesh control field before it. The bit that announces
// this (QoS control, bit 8) means something else outside of a mesh, and Linux
// leaves it out of group addressed frames. So the field is skipped where, and
// only where, exactly that leads to a SNAP header: its flags begin no other one.
func (f *Frame) LLC() (LLC, bool) {
	b := f.msdu()
	if b == nil || f.AMSDU {
		return LLC{}, false
	}
	if llc, ok := parseSNAP(b); ok {
		return llc, true
	}
	if n := f.meshControl(b); n > 0 {
		return parseSNAP(b[n:])
	}
	return LLC{}, false
}

// msdu returns the body of an unprotected data frame that starts an MSDU or
// A-MSDU, else nil.
func (f *Frame) msdu() []byte {
	if !f.Kind.CarriesData() || f.Has(Protected) || f.Fragment != 0 {
		return nil
	}
	return f.Body
}

// meshControl returns the length that a mesh control field at the start of b
// has (IEEE 802.11-2020, 9.2.4.7.3), 0 when there can't be one.
func (f *Frame) meshControl(b []byte) int {
	const (
		fixed    = 6 // flags, TTL, sequence number
		reserved = 3 // number of further addresses; the other flags are zero
	)
	if !f.HasQoS || len(b) < fixed || b[0] >= reserved {
		return 0
	}
	return min(fixed+6*int(b[0]), len(b))
}

func parseSNAP(b []byte) (LLC, bool) {
	if len(b) < snapLength || b[0] != 0xaa || b[1] != 0xaa || b[2] != 3 {
		return LLC{}, false
	}
	return LLC{
		OUI:       OUI(b[3:6]),
		EtherType: binary.BigEndian.Uint16(b[6:8]),
		Payload:   b[snapLength:len(b):len(b)],
	}, true
}
