package detectors

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("CRYPTODROP", row{
	kismet: "Reports a change of an SSID record's cipher set to none; WEP counts as none, and a repetition or a throttled first sight is lost.",
	picket: "Orders open, WEP, WPA, WPA2 and WPA3; reports a drop to open or WEP that two frames show, and says whether the better one is gone or both take turns.",
	holds: []held{
		{"synthetic-cryptodrop", "a WPA2 network in normal traffic that is offered open"},
	},
})

// secured is home with other security.
func secured(element []byte, privacy bool) fakeAP {
	ap := home
	ap.security, ap.privacy = element, privacy
	ap.signal = -40
	return ap
}

func TestCryptoDrops(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	open, wep := secured(nil, false), secured(nil, true)
	wpa, wpa3, owe := secured(wpaElement(), true), secured(rsnElement(8), true), secured(rsnElement(18), true)
	transition := open
	transition.extra = [][]byte{oweTransition("9c:5c:8e:10:00:11", "HomeNet-OWE")}
	hidden, hiddenOpen := home, open
	hidden.ssid, hiddenOpen.ssid = "", ""
	renamed := open
	renamed.ssid = "GuestNet"

	for _, tc := range []struct {
		name   string
		frames []captured
		want   []string // in the one finding; none: silence
	}{
		{"stays", home.beacons(0, 200*s), nil},
		{"open from the start", open.beacons(0, 200*s), nil},
		{"to open", air(home.beacons(0, 10*s), open.beacons(12*s, 13*s)), []string{
			"Network 'HomeNet' of BSSID 9C:5C:8E:10:00:01 is offered with security open instead of WPA2 (-40 dBm): WPA2 was last heard 2.2s ago",
		}},
		{"to WEP", air(home.beacons(0, 10*s), wep.beacons(12*s, 13*s)), []string{"security WEP instead of WPA2"}},
		{"from WEP to open", air(wep.beacons(0, 10*s), open.beacons(12*s, 13*s)), []string{"security open instead of WEP"}},
		{"from WPA to WEP", air(wpa.beacons(0, 10*s), wep.beacons(12*s, 13*s)), []string{"security WEP instead of WPA "}},
		{"from WPA3 to open", air(wpa3.beacons(0, 10*s), open.beacons(12*s, 13*s)), []string{"security open instead of WPA3"}},
		{"from OWE to open", air(owe.beacons(0, 10*s), open.beacons(12*s, 13*s)), []string{"security open instead of WPA3"}},
		{"between encrypted levels", air(wpa3.beacons(0, 10*s), home.beacons(12*s, 20*s), wpa.beacons(22*s, 30*s)), nil},
		{"in two steps", air(wpa3.beacons(0, 10*s), home.beacons(12*s, 20*s), open.beacons(22*s, 23*s)), []string{"security open instead of WPA3"}},
		{"to something better", air(open.beacons(0, 10*s), home.beacons(12*s, 20*s)), nil},
		{"up and down", air(open.beacons(0, 10*s), home.beacons(12*s, 20*s), open.beacons(22*s, 23*s)), []string{"security open instead of WPA2"}},
		{"by turns", air(home.beacons(0, 30*s), open.beacons(10*s+50*ms, 30*s)), []string{
			"security open instead of WPA2 by turns: there are two access points with this BSSID, the WPA2 one (-60 dBm) was heard",
			"the open one (-40 dBm) in 2 frames",
		}},
		{"in probe responses", air(home.beacons(0, 30*s), []captured{
			open.at(dot11.ProbeResp, 20*s+50*ms), open.at(dot11.ProbeResp, 20*s+250*ms),
		}), []string{"by turns"}},
		{"one damaged frame", air(home.beacons(0, 200*s), []captured{open.at(dot11.Beacon, 10*s+50*ms)}), nil},
		{"two damaged frames minutes apart", air(home.beacons(0, 200*s), []captured{
			open.at(dot11.Beacon, 10*s+50*ms), open.at(dot11.Beacon, 180*s+50*ms),
		}), nil},
		{"of a hidden network", air(hidden.beacons(0, 10*s), hiddenOpen.beacons(12*s, 13*s)), []string{"security open instead of WPA2"}},
		{"another network on the same BSSID", air(home.beacons(0, 60*s), renamed.beacons(50*ms, 60*s)), nil},
		{"one of two networks on the same BSSID", air(home.beacons(0, 30*s), renamed.beacons(50*ms, 60*s), open.beacons(31*s, 32*s)), []string{
			"Network 'HomeNet' of BSSID 9C:5C:8E:10:00:01 is offered with security open instead of WPA2",
		}},
		{"OWE transition mode", transition.beacons(0, 60*s), nil},
		{"OWE transition mode begins and ends", air(open.beacons(0, 10*s), transition.beacons(11*s, 20*s), open.beacons(21*s, 30*s)), nil},
		{"from encrypted to OWE transition mode", air(home.beacons(0, 10*s), transition.beacons(12*s, 13*s)), []string{"security open instead of WPA2"}},
		{"heard once before", air([]captured{home.at(dot11.Beacon, 0)}, open.beacons(s, 60*s)), nil},
		{"better level of more than an hour ago", air(home.beacons(0, 10*s), open.beacons(3700*s, 3720*s)), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{cryptoDrop}, tc.frames)
			if len(tc.want) == 0 {
				if len(found) > 0 {
					t.Errorf("findings: %q", told(found))
				}
				return
			}
			if len(found) != 1 {
				t.Fatalf("findings: %q, want one", told(found))
			}
			for _, part := range tc.want {
				if !strings.Contains(found[0].Text, part) {
					t.Errorf("text %q lacks %q", found[0].Text, part)
				}
			}
			if len(found[0].Evidence) != 2 {
				t.Errorf("%d frames of evidence, want the two that prove it", len(found[0].Evidence))
			}
		})
	}
}

// A frame whose end is missing may have lost its RSN element, whether it was
// damaged on the air or only its beginning was captured.
func TestCryptoDropIgnoresFramesThatAreNotWhole(t *testing.T) {
	rsn := len(rsnElement(2))
	for name, cut := range map[string]struct {
		octets   int
		captured bool // the rest was on the air
	}{
		"inside the RSN element":             {octets: rsn - 10},
		"inside an earlier one":              {octets: rsn + 4},
		"before the RSN element, by capture": {octets: rsn, captured: true},
		"inside the RSN element, by capture": {octets: rsn - 10, captured: true},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := newEngine([]Spec{cryptoDrop}, Config{}, func(f *Finding) { t.Error(f.Text) })
			if err != nil {
				t.Fatal(err)
			}
			var f dot11.Frame
			for i, c := range home.beacons(0, 30*time.Second) {
				whole := len(c.data)
				if i >= 100 && i < 200 {
					c.data = c.data[:whole-cut.octets]
				}
				length := len(c.data)
				if cut.captured {
					length = whole
				}
				if defect := f.ParseTruncated(c.link, c.data, length); defect != dot11.Sound {
					t.Fatalf("defect: %v", defect)
				}
				e.Frame(&f, c.at, "test")
			}
		})
	}
}

func TestCryptoDropIsRepeatedEachMinuteForAnHour(t *testing.T) {
	open := secured(nil, false)
	found := replay(t, Config{}, []Spec{cryptoDrop}, air(
		home.beacons(0, 10*time.Second), open.beacons(10*time.Second, 2*time.Hour)))
	if len(found) != 60 {
		t.Fatalf("%d findings, want 60", len(found))
	}
	for i := 1; i < len(found); i++ {
		if pause := found[i].Time.Sub(found[i-1].Time); pause < time.Minute || pause > 61*time.Second {
			t.Errorf("finding %d comes %v after the one before", i, pause)
		}
	}
	if last := found[59]; last.Frames < 34000 {
		t.Errorf("the last finding counts %d frames", last.Frames)
	}
}

func TestRecordedTwinsWithOtherAddressesAreNoCryptoDrop(t *testing.T) {
	for _, name := range []string{"clean-switches-and-restart", "evil-twin-beacons", "airbase-twin-beacons"} {
		frames := readCapture(t, filepath.Join("testdata", name+".pcap.gz"))
		if found := replay(t, Config{}, []Spec{cryptoDrop}, frames); len(found) > 0 {
			t.Errorf("%s: %q", name, told(found))
		}
	}
}

// The recorded open twin, its address rewritten to that of the real access
// point: the copy is synthetic, its frames are not.
func TestCryptoDropTellsARecordedTwinWithTheRealAddress(t *testing.T) {
	rogue, real := mustAddr("00:c0:ca:66:00:05"), mustAddr("9c:5c:8e:10:00:01")
	frames := readCapture(t, filepath.Join("testdata", "evil-twin-beacons.pcap.gz"))
	for _, f := range frames {
		if i := strings.Index(string(f.data), string(rogue)); i >= 0 {
			copy(f.data[i:], real)
			copy(f.data[i+6:], real)
		}
	}
	found := replay(t, Config{}, []Spec{cryptoDrop}, frames)
	if len(found) != 1 || !strings.Contains(found[0].Text, "security open instead of WPA2 by turns") {
		t.Errorf("findings: %q", told(found))
	}
}
