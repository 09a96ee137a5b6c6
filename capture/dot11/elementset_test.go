package dot11

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const beaconFixed = "0102030405060708 6400 1104"

// A beacon as access points of our day send it, with one element of each that
// an ElementSet knows.
var beaconElements = []string{
	"00 03 6e6574", "01 04 82848b96", "03 01 0b", "05 04 00020100", "07 06 444520010d14",
	"25 03 01 06 05", "30 14 0100 000fac04 0100 000fac04 0100 000fac08 c000", "3c 04 01 51 06 05",
	"3d 16 0b 07 0000000000 0000000000000000000000000000 00", "4c 10 0400 010000000000 0102030405060708",
	"72 04 6d657368", "c0 05 01 2a 32 0000",
	"ff 0c 24 000002 3f 0000 05 03 0f 0f 06", "ff 16 23 000102030405 060708090a0b0c0d0e0f10 11121314",
	"dd 16 0050f201 0100 0050f202 0100 0050f202 0100 0050f202", "dd 04 0050f204", "dd 04 506f9a09",
	"dd 0b 506f9a1c 020000000009 00", "dd 03 000102",
}

func setOf(t *testing.T, kind Kind, flags Flags, body ...string) ElementSet {
	t.Helper()
	var s ElementSet
	s.Fill(withBody(t, kind, flags, wire(body...)))
	return s
}

func TestElementSetOfABeacon(t *testing.T) {
	got := setOf(t, Beacon, 0, beaconFixed, strings.Join(beaconElements, ""))
	want := ElementSet{
		SSID: []byte("net"), HasSSID: true, SSIDCount: 1,
		DSChannel: 11, HTPrimary: 11, HTSecondary: 3, HE6GHzPrimary: 5,
		VHT:    ChannelWidth{1, 42, 50},
		HE6GHz: ChannelWidth{3, 15, 15},
		RSN: RSN{
			Version: 1, Group: CipherCCMP128, PairwiseCount: 1, Pairwise: Suites(CipherCCMP128),
			AKMCount: 1, AKMs: Suites(AKMSAE), Capabilities: RSNMFPCapable | RSNMFPRequired,
		},
		HasRSN: true,
		WPA: RSN{
			Version: 1, Group: CipherTKIP, PairwiseCount: 1, Pairwise: Suites(CipherTKIP), AKMCount: 1, AKMs: Suites(AKMPSK),
		},
		HasWPA: true,
		CSA:    ChannelSwitch{Mode: 1, NewChannel: 6, Count: 5}, HasCSA: true,
		ECSA: ChannelSwitch{Mode: 1, NewClass: 81, NewChannel: 6, Count: 5}, HasECSA: true,
		Country: wire("444520010d14"), TIM: wire("00020100"), MMIE: wire("0400 010000000000 0102030405060708"),
		MeshID:           []byte("mesh"),
		HasOWETransition: true, HasWPS: true, HasP2P: true,
		Vendors: 5, Rates: 1, Count: len(beaconElements),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestElementSetKeepsIllegalSSIDs(t *testing.T) {
	long := strings.Repeat("41", 255)
	got := setOf(t, ProbeReq, 0, "00 ff", long, "00 00", "00 01 62")
	if string(got.SSID) != strings.Repeat("A", 255) || got.SSIDCount != 3 {
		t.Errorf("SSID %q, one of %d", got.SSID, got.SSIDCount)
	}
	got = setOf(t, ProbeReq, 0, "00 00")
	if !got.HasSSID || len(got.SSID) != 0 || got.SSIDCount != 1 {
		t.Errorf("wildcard SSID: %+v", got)
	}
	if got = setOf(t, ProbeReq, 0, "01 01 82"); got.HasSSID {
		t.Errorf("no SSID: %+v", got)
	}
}

func TestElementSetSaysWhereTheWalkStopped(t *testing.T) {
	ignore := cmpopts.IgnoreFields(ElementSet{}, "SSID", "HasSSID", "SSIDCount")
	const frame = "00 01 61 00 28 4142"
	want := ElementSet{Count: 1, Odd: OddEnd, Fault: BodyCut, FaultOffset: 27, FaultID: ElementSSID, FaultDeclared: 40, FaultHave: 2}
	if diff := cmp.Diff(want, setOf(t, ProbeReq, 0, frame), ignore); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	want = ElementSet{Count: 1, Odd: OddEnd, Fault: HeaderCut, FaultOffset: 27, FaultID: ElementDS}
	if diff := cmp.Diff(want, setOf(t, ProbeReq, 0, "00 01 61 03"), ignore); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	t.Run("not of the first fragment", func(t *testing.T) {
		if diff := cmp.Diff(ElementSet{Count: 1}, setOf(t, ProbeReq, MoreFragments, frame), ignore); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("not of a frame that the capture cut", func(t *testing.T) {
		var f Frame
		data := join(wholeHeader(ProbeReq, 0), wire(frame))
		if d := f.ParseTruncated(LinkIEEE80211, data, len(data)+38); d != Sound {
			t.Fatal(d)
		}
		var s ElementSet
		s.Fill(&f)
		if diff := cmp.Diff(ElementSet{Count: 1}, s, ignore); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestElementSetIsEmptyForFramesWithoutElements(t *testing.T) {
	s := setOf(t, Beacon, 0, beaconFixed, strings.Join(beaconElements, ""))
	for _, f := range []*Frame{
		withBody(t, Data, 0, wire("aaaa03 000000 0800")), withBody(t, Beacon, Protected, wire(beaconFixed, "00 01 61")),
	} {
		s.Fill(f)
		if diff := cmp.Diff(ElementSet{}, s); diff != "" {
			t.Errorf("%v: -want +got:\n%s", f.Kind, diff)
		}
	}
}

func TestElementsShorterThanTheirFieldsAreAbsent(t *testing.T) {
	got := setOf(t, ProbeReq, 0, "03 00", "25 02 0106", "3c 03 015106", "3d 01 0b", "c0 02 012a", "ff 00",
		"ff 0b 24 000002 3f 0000 05 03 0f 0f", "dd 03 0050f2", "34 0c 020000000009 00000000 5106", "47 00")
	if diff := cmp.Diff(ElementSet{Count: 10, Vendors: 1, Odd: OddLength, HasMultipleBSSID: true}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestHEOperationSkipsWhatComesBefore6GHz(t *testing.T) {
	for _, element := range []string{
		"ff 0c 24 000002 3f 0000 25 00 00 00 06",
		"ff 0f 24 004002 3f 0000 aaaaaa 25 00 00 00 06",
		"ff 0d 24 008002 3f 0000 aa 25 00 00 00 06",
		"ff 10 24 00c002 3f 0000 aaaaaa aa 25 00 00 00 06",
	} {
		if got := setOf(t, ProbeReq, 0, element); got.HE6GHzPrimary != 37 || got.Channel() != 37 {
			t.Errorf("%s: channel %d", element, got.HE6GHzPrimary)
		}
	}
	if got := setOf(t, ProbeReq, 0, "ff 0c 24 000000 3f 0000 25 00 00 00 06"); got.HE6GHzPrimary != 0 {
		t.Errorf("without 6 GHz information: channel %d", got.HE6GHzPrimary)
	}
}

func TestChannelIsThatOfTheNewestElement(t *testing.T) {
	for _, test := range []struct {
		set  ElementSet
		want uint8
	}{
		{ElementSet{}, 0},
		{ElementSet{DSChannel: 1}, 1},
		{ElementSet{DSChannel: 1, HTPrimary: 6}, 6},
		{ElementSet{DSChannel: 1, HTPrimary: 6, HE6GHzPrimary: 37}, 37},
	} {
		if got := test.set.Channel(); got != test.want {
			t.Errorf("%d, want %d", got, test.want)
		}
	}
}

func TestChannelSwitchOfActionFrames(t *testing.T) {
	csa := ChannelSwitch{Mode: 1, NewChannel: 11, Count: 3}
	if got := setOf(t, Action, 0, "00 04 25 03 01 0b 03"); !got.HasCSA || got.CSA != csa {
		t.Errorf("spectrum management: %+v", got.CSA)
	}
	ecsa := ChannelSwitch{Mode: 1, NewClass: 81, NewChannel: 11, Count: 3}
	if got := setOf(t, Action, 0, "04 04 01 51 0b 03"); !got.HasECSA || got.ECSA != ecsa {
		t.Errorf("public action: %+v", got.ECSA)
	}
	for _, body := range []string{"04 04 01 51 0b", "04 05 01 51 0b 03", "05 04 01 51 0b 03"} {
		if got := setOf(t, Action, 0, body); got.HasECSA {
			t.Errorf("%s: %+v", body, got.ECSA)
		}
	}
	if got := setOf(t, Action, Protected, "04 04 01 51 0b 03"); got.HasECSA {
		t.Errorf("protected: %+v", got.ECSA)
	}
}

func TestNestedSSIDs(t *testing.T) {
	ssid40 := "00 28" + strings.Repeat("41", 40)
	neighbor := "020000000009 00000000 51 06 07"
	for _, test := range []struct {
		name    string
		element string
		want    int
	}{
		{"multiple BSSID", "47 2d 02 00 2a" + ssid40, 40},
		{"multiple BSSID, SSID beyond its profile", "47 06 02 00 03 00 ff 41", 255},
		{"multiple BSSID, profile without", "47 06 02 00 03 01 01 82", 0},
		{"multiple BSSID, other subelement", "47 06 02 01 03 00 01 41", 0},
		{"neighbor report", "34 37" + neighbor + ssid40, 40},
		{"multiple BSSID in a neighbor report", "34 3c" + neighbor + "47 2d 02 00 2a" + ssid40, 40},
		{"beacon request", "26 3a 01 00 05 51 06 0000 0000 00 020000000009" + ssid40, 40},
		{"load request", "26 3a 01 00 03 51 06 0000 0000 00 020000000009" + ssid40, 0},
		{"OWE transition", "dd 33 506f9a1c 020000000009 28" + strings.Repeat("41", 40), 40},
		{"OWE transition, without SSID", "dd 0a 506f9a1c 020000000009", 0},
		{"P2P group", "dd 3a 506f9a09 02 0200 0000 0f 2e00 020000000009" + strings.Repeat("41", 40), 40},
		{"P2P group, beyond the element", "dd 0d 506f9a09 0f ff00 020000000009", 249},
		{"P2P group, too short", "dd 09 506f9a09 0f 0200 0000", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := setOf(t, ProbeReq, 0, test.element)
			if got.NestedSSIDMax != test.want || got.HasSSID || got.Count != 1 {
				t.Errorf("%d, want %d: %+v", got.NestedSSIDMax, test.want, got)
			}
		})
	}
}

func TestParseTIM(t *testing.T) {
	tim, ok := ParseTIM(wire("01 03 03 02 80"))
	want := TIM{DTIMCount: 1, DTIMPeriod: 3, Group: true, FirstAID: 16, Bitmap: wire("02 80")}
	if diff := cmp.Diff(want, tim); !ok || diff != "" {
		t.Errorf("%v, -want +got:\n%s", ok, diff)
	}
	for aid, want := range map[uint16]bool{0: false, 1: false, 16: false, 17: true, 31: true, 32: false, 2007: false} {
		if tim.Has(aid) != want {
			t.Errorf("AID %d: %v", aid, !want)
		}
	}
	if tim, ok := ParseTIM(wire("01 03")); !ok || tim.Group || tim.Has(0) {
		t.Errorf("without bitmap: %v %v", tim, ok)
	}
	if _, ok := ParseTIM(wire("01")); ok {
		t.Error("a TIM without period is none")
	}
}
