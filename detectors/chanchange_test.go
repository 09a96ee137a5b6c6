package detectors

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("CHANCHANGE", row{
	kismet: "Compares the DSSS channel of beacons without an HT operation element with what an HT operation element of the same SSID said before: access points that change their channel never raise it.",
	picket: "Compares the primary channel of HE, HT and DSSS elements; leaves out announced switches and restarts, and tells two access points on two channels.",
	holds: []held{
		{"evil-twin-beacons", "hostapd with the BSSID of the access point on another channel"},
		{"disassoc-aireplay", "a second hostapd with the BSSID of the access point on another channel"},
		{"probechan-airbase", "airbase-ng with the BSSID of the access point on another channel"},
		{"lab/evil-twin", "hostapd with the BSSID of the access point on another channel"},
	},
})

// moved is home on another channel.
func moved(channel byte) fakeAP {
	ap := home
	ap.channel = channel
	return ap
}

// dwell is what a receiver that hops hears of an access point: some
// milliseconds of each period.
func dwell(frames []captured, from, length, period time.Duration) []captured {
	var heard []captured
	for _, f := range frames {
		if phase := f.at.Sub(epoch) % period; phase >= from && phase < from+length {
			heard = append(heard, f)
		}
	}
	return heard
}

func TestChannelChanges(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	with := func(ap fakeAP, extra ...[]byte) fakeAP { ap.extra = extra; return ap }
	restarted := func(ap fakeAP, at time.Duration) fakeAP { ap.started = at; return ap }
	action := func(at time.Duration, body ...byte) []captured {
		return []captured{synthetic{kind: dot11.Action, from: home.bssid, body: body}.capture(epoch.Add(at))}
	}
	const change, two = "changed from channel 6 (-60 dBm) to channel 11 (-60 dBm)", "Two access points with BSSID 9C:5C:8E:10:00:01 ('HomeNet'): channel "

	for _, tc := range []struct {
		name   string
		frames []captured
		want   string // in the one finding; empty: silence
	}{
		{"stays", home.beacons(0, 200*s), ""},
		{"changes without a word", air(home.beacons(0, 10*s), moved(11).beacons(10*s, 60*s)), change},
		{"announced in beacons", air(home.beacons(0, 9500*ms), with(home, csaElement(11, 5)).beacons(9500*ms, 10*s),
			moved(11).beacons(10*s, 60*s)), ""},
		{"announced in extended form", air(home.beacons(0, 9500*ms), with(home, ecsaElement(11, 5)).beacons(9500*ms, 10*s),
			moved(11).beacons(10*s, 60*s)), ""},
		{"announced by an action frame", air(home.beacons(0, 10*s),
			action(9900*ms, dot11.CategorySpectrum, dot11.SpectrumChannelSwitch, dot11.ElementCSA, 3, 1, 11, 2),
			moved(11).beacons(10*s, 60*s)), ""},
		{"announced by an extended action frame", air(home.beacons(0, 10*s),
			action(9900*ms, dot11.CategoryPublic, dot11.PublicECSA, 1, 81, 11, 2),
			moved(11).beacons(10*s, 60*s)), ""},
		{"announced for another channel", air(home.beacons(0, 9500*ms), with(home, csaElement(1, 5)).beacons(9500*ms, 10*s),
			moved(11).beacons(10*s, 60*s)), change},
		{"announced long before", air(home.beacons(0, 5*s), with(home, csaElement(11, 5)).beacons(5*s, 5500*ms),
			home.beacons(5500*ms, 30*s), moved(11).beacons(30*s, 60*s)), change},
		{"announced, with a long countdown", air(home.beacons(0, 5*s), with(home, csaElement(11, 200)).beacons(5*s, 5100*ms),
			home.beacons(5100*ms, 25*s), moved(11).beacons(25*s, 60*s)), ""},
		{"restarts", air(home.beacons(0, 10*s), restarted(moved(11), 10*s).beacons(10*s+50*ms, 60*s)), ""},
		{"is gone for a while", air(home.beacons(0, 10*s), moved(11).beacons(14*s, 60*s)), ""},
		{"probe responses say otherwise", air(home.beacons(0, 10*s), []captured{
			moved(11).at(dot11.ProbeResp, 4*s), moved(11).at(dot11.ProbeResp, 4100*ms),
			moved(11).at(dot11.ProbeResp, 6*s), moved(11).at(dot11.ProbeResp, 6100*ms),
		}), two},
		{"two at once", air(home.beacons(0, 30*s), moved(11).beacons(10*s+40*ms, 30*s)), two},
		{"two at once, the second just started", air(home.beacons(0, 30*s), restarted(moved(11), 10*s).beacons(10*s+40*ms, 30*s)), two},
		{"leaves by announcement, yet stays", air(home.beacons(0, 30*s),
			with(home, csaElement(11, 3)).beacons(9700*ms, 10*s), moved(11).beacons(10*s+40*ms, 30*s)), two},
		{"one damaged frame", air(home.beacons(0, 30*s), []captured{moved(2).at(dot11.Beacon, 10*s)}), ""},
		{"three frames damaged in three ways", air(home.beacons(0, 30*s), []captured{
			moved(2).at(dot11.Beacon, 10*s), moved(7).at(dot11.Beacon, 11*s), moved(4).at(dot11.Beacon, 12*s),
		}), ""},
		{"a damaged frame among few", air(dwell(home.beacons(0, 30*s), 0, 150*ms, 2*s), []captured{moved(2).at(dot11.Beacon, 10300*ms)}), ""},
		{"two damaged alike, the last that are heard", air(home.beacons(0, 10*s), []captured{
			moved(2).at(dot11.Beacon, 10100*ms), moved(2).at(dot11.Beacon, 13*s),
		}), ""},
		{"hopping receiver, announced move it did not hear of", air(
			dwell(home.beacons(0, 10*s), 0, 500*ms, 2500*ms), dwell(moved(11).beacons(10*s, 90*s), 500*ms, 500*ms, 2500*ms)), ""},
		{"hopping receiver, move and return 15 s later, neither heard", air(
			dwell(home.beacons(0, 30*s), 0, 500*ms, 2500*ms), dwell(moved(11).beacons(30*s, 45*s), 500*ms, 500*ms, 2500*ms),
			dwell(home.beacons(45*s, 90*s), 0, 500*ms, 2500*ms)), ""},
		{"hopping receiver, two at once", air(
			dwell(home.beacons(0, 50*s), 0, 500*ms, 2500*ms), dwell(moved(11).beacons(10*s, 50*s), 1500*ms, 500*ms, 2500*ms)), two},
		{"slowly hopping receiver, two at once", air(
			dwell(home.beacons(0, 60*s), 0, s, 19*s), dwell(moved(11).beacons(0, 60*s), 9*s, s, 19*s)), two},
		{"two receivers out of order around an announced move", air(home.beacons(0, 9500*ms),
			with(home, csaElement(11, 5)).beacons(9500*ms, 10*s), moved(11).beacons(10*s, 60*s),
			[]captured{home.at(dot11.Beacon, 10*s+300*ms), home.at(dot11.Beacon, 10*s+500*ms)}), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{chanChange}, tc.frames)
			if tc.want == "" {
				if len(found) > 0 {
					t.Errorf("findings: %q", told(found))
				}
				return
			}
			if len(found) != 1 || !strings.Contains(found[0].Text, tc.want) {
				t.Fatalf("findings: %q, want one with %q", told(found), tc.want)
			}
			if f := found[0]; f.BSSID.String() != "9C:5C:8E:10:00:01" || f.Frames < 3 || len(f.Evidence) < 4 {
				t.Errorf("BSSID %s, %d frames, %d of them as evidence", f.BSSID, f.Frames, len(f.Evidence))
			}
		})
	}
}

func TestTwoChannelsAreReportedOnceAMinuteWhileTheyLast(t *testing.T) {
	found := replay(t, Config{}, []Spec{chanChange}, air(
		home.beacons(0, 300*time.Second), moved(11).beacons(10*time.Second, 155*time.Second)))
	if len(found) != 3 {
		t.Fatalf("findings: %q", told(found))
	}
	for i := 1; i < len(found); i++ {
		if pause := found[i].Time.Sub(found[i-1].Time); pause < time.Minute {
			t.Errorf("finding %d comes %v after the one before", i, pause)
		}
	}
}

// An access point in the 6 GHz band tells its channel in the HE operation
// element alone.
func TestChannelChangeIn6GHz(t *testing.T) {
	beacons := func(channel byte, from, to time.Duration) []captured {
		var list []captured
		for m := from; m < to; m += 102400 * time.Microsecond {
			list = append(list, synthetic{
				kind: dot11.Beacon, from: "e0:63:da:40:00:06", capability: dot11.CapESS | dot11.CapPrivacy,
				tsf: uint64((m + time.Hour).Microseconds()), freq: 6135,
				elements: [][]byte{ssidElement("SixNet"), rsnElement(8), heOperation6GHz(channel)},
			}.capture(epoch.Add(m)))
		}
		return list
	}
	found := replay(t, Config{}, []Spec{chanChange}, air(beacons(37, 0, 10*time.Second), beacons(69, 10*time.Second, 20*time.Second)))
	if len(found) != 1 || !strings.Contains(found[0].Text, "from channel 37") || found[0].Channel != "69" {
		t.Errorf("findings: %q", told(found))
	}
}

func TestRecordedChannelChanges(t *testing.T) {
	for name, want := range map[string]string{
		"clean-switches-and-restart": "", // announced, and a restart
		"evil-twin-beacons":          "Two access points with BSSID 9C:5C:8E:10:00:01 ('HomeNet')",
	} {
		t.Run(name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{chanChange}, readCapture(t, filepath.Join("testdata", name+".pcap.gz")))
			if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || !strings.Contains(found[0].Text, want)) {
				t.Errorf("findings: %q, want %q", told(found), want)
			}
		})
	}
}
