package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

// What does not change must cost neither memory nor, on most frames, a look-up.
func TestAccessPointThatStaysAsItIsIsNotWatched(t *testing.T) {
	e, err := New(homeRules, func(f *Finding) { t.Errorf("%s: %s", f.Name, f.Text) })
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	show := func(frames []captured) *BSS {
		for _, c := range frames {
			if f.Parse(c.link, c.data) == dot11.Sound {
				e.Frame(&f, c.at, "test")
			}
		}
		return e.state.bss.Peek(dot11.Addr(mustAddr(home.bssid)))
	}
	if b := show(home.beacons(0, 10*time.Second)); b.watched != 0 {
		t.Errorf("watched by %b without a change", b.watched)
	}
	// Announced, and to something better.
	announced := home
	announced.extra = [][]byte{csaElement(11, 2)}
	better := moved(11)
	better.security = rsnElement(8)
	changed := air(announced.beacons(10*time.Second, 10200*time.Millisecond), better.beacons(10300*time.Millisecond, 11*time.Second))
	if b := show(changed); b.watched == 0 {
		t.Error("not watched right after a change")
	}
	if b := show(better.beacons(11*time.Second, 80*time.Second)); b.watched != 0 {
		t.Errorf("still watched by %b after a minute without a change", b.watched)
	}
	for _, s := range e.slots {
		switch d := s.detector.(type) {
		case *apSpoofDetector:
			if n := d.doubles.Len(); n != 0 {
				t.Errorf("%s keeps %d records", s.spec.Name, n)
			}
		case *chanChangeDetector:
			if n := d.channels.histories.Len(); n != 0 {
				t.Errorf("%s keeps %d records", s.spec.Name, n)
			}
		case *cryptoDropDetector:
			if n := d.networks.Len(); n != 0 {
				t.Errorf("%s keeps %d records", s.spec.Name, n)
			}
		}
	}
}

func TestAccessPointIsNotWatchedForLongAfterADamagedFrame(t *testing.T) {
	for name, damaged := range map[string]fakeAP{
		"channel": moved(2), "better security": secured(rsnElement(8), true), "worse security": secured(nil, false),
	} {
		t.Run(name, func(t *testing.T) {
			e, err := New(homeRules, func(f *Finding) { t.Errorf("%s: %s", f.Name, f.Text) })
			if err != nil {
				t.Fatal(err)
			}
			var f dot11.Frame
			for _, c := range air(home.beacons(0, 90*time.Second), []captured{damaged.at(dot11.Beacon, 10*time.Second)}) {
				if f.Parse(c.link, c.data) == dot11.Sound {
					e.Frame(&f, c.at, "test")
				}
			}
			if b := e.state.bss.Peek(dot11.Addr(mustAddr(home.bssid))); b.watched != 0 {
				t.Errorf("still watched by %b after 80 s", b.watched)
			}
		})
	}
}

func TestFramesWithoutAFindingAllocateNothing(t *testing.T) {
	cfg := homeRules
	cfg.Canaries = canaryRules.Canaries
	e, err := newEngine([]Spec{apSpoof, chanChange, cryptoDrop, ssidCanary}, cfg, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	// Two access points under one BSSID and a rogue: what is to be found is
	// found, and counted on without allocating until the next minute.
	rogue := fakeAP{bssid: "00:c0:ca:66:00:04", ssid: "HomeNet", channel: 11}
	frames := air(home.beacons(0, 50*time.Second), moved(11).beacons(40*time.Millisecond, 50*time.Second),
		secured(nil, false).beacons(70*time.Millisecond, 50*time.Second), rogue.beacons(0, 50*time.Second))
	var f dot11.Frame
	i := 0
	next := func() {
		c := &frames[i]
		i++
		if f.Parse(c.link, c.data) == dot11.Sound {
			e.Frame(&f, c.at, "test")
		}
	}
	for range 200 {
		next()
	}
	if n := testing.AllocsPerRun(1500, next); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
