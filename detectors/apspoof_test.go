package detectors

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

var _ = expect("APSPOOF", row{
	kismet: "Reports the first sight of each SSID record whose transmitter is not on the rule's list; a clone of a valid BSSID, or a forged BSSID behind a valid transmitter, passes.",
	picket: "Looks at every beacon and probe response, at transmitter and BSSID, and tells a clone of a valid BSSID by channel, security and clock that take turns.",
	holds: []held{
		{"airbase-twin-beacons", "airbase-ng with the network's name and an address of its own, first open, then with WPA2"},
		{"evil-twin-beacons", "hostapd as a twin: with an address of its own on channel 11, with the real BSSID on channel 11, open on channel 6"},
		{"malformmgmt-mdk4", "mdk4 f: beacons of the network with mutated addresses"},
		{"adhoc-conflict", "an ad-hoc network with the name of the access point's"},
		{"disassoc-aireplay", "a second hostapd with the BSSID of the access point on another channel"},
		{"double-clock", "two access points with one BSSID and clocks an hour apart"},
		{"double-security", "a second hostapd with the BSSID of the access point, offering WPA in place of WPA2"},
		{"probechan-airbase", "airbase-ng with the BSSID of the access point on another channel"},
		{"lab/airbase-twin", "airbase-ng with the network's name and an address of its own"},
		{"lab/beacon-flood", "mdk4 b with the network's name and made-up addresses"},
		{"lab/evil-twin", "hostapd as a twin, with an address of its own and with the real BSSID"},
		{"lab/fuzz", "mdk4 f: beacons of the networks with mutated addresses"},
	},
})

// homeRules are those of the owner of the lab's HomeNet.
var homeRules = Config{APSpoof: []SSIDRule{{
	Name:      "home",
	Pattern:   "^HomeNet$",
	ValidMACs: []string{"9c:5c:8e:10:00:01", "9c:5c:8e:10:00:02"},
}}}

// told is a finding as a reader of a log sees it.
func told(found []*Finding) []string {
	var list []string
	for _, f := range found {
		list = append(list, f.Name+" "+f.Source.String()+" ch "+f.Channel+": "+f.Text)
	}
	return list
}

func TestAPSpoofTellsRecordedTwins(t *testing.T) {
	for name, want := range map[string][]string{
		// hostapd as a twin on channel 11, then with the real BSSID on channel
		// 11, then open on channel 6.
		"evil-twin-beacons": {
			"APSPOOF 00:C0:CA:66:00:04 ch 11: Unauthorized device (00:C0:CA:66:00:04) advertising SSID 'HomeNet' (WPA2), matching APSPOOF rule home (^HomeNet$), which may be an evil twin: 1 frame so far",
			"APSPOOF 9C:5C:8E:10:00:01 ch 6: Two access points use BSSID 9C:5C:8E:10:00:01, which APSPOOF rule home (^HomeNet$) allows for SSID 'HomeNet': one is on channel 6 (-46 dBm) and one on channel 11 (-30 dBm); one of them is a clone",
			"APSPOOF 00:C0:CA:66:00:05 ch 6: Unauthorized device (00:C0:CA:66:00:05) advertising SSID 'HomeNet' (open), matching APSPOOF rule home (^HomeNet$), which may be an evil twin: 1 frame so far",
		},
		// airbase-ng, open, then with WPA2.
		"airbase-twin-beacons": {
			"APSPOOF 00:C0:CA:66:00:09 ch 6: Unauthorized device (00:C0:CA:66:00:09) advertising SSID 'HomeNet' (open), matching APSPOOF rule home (^HomeNet$), which may be an evil twin: 1 frame so far",
			"APSPOOF 00:C0:CA:66:00:09 ch 6: Unauthorized device (00:C0:CA:66:00:09) advertising SSID 'HomeNet' (WPA2), matching APSPOOF rule home (^HomeNet$), which may be an evil twin: 1 frame so far",
		},
		"clean-switches-and-restart": nil,
	} {
		t.Run(name, func(t *testing.T) {
			frames := readCapture(t, filepath.Join("testdata", name+".pcap.gz"))
			got := told(replay(t, homeRules, []Spec{apSpoof}, frames))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPSpoofRepeatsOnceAMinuteWithCounts(t *testing.T) {
	rogue := fakeAP{bssid: "00:c0:ca:66:00:04", ssid: "HomeNet", channel: 11}
	found := replay(t, homeRules, []Spec{apSpoof}, air(
		rogue.beacons(0, 150*time.Second),
		rogue.beacons(300*time.Second, 301*time.Second),
	))
	var times []time.Duration
	var counts []uint64
	for _, f := range found {
		times = append(times, f.Time.Sub(epoch).Round(time.Second))
		counts = append(counts, f.Frames)
		if len(f.Evidence) == 0 || len(f.Evidence) > 6 {
			t.Errorf("%d frames of evidence", len(f.Evidence))
		}
	}
	want := []time.Duration{0, 60 * time.Second, 120 * time.Second, 300 * time.Second}
	if diff := cmp.Diff(want, times); diff != "" {
		t.Errorf("times (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]uint64{1, 587, 1173, 1}, counts); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
}

func TestAPSpoofLooksAtTransmitterAndBSSID(t *testing.T) {
	const valid, rogue = "9c:5c:8e:10:00:01", "00:c0:ca:66:00:04"
	elements := [][]byte{ssidElement("HomeNet"), dsElement(6)}
	for _, tc := range []struct {
		name  string
		frame synthetic
		want  []string // parts of the text; none: silence
	}{
		{"valid", synthetic{kind: dot11.Beacon, from: valid}, nil},
		{"rogue beacon", synthetic{kind: dot11.Beacon, from: rogue}, []string{"Unauthorized device (00:C0:CA:66:00:04) advertising SSID 'HomeNet'"}},
		{"rogue answer", synthetic{kind: dot11.ProbeResp, from: rogue, to: "3c:22:fb:aa:00:11"}, []string{"(00:C0:CA:66:00:04) responding for SSID 'HomeNet'"}},
		{"valid BSSID, other transmitter", synthetic{kind: dot11.Beacon, from: rogue, bssid: valid}, []string{"device (00:C0:CA:66:00:04) under BSSID 9C:5C:8E:10:00:01 advertising"}},
		{"valid transmitter, other BSSID", synthetic{kind: dot11.Beacon, from: valid, bssid: rogue}, []string{"device (9C:5C:8E:10:00:01) under BSSID 00:C0:CA:66:00:04 advertising"}},
		{"another name", synthetic{kind: dot11.Beacon, from: rogue, elements: [][]byte{ssidElement("HomeNet2")}}, nil},
		{"hidden name", synthetic{kind: dot11.Beacon, from: rogue, elements: [][]byte{ssidElement("\x00\x00\x00\x00\x00\x00\x00")}}, nil},
		{"name after other elements", synthetic{kind: dot11.Beacon, from: rogue, elements: [][]byte{dsElement(6), ssidElement("HomeNet")}, fcs: true}, []string{"00:C0:CA:66:00:04"}},
		{"probe request", synthetic{kind: dot11.ProbeReq, from: rogue}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := tc.frame
			s.capability = dot11.CapESS
			if s.elements == nil {
				s.elements = elements
			}
			found := replay(t, homeRules, []Spec{apSpoof}, []captured{s.capture(epoch)})
			if (len(tc.want) > 0) != (len(found) == 1) {
				t.Fatalf("findings: %q", told(found))
			}
			for _, part := range tc.want {
				if !strings.Contains(found[0].Text, part) {
					t.Errorf("text %q lacks %q", found[0].Text, part)
				}
			}
		})
	}
}

func TestAPSpoofReportsTheFirstRuleThatIsBroken(t *testing.T) {
	cfg := Config{APSpoof: []SSIDRule{
		{Name: "all", Pattern: "Net$", ValidMACs: []string{"00:c0:ca:00:00:00/ff:ff:ff:00:00:00"}},
		{Name: "home", Pattern: "^Home", ValidMACs: []string{"9c:5c:8e:10:00:01"}},
		{Name: "never", Pattern: "HomeNet", ValidMACs: []string{"9c:5c:8e:10:00:01"}},
	}}
	rogue := fakeAP{bssid: "00:c0:ca:66:00:04", ssid: "HomeNet", channel: 11}
	found := replay(t, cfg, []Spec{apSpoof}, rogue.beacons(0, time.Second))
	if len(found) != 1 || !strings.Contains(found[0].Text, "APSPOOF rule home ") {
		t.Errorf("findings: %q", told(found))
	}
}

// home is a valid access point, with a TSF that has run for a day.
var home = fakeAP{
	bssid: "9c:5c:8e:10:00:01", ssid: "HomeNet", channel: 6, security: rsnElement(2),
	started: -24 * time.Hour, signal: -60,
}

func TestAPSpoofTellsADoubleOfAValidBSSID(t *testing.T) {
	clone := func(change func(*fakeAP)) fakeAP {
		c := home
		c.signal = -35
		change(&c)
		return c
	}
	const s = time.Second
	for _, tc := range []struct {
		name   string
		frames []captured
		want   string // in the text; empty: silence
	}{
		{"alone", home.beacons(0, 300*s), ""},
		{
			"other channel", air(home.beacons(0, 30*s),
				clone(func(c *fakeAP) { c.channel = 11 }).beacons(10*s, 20*s)),
			"one is on channel 11 (-35 dBm) and one on channel 6 (-60 dBm); one of them is a clone",
		},
		{
			"other security", air(home.beacons(0, 30*s),
				clone(func(c *fakeAP) { c.security = wpaElement() }).beacons(10*s, 20*s)),
			"one has security WPA (-35 dBm) and one WPA2 (-60 dBm)",
		},
		{
			"other clock", air(home.beacons(0, 30*s),
				clone(func(c *fakeAP) { c.started = -time.Hour }).beacons(10*s, 20*s)),
			"one (-35 dBm) has its clock (TSF) 23h0m0s away from that of the other (-60 dBm)",
		},
		{
			// A clone whose clock begins when it is switched on looks like
			// a restart of the real one, which then goes on.
			"clock that has just begun", air(home.beacons(0, 30*s),
				clone(func(c *fakeAP) { c.started = 10 * s }).beacons(10*s+50*time.Millisecond, 20*s)),
			"has its clock (TSF)",
		},
		{
			"restart", air(home.beacons(0, 10*s),
				clone(func(c *fakeAP) { c.started = 20 * s }).beacons(20*s, 60*s)), "",
		},
		{
			"reconfiguration", air(home.beacons(0, 10*s),
				clone(func(c *fakeAP) { c.started = 20 * s; c.channel = 11; c.security = rsnElement(8) }).beacons(20*s, 60*s)), "",
		},
		{
			"restarts again and again", air(home.beacons(0, 10*s),
				clone(func(c *fakeAP) { c.started = 12 * s; c.channel = 11 }).beacons(12*s, 15*s),
				clone(func(c *fakeAP) { c.started = 17 * s }).beacons(17*s, 20*s),
				clone(func(c *fakeAP) { c.started = 22 * s; c.channel = 11 }).beacons(22*s, 25*s),
				clone(func(c *fakeAP) { c.started = 27 * s }).beacons(27*s, 40*s)), "",
		},
		{"receiver's clock set forward and back", shifted(home.beacons(0, 90*s), 20*s, 40*s, time.Hour), ""},
		{
			// Not every driver fills in the TSF of what it answers.
			"probe responses without a clock", air(home.beacons(0, 30*s), []captured{
				clone(func(c *fakeAP) { c.started = 10 * s }).at(dot11.ProbeResp, 10*s+50*time.Millisecond),
				clone(func(c *fakeAP) { c.started = 10 * s }).at(dot11.ProbeResp, 10*s+250*time.Millisecond),
				clone(func(c *fakeAP) { c.started = 10 * s }).at(dot11.ProbeResp, 12*s+50*time.Millisecond),
				clone(func(c *fakeAP) { c.started = 10 * s }).at(dot11.ProbeResp, 14*s+50*time.Millisecond),
			}), "",
		},
		{
			"two damaged frames", air(home.beacons(0, 30*s),
				clone(func(c *fakeAP) { c.channel = 7; c.started = 99 * s }).beacons(10*s, 10*s+1),
				clone(func(c *fakeAP) { c.channel = 2; c.started = 55 * s }).beacons(20*s, 20*s+1)), "",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, homeRules, []Spec{apSpoof}, tc.frames)
			switch {
			case tc.want == "" && len(found) > 0:
				t.Errorf("findings: %q", told(found))
			case tc.want != "" && len(found) != 1:
				t.Errorf("%d findings, want one: %q", len(found), told(found))
			case tc.want != "" && !strings.Contains(found[0].Text, tc.want):
				t.Errorf("text %q lacks %q", found[0].Text, tc.want)
			case tc.want != "" && len(found[0].Evidence) < 4:
				t.Errorf("%d frames of evidence", len(found[0].Evidence))
			}
		})
	}
}

// shifted is what a receiver records whose clock is ahead by some time from
// one moment to another.
func shifted(frames []captured, from, to, ahead time.Duration) []captured {
	frames = slices.Clone(frames)
	for i := range frames {
		if at := frames[i].at.Sub(epoch); at >= from && at < to {
			frames[i].at = frames[i].at.Add(ahead)
		}
	}
	return frames
}

// A beacon generator that leaves the TSF at one value makes each of its
// beacons look like a restart.
func TestAPSpoofTellsADoubleWhoseClockStandsStill(t *testing.T) {
	var forged []captured
	for i := range 60 {
		moment := 10*time.Second + time.Duration(i)*300*time.Millisecond + 30*time.Millisecond
		c := home
		c.started = moment
		forged = append(forged, c.at(dot11.Beacon, moment))
	}
	found := replay(t, homeRules, []Spec{apSpoof}, air(home.beacons(0, 30*time.Second), forged))
	if len(found) != 1 || !strings.Contains(found[0].Text, "clock (TSF)") {
		t.Errorf("findings: %q", told(found))
	}
}
