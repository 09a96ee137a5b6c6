package detectors

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

// A tickerFunc is a detector for tests that is told the time.
type tickerFunc func(*Context)

func (f tickerFunc) Frame(*Context)  {}
func (f tickerFunc) Tick(c *Context) { f(c) }

// A run is an engine that a test leads through time.
type run struct {
	t     *testing.T
	e     *Engine
	found []*Finding
}

func newRun(t *testing.T, cfg Config, specs []Spec) *run {
	t.Helper()
	r := &run{t: t}
	cfg.OnPanic = func(err *PanicError) { t.Errorf("%v\n%s", err, err.Stack) }
	var err error
	if r.e, err = newEngine(specs, cfg, func(f *Finding) { r.found = append(r.found, f) }); err != nil {
		t.Fatal(err)
	}
	return r
}

// hear shows a frame at a moment of the test's time line.
func (r *run) hear(s synthetic, at time.Duration) {
	r.t.Helper()
	c := s.capture(epoch.Add(at))
	var f dot11.Frame
	if defect := f.Parse(c.link, c.data); defect != dot11.Sound {
		r.t.Fatal(defect)
	}
	r.e.Frame(&f, c.at, "test")
}

func (r *run) silence(until time.Duration) { r.e.Silence(epoch.Add(until)) }

// texts are those of the findings since the last call.
func (r *run) texts() []string {
	var list []string
	for _, f := range r.found {
		list = append(list, f.Text)
	}
	r.found = nil
	return list
}

func TestTickComesOnceASecondOfFramesAndOfSilence(t *testing.T) {
	var ticks []time.Duration
	spec := Spec{Name: "TEST", Wants: dot11.AllKinds, New: func(Settings) (Detector, error) {
		return tickerFunc(func(c *Context) {
			if c.Frame != nil || c.Source != "" {
				t.Errorf("a tick has the frame %v of %q", c.Frame, c.Source)
			}
			ticks = append(ticks, c.Time.Sub(Instant(epoch.UnixNano())))
		}), nil
	}}
	r := newRun(t, Config{}, []Spec{spec})
	beacon := synthetic{kind: dot11.Beacon, from: testAP}
	const ms = time.Millisecond
	for at := time.Duration(0); at < 2500*ms; at += 300 * ms {
		r.hear(beacon, at)
	}
	r.silence(2900 * ms)
	r.silence(3700 * ms)
	r.silence(3700 * ms)
	r.hear(beacon, time.Hour)
	want := []time.Duration{0, 1200 * ms, 2400 * ms, 3700 * ms, time.Hour}
	if diff := cmp.Diff(want, ticks); diff != "" {
		t.Errorf("ticks (-want +got):\n%s", diff)
	}
}

func TestTickThatPanicsSwitchesItsDetectorOff(t *testing.T) {
	calls := map[string]int{}
	var specs []Spec
	for _, name := range []string{"A", "B"} {
		specs = append(specs, Spec{Name: name, Wants: dot11.AllKinds, New: func(Settings) (Detector, error) {
			return tickerFunc(func(c *Context) {
				calls[name]++
				if name == "A" {
					_ = c.Frame.Kind // there is none
				}
			}), nil
		}})
	}
	told := 0
	e, err := newEngine(specs, Config{OnPanic: func(*PanicError) { told++ }}, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	e.Silence(epoch)
	e.Silence(epoch.Add(time.Minute))
	if diff := cmp.Diff(map[string]int{"A": 1, "B": 2}, calls); diff != "" || told != 1 {
		t.Errorf("told %d times, calls (-want +got):\n%s", told, diff)
	}
	if stats := e.Stats(); !stats[0].Off || stats[0].Panics != 1 || stats[1].Off {
		t.Errorf("stats %+v", stats)
	}
}

func TestTimeInWhichNobodyListenedIsLeftOut(t *testing.T) {
	var listened time.Duration
	var start *Instant
	spec := Spec{Name: "TEST", Wants: dot11.AllKinds, New: func(Settings) (Detector, error) {
		return tickerFunc(func(c *Context) {
			if start == nil {
				start = new(c.Listened)
			}
			listened = c.Listened.Sub(*start)
		}), nil
	}}
	r := newRun(t, Config{}, []Spec{spec})
	beacon := synthetic{kind: dot11.Beacon, from: testAP}
	r.e.Deaf() // before there was anything
	for _, step := range []struct {
		do   func()
		want time.Duration
	}{
		{func() { r.hear(beacon, 0) }, 0},
		{func() { r.silence(10 * time.Second) }, 10 * time.Second},
		{func() { r.hear(beacon, 20*time.Second) }, 20 * time.Second},
		{func() { r.e.Deaf(); r.e.Deaf(); r.hear(beacon, time.Hour) }, 20 * time.Second},
		{func() { r.silence(time.Hour + 5*time.Second) }, 25 * time.Second},
		{func() { r.e.Deaf(); r.silence(2 * time.Hour) }, 25 * time.Second},
		{func() { r.hear(beacon, 2*time.Hour+7*time.Second) }, 32 * time.Second},
	} {
		if step.do(); listened != step.want {
			t.Errorf("listened for %s, want %s", listened, step.want)
		}
	}
}
