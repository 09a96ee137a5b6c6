package dot11

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Elements with the attributes that splitAttributes names: in one element, in
// two with other elements between, and with the header divided.
var splitP2P = []string{
	"dd 10 506f9a09 02 0200 0102 0c 0400 01020304",
	"dd 0d 506f9a09 02 0200 0102 0c 0400 01 00 01 61 dd 07 506f9a09 020304",
	"dd 0a 506f9a09 02 0200 0102 0c dd 04 506f9a09 dd 0a 506f9a09 0400 01020304",
}

type attribute struct {
	ID           uint8
	Length, Have int
}

func attributesOf(f *Frame) (list []attribute) {
	walk := f.P2PAttributes()
	for walk.Next() {
		list = append(list, attribute{walk.ID, walk.Length, walk.Have})
	}
	return list
}

func TestP2PAttributesContinueInTheNextElement(t *testing.T) {
	want := []attribute{{2, 2, 2}, {P2PNoticeOfAbsence, 4, 4}}
	for _, elements := range splitP2P {
		got := attributesOf(withBody(t, ProbeReq, 0, wire(elements)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", elements, diff)
		}
	}
}

func TestP2PAttributesThatAreCut(t *testing.T) {
	for elements, want := range map[string][]attribute{
		"dd 0a 506f9a09 0c 0500 010203":          {{P2PNoticeOfAbsence, 5, 3}},
		"dd 07 506f9a09 0c ffff":                 {{P2PNoticeOfAbsence, 65535, 0}},
		"dd 06 506f9a09 0c 05":                   nil,
		"dd 04 506f9a09":                         nil,
		"dd 03 506f9a":                           nil,
		"dd 0a 506f9a0a 0c 0500 010203":          nil, // Wi-Fi Display
		"dd 0a 0050f209 0c 0500 010203 00 01 61": nil,
	} {
		got := attributesOf(withBody(t, ProbeReq, 0, wire(elements)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", elements, diff)
		}
	}
}

// The elements of Wi-Fi Direct's action frames stand after type, subtype and
// dialog token (Wi-Fi Direct Specification, 4.2.9 and 4.2.10).
func TestActionFramesOfP2P(t *testing.T) {
	want := []attribute{{2, 2, 2}, {P2PNoticeOfAbsence, 4, 4}}
	for name, body := range map[string]string{
		"public":                  "04 09 506f9a 09 00 01",
		"protected public":        "09 09 506f9a 09 00 01",
		"vendor specific":         "7f 506f9a 09 00 01",
		"vendor specific, return": "7e 506f9a 09 00 01",
	} {
		got := attributesOf(withBody(t, Action, 0, wire(body, splitP2P[0])))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
	for _, body := range []string{"04 09 506f9a 1a 00 01", "7f 506f9a 0a 00 01", "7f 00e04c 09 00 01", "04 09 506f9a"} {
		if got := attributesOf(withBody(t, Action, 0, wire(body, splitP2P[0]))); got != nil {
			t.Errorf("%s: %v", body, got)
		}
	}
}

func TestOddP2P(t *testing.T) {
	noa := func(declared string, octets int) string { return "0c " + declared + strings.Repeat("00", octets) }
	for attributes, want := range map[string]Oddities{
		noa("1c00", 28):                      0,
		noa("1d00", 29):                      OddP2P,
		noa("1c00", 27):                      OddP2P,
		"02 0200 0102" + noa("2900", 41):     OddP2P,
		"02 3000" + strings.Repeat("aa", 48): 0,
		"dd ffff 00":                         OddP2P,
		"02 0200 0102 0c":                    0,
	} {
		data := wire("506f9a09", attributes)
		got := setOf(t, ProbeResp, 0, beaconFixed, "dd", string("0123456789abcdef"[len(data)>>4])+string("0123456789abcdef"[len(data)&15]), "506f9a09", attributes)
		if got.Odd != want {
			t.Errorf("%s: %b, want %b", attributes, got.Odd, want)
		}
	}
}
