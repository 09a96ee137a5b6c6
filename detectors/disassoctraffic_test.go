package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("DISASSOCTRAFFIC", row{
	kismet: "No longer there; before 2013 it reported data of a source within ten seconds of its dismissal.",
	picket: "Reports three data frames between the two, either way, if nobody has joined anew and nothing was missed.",
	holds: []held{
		{"disassoc-aireplay", "aireplay-ng -0 against a station that stays"},
		{"lab/deauth-mdk4", "mdk4 d, which stations survive"},
		{"lab/evil-twin", "a second hostapd with the BSSID of the access point, which dismisses all stations as it starts"},
		{"lab/pmkid", "hcxdumptool, single frames to all stations"},
	},
})

func TestDisassocTraffic(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	const other = "f0:18:98:cc:00:33"
	beacons := home.beacons(0, 20*s)
	mfp := changedHome(func(ap *fakeAP) { ap.security = rsnMFP() }).beacons(0, 20*s)
	type frame = synthetic
	at := func(moment time.Duration, f frame) []captured { return []captured{f.capture(epoch.Add(moment))} }
	leaves := frame{kind: dot11.Deauth, to: testAP, from: testClient, bssid: testAP, body: []byte{3, 0}}
	thrown := frame{kind: dot11.Disassoc, to: testClient, from: testAP, body: []byte{8, 0}}
	all := frame{kind: dot11.Deauth, from: testAP, body: []byte{7, 0}}
	with := func(f frame, change func(*frame)) frame { change(&f); return f }
	up := frame{kind: dot11.QoSData, flags: dot11.ToDS | dot11.Protected, to: testAP, from: testClient, bssid: "02:00:00:00:00:99", qos: []byte{0, 0}, body: make([]byte, 40)}
	down := frame{kind: dot11.Data, flags: dot11.FromDS | dot11.Protected, to: testClient, from: testAP, bssid: "02:00:00:00:00:99", body: make([]byte, 40)}
	data := func(f frame, n int, from, every time.Duration) []captured {
		return series(n, from, every, func(i int) synthetic { f.sequence = uint16(i); return f })
	}
	auth := frame{kind: dot11.Auth, to: testAP, from: testClient, bssid: testAP, body: []byte{0, 0, 1, 0, 0, 0}}
	assoc := frame{kind: dot11.ReassocResp, to: testClient, from: testAP, body: []byte{1, 0, 0, 0, 1, 0xc0}}
	eapol := frame{kind: dot11.Data, flags: dot11.ToDS, to: testAP, from: testClient, bssid: testAP, body: []byte{0xaa, 0xaa, 3, 0, 0, 0, 0x88, 0x8e, 2, 3, 0, 95}}
	forOther := with(auth, func(f *frame) { f.from = other })

	const forged = "Deauthentication (reason 3 (leaving the network)) in the name of station 3C:22:FB:AA:00:11 was forged: 500ms later it still sends data to access point 9C:5C:8E:10:00:01 ('HomeNet'), 3 frames so far"
	for _, tc := range []struct {
		name   string
		frames [][]captured
		want   string
	}{
		{"a station that goes on", [][]captured{beacons, at(5*s, leaves), data(up, 20, 5100*ms, 200*ms)}, forged},
		{"an access point that goes on", [][]captured{beacons, at(5*s, thrown), data(down, 20, 5200*ms, 200*ms)}, "Disassociation (reason 8 (leaving the BSS)) in the name of access point 9C:5C:8E:10:00:01 ('HomeNet') was forged: 600ms later it still sends data to station 3C:22:FB:AA:00:11"},
		{"an access point that goes on after it has bidden all farewell", [][]captured{beacons, at(5*s, all), data(down, 20, 5200*ms, 200*ms)}, "Deauthentication of all stations (reason 7"},
		{"a flood of them", [][]captured{beacons, data(leaves, 200, 5*s, 10*ms), data(up, 20, 5*s+ms, 20*ms)}, "was forged: 141ms later"},
		{"without beacons", [][]captured{at(5*s, leaves), data(up, 20, 5200*ms, 200*ms)}, "was forged"},
		{"MFP, not protected", [][]captured{mfp, at(5*s, leaves), data(up, 20, 5200*ms, 200*ms)}, "was forged"},
		{"another station joins", [][]captured{beacons, at(5*s, leaves), at(5050*ms, forOther), data(up, 20, 5200*ms, 200*ms)}, "was forged"},

		{"leaves", [][]captured{beacons, data(up, 20, s, 200*ms), at(5*s, leaves)}, ""},
		{"stragglers", [][]captured{beacons, at(5*s, leaves), data(up, 9, 5*s+ms, 10*ms)}, ""},
		{"two frames", [][]captured{beacons, at(5*s, leaves), data(up, 2, 5200*ms, 200*ms)}, ""},
		{"repetitions", [][]captured{beacons, at(5*s, leaves), data(with(up, func(f *frame) { f.flags |= dot11.Retry }), 9, 5200*ms, 20*ms)}, ""},
		{"null frames", [][]captured{beacons, at(5*s, leaves), data(with(up, func(f *frame) { f.kind, f.body = dot11.QoSNull, nil }), 9, 5200*ms, 200*ms)}, ""},
		{"authenticates anew", [][]captured{beacons, at(5*s, leaves), at(5100*ms, auth), data(up, 20, 5200*ms, 200*ms)}, ""},
		{"associates anew", [][]captured{beacons, at(5*s, thrown), at(5100*ms, assoc), data(down, 20, 5200*ms, 200*ms)}, ""},
		{"shakes hands anew", [][]captured{beacons, at(5*s, leaves), at(5100*ms, eapol), data(up, 20, 5200*ms, 200*ms)}, ""},
		{"joins anew after all were bidden farewell", [][]captured{beacons, at(5*s, all), at(5100*ms, auth), data(down, 20, 5200*ms, 200*ms)}, ""},
		{"long after", [][]captured{beacons, at(5*s, leaves), data(up, 20, 15100*ms, 200*ms)}, ""},
		{"long after, when another has just left", [][]captured{beacons, at(5*s, leaves), at(15*s, with(leaves, func(f *frame) { f.from = other })), data(up, 20, 15100*ms, 200*ms)}, ""},
		{"the other side goes on", [][]captured{beacons, at(5*s, leaves), data(down, 20, 5200*ms, 200*ms)}, ""},
		{"the station does not believe it", [][]captured{beacons, at(5*s, thrown), data(up, 20, 5200*ms, 200*ms)}, ""},
		{"to all, as broadcast", [][]captured{beacons, at(5*s, all), data(with(down, func(f *frame) { f.to = "ff:ff:ff:ff:ff:ff" }), 20, 5200*ms, 200*ms)}, ""},
		{"another station goes on", [][]captured{beacons, at(5*s, leaves), data(with(up, func(f *frame) { f.from = other }), 20, 5200*ms, 200*ms)}, ""},
		{"MFP, protected", [][]captured{mfp, at(5*s, with(leaves, func(f *frame) { f.flags = dot11.Protected })), data(up, 20, 5200*ms, 200*ms)}, ""},
		{"MFP, with MMIE", [][]captured{mfp, at(5*s, with(all, func(f *frame) { f.body = append([]byte{3, 0}, element(dot11.ElementMMIE, make([]byte, 16)...)...) })), data(down, 20, 5200*ms, 200*ms)}, ""},
		{"heard while hopping", [][]captured{dwell(air(beacons, at(5*s, leaves), at(5300*ms, auth), data(up, 40, 5400*ms, 100*ms)), 0, 250*ms, time.Second)}, ""},
		{"bridged by a wireless link", [][]captured{beacons, at(5*s, leaves), data(with(up, func(f *frame) { f.flags = dot11.ToDS | dot11.FromDS; f.body = make([]byte, 46) }), 20, 5200*ms, 200*ms)}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{disassocTraffic}, air(tc.frames...))
			checkFirst(t, found, tc.want)
			if tc.want == "" {
				return
			}
			f := found[0]
			sides := []string{strings.ToUpper(testAP), strings.ToUpper(testClient)}
			if len(found) != 1 || f.BSSID.String() != sides[0] || f.Source.String()+f.Dest.String() != sides[0]+sides[1] && f.Source.String()+f.Dest.String() != sides[1]+sides[0] || len(f.Evidence) < 4 {
				t.Errorf("BSSID %s, source %s, destination %s, %d frames of evidence: %q", f.BSSID, f.Source, f.Dest, len(f.Evidence), told(found))
			}
		})
	}
}

func TestRecordedDisassocTraffic(t *testing.T) {
	checkRecorded(t, disassocTraffic, map[string]string{
		"disassoc-aireplay": "Deauthentication (reason 7 (class 3 frame of a station that is not associated)) in the name of station 3C:22:FB:AA:00:11 was forged: 760ms later it still sends data",
		"clean-joins":       "", "clean-restart": "", "clean-switches-and-restart": "",
	})
}
