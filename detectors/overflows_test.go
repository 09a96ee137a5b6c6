package detectors

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"picket/capture/dot11"
)

func TestQcomExtended(t *testing.T) {
	capabilities := func(n int) []byte { return element(dot11.ElementExtCap, repeat(0x40, n)...) }
	probe := synthetic{kind: dot11.ProbeReq, from: testClient, elements: [][]byte{ssidElement(""), capabilities(90)}}
	testExploits(t, qcomExtended, []exploitTest{
		{"16 octets", beaconWith(capabilities(16)), "with 16 octets of extended capabilities, where no more than 13 are defined: ", true},
		{"15 octets", beaconWith(capabilities(15)), "", false},
		{"the second of two", beaconWith(capabilities(8), capabilities(200)), "with 200 octets", true},
		{"at the beginning", backwards(beaconWith(capabilities(64))), "with 64 octets", true},
		{"probe request", probe, "probe request from ", true},
		{"association response", responseWith(capabilities(30)), "association response from ", true},
	})
	frames := []captured{beaconWith(capabilities(16)).capture(epoch)}
	cfg := Config{Options: map[string]map[string]string{"QCOMEXTENDED": {"octets": "16"}}}
	checkFirst(t, replay(t, cfg, []Spec{qcomExtended}, frames), "")
	cfg.Options["QCOMEXTENDED"]["octets"] = "13"
	checkFirst(t, replay(t, cfg, []Spec{qcomExtended}, frames), "with 16 octets")
}

func TestRSNLoop(t *testing.T) {
	suites := func(declared uint16, there int, suite byte, oui ...byte) []byte {
		b := binary.LittleEndian.AppendUint16(nil, declared)
		for range there {
			b = append(append(b, oui...), suite)
		}
		return b
	}
	ccmp, wlan := []byte{0, 0x0f, 0xac, 4}, []byte{0, 0x0f, 0xac}
	rsn := func(parts ...[]byte) []byte {
		return element(dot11.ElementRSN, slices.Concat(append([][]byte{{1, 0}, ccmp}, parts...)...)...)
	}
	pmkids := func(declared uint16, there int) []byte {
		return append(binary.LittleEndian.AppendUint16([]byte{0, 0}, declared), make([]byte, 16*there)...)
	}
	request := synthetic{kind: dot11.AssocReq, to: testAP, from: testClient, bssid: testAP}
	request.elements = [][]byte{ssidElement("HomeNet"), ratesElement(), rsn(suites(1, 1, 4, wlan...), suites(1, 1, 2, wlan...), pmkids(2, 1))}
	whole := request
	whole.elements = [][]byte{ssidElement("HomeNet"), ratesElement(), rsn(suites(1, 1, 4, wlan...), suites(1, 1, 2, wlan...), pmkids(2, 2))}
	excess := request
	excess.elements = [][]byte{ssidElement("HomeNet"), rsn(suites(1, 1, 4, wlan...), suites(1, 1, 2, wlan...), pmkids(9, 1), repeat(0, 13))}
	wpa := vendor([]byte{0, 0x50, 0xf2, 1, 1, 0, 0, 0x50, 0xf2, 2}, suites(0x0900, 2, 2, 0, 0x50, 0xf2)...)

	testExploits(t, rsnLoop, []exploitTest{
		{"pairwise ciphers", beaconWith(rsn(suites(0xffff, 3, 4, wlan...))), "its RSN element counts 65535 pairwise ciphers and has room for 3: ", false},
		{"one cipher too many", beaconWith(rsn(suites(4, 3, 4, wlan...))), "counts 4 pairwise ciphers and has room for 3", false},
		{"key managements", beaconWith(rsn(suites(1, 1, 4, wlan...), suites(1025, 2, 2, wlan...))), "counts 1025 key managements and has room for 2", false},
		{"PMKIDs, of a client", request, "association request from ", false},
		{"and how many", request, "counts 2 PMKIDs and has room for 1", false},
		{"and octets behind them", backwards(excess), "counts 9 PMKIDs and has room for 1", false},
		{"WPA", beaconWith(wpa), "its WPA element counts 2304 pairwise ciphers and has room for 2", false},
		{"at the beginning", backwards(beaconWith(wpa)), "its WPA element counts 2304", false},
		{"authentication", synthetic{kind: dot11.Auth, from: testAP, body: []byte{2, 0, 2, 0, 0, 0}, elements: [][]byte{rsn(suites(99, 1, 4, wlan...))}}, "authentication from ", false},
		{"PMKIDs that are there", whole, "", false},
		{"many ciphers that are there", beaconWith(rsn(suites(60, 60, 4, wlan...))), "", false},
		{"an element that just ends", beaconWith(rsn(suites(1, 1, 4, wlan...))), "", false},
		{"another vendor's", beaconWith(vendor([]byte{0, 0x10, 0x18, 1, 1, 0, 0, 0x50, 0xf2, 2}, suites(0x0900, 0, 2)...)), "", false},
	})
}

func TestRTLWiFiP2P(t *testing.T) {
	attribute := func(id byte, declared int, there int) []byte {
		return append(binary.LittleEndian.AppendUint16([]byte{id}, uint16(declared)), repeat(1, there)...)
	}
	p2p := func(parts ...[]byte) []byte { return vendor(p2pHead, slices.Concat(parts...)...) }
	noa := func(n int) []byte { return attribute(12, n, n) }
	capability := attribute(2, 2, 2)
	public := []byte{dot11.CategoryPublic, dot11.PublicVendor, 0x50, 0x6f, 0x9a, 9, 6, 1}
	own := []byte{dot11.CategoryVendor, 0x50, 0x6f, 0x9a, 9, 0, 0}
	display := actionWith([]byte{dot11.CategoryVendor, 0x50, 0x6f, 0x9a, 10, 0, 0}, p2p(noa(80)))

	testExploits(t, rtlWiFiP2P, []exploitTest{
		{"three absences", beaconWith(p2p(capability, noa(41))), "with a Wi-Fi Direct notice of absence of 41 octets, where drivers expect no more than 28: ", false},
		{"at the beginning", backwards(beaconWith(p2p(noa(132), capability))), "notice of absence of 132 octets", false},
		{"two absences", beaconWith(p2p(capability, noa(28))), "", false},
		{"probe response", synthetic{kind: dot11.ProbeResp, from: testAP, to: testClient, elements: [][]byte{ssidElement("DIRECT-"), p2p(noa(67))}}, "probe response from ", false},
		{"association response", responseWith(p2p(noa(67))), "association response from ", false},
		{"public action", actionWith(public, p2p(capability, noa(41))), "action from ", false},
		{"P2P action", actionWith(own, p2p(noa(41))), "notice of absence of 41 octets", false},
		{"action of Wi-Fi Display", display, "", false},
		{"longer than the element", beaconWith(p2p(attribute(12, 20, 7))), "of 20 octets, where drivers expect no more than 28, of which 7 are there", false},
		{"another attribute, longer than the element", beaconWith(p2p(attribute(13, 600, 9))), "with a Wi-Fi Direct attribute 13 of 600 octets, of which 9 are there", false},
		{"continued in the next element", beaconWith(p2p(attribute(13, 20, 7)), dsElement(6), p2p(repeat(1, 13))), "", false},
		{"continued, and too long", beaconWith(p2p(attribute(12, 30, 7)), p2p(repeat(1, 23))), "notice of absence of 30 octets", false},
		{"another vendor's", beaconWith(vendor([]byte{0x50, 0x6f, 0x9a, 10}, noa(41)...)), "", false},
	})
}

func TestWMMOverflow(t *testing.T) {
	wmm := func(subtype byte, n int) []byte {
		return vendor(wmmHead, append([]byte{subtype, 1}, repeat(0, n-6)...)...)
	}
	request := synthetic{kind: dot11.AssocReq, to: testAP, from: testClient, bssid: testAP, elements: [][]byte{ssidElement("HomeNet"), wmm(0, 60)}}
	testExploits(t, wmmOverflow, []exploitTest{
		{"association response", responseWith(wmm(1, 60)), "association response from ", true},
		{"what it says", responseWith(wmm(1, 60)), "with a WMM element (subtype 1) of 60 octets, where it has at most 24: an attempt to overflow the memory of receivers (Broadpwn", true},
		{"before the rates", backwards(responseWith(wmm(1, 200))), "of 200 octets", true},
		{"beacon", beaconWith(wmm(1, 25)), "(subtype 1) of 25 octets, where it has at most 24", true},
		{"information", beaconWith(wmm(0, 8)), "(subtype 0) of 8 octets, where it has at most 7", true},
		{"client", request, "association request from ", true},
		{"traffic specification", actionWith([]byte{dot11.CategoryWMM, 1, 1, 0}, wmm(2, 62)), "(subtype 2) of 62 octets, where it has at most 61", true},
		{"parameters as they are", responseWith(wmm(1, 24)), "", false},
		{"information as it is", beaconWith(wmm(0, 7)), "", false},
		{"traffic specification as it is", responseWith(wmm(2, 61)), "", false},
		{"another type", beaconWith(vendor([]byte{0, 0x50, 0xf2, 4}, repeat(1, 200)...)), "", false},
		{"without a subtype", beaconWith(vendor(wmmHead)), "", false},
	})
}

func TestWMMTSpec(t *testing.T) {
	tspecs := func(n int) (list [][]byte) {
		for i := range n {
			list = append(list, vendor(wmmHead, append([]byte{2, 1, byte(i)}, repeat(0, 54)...)...))
		}
		return list
	}
	reassociation := responseWith(tspecs(6)...)
	reassociation.kind = dot11.ReassocResp
	mixed := append(tspecs(3), vendor(wmmHead, 1, 1), vendor(wmmHead, 0, 1, 0))
	for _, n := range []int{5, 20} {
		testExploits(t, wmmTSpec, []exploitTest{
			{"association response", responseWith(tspecs(n)...), fmt.Sprintf("with %d WMM traffic specifications, where at most 4 make sense: ", n), true},
		})
	}
	testExploits(t, wmmTSpec, []exploitTest{
		{"reassociation response", reassociation, "reassociation response from ", true},
		{"admission control", actionWith([]byte{dot11.CategoryWMM, 1, 1, 0}, tspecs(5)...), "action from ", true},
		{"admission control of the standard", actionWith([]byte{dot11.CategoryQoS, 1, 1, 0, 0}, tspecs(5)...), "action from ", true},
		{"one for each category", responseWith(tspecs(4)...), "", false},
		{"with other elements of WMM", responseWith(mixed...), "", false},
	})
}
