package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("PROBECHAN", row{
	kismet: "Never raised: the channel that it compares with is never filled in.",
	picket: "Compares probe responses with the beacons before and after them; leaves out announced switches and restarts.",
	holds: []held{
		{"probechan-airbase", "airbase-ng with the BSSID of the access point on another channel"},
	},
})

func TestProbeChan(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	// answers are probe responses for a channel at those moments.
	answers := func(ap fakeAP, at ...time.Duration) []captured {
		var list []captured
		for _, m := range at {
			list = append(list, ap.at(dot11.ProbeResp, m))
		}
		return list
	}
	announced := home
	announced.extra = [][]byte{csaElement(11, 5)}
	restarted := moved(11)
	restarted.started = 10 * s
	silent := moved(0) // says nothing of its channel
	retries := answers(moved(11), 4*s, 4*s+ms, 4*s+2*ms, 4*s+3*ms)
	for i := range retries {
		retries[i].data = append([]byte(nil), retries[0].data...)
		if i > 0 {
			retries[i].data[15+1] |= byte(dot11.Retry)
		}
	}
	const want = "Probe responses of access point 9C:5C:8E:10:00:01 ('HomeNet') name channel 11, its beacons before and after them channel 6: 2 responses within "
	checkHistories(t, probeChan, []historyCase{
		{"same channel", air(home.beacons(0, 60*s), answers(home, s, 2*s, 3*s)), ""},
		{"another channel", air(home.beacons(0, 20*s), answers(moved(11), 4*s, 6*s)), want + "2s"},
		{"two at once", air(home.beacons(0, 20*s), answers(moved(11), 4*s, 4*s+20*ms)), want + "20ms"},
		{"one, perhaps damaged", air(home.beacons(0, 60*s), answers(moved(11), 4*s)), ""},
		{"one and its repetitions", air(home.beacons(0, 60*s), retries), ""},
		{"two damaged differently", air(home.beacons(0, 60*s), answers(moved(2), 4*s), answers(moved(7), 5*s)), ""},
		{"two, minutes apart", air(home.beacons(0, 200*s), answers(moved(11), 4*s, 180*s)), ""},
		{"beacons not heard since", air(home.beacons(0, 4*s), answers(moved(11), 4*s, 5*s, 6*s)), ""},
		{"beacons heard long before", air(home.beacons(0, 4*s), answers(moved(11), 30*s, 31*s), home.beacons(33*s, 40*s)), ""},
		{"goes there without a word", air(home.beacons(0, 10*s), answers(moved(11), 10*s, 10*s+50*ms, 12*s), moved(11).beacons(10*s+40*ms, 60*s)), ""},
		{"goes there by announcement", air(home.beacons(0, 9500*ms), announced.beacons(9500*ms, 10*s), answers(moved(11), 10*s, 11*s), moved(11).beacons(10*s+40*ms, 60*s)), ""},
		{"answers for the announced channel before it is there", air(home.beacons(0, 9500*ms), announced.beacons(9500*ms, 11500*ms), answers(moved(11), 10*s, 10*s+100*ms), moved(11).beacons(11500*ms, 60*s)), ""},
		{"goes there, and frames of two receivers are out of order", air(home.beacons(0, 10*s), answers(moved(11), 10*s, 10*s+50*ms), home.beacons(10*s+150*ms, 10*s+900*ms), moved(11).beacons(10*s+100*ms, 60*s)), ""},
		{"restarts there", air(home.beacons(0, 10*s), answers(restarted, 10*s+50*ms, 10*s+90*ms), restarted.beacons(10*s+100*ms, 60*s)), ""},
		{"responses that do not say", air(home.beacons(0, 60*s), answers(silent, 4*s, 6*s)), ""},
		{"beacons that do not say", air(silent.beacons(0, 60*s), answers(moved(11), 4*s, 6*s)), ""},
		{"heard on a neighbour channel", air(home.beacons(0, 60*s), answers(changedHome(func(ap *fakeAP) { ap.freq = 2442 }), 4*s, 6*s)), ""},
	})
}

func TestProbeResponsesForAnotherChannelAreReportedOnceAMinuteWhileTheyLast(t *testing.T) {
	frames := home.beacons(0, 300*time.Second)
	for at := 10 * time.Second; at < 150*time.Second; at += 2 * time.Second {
		frames = append(frames, moved(11).at(dot11.ProbeResp, at))
	}
	if found := replay(t, Config{}, []Spec{probeChan}, air(frames)); len(found) != 3 {
		t.Errorf("findings: %q", told(found))
	}
}

func TestRecordedProbeResponses(t *testing.T) {
	checkRecorded(t, probeChan, map[string]string{
		"probechan-airbase": "name channel 6, its beacons before and after them channel 11",
		"clean-joins":       "", "clean-switches-and-restart": "", "clean-reconfigured": "", "karma-airbase": "",
	})
}
