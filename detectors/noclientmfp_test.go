package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("NOCLIENTMFP", row{
	kismet: "Reports every association request, also of clients that have management frame protection: it looks at the request before it has read its elements.",
	picket: "Reports a client whose association or reassociation request does without the protection that the access point offers or demands, once a day; if asked, access points without it.",
	holds: []held{
		{"joins-mfp-ft", "a client without management frame protection joins an access point that offers it"},
		{"replayed-m3", "a client without management frame protection joins an access point that offers it"},
		{"aircrack-ng_aircrack-ng/test__pmkid-not-recognized.cap", "a client without management frame protection joins an access point that offers it"},
	},
})

func TestNoClientMFPOfARecordedJoin(t *testing.T) {
	found := replay(t, Config{}, []Spec{noClientMFP}, readCapture(t, "testdata/joins-mfp-ft.pcap.gz"))
	checkOnly(t, found, `Client B8:27:EB:DD:00:44 joins 9C:5C:8E:10:00:01 (SSID "HomeNet") without management frame protection (association request), which the access point offers`)
	for _, f := range found {
		if f.Source.String() != "B8:27:EB:DD:00:44" || f.BSSID.String() != "9C:5C:8E:10:00:01" || f.Channel != "6" {
			t.Errorf("source %s, BSSID %s, channel %s", f.Source, f.BSSID, f.Channel)
		}
	}
}

func TestNoClientMFP(t *testing.T) {
	const ap, station = "e0:63:da:40:00:07", "a4:83:e7:bb:00:99"
	rsn := func(akm, bits byte) []byte {
		e := rsnElement(akm)
		e[len(e)-2] |= bits
		return e
	}
	const capable, required = dot11.RSNMFPCapable, dot11.RSNMFPRequired | dot11.RSNMFPCapable
	short := rsnElement(dot11.AKMPSK) // ends before the capabilities, which is legal
	short = element(dot11.ElementRSN, short[2:len(short)-2]...)
	request := func(kind dot11.Kind, elements ...[]byte) synthetic {
		return synthetic{kind: kind, to: ap, from: station, bssid: ap, capability: dot11.CapESS, sequence: 4, elements: append([][]byte{ssidElement("MFPNet"), ratesElement()}, elements...)}
	}
	for _, test := range []struct {
		name  string
		ap    []byte // RSN element of its beacons; nil: none was heard
		frame synthetic
		want  string
	}{
		{"declined", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, rsn(dot11.AKMPSK, 0)), `Client A4:83:E7:BB:00:99 joins E0:63:DA:40:00:07 (SSID "MFPNet") without management frame protection (association request), which the access point offers`},
		{"declined, FCS", rsn(dot11.AKMPSK, capable), asFCS(request(dot11.AssocReq, rsn(dot11.AKMPSK, 0))), "offers"},
		{"declined on reassociation", rsn(dot11.AKMPSK, capable), request(dot11.ReassocReq, rsn(dot11.AKMPSK, 0)), "(reassociation request), which the access point offers"},
		{"declined, in a short element", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, short), "offers"},
		{"declined although it is demanded", rsn(dot11.AKMSAE, required), request(dot11.AssocReq, rsn(dot11.AKMSAE, 0)), "demands: the access point has to refuse it"},
		{"accepted", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, rsn(dot11.AKMPSK, capable)), ""},
		{"not offered", rsn(dot11.AKMPSK, 0), request(dot11.AssocReq, rsn(dot11.AKMPSK, 0)), ""},
		{"access point not heard", nil, request(dot11.AssocReq, rsn(dot11.AKMPSK, 0)), ""},
		{"joins for WPS, without RSN element", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq), ""},
		{"RSN element cut", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, element(dot11.ElementRSN, 1, 0, 0, 0x0f)), ""},
		{"frame cut in an element", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, rsn(dot11.AKMPSK, 0), []byte{1, 9, 1}), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var frames []captured
			if test.ap != nil {
				frames = append(frames, fakeAP{bssid: ap, ssid: "MFPNet", channel: 6, security: test.ap}.at(dot11.Beacon, 0))
			}
			again := test.frame
			again.sequence = 5
			frames = append(frames, test.frame.capture(epoch.Add(time.Second)), again.capture(epoch.Add(time.Hour)))
			found := replay(t, Config{}, []Spec{noClientMFP}, amid(t, frames))
			if test.want == "" {
				checkOnly(t, found)
			} else {
				checkOnly(t, found, test.want)
			}
		})
	}
}

func TestNoClientMFPTellsOfAccessPointsIfAsked(t *testing.T) {
	frames := fakeAP{bssid: testAP, ssid: "OldNet", channel: 6, security: rsnElement(dot11.AKMPSK)}.beacons(0, 5*time.Second)
	checkOnly(t, replay(t, Config{}, []Spec{noClientMFP}, frames))
	cfg := Config{Options: map[string]map[string]string{"NOCLIENTMFP": {"accesspoints": "1"}}}
	checkOnly(t, replay(t, cfg, []Spec{noClientMFP}, frames), `Access point 9C:5C:8E:10:00:01 (SSID "OldNet") offers no management frame protection`)
}
