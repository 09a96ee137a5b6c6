package main

import (
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/capture"
	"picket/capture/dot11"
	"picket/detectors"
)

// nullFrame is a station's null data frame to an access point.
func nullFrame(from *capture.Info, station byte, at time.Time) capture.Frame {
	f := capture.Frame{Link: dot11.LinkIEEE80211, Source: from, Data: []byte{
		0x48, 0x01, 0, 0,
		2, 0, 0, 0, 0, 0xaa,
		2, 0, 0, 0, 0, station,
		2, 0, 0, 0, 0, 0xaa,
		0, 0,
	}}
	f.Timestamp, f.CaptureLength, f.Length = at, len(f.Data), len(f.Data)
	return f
}

// A stepwise source does one step a Next and then waits for Close.
type stepwise struct {
	steps  []func() []capture.Frame
	closed chan struct{}
	once   sync.Once
}

func (s *stepwise) Info() *capture.Info { return &capture.Info{Name: "attic"} }

func (s *stepwise) Next() ([]capture.Frame, error) {
	if len(s.steps) > 0 {
		step := s.steps[0]
		s.steps = s.steps[1:]
		return step(), nil
	}
	<-s.closed
	return nil, os.ErrClosed
}

func (s *stepwise) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// comeAndGo returns what is raised about station 1 within three minutes, each
// with the seconds after which it was.
func comeAndGo(t *testing.T, adapters func() (there, listening bool), steps ...func() []capture.Frame) []string {
	t.Helper()
	c := loadConfig(t, flagsOf("devicefound=02:00:00:00:00:01", "devicelost=02:00:00:00:00:01")...)
	core, err := newCore(c, alertcore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPipeline(c, core, listeners{onPanic: func(e *detectors.PanicError) { t.Error(e) }})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var raised []string
	p.published = func(r *alertcore.Record) {
		raised = append(raised, r.Definition().Header+" "+time.Since(began).String())
	}
	p.adapters = adapters
	fan := capture.NewFan(nil)
	fan.LimitWait(silence)
	fan.Add(&stepwise{steps: steps, closed: make(chan struct{})})
	time.AfterFunc(3*time.Minute, func() { fan.Close() })
	if err := p.run(fan); err != os.ErrClosed {
		t.Error(err)
	}
	return raised
}

func TestDeviceIsMissedWhileAnAdapterHearsNothing(t *testing.T) {
	hear := func() []capture.Frame {
		return []capture.Frame{nullFrame(&capture.Info{Name: "attic"}, 1, time.Now())}
	}
	pause := func(d time.Duration) func() []capture.Frame {
		return func() []capture.Frame { time.Sleep(d); return hear() }
	}
	lists := func(there, listening bool) func() (bool, bool) {
		return func() (bool, bool) { return there, listening }
	}
	for _, test := range []struct {
		name     string
		adapters func() (there, listening bool)
		steps    []func() []capture.Frame
		want     []string
	}{
		{"silence", lists(true, true), []func() []capture.Frame{hear}, []string{"DEVICEFOUND 0s", "DEVICELOST 1m2s"}},
		{"silence, then back", lists(true, true), []func() []capture.Frame{hear, pause(100 * time.Second)},
			[]string{"DEVICEFOUND 0s", "DEVICELOST 1m2s", "DEVICEFOUND 1m40s", "DEVICELOST 2m42s"}},
		{"no adapter listens", lists(true, false), []func() []capture.Frame{hear}, []string{"DEVICEFOUND 0s"}},
		{"none did, then back", lists(true, false), []func() []capture.Frame{hear, pause(100 * time.Second)}, []string{"DEVICEFOUND 0s"}},
		// The time between the frames of a file is no silence until the next one shows it.
		{"no adapters", lists(false, false), []func() []capture.Frame{hear}, []string{"DEVICEFOUND 0s"}},
		{"no adapters, then back", lists(false, false), []func() []capture.Frame{hear, pause(100 * time.Second)},
			[]string{"DEVICEFOUND 0s", "DEVICELOST 1m40s", "DEVICEFOUND 1m40s"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if diff := cmp.Diff(test.want, comeAndGo(t, test.adapters, test.steps...)); diff != "" {
					t.Errorf("raised (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestClockThatWasSetIsNoticed(t *testing.T) {
	for _, test := range []struct {
		clock, passed time.Duration
		want          bool
	}{
		{time.Second, time.Second, false},
		{4 * time.Second, time.Second, false}, // slewed, or read at odd moments
		{time.Hour, time.Second, true},
		{-time.Hour, time.Second, true},
		{time.Hour, time.Hour, false},
	} {
		if got := wasSet(test.clock, test.passed); got != test.want {
			t.Errorf("the clock says %s, %s have passed: set %t", test.clock, test.passed, got)
		}
	}
}

func TestDevicesThatComeTogetherAreAllTold(t *testing.T) {
	attic := &capture.Info{Name: "attic"}
	core, err := newCore(loadConfig(t), alertcore.Options{Backlog: 20})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPipeline(loadConfig(t, flagsOf("devicefound=02:00:00:00:00:00/ff:ff:ff:ff:ff:00")...), core, listeners{})
	if err != nil {
		t.Fatal(err)
	}
	for station := range byte(5) {
		f := nullFrame(attic, 1+station, time.Unix(1000, 0))
		p.take(&f)
	}
	list, _ := core.All()
	if len(list) != 5 {
		t.Errorf("%d alerts, want one for each device of the network", len(list))
	}
	for i, r := range list {
		if r.Definition().PhyID != alertcore.PhyAny || !strings.Contains(string(r.JSON()), `"kismet.alert.phy_id": 4294967295`) {
			t.Errorf("alert %d is of phy %d", i, r.Definition().PhyID)
		}
	}
}
