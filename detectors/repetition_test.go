package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

func TestFrameHeardByTwoSourcesIsOneAttempt(t *testing.T) {
	for _, test := range []struct {
		name    string
		sources []string
		apart   time.Duration
		want    bool // a broadcast disconnection is found
	}{
		{"three radios hear each frame", []string{"wlan0", "wlan1", "wlan2"}, time.Millisecond, false},
		{"one radio hears the same octets again", []string{"wlan0", "wlan0", "wlan0"}, time.Millisecond, true},
		{"two radios, too far apart for one frame", []string{"wlan0", "wlan1", "wlan0"}, 50 * time.Millisecond, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := 0
			e, err := newEngine([]Spec{bcastDiscon, deauthFlood}, Config{}, func(*Finding) { found++ })
			if err != nil {
				t.Fatal(err)
			}
			var f dot11.Frame
			for i := range 3 {
				for j, source := range test.sources {
					at := epoch.Add(time.Duration(i)*time.Second + time.Duration(j)*test.apart)
					c := synthetic{kind: dot11.Deauth, from: testAP, sequence: uint16(i), body: []byte{7, 0}}.capture(at)
					f.Parse(c.link, c.data)
					e.Frame(&f, c.at, source)
				}
			}
			if (found > 0) != test.want {
				t.Errorf("%d findings, want some: %t", found, test.want)
			}
		})
	}
}
