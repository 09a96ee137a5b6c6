package dot11

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	selectCCMP = "00 0f ac 04"
	selectPSK  = "00 0f ac 02"
	selectSAE  = "00 0f ac 08"
	selectBIP  = "00 0f ac 06"
	foreign    = "00 40 96 00" // Cisco CCKM
)

// An RSN element may end after any field (IEEE 802.11-2020, 9.4.2.24.1).
func TestRSNFieldsAreOptional(t *testing.T) {
	version := RSN{Version: 1}
	group := version
	group.Group = CipherCCMP128
	pairwise := group
	pairwise.PairwiseCount, pairwise.Pairwise = 1, Suites(CipherCCMP128)
	akms := pairwise
	akms.AKMCount, akms.AKMs = 2, Suites(AKMPSK, AKMSAE)
	capabilities := akms
	capabilities.Capabilities = 0x00cc
	pmkids := capabilities
	pmkids.PMKIDCount = 1
	management := pmkids
	management.GroupManagement = CipherBIPCMAC128

	var element []byte
	for _, test := range []struct {
		field string
		wire  []byte
		want  RSN
	}{
		{"version", wire("01 00"), version},
		{"group cipher", wire(selectCCMP), group},
		{"pairwise ciphers", wire("01 00", selectCCMP), pairwise},
		{"AKMs", wire("02 00", selectPSK, selectSAE), akms},
		{"capabilities", wire("cc 00"), capabilities},
		{"PMKIDs", wire("01 00 000102030405060708090a0b0c0d0e0f"), pmkids},
		{"group management cipher", wire(selectBIP), management},
		{"something of the future", wire("ff"), management},
	} {
		element = append(element, test.wire...)
		if diff := cmp.Diff(test.want, ParseRSN(element)); diff != "" {
			t.Errorf("up to %s, -want +got:\n%s", test.field, diff)
		}
	}
	if !management.MFPCapable() || !management.MFPRequired() || akms.MFPCapable() || akms.MFPRequired() {
		t.Error("management frame protection is bits 6 and 7 of the capabilities")
	}
}

func TestRSNDeclaringMoreThanItHoldsIsTruncated(t *testing.T) {
	for _, test := range []struct {
		name string
		in   []byte
		want RSN
	}{
		{"empty", nil, RSN{Truncated: true}},
		{"half a version", wire("01"), RSN{Truncated: true}},
		{"half a group cipher", wire("01 00 00 0f"), RSN{Version: 1, Truncated: true}},
		{
			"1025 pairwise ciphers in the room of two", wire("01 00", selectCCMP, "01 04", selectCCMP, selectPSK),
			RSN{
				Version: 1, Group: CipherCCMP128, PairwiseCount: 1025, Pairwise: Suites(2, CipherCCMP128),
				Truncated: true, Overcounted: true,
			},
		},
		{
			"no pairwise cipher at all", wire("01 00", selectCCMP, "01 00"),
			RSN{Version: 1, Group: CipherCCMP128, PairwiseCount: 1, Truncated: true, Overcounted: true},
		},
		{
			"half an AKM", wire("01 00", selectCCMP, "01 00", selectCCMP, "02 00", selectPSK, "00 0f"),
			RSN{
				Version: 1, Group: CipherCCMP128, PairwiseCount: 1, Pairwise: Suites(CipherCCMP128),
				AKMCount: 2, AKMs: Suites(AKMPSK), Truncated: true, Overcounted: true,
			},
		},
		{
			"65535 PMKIDs", wire("01 00", selectCCMP, "00 00 00 00 80 00 ff ff", selectBIP),
			RSN{Version: 1, Group: CipherCCMP128, Capabilities: 0x80, PMKIDCount: 65535, Truncated: true, Overcounted: true},
		},
		{
			"half the capabilities", wire("01 00", selectCCMP, "00 00 00 00 80"),
			RSN{Version: 1, Group: CipherCCMP128, Truncated: true},
		},
		{
			"half a group management cipher", wire("01 00", selectCCMP, "00 00 00 00 80 00 00 00 00 0f ac"),
			RSN{Version: 1, Group: CipherCCMP128, Capabilities: 0x80, Truncated: true},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, ParseRSN(test.in)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSuitesOfOthersAreNotMistaken(t *testing.T) {
	got := ParseRSN(wire("01 00", foreign, "02 00", selectCCMP, "00 0f ac 40", "02 00", foreign, selectPSK, "00 00 00 00", foreign))
	want := RSN{
		Version: 1, PairwiseCount: 2, Pairwise: Suites(CipherCCMP128), AKMCount: 2, AKMs: Suites(AKMPSK),
		OtherSuites: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if r := ParseRSN(wire("01 00 00 0f ac 40")); !r.OtherSuites || r.Group != 0 {
		t.Errorf("type 64 is in no SuiteSet: %+v", r)
	}
	if s := Suites(1); s.Has(0) || !s.Has(1) || s.Has(65) {
		t.Error("type 65 is not type 1")
	}
}

func TestParseWPA(t *testing.T) {
	const tkip, psk = "00 50 f2 02", "00 50 f2 02"
	want := RSN{
		Version: 1, Group: CipherTKIP, PairwiseCount: 1, Pairwise: Suites(CipherTKIP),
		AKMCount: 1, AKMs: Suites(AKMPSK), Capabilities: 0x000c,
	}
	element := wire("00 50 f2 01 01 00", tkip, "01 00", tkip, "01 00", psk)
	for _, rest := range []string{"0c 00", "0c 00 01 00"} { // no PMKIDs there
		if diff := cmp.Diff(want, ParseWPA(join(element, wire(rest)))); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	for _, other := range [][]byte{nil, wire("00 50 f2"), wire("00 50 f2 02 01 00"), wire("00 0f ac 01 01 00")} {
		if diff := cmp.Diff(RSN{Truncated: true}, ParseWPA(other)); diff != "" {
			t.Errorf("% x: -want +got:\n%s", other, diff)
		}
	}
}
