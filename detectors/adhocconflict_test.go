package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("ADHOCCONFLICT", row{
	kismet: "Never raised: its test of the network's type contradicts itself.",
	picket: "Compares the ESS and IBSS bits of beacons and probe responses of one BSSID and of one SSID, two of each within a minute.",
	holds: []held{
		{"adhoc-conflict", "an ad-hoc network with the BSSID and the name of an access point's"},
		{"lab/beacon-flood", "mdk4 b, which offers the network's name as that of ad-hoc networks too"},
	},
})

// ibss is n beacons of a station in an ad-hoc network.
func ibss(from, bssid, ssid string, n int, begin time.Duration) []captured {
	return series(n, begin, 102400*time.Microsecond, func(i int) synthetic {
		return synthetic{
			kind: dot11.Beacon, from: from, bssid: bssid, capability: dot11.CapIBSS, sequence: uint16(i), tsf: uint64(i) * 102400,
			elements: [][]byte{ssidElement(ssid), ratesElement(), dsElement(6), element(dot11.ElementIBSS, 0, 0)},
		}
	})
}

func TestAdhocConflict(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	const station, own = "00:c0:ca:66:00:05", "02:11:87:20:30:40"
	beacons := home.beacons(0, 20*s)
	both := func(capability dot11.Capability) []captured {
		return series(20, 5*s, 102400*time.Microsecond, func(i int) synthetic {
			return synthetic{kind: dot11.Beacon, from: station, bssid: home.bssid, capability: capability, elements: [][]byte{ssidElement("HomeNet"), dsElement(6)}}
		})
	}
	for _, tc := range []struct {
		name   string
		frames []captured
		want   string
		bssid  string
	}{
		{"address", air(beacons, ibss(station, home.bssid, "Printer", 3, 5*s)), "An ad-hoc network of 00:C0:CA:66:00:05 has the BSSID 9C:5C:8E:10:00:01 of an access point ('HomeNet')", home.bssid},
		{"name", air(beacons, ibss(station, own, "HomeNet", 3, 5*s)), "An ad-hoc network (BSSID 02:11:87:20:30:40, of 00:C0:CA:66:00:05) bears the name 'HomeNet' of the network of access point 9C:5C:8E:10:00:01", own},
		{"the ad-hoc network was first", air(home.beacons(5*s, 20*s), ibss(station, own, "HomeNet", 100, 0)), "bears the name 'HomeNet'", own},
		{"the ad-hoc network was first with the address", air(home.beacons(5*s, 20*s), ibss(station, home.bssid, "", 100, 0)), "has the BSSID", home.bssid},
		{"one frame of it", air(beacons, ibss(station, home.bssid, "HomeNet", 1, 5*s)), "", ""},
		{"one frame of it every other minute", air(home.beacons(0, 200*s), ibss(station, home.bssid, "HomeNet", 1, 5*s), ibss(station, home.bssid, "HomeNet", 1, 125*s)), "", ""},
		{"neither", air(beacons, ibss(station, own, "Printer", 30, 5*s)), "", ""},
		{"hidden names", air(changedHome(func(ap *fakeAP) { ap.ssid = "" }).beacons(0, 20*s), ibss(station, own, "", 30, 5*s)), "", ""},
		{"minutes later", air(beacons, ibss(station, own, "HomeNet", 30, 100*s)), "", ""},
		{"minutes before", air(ibss(station, own, "HomeNet", 30, 0), home.beacons(100*s, 120*s)), "", ""},
		{"both bits", air(beacons, both(dot11.CapESS|dot11.CapIBSS)), "", ""},
		{"neither bit, as in a mesh", air(beacons, both(0)), "", ""},
		{"one member after the other", air(ibss(station, own, "Printer", 30, 0), ibss("00:c0:ca:66:00:06", own, "Printer", 30, 50*ms)), "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{adhocConflict}, tc.frames)
			checkFirst(t, found, tc.want)
			if tc.want == "" {
				return
			}
			if f := found[0]; f.BSSID.String() != strings.ToUpper(tc.bssid) || f.Source.String() != strings.ToUpper(station) || f.Other.String() != strings.ToUpper(home.bssid) || len(f.Evidence) < 2 {
				t.Errorf("BSSID %s, source %s, other %s, %d frames of evidence", f.BSSID, f.Source, f.Other, len(f.Evidence))
			}
		})
	}
}

func TestAdhocConflictIsRepeatedOnceAMinute(t *testing.T) {
	found := replay(t, Config{}, []Spec{adhocConflict}, air(home.beacons(0, 200*time.Second), ibss("00:c0:ca:66:00:05", home.bssid, "Printer", 1300, 5*time.Second)))
	if len(found) != 3 {
		t.Errorf("findings: %q", told(found))
	}
}

// An ad-hoc station with an access point's BSSID says nothing about the access
// point.
func TestAdhocStationDoesNotTakeOverAnAccessPointsRecord(t *testing.T) {
	frames := air(home.beacons(0, 60*time.Second), ibss("00:c0:ca:66:00:05", home.bssid, "Printer", 300, 5*time.Second))
	specs := []Spec{advCryptChange, beaconRate, bssTimestamp, chanChange, cryptoDrop, dot11D}
	if found := replay(t, Config{}, specs, frames); len(found) > 0 {
		t.Errorf("findings: %q", told(found))
	}
}

func TestRecordedAdhocNetworks(t *testing.T) {
	found := replay(t, Config{}, []Spec{adhocConflict}, readCapture(t, "testdata/adhoc-conflict.pcap.gz"))
	if len(found) != 2 || !strings.Contains(found[0].Text, "has the BSSID 9C:5C:8E:10:00:01") || !strings.Contains(found[1].Text, "bears the name 'HomeNet'") {
		t.Errorf("findings: %q", told(found))
	}
	checkRecorded(t, adhocConflict, map[string]string{"clean-joins": "", "evil-twin-beacons": "", "karma-airbase": ""})
}
