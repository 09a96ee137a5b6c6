package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("DEAUTHFLOOD", row{
	kismet: "Counts all deauthentications and disassociations of a BSSID, identical ones once, and reports the eleventh without a pause of two seconds, whoever it is for and however slow they come.",
	picket: "Counts attempts by station, BSS and sender in sliding windows, leaves out what protection proves genuine and prompt answers to lost stations, names the victims and judges the sender.",
	holds: []held{
		{"deauth-aireplay", "aireplay-ng -0 against all, one station, and a station of a WPA3 network"},
		{"deauth-mdk4-evasive", "mdk4 d with copied sequence numbers"},
		{"deauth-mdk4-slow", "mdk4 d at 20 frames a second"},
		{"aircrack-ng_aircrack-ng/test__pmkid-not-recognized.cap", "6,150 deauthentications of aireplay-ng"},
		{"aircrack-ng_aircrack-ng/test__wep_64_ptw.cap", "ARP replay in the name of a station that the access point throws off again and again: genuine frames"},
		{"disassoc-aireplay", "aireplay-ng -0 against one station"},
		{"lab/airbase-twin", "aireplay-ng -0, to push stations to the twin"},
		{"lab/deauth-aireplay", "aireplay-ng -0 against all, one station, and a station of a WPA3 network"},
		{"lab/deauth-mdk4", "mdk4 d, slow, fast and with copied sequence numbers"},
		{"lab/evil-twin", "aireplay-ng -0, to push stations to the twin"},
		{"lab/michael", "mdk4 m: the access point throws off the stations in whose names it is sent data: genuine frames"},
		{"libwifi_libwifi/utils__pcaps__deauth.pcap", "100 a second to one station"},
		{"libwifi_libwifi/utils__pcaps__deauth_with_221.pcap", "100 a second to one station"},
		{"libwifi_libwifi/utils__pcaps__disassoc.pcap", "100 a second to one station"},
	},
})

// rsnMFP is an RSN element with CCMP, SAE and management frame protection
// required (IEEE 802.11-2020, 9.4.2.24.4).
func rsnMFP() []byte {
	b := rsnElement(8)
	b[len(b)-2] = 0xc0
	return b
}

// series are n frames from begin on.
func series(n int, begin, every time.Duration, make func(i int) synthetic) []captured {
	list := []captured{}
	for i := range n {
		list = append(list, make(i).capture(epoch.Add(begin+time.Duration(i)*every)))
	}
	return list
}

func TestDeauthFloodOfRealTools(t *testing.T) {
	for _, test := range []struct {
		capture string
		want    []string // of each finding in turn, all of the texts at the same place
	}{
		{"deauth-aireplay", []string{
			`Deauthentication flood on 9C:5C:8E:10:00:01 (SSID "HomeNet"), broadcast: 8 frames|reason 7|verdict spoofed: signal -62 dBm`,
			`broadcast: 300 frames|294/s|signal -61 dBm where the named sender's is -46 dBm`,
			`on 9C:5C:8E:10:00:01|targeted at 3C:22:FB:AA:00:11|one sequence counter behind several addresses`,
			`on D8:07:B6:20:00:02 (SSID "OfficeNet"), targeted at A4:83:E7:BB:00:22|unprotected although the BSS demands`,
			`on 9C:5C:8E:10:00:01 (SSID "HomeNet"), broadcast: 8 frames|reason 200`,
		}},
		{"deauth-mdk4-slow", []string{
			`Deauthentication and disassociation flood on 9C:5C:8E:10:00:01 (SSID "HomeNet"), targeted at 3C:22:FB:AA:00:11: 8 frames`,
			`many stations: 3C:22:FB:AA:00:11, F0:18:98:CC:00:33: 28 frames`,
			`48 frames`,
			`68 frames`,
		}},
	} {
		t.Run(test.capture, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{deauthFlood}, readCapture(t, "testdata/"+test.capture+".pcap.gz"))
			if len(found) != len(test.want) {
				t.Errorf("%d findings, want %d", len(found), len(test.want))
			}
			for i, f := range found {
				if i >= len(test.want) {
					t.Errorf("also found: %s", f.Text)
					continue
				}
				for _, part := range strings.Split(test.want[i], "|") {
					if !strings.Contains(f.Text, part) {
						t.Errorf("finding %d: %s\nwants %q", i, f.Text, part)
					}
				}
				if len(f.Evidence) < 2 || f.Frames == 0 || f.Channel != "6" || f.FreqMHz != 2437 || !f.HasSignal {
					t.Errorf("finding %d: %d frames, %d of evidence, channel %s, %d MHz", i, f.Frames, len(f.Evidence), f.Channel, f.FreqMHz)
				}
			}
		})
	}
}

func TestDeauthFloodSeesThroughCopiedSequenceNumbers(t *testing.T) {
	found := replay(t, Config{}, []Spec{deauthFlood}, readCapture(t, "testdata/deauth-mdk4-evasive.pcap.gz"))
	if len(found) == 0 || found[0].BSSID.String() != "9C:5C:8E:10:00:01" {
		t.Errorf("got %d findings", len(found))
	}
}

func TestDeauthFloodCountsAttempts(t *testing.T) {
	deauth := synthetic{kind: dot11.Deauth, to: testClient, from: testAP, body: []byte{1, 0}}
	beacons := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}.beacons(0, 10*time.Second)
	mfp := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6, security: rsnMFP()}.beacons(0, 10*time.Second)
	numbered := func(s synthetic) func(int) synthetic {
		return func(i int) synthetic { s.sequence = uint16(100 + i); return s }
	}
	client := func(i int) string {
		return "3c:22:fb:aa:01:" + string("0123456789abcdef"[i/16]) + string("0123456789abcdef"[i%16])
	}
	broadcast := deauth
	broadcast.to = ""
	protected := deauth
	protected.flags = dot11.Protected
	mmie := broadcast
	mmie.body = append([]byte{1, 0}, element(dot11.ElementMMIE, make([]byte, 16)...)...)
	wrongBSSID := deauth
	wrongBSSID.bssid = testClient

	for _, test := range []struct {
		name   string
		frames [][]captured
		want   string // in the text of the first finding; "" for silence
	}{
		{"seven", [][]captured{beacons, series(7, 5*time.Second, 100*time.Millisecond, numbered(deauth))}, ""},
		{"eight", [][]captured{beacons, series(8, 5*time.Second, 100*time.Millisecond, numbered(deauth))}, "targeted at 3C:22:FB:AA:00:11: 8 frames"},
		{"eight in more than the window", [][]captured{beacons, series(8, 5*time.Second, 300*time.Millisecond, numbered(deauth))}, ""},
		{"slow, on one station for a minute", [][]captured{series(30, 0, 1900*time.Millisecond, numbered(deauth))}, "targeted"},
		{"too slow to keep anyone off", [][]captured{series(40, 0, 2100*time.Millisecond, numbered(deauth))}, ""},
		{"link-layer repetitions", [][]captured{beacons, series(40, 5*time.Second, time.Millisecond, func(i int) synthetic {
			s := deauth
			s.sequence = uint16(i / 8)
			if i%8 > 0 {
				s.flags = dot11.Retry
			}
			return s
		})}, ""},
		{"each heard as a repetition only", [][]captured{beacons, series(20, 5*time.Second, 10*time.Millisecond, func(i int) synthetic {
			s := deauth
			s.sequence, s.flags = uint16(i), dot11.Retry
			return s
		})}, "targeted"},
		{"the same octets injected again and again", [][]captured{beacons, series(20, 5*time.Second, 10*time.Millisecond, func(int) synthetic { return deauth })}, "targeted"},
		{"in the station's name", [][]captured{beacons, series(8, 5*time.Second, 10*time.Millisecond, numbered(synthetic{kind: dot11.Disassoc, to: testAP, from: testClient, bssid: testAP, body: []byte{8, 0}}))}, "Disassociation flood on 9C:5C:8E:10:00:01"},
		{"both directions", [][]captured{beacons, series(8, 5*time.Second, 10*time.Millisecond, func(i int) synthetic {
			s := deauth
			if i%2 == 1 {
				s.to, s.from, s.bssid = testAP, testClient, testAP
			}
			s.sequence = uint16(i)
			return s
		})}, "targeted at 3C:22:FB:AA:00:11: 8 frames"},
		{"broadcast", [][]captured{beacons, series(8, 5*time.Second, 10*time.Millisecond, numbered(broadcast))}, "broadcast: 8 frames"},
		{"BSSID field with the station's address", [][]captured{beacons, series(8, 5*time.Second, 10*time.Millisecond, numbered(wrongBSSID))}, "flood on 9C:5C:8E:10:00:01"},
		{"BSS never heard", [][]captured{series(8, 5*time.Second, 10*time.Millisecond, numbered(deauth))}, "nothing was heard of the named sender"},
		{"MFP, protected", [][]captured{mfp, series(20, 5*time.Second, 10*time.Millisecond, numbered(protected))}, ""},
		{"MFP, with MMIE", [][]captured{mfp, series(20, 5*time.Second, 10*time.Millisecond, numbered(mmie))}, ""},
		{"MFP, unprotected", [][]captured{mfp, series(20, 5*time.Second, 10*time.Millisecond, numbered(deauth))}, "unprotected although the BSS demands"},
		{"no MFP, protected bit set all the same", [][]captured{beacons, series(20, 5*time.Second, 10*time.Millisecond, numbered(protected))}, "targeted"},
		{"the access point bids each of its stations farewell", [][]captured{beacons, series(100, 5*time.Second, 2*time.Millisecond, func(i int) synthetic {
			s := deauth
			s.to, s.sequence = client(i), uint16(i)
			return s
		})}, ""},
		{"many stations, each of them again and again", [][]captured{beacons, series(20, 5*time.Second, 10*time.Millisecond, func(i int) synthetic {
			s := deauth
			s.to, s.sequence = client(i%5), uint16(i)
			return s
		})}, "many stations: 3C:22:FB:AA:01:00, 3C:22:FB:AA:01:01"},
		{"one station leaves every access point", [][]captured{series(8, 5*time.Second, 10*time.Millisecond, func(i int) synthetic {
			return synthetic{kind: dot11.Deauth, to: client(i), from: testClient, bssid: client(i), sequence: uint16(i), body: []byte{3, 0}}
		})}, "flood in the name of station 3C:22:FB:AA:00:11, many access points: 8 frames in 70ms (100/s)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{deauthFlood}, air(test.frames...))
			checkFirst(t, found, test.want)
		})
	}
}

func TestDeauthFloodExcusesAnswersToALostStation(t *testing.T) {
	beacons := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}.beacons(0, 10*time.Second)
	up := func(int) synthetic {
		return synthetic{kind: dot11.Data, flags: dot11.ToDS, to: testAP, from: testClient, bssid: "02:00:00:00:00:99"}
	}
	down := func(int) synthetic {
		return synthetic{kind: dot11.Data, flags: dot11.FromDS, to: testClient, from: testAP, bssid: "02:00:00:00:00:99"}
	}
	answer := func(i int) synthetic {
		return synthetic{kind: dot11.Deauth, to: testClient, from: testAP, sequence: uint16(i), body: []byte{7, 0}}
	}
	const every = 50 * time.Millisecond
	for _, test := range []struct {
		name   string
		frames [][]captured
		found  bool
	}{
		{"one for each data frame", [][]captured{series(20, 5*time.Second, every, up), series(20, 5*time.Second+every/2, every, answer)}, false},
		{"several for each data frame", [][]captured{series(20, 5*time.Second, every, up), series(60, 5*time.Second+every/2, every/3, answer)}, true},
		{"to a station that is being served", [][]captured{series(20, 5*time.Second, every, up), series(20, 5*time.Second+every/4, every, down), series(20, 5*time.Second+every/2, every, answer)}, true},
		{"to a station that says nothing", [][]captured{series(1, 4*time.Second, every, up), series(20, 5*time.Second, every, answer)}, true},
		{"hundreds, as when data are replayed", [][]captured{series(200, 5*time.Second, every/4, up), series(200, 5*time.Second+every/8, every/4, answer)}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{deauthFlood}, air(append(test.frames, beacons)...))
			if (len(found) > 0) != test.found {
				t.Errorf("%d findings, want some: %t", len(found), test.found)
			}
		})
	}
}

func TestDeauthFloodIsReportedOnceASecondWithTheFramesSoFar(t *testing.T) {
	frames := series(350, 0, 10*time.Millisecond, func(i int) synthetic {
		return synthetic{kind: dot11.Deauth, to: testClient, from: testAP, sequence: uint16(i), body: []byte{7, 0}}
	})
	// A minute later, one frame alone is no flood.
	alone := series(1, 40*time.Second, 0, func(int) synthetic {
		return synthetic{kind: dot11.Deauth, to: testClient, from: testAP, sequence: 999, body: []byte{3, 0}}
	})
	var counts []uint64
	for _, f := range replay(t, Config{}, []Spec{deauthFlood}, append(frames, alone...)) {
		counts = append(counts, f.Frames)
	}
	want := []uint64{8, 108, 208, 308}
	if len(counts) != len(want) {
		t.Fatalf("findings with %v frames, want %v", counts, want)
	}
	for i := range want {
		if counts[i] != want[i] {
			t.Errorf("findings with %v frames, want %v", counts, want)
			break
		}
	}
}

func TestDeauthFloodInThirdPartyCaptures(t *testing.T) {
	for _, test := range []struct {
		capture string
		found   bool
	}{
		{"aircrack-ng_aircrack-ng/test__pmkid-not-recognized.cap", true},
		{"aircrack-ng_aircrack-ng/test__wep_64_ptw.cap", true},
		{"libwifi_libwifi/utils__pcaps__deauth.pcap", true},
		{"libwifi_libwifi/utils__pcaps__disassoc.pcap", true},
		{"aircrack-ng_aircrack-ng/test__wpa-psk-linksys.cap", false},
		{"aircrack-ng_aircrack-ng/test__wpa2-psk-linksys.cap", false},
		{"aircrack-ng_aircrack-ng/test__capture_wds-01.cap", false},
	} {
		t.Run(test.capture, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{deauthFlood}, readCapture(t, sharedCapture(t, test.capture)))
			if (len(found) > 0) != test.found {
				t.Errorf("%d findings, want some: %t", len(found), test.found)
			}
			if len(found) > 0 {
				t.Logf("first: %s", found[0].Text)
			}
		})
	}
}
