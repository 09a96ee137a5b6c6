package detectors

import (
	"testing"

	"picket/capture/dot11"
)

func TestSecurityIsTheWeakestThatIsOffered(t *testing.T) {
	rsn := func(pairwise byte, akms ...byte) []byte {
		body := []byte{1, 0, 0x00, 0x0f, 0xac, pairwise, 1, 0, 0x00, 0x0f, 0xac, pairwise, byte(len(akms)), 0}
		for _, akm := range akms {
			body = append(body, 0x00, 0x0f, 0xac, akm)
		}
		return element(dot11.ElementRSN, body...)
	}
	const ccmp, tkip, wep40 = 4, 2, 1
	for _, tc := range []struct {
		name     string
		privacy  bool
		elements [][]byte
		want     Security
	}{
		{"nothing", false, nil, SecurityOpen},
		{"privacy bit alone", true, nil, SecurityWEP},
		{"OWE transition", false, [][]byte{oweTransition("02:00:00:00:00:02", "sister")}, SecurityOpen},
		{"RSN with WEP", true, [][]byte{rsn(wep40, 2)}, SecurityWEP},
		{"WPA", true, [][]byte{wpaElement()}, SecurityWPA},
		{"WPA and WPA2", true, [][]byte{rsn(ccmp, 2), wpaElement()}, SecurityWPA},
		{"RSN with TKIP", true, [][]byte{rsn(tkip, 2)}, SecurityWPA},
		{"WPA2 personal", true, [][]byte{rsn(ccmp, 2)}, SecurityWPA2},
		{"WPA2 enterprise", true, [][]byte{rsn(ccmp, 1)}, SecurityWPA2},
		{"WPA2 and WPA3", true, [][]byte{rsn(ccmp, 2, 8)}, SecurityWPA2},
		{"SAE", true, [][]byte{rsn(ccmp, 8)}, SecurityWPA3},
		{"SAE with fast transition", true, [][]byte{rsn(ccmp, 8, 9)}, SecurityWPA3},
		{"SAE whose hash depends on the group", true, [][]byte{rsn(ccmp, 24)}, SecurityWPA3},
		{"Suite B", true, [][]byte{rsn(9, 12)}, SecurityWPA3},
		{"OWE", true, [][]byte{rsn(ccmp, 18)}, SecurityWPA3},
		{"RSN that says no more than its version", true, [][]byte{element(dot11.ElementRSN, 1, 0)}, SecurityWPA2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			capability := dot11.CapESS
			if tc.privacy {
				capability |= dot11.CapPrivacy
			}
			c := synthetic{kind: dot11.Beacon, from: "02:00:00:00:00:01", capability: capability, elements: tc.elements}.capture(epoch)
			var f dot11.Frame
			if defect := f.Parse(c.link, c.data); defect != dot11.Sound {
				t.Fatalf("defect: %v", defect)
			}
			var es dot11.ElementSet
			es.Fill(&f)
			if got := securityOf(capability, &es); got != tc.want {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}
