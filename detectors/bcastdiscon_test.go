package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("BCASTDISCON", row{
	kismet: "Reports every deauthentication or disassociation to ff:ff:ff:ff:ff:ff, also those that access points send when they start or stop, and those with an MMIE.",
	picket: "Leaves out what an access point sends as it goes away or comes up; reports frames without the MMIE that is due, repetitions, and those after which the access point simply goes on.",
	holds: []held{
		{"bcastdiscon-hcxdumptool", "hcxdumptool, single frames to all stations of a WPA2 and of a WPA3 network"},
		{"deauth-aireplay", "aireplay-ng -0 against all stations"},
		{"lab/airbase-twin", "aireplay-ng -0 against all stations, to push them to the twin"},
		{"lab/deauth-aireplay", "aireplay-ng -0 against all stations"},
		{"lab/evil-twin", "aireplay-ng -0 against all stations, to push them to the twin"},
		{"lab/handshake", "besside-ng, single frames to all stations"},
		{"lab/pmkid", "hcxdumptool, single frames to all stations"},
	},
})

func TestBcastDisconOfRealTools(t *testing.T) {
	for capture, want := range map[string][]string{
		"deauth-aireplay": {
			`Broadcast deauthentication of all stations of 9C:5C:8E:10:00:01 (SSID "HomeNet"): 4 frames, reason 7|4 or more within 10 s`,
			`9C:5C:8E:10:00:01`,
			`reason 200`,
		},
		"bcastdiscon-hcxdumptool": {
			`D8:07:B6:20:00:02 (SSID "OfficeNet")|without the integrity element`,
			`D8:07:B6:20:00:02 (SSID "OfficeNet")|without the integrity element`,
			`9C:5C:8E:10:00:01 (SSID "HomeNet")|goes on as before`,
			`D8:07:B6:20:00:02`, `9C:5C:8E:10:00:01`, `D8:07:B6:20:00:02`, `9C:5C:8E:10:00:01`,
		},
		"clean-restart":      nil,
		"clean-joins":        nil,
		"clean-reconfigured": nil, // other interval and protection
	} {
		t.Run(capture, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{bcastDiscon}, readCapture(t, "testdata/"+capture+".pcap.gz"))
			if len(found) != len(want) {
				t.Errorf("%d findings, want %d", len(found), len(want))
			}
			for i, f := range found {
				if i >= len(want) {
					t.Errorf("also found: %s", f.Text)
					continue
				}
				for _, part := range strings.Split(want[i], "|") {
					if !strings.Contains(f.Text, part) {
						t.Errorf("finding %d: %s\nwants %q", i, f.Text, part)
					}
				}
				if f.Dest != dot11.Broadcast || f.Source != f.BSSID || len(f.Evidence) == 0 {
					t.Errorf("finding %d: %s to %s, %d frames of evidence", i, f.Source, f.Dest, len(f.Evidence))
				}
			}
		})
	}
}

func TestBcastDisconTellsForgeryFromAnAccessPointThatGoesAway(t *testing.T) {
	const at = 10 * time.Second // when the frames come
	ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}
	mfp := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6, security: rsnMFP()}
	restarted := func(ap fakeAP, when time.Duration) fakeAP { ap.started = when; return ap }
	renamed, moved, open := ap, ap, ap
	renamed.ssid = "HomeNet2"
	moved.channel = 11
	secured := ap
	secured.security = rsnElement(2)
	announces := ap
	announces.extra = [][]byte{csaElement(11, 5)}
	frames := func(n int, every time.Duration) []captured {
		return series(n, at, every, func(i int) synthetic {
			return synthetic{kind: dot11.Deauth, from: testAP, sequence: uint16(i), body: []byte{3, 0}}
		})
	}
	multicast := series(1, at, 0, func(int) synthetic {
		return synthetic{kind: dot11.Disassoc, to: "01:00:5e:00:00:01", from: testAP, body: []byte{3, 0}}
	})
	later := series(1, at+150*time.Second, 0, func(int) synthetic {
		return synthetic{kind: dot11.Deauth, from: testAP, sequence: 9, body: []byte{3, 0}}
	})
	withMMIE := series(5, at, time.Millisecond, func(int) synthetic {
		return synthetic{kind: dot11.Deauth, from: testAP, body: append([]byte{3, 0}, element(dot11.ElementMMIE, make([]byte, 16)...)...)}
	})
	unicast := series(20, at, time.Millisecond, func(int) synthetic {
		return synthetic{kind: dot11.Deauth, to: testClient, from: testAP, body: []byte{3, 0}}
	})

	for _, test := range []struct {
		name   string
		frames [][]captured
		want   string // in the text of the first finding; "" for silence
	}{
		{"shutdown", [][]captured{ap.beacons(0, at), frames(1, 0)}, ""},
		{"shutdown with three frames", [][]captured{ap.beacons(0, at), frames(3, time.Millisecond)}, ""},
		{"restart, clock begins anew", [][]captured{ap.beacons(0, at), frames(1, 0), restarted(ap, at+300*time.Millisecond).beacons(at+500*time.Millisecond, 20*time.Second)}, ""},
		{"restart, clock goes on", [][]captured{ap.beacons(0, at), frames(1, 0), ap.beacons(at+6*time.Second, 20*time.Second)}, ""},
		{"start", [][]captured{frames(1, 0), restarted(ap, at-time.Second).beacons(at, 20*time.Second)}, ""},
		{"start after beacons began", [][]captured{restarted(ap, at-time.Second).beacons(at-time.Second, 20*time.Second), frames(1, 0)}, ""},
		{"start of one with MFP", [][]captured{restarted(mfp, at-time.Second).beacons(at-time.Second, 20*time.Second), frames(1, 0)}, ""},
		{"reconfiguration: name", [][]captured{ap.beacons(0, at), frames(1, 0), renamed.beacons(at, 20*time.Second)}, ""},
		{"reconfiguration: channel", [][]captured{ap.beacons(0, at), frames(1, 0), moved.beacons(at, 20*time.Second)}, ""},
		{"reconfiguration: security", [][]captured{open.beacons(0, at), frames(1, 0), secured.beacons(at, 20*time.Second)}, ""},
		{"channel switch announced", [][]captured{ap.beacons(0, at), frames(1, 0), announces.beacons(at, 20*time.Second)}, ""},
		{"goes on", [][]captured{ap.beacons(0, 20*time.Second), frames(1, 0)}, "goes on as before"},
		{"goes on, after frames that nothing decided on", [][]captured{ap.beacons(0, at), frames(1, 0), ap.beacons(at+2*time.Minute, at+3*time.Minute), later}, ": 1 frame, reason 3 (leaving the network); verdict spoofed: the access point goes on as before"},
		{"goes on, multicast", [][]captured{ap.beacons(0, 20*time.Second), multicast}, "goes on as before"},
		{"receiver hops", [][]captured{ap.beacons(9800*time.Millisecond, 10200*time.Millisecond), ap.beacons(12*time.Second, 12400*time.Millisecond), ap.beacons(14*time.Second, 14400*time.Millisecond), frames(1, 0)}, ""},
		{"four within ten seconds", [][]captured{frames(4, 3*time.Second)}, "4 or more within 10 s"},
		{"four in more", [][]captured{frames(4, 3400*time.Millisecond)}, ""},
		{"MFP, without MMIE", [][]captured{mfp.beacons(0, at), frames(1, 0)}, "without the integrity element"},
		{"MFP, after the beacons ceased", [][]captured{mfp.beacons(0, at-2*time.Second), frames(1, 0)}, ""},
		{"MFP, with MMIE", [][]captured{mfp.beacons(0, 20*time.Second), withMMIE}, ""},
		{"unicast", [][]captured{ap.beacons(0, 20*time.Second), unicast}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{bcastDiscon}, air(test.frames...))
			checkFirst(t, found, test.want)
		})
	}
}

func TestBcastDisconDecidesByPacketTimeAlone(t *testing.T) {
	const at = 10 * time.Second
	ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}
	frame := synthetic{kind: dot11.Deauth, from: testAP, body: []byte{7, 0}}.capture(epoch.Add(at))
	found := replay(t, Config{}, []Spec{bcastDiscon}, air(ap.beacons(0, time.Minute), []captured{frame}))
	if len(found) != 1 {
		t.Fatalf("%d findings, want 1", len(found))
	}
	if late := found[0].Time.Sub(epoch.Add(at)); late < bcastGoesOn || late > bcastGoesOn+200*time.Millisecond {
		t.Errorf("decided %v after the frame", late)
	}
	if found[0].Frames != 1 || len(found[0].Evidence) != 1 || string(found[0].Evidence[0].Data) != string(frame.data) {
		t.Errorf("the evidence is not the frame: %+v", found[0])
	}
}
