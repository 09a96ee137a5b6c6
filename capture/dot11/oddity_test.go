package dot11

import (
	"fmt"
	"strings"
	"testing"
)

// octets is n times the octet ee, in hex.
func octets(n int) string { return strings.Repeat("ee", n) }

// withLength is an element of n octets in hex, which begin with data.
func withLength(id, n int, data string) string {
	return fmt.Sprintf("%02x %02x %s%s", id, n, data, octets(n-len(wire(data))))
}

func TestOddities(t *testing.T) {
	const rsn, wmm, neighbor = "0100 000fac04", "0050f202", "020000000009 00000000"
	for _, test := range []struct {
		name     string
		elements string
		want     Oddities
	}{
		{"none at all", "", 0},
		{"usual ones", strings.Join(beaconElements, ""), 0},
		{"element cut", "00 20 41", OddEnd},
		{"header cut", "01 01 82 00", OddEnd},
		{"DS parameters, too long", "03 02 0102", OddLength},
		{"DS parameters, too short", "03 00", OddLength},
		{"HT capabilities, too short", withLength(45, 25, ""), OddLength},
		{"TIM, too short", withLength(5, 3, ""), OddLength},
		{"SSID", withLength(0, 32, ""), 0},
		{"SSID, too long", withLength(0, 33, ""), OddSSID},
		{"unknown element of any length", withLength(9, 255, "") + "09 00", 0},
		{"HE 6 GHz band capabilities", withLength(255, 3, "3b"), 0},
		{"HE 6 GHz band capabilities, too long", withLength(255, 4, "3b"), OddLength},
		{"pairwise ciphers overcounted", withLength(48, 12, rsn+"0200 000fac04"), OddSuites},
		{"in a second RSN element", withLength(48, 12, rsn+"0100 000fac04") + withLength(48, 12, rsn+"ffff 000fac04"), OddSuites},
		{"RSN element that just ends", withLength(48, 11, rsn+"0000 0000 00"), 0},
		{"suites of WPA overcounted", withLength(221, 12, "0050f201 0100 0050f202 0500"), OddSuites},
		{"rates, old", withLength(1, 16, ""), 0},
		{"rates, too long", withLength(1, 17, ""), OddRates},
		{"second rates", withLength(1, 8, "") + withLength(1, 8, ""), 0},
		{"second rates, too long", withLength(1, 8, "") + withLength(1, 9, ""), OddRates},
		{"extended rates", withLength(50, 32, ""), 0},
		{"extended rates, too long", withLength(50, 33, ""), OddRates},
		{"WMM information", withLength(221, 7, wmm+"00"), 0},
		{"WMM information, too long", withLength(221, 8, wmm+"00"), OddWMM},
		{"WMM parameters", withLength(221, 24, wmm+"01"), 0},
		{"WMM parameters, too long", withLength(221, 25, wmm+"01"), OddWMM},
		{"WMM traffic specifications", strings.Repeat(withLength(221, 61, wmm+"02"), 4), 0},
		{"too many", strings.Repeat(withLength(221, 61, wmm+"02"), 5), OddTSPECs},
		{"WMM traffic specification, too long", withLength(221, 62, wmm+"02"), OddWMM},
		{"WMM of another kind, too long", withLength(221, 62, wmm+"07"), OddWMM},
		{"WMM without a kind", withLength(221, 4, wmm), 0},
		{"extended capabilities", withLength(127, 13, ""), 0},
		{"extended capabilities, too long", withLength(127, 14, ""), OddExtCap},
		{"neighbor on the last channel of 5 GHz", withLength(52, 13, neighbor+"73 c4"), 0},
		{"neighbor on a channel beyond", withLength(52, 13, neighbor+"73 c5"), OddChannel},
		{"neighbor on the last channel of 6 GHz", withLength(52, 13, neighbor+"83 e9"), 0},
		{"neighbor on a channel beyond that", withLength(52, 13, neighbor+"83 ea"), OddChannel},
		{"beacon report", withLength(39, 29, "01 00 05 51 06"), 0},
		{"beacon report of channel 255", withLength(39, 29, "01 00 05 51 ff"), OddChannel},
		{"beacon report that was refused", withLength(39, 5, "01 04 05 51 ff"), 0},
		{"channel load report", withLength(39, 29, "01 00 03 51 ff"), 0},
		{"many elements", strings.Repeat(withLength(221, 218, ""), 5), 0},
		{"too many elements", strings.Repeat(withLength(221, 218, ""), 5) + "09 00", OddSize},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := setOf(t, Beacon, 0, beaconFixed, test.elements); got.Odd != test.want || got.FixedCut {
				t.Errorf("%b, want %b", got.Odd, test.want)
			}
		})
	}
}

func TestFixedFieldsThatAreCut(t *testing.T) {
	least := map[Kind]int{
		AssocReq: 4, AssocResp: 6, ReassocReq: 10, ReassocResp: 6, ProbeReq: 0, ProbeResp: 12, TimingAdv: 10,
		Beacon: 12, Disassoc: 2, Auth: 6, Deauth: 2, Action: 2, ActionNoAck: 2,
	}
	for kind, n := range least {
		body := make([]byte, n) // in an authentication frame, open system
		if kind == Action || kind == ActionNoAck {
			body[0] = CategoryVHT // the elements of which are not looked for
		}
		if got := setOf(t, kind, 0, fmt.Sprintf("%x", body)); got.FixedCut || got.Odd != 0 {
			t.Errorf("%v of %d octets: %+v", kind, n, got)
		}
		if n == 0 {
			continue
		}
		if got := setOf(t, kind, 0, fmt.Sprintf("%x", body[:n-1])); !got.FixedCut || got.Odd != OddEnd {
			t.Errorf("%v of %d octets: %+v", kind, n-1, got)
		}
		for _, flags := range []Flags{Protected, MoreFragments} {
			if got := setOf(t, kind, flags, fmt.Sprintf("%x", body[:n-1])); got.FixedCut {
				t.Errorf("%v with flags %#x: cut", kind, flags)
			}
		}
	}
	if got := setOf(t, Action, 0, "0a 07 01 10 0000 00 ff 61"); !got.FixedCut { // BTM request, URL of 255 octets
		t.Errorf("URL beyond the frame: %+v", got)
	}
}

func TestOddElementsHaveARange(t *testing.T) {
	for id := range 256 {
		for ext := range 256 {
			if l := ElementLengths(uint8(id), uint8(ext)); l.Min > l.Max {
				t.Errorf("element %d, %d: %+v", id, ext, l)
			}
		}
	}
}

func TestWMMIsToldFromOtherVendors(t *testing.T) {
	for _, element := range []string{"01 05 0050f20201", "dd 05 0050f20401", "dd 05 00e04c0201", "dd 03 0050f2", "dd 04 0050f202"} {
		es := ElementsOf(wire(element))
		es.Next()
		if subtype, most, ok := es.WMM(); ok {
			t.Errorf("%s: subtype %d of %d octets", element, subtype, most)
		}
	}
	es := ElementsOf(wire("dd 05 0050f20202"))
	es.Next()
	if subtype, most, ok := es.WMM(); !ok || subtype != WMMTrafficSpec || most != 61 {
		t.Errorf("subtype %d of %d octets, %v", subtype, most, ok)
	}
}
