package detectors

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"picket/capture/dot11"
)

// meet lets the engine hear of each source: until it has, there is nothing that
// another could have heard too.
func meet(e *Engine, sources ...string) {
	var f dot11.Frame
	c := synthetic{kind: dot11.ProbeReq, from: testClient}.capture(time.Unix(0, 0))
	f.Parse(c.link, c.data)
	for _, source := range sources {
		e.Frame(&f, c.at, source)
	}
}

// Two radios that hear everything find what one of them does, and say the same
// of it; but an oddity that two have heard is none that damage made, so that it
// takes no second frame.
func TestTwoSourcesFindWhatOneDoes(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.pcap.gz")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			frames := readCapture(t, path)
			hear := func(sources ...string) (told, odd []string) {
				e, err := New(Config{}, func(f *Finding) {
					if specNamed(f.Name).Odd != 0 {
						odd = append(odd, f.Name)
					} else {
						told = append(told, f.Name+" "+f.Text)
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				var f dot11.Frame
				meet(e, sources...)
				for _, c := range frames {
					for _, source := range sources {
						if f.Parse(c.link, c.data) == dot11.Sound {
							e.Frame(&f, c.at, source)
						}
					}
				}
				return told, odd
			}
			one, oddOne := hear("wlan0")
			two, oddTwo := hear("wlan0", "wlan1")
			if !slices.Equal(one, two) {
				t.Errorf("one source finds %q\ntwo find %q", one, two)
			}
			for _, name := range oddOne {
				if !slices.Contains(oddTwo, name) {
					t.Errorf("one source finds %s, two do not", name)
				}
			}
		})
	}
}

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
			meet(e, test.sources...)
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

func specNamed(name string) Spec {
	all := All()
	return all[slices.IndexFunc(all, func(s Spec) bool { return s.Name == name })]
}
