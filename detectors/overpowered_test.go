package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("OVERPOWERED", row{
	kismet: "Off as shipped. Reports every frame above dot11_max_signal, that of a single frame too.",
	picket: "Off as shipped. Reports five such frames of one transmitter within ten seconds, with the peak, once a minute.",
	holds: []held{
		{"overpowered", "an access point right beside the sensor"},
		{"vanhoefm_krackattacks-scripts/krackattack__example-captures__example-ft.pcapng", "acknowledgements of a card right beside the one that listens"},
	},
})

func TestOverpowered(t *testing.T) {
	frames := func(n int, every time.Duration, signal int8, change func(*synthetic)) []captured {
		return series(n, 0, every, func(i int) synthetic {
			s := synthetic{kind: dot11.Beacon, from: testAP, capability: dot11.CapESS, signal: signal, sequence: uint16(i), elements: [][]byte{ssidElement("HomeNet"), dsElement(6)}}
			if change != nil {
				change(&s)
			}
			return s
		})
	}
	ack := func(s *synthetic) { s.kind, s.to = dot11.Ack, testClient }
	withoutSignal := frames(20, time.Second, -5, nil)
	for i := range withoutSignal {
		withoutSignal[i] = captured{dot11.LinkIEEE80211, withoutSignal[i].data[15:], withoutSignal[i].at}
	}
	zero := frames(20, time.Second, -5, nil)
	for i := range zero {
		zero[i].data[14] = 0
	}
	const ms = time.Millisecond
	for _, tc := range []struct {
		name    string
		options map[string]string
		frames  []captured
		want    string
	}{
		{"at the limit", nil, frames(20, 100*ms, -10, nil), ""},
		{"above it", nil, frames(5, 100*ms, -9, nil), "Frames from 9C:5C:8E:10:00:01 arrive with up to -9 dBm, above -10 dBm: it is right beside the sensor, or an amplifier is misadjusted; 5 frames within 400ms"},
		{"too few", nil, frames(4, 100*ms, -9, nil), ""},
		{"too seldom", nil, frames(20, 3*time.Second, -9, nil), ""},
		{"positive", nil, frames(5, 100*ms, 12, nil), "up to 12 dBm"},
		{"not measured", nil, zero, ""},
		{"no signal in the capture", nil, withoutSignal, ""},
		{"another limit", map[string]string{"dot11_max_signal": "-30"}, frames(5, 100*ms, -29, nil), "above -30 dBm"},
		{"another number", map[string]string{"frames": "1"}, frames(1, 0, -9, nil), "1 frame so far"},
		{"among frames of the real one", nil, air(frames(5, 100*ms, -3, nil), frames(50, 10*ms, -60, nil)), "up to -3 dBm"},
		{"acknowledgements", nil, frames(5, 100*ms, -3, ack), "Frames from a transmitter that does not name itself arrive"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := Config{Options: map[string]map[string]string{"OVERPOWERED": tc.options}}
			found := replay(t, cfg, []Spec{overpowered}, tc.frames)
			checkFirst(t, found, tc.want)
			if tc.want != "" && (len(found) != 1 || !found[0].HasSignal || len(found[0].Evidence) == 0) {
				t.Errorf("findings: %q", told(found))
			}
		})
	}
}

func TestRecordedLoudness(t *testing.T) {
	checkRecorded(t, overpowered, map[string]string{
		"overpowered": "Frames from 4C:5E:0C:30:00:03 arrive with up to -4 dBm",
		"clean-joins": "", "clean-restart": "", "deauth-aireplay": "",
	})
}
