package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("PROBENOJOIN", row{
	kismet: "Has no such detector any more; up to 2012 it counted probe responses to a station that sent no data, and reported the 26th however slow they came.",
	picket: "Counts scans in a sliding window rather than frames, requests as well as responses, of stations that do nothing else; follows a radio that changes its address by its sequence numbers.",
	holds: []held{
		{"probes-mdk4", "mdk4 p, which probes from a new address each time"},
	},
})

func TestProbeNoJoinOfMdk4(t *testing.T) {
	found := replay(t, Config{}, []Spec{probeNoJoin}, readCapture(t, "testdata/probes-mdk4.pcap.gz"))
	checkOnly(t, found, `One radio probes for networks from ever new addresses|26 or more within 5s|last it looked for "HomeNet"`)
	for _, f := range found {
		if f.Source.IsZero() || len(f.Evidence) < 4 || f.Frames != 26 {
			t.Errorf("source %s, %d frames, %d of evidence", f.Source, f.Frames, len(f.Evidence))
		}
	}
}

func TestProbeNoJoin(t *testing.T) {
	const station, ap = "00:02:6f:12:34:56", "e0:63:da:40:00:07"
	probe := synthetic{kind: dot11.ProbeReq, from: station, bssid: "ff:ff:ff:ff:ff:ff", elements: [][]byte{ssidElement(""), ratesElement()}}
	answer := synthetic{kind: dot11.ProbeResp, to: station, from: ap, capability: dot11.CapESS, elements: [][]byte{ssidElement("AnyNet"), ratesElement()}}
	data := synthetic{kind: dot11.Data, flags: dot11.ToDS | dot11.Protected, to: ap, from: station, bssid: ap, body: make([]byte, 40)}
	// scans are n scans, one every so often, of so many probes each 20 ms apart.
	scans := func(n int, every time.Duration, probes int, frame synthetic) func(*scene) {
		return func(s *scene) {
			for i := range n {
				s.now = time.Duration(i) * every
				for range probes {
					s.send(20*time.Millisecond, frame)
				}
			}
		}
	}
	// from made-up addresses, with sequence numbers that go up by step.
	madeUp := func(n int, step uint16) func(*scene) {
		return func(s *scene) {
			for i := range n {
				f := probe
				f.from = dot11.Addr{0, 2, 0x2d, 1, byte(i), byte(7 * i)}.String()
				f.sequence = 4000 + uint16(i)*step&0xfff
				f.sequence &= 0xfff
				s.send(200*time.Millisecond, f)
			}
		}
	}
	for _, test := range []struct {
		name string
		play func(s *scene)
		want []string
	}{
		{"25 probes, one a second", scans(25, time.Second, 1, probe), nil},
		{"26 probes, one a second", scans(26, time.Second, 1, probe), []string{"Station 00:02:6F:12:34:56 probes for networks and joins none: 26 or more times within 25s"}},
		{"26 answers, one a second", scans(26, time.Second, 1, answer), []string{`26 or more times within 25s; last it was told of "AnyNet"`}},
		{"26 probes, ten a second, FCS", scans(26, 100*time.Millisecond, 1, asFCS(probe)), []string{"within 2.5s"}},
		{"a phone that scans every ten seconds, with many probes", scans(60, 10*time.Second, 10, probe), nil},
		{"a laptop that looks for its network every five seconds", scans(60, 5*time.Second, 5, probe), nil},
		{"a dense site answers scans", func(s *scene) {
			for i := range 6 {
				s.now = time.Duration(i) * 5 * time.Second
				for range 60 {
					s.send(2*time.Millisecond, answer)
				}
			}
		}, nil},
		{"26 probes, but it has spoken", func(s *scene) {
			s.send(0, data)
			scans(26, time.Second, 1, probe)(s)
		}, nil},
		{"26 probes, and it had spoken long before", func(s *scene) {
			s.send(0, data)
			for range 26 {
				s.send(time.Second, data)
			}
			s.now += 2 * time.Minute
			for range 26 {
				s.send(time.Second, probe)
			}
		}, []string{"26 or more times"}},
		{"from made-up addresses", madeUp(30, 1), []string{"One radio probes for networks from ever new addresses|26 or more within 5s"}},
		{"from made-up addresses, a third not heard", madeUp(30, 3), []string{"One radio"}},
		{"25 made-up addresses", madeUp(25, 1), nil},
		{"made-up addresses, with a pause between", func(s *scene) {
			for i := range 30 {
				f := probe
				f.from, f.sequence = dot11.Addr{0, 2, 0x2d, 2, 2, byte(i)}.String(), uint16(100+i)
				if i == 10 {
					s.now += 6 * time.Second
				}
				s.send(200*time.Millisecond, f)
			}
		}, nil},
		{"a crowd of phones", madeUp(300, 611), nil},
		{"made-up addresses in a crowd", func(s *scene) {
			crowd := &scene{}
			madeUp(30, 1)(s)
			for i := range 60 {
				f := probe
				f.from = dot11.Addr{0xda, 2, 0x2d, 1, byte(i), byte(3 * i)}.String()
				f.sequence = uint16(i*1777) & 0xfff
				crowd.send(95*time.Millisecond, f)
			}
			s.frames = air(s.frames, crowd.frames)
		}, []string{"One radio"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &scene{}
			test.play(s)
			found := replay(t, Config{}, []Spec{probeNoJoin}, amid(t, s.frames))
			checkOnly(t, found, test.want...)
		})
	}
}

func TestProbeNoJoinObeysItsOptions(t *testing.T) {
	frames := series(20, 0, 2*time.Second, func(i int) synthetic {
		return synthetic{kind: dot11.ProbeReq, from: testClient, bssid: "ff:ff:ff:ff:ff:ff", sequence: uint16(i), elements: [][]byte{ssidElement("")}}
	})
	for _, test := range []struct {
		probes, window string
		want           int
	}{{"10", "30", 1}, {"10", "15", 0}, {"25", "30", 0}} {
		cfg := Config{Options: map[string]map[string]string{"PROBENOJOIN": {"probes": test.probes, "window": test.window}}}
		if found := replay(t, cfg, []Spec{probeNoJoin}, frames); len(found) != test.want {
			t.Errorf("probes=%s, window=%s: %d findings, want %d", test.probes, test.window, len(found), test.want)
		}
	}
}
