package detectors

import (
	"testing"

	"picket/capture/dot11"
)

func TestBadFixLenIE(t *testing.T) {
	of := func(id byte, n int) []byte { return element(id, repeat(6, n)...) }
	extension := func(id byte, n int) []byte {
		return element(dot11.ElementExtension, append([]byte{id}, repeat(0, n)...)...)
	}
	probe := synthetic{kind: dot11.ProbeReq, from: testClient, elements: [][]byte{ssidElement(""), ratesElement(), of(dot11.ElementDS, 2)}}
	cut := beaconWith(of(dot11.ElementDS, 4))
	cut.elements = append(cut.elements, []byte{dot11.ElementVendor, 200, 1, 2, 3})

	testExploits(t, badFixLenIE, []exploitTest{
		{"channel of four octets", beaconWith(of(dot11.ElementDS, 4)), " to FF:FF:FF:FF:FF:FF: element 3 of 4 octets at offset 101, where the standard has 1: ", false},
		{"as the first element", backwards(beaconWith(of(dot11.ElementDS, 4))), "element 3 of 4 octets at offset 36, where the standard has 1", false},
		{"before an element that is cut", cut, "element 3 of 4 octets", false},
		{"channel without one", beaconWith(of(dot11.ElementDS, 0)), "element 3 of 0 octets", false},
		{"traffic map, short", beaconWith(of(dot11.ElementTIM, 3)), "element 5 of 3 octets", false},
		{"traffic map, long", beaconWith(of(dot11.ElementTIM, 254)), "", false},
		{"HT capabilities, long", beaconWith(of(dot11.ElementHTCap, 27)), "where the standard has 26", false},
		{"HT capabilities", beaconWith(of(dot11.ElementHTCap, 26)), "", false},
		{"BSS load of old", beaconWith(of(dot11.ElementBSSLoad, 4)), "", false},
		{"integrity, long", beaconWith(of(dot11.ElementMMIE, 40)), "where the standard has 16 to 24", false},
		{"mobility domain in an association response", responseWith(of(dot11.ElementMobilityDomain, 2)), "association response from ", false},
		{"channel in a probe request", probe, "probe request from ", false},
		{"channel switch in an action frame", actionWith([]byte{dot11.CategorySpectrum, dot11.SpectrumChannelSwitch}, of(dot11.ElementCSA, 2)), "action from ", false},
		{"6 GHz capabilities", beaconWith(extension(59, 3)), "element 255, extension 59, of 3 octets", false},
		{"6 GHz capabilities, right", beaconWith(extension(59, 2)), "", false},
		{"SSID", beaconWith(of(dot11.ElementSSID, 200)), "", false},
		{"an element without a rule", beaconWith(of(9, 200)), "", false},
		{"an element that is cut", beaconWith([]byte{dot11.ElementDS, 1}), "", false},
	})
}
