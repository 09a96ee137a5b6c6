package detectors

import (
	"testing"

	"picket/capture/dot11"
)

func TestAirJackSSID(t *testing.T) {
	named := func(kind dot11.Kind, name string) synthetic {
		return synthetic{kind: kind, from: "00:02:2d:10:00:10", to: testClient, elements: [][]byte{ratesElement(), ssidElement(name), dsElement(1)}}
	}
	testExploits(t, airJackSSID, []exploitTest{
		{"beacon", named(dot11.Beacon, "AirJack"), `beacon from `, true},
		{"probe response", named(dot11.ProbeResp, "AirJack"), `with SSID "AirJack", which the AirJack attack driver comes with`, true},
		{"small letters", named(dot11.Beacon, "airjack"), `with SSID "airjack"`, true},
		{"a longer name", named(dot11.Beacon, "AirJack2"), "", false},
		{"another of that length", named(dot11.Beacon, "AirHack"), "", false},
		{"padded", named(dot11.Beacon, "AirJack\x00"), "", false},
		{"looked for", named(dot11.ProbeReq, "AirJack"), "", false},
	})
}
