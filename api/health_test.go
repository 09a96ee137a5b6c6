package api

import (
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"picket/api/auth"
)

// fakePart is ill or not, as the test says.
type fakePart struct {
	ill   atomic.Pointer[error]
	asked atomic.Int32
}

func (p *fakePart) check() error {
	p.asked.Add(1)
	if err := p.ill.Load(); err != nil {
		return *err
	}
	return nil
}

func (p *fakePart) fail(err error) { p.ill.Store(&err) }
func (p *fakePart) mend()          { p.ill.Store(nil) }

var errNoDevice = errors.New("wlan1: no such device")

func (f *fixture) health(path string, status int) Health {
	f.t.Helper()
	got := f.do(read(path))
	if got.status != status || got.header.Get("Content-Type") != "application/json" {
		f.t.Fatalf("%s: %d %s, want %d: %s", path, got.status, got.header.Get("Content-Type"), status, got.body)
	}
	var h Health
	must(f.t, json.Unmarshal([]byte(got.body), &h))
	return h
}

func TestHealthIsToldAllParts(t *testing.T) {
	well := func() error { return nil }
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Parts = []Part{{"sources", well}, {"history", well}} })
	f.want(read("/healthz"), 200, `{"status":"ok","parts":[{"name":"sources","status":"ok"},{"name":"history","status":"ok"}]}`+"\n")
	f.want(read("/readyz"), 200, `{"status":"ok","parts":[]}`+"\n")
	if got := f.scrape().Sum("picket_part_healthy"); got != 2 {
		t.Errorf("%v parts are healthy, want 2", got)
	}
}

func TestHealthNamesThePartThatIsIll(t *testing.T) {
	began := time.Now().Truncate(time.Second)
	f := newFixture(t, func(o *Options, _ *auth.Options) {
		o.Parts = []Part{{"sources", func() error { return errNoDevice }}, {"history", func() error { return nil }}}
	})
	h := f.health("/healthz", 503)
	if h.Status != HealthIll || h.Parts[0].Status != HealthIll || h.Parts[0].Reason != errNoDevice.Error() ||
		h.Parts[0].Since.Before(began) || h.Parts[0].Since.After(time.Now()) {
		t.Errorf("%+v", h.Parts[0])
	}
	if h.Parts[1] != (PartHealth{Name: "history", Status: HealthOK}) {
		t.Errorf("%+v", h.Parts[1])
	}
	s := f.scrape()
	if s.Sum("picket_part_healthy", "part", "sources") != 0 || s.Sum("picket_part_healthy", "part", "history") != 1 {
		t.Errorf("metrics %v", s.Values)
	}
}

func TestAPartIsIllSinceItWasWell(t *testing.T) {
	var sources fakePart
	h := health{parts: []Part{{"sources", sources.check}}}
	start := time.Now()
	for minute, step := range []struct {
		ill   error
		since time.Duration // after the start
	}{
		{nil, 0},
		{errNoDevice, time.Minute},
		{errors.New("wlan1: no such device (tried again)"), time.Minute},
		{nil, 3 * time.Minute},
		{errNoDevice, 4 * time.Minute},
	} {
		sources.mend()
		if step.ill != nil {
			sources.fail(step.ill)
		}
		h.look(start.Add(time.Duration(minute) * time.Minute))
		if c := h.seen.Load().parts[0]; c.ill != step.ill || !c.since.Equal(start.Add(step.since)) {
			t.Errorf("after %d min: %v since %v", minute, c.ill, c.since.Sub(start))
		}
	}
}

// Reasons name adapters, files and programs: who may not read does not see
// them. The rest is for all.
func TestReasonsAreForReaders(t *testing.T) {
	f := newFixtureOn(t, "0.0.0.0", func(o *Options, _ *auth.Options) {
		ill := []Part{{"sources", func() error { return errNoDevice }}}
		o.Parts, o.Start = ill, ill
	}).withLogin()
	f.from(elsewhere)
	for _, path := range []string{"/healthz", "/readyz"} {
		got := f.do(read(path))
		if got.status != 503 || strings.Contains(got.body, "wlan1") || !strings.Contains(got.body, `{"name":"sources","status":"ill","since":"`) {
			t.Errorf("%s without a login: %d %s", path, got.status, got.body)
		}
		got = f.do(read(path, basicAdmin))
		if got.status != 503 || !strings.Contains(got.body, `"reason":"wlan1: no such device"`) {
			t.Errorf("%s with a login: %d %s", path, got.status, got.body)
		}
	}
}

// What has started has started, whatever becomes of it.
func TestReadyLasts(t *testing.T) {
	var sources, restored fakePart
	h := health{start: []Part{{"sources", sources.check}, {"history", restored.check}}}
	unready := func() (names string) {
		h.look(time.Now())
		for _, c := range *h.ready.Load() {
			if c.ill != nil {
				names += c.name + " "
			}
		}
		return names
	}
	sources.fail(errNoDevice)
	restored.fail(errors.New("3000 of 10000 alerts are read"))
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "sources history "},
		{sources.mend, "history "},
		{func() { sources.fail(errNoDevice) }, "history "},
		{restored.mend, ""},
		{func() { restored.fail(errNoDevice) }, ""},
	} {
		step.do()
		if got := unready(); got != step.want {
			t.Errorf("not ready: %q, want %q", got, step.want)
		}
	}
}

// Anybody may ask, so asking must not make work.
func TestPartsAreAskedOnceASecondHoweverOftenClientsAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p fakePart
		h := health{parts: []Part{{"sources", p.check}}}
		h.look(time.Now())
		ended := make(chan struct{})
		done := make(chan struct{})
		go func() { h.watch(ended); close(done) }()
		time.Sleep(10*time.Second + 500*time.Millisecond)
		for range 1000 {
			h.latest()
		}
		if n := p.asked.Load(); n != 11 {
			t.Errorf("asked %d times in 10 s, want 11", n)
		}
		close(ended)
		<-done
	})
}

func TestAPartThatDoesNotAnswerIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := health{parts: []Part{{"sources", func() error { return nil }}}}
		at := time.Now()
		h.look(at)
		time.Sleep(healthStale)
		if got := h.latest(); len(got) != 1 {
			t.Errorf("after %v: %v", healthStale, got)
		}
		time.Sleep(time.Second)
		got := h.latest()
		if len(got) != 2 || got[1].ill == nil || !got[1].since.Equal(at) || !strings.Contains(got[1].ill.Error(), "11s") {
			t.Errorf("after 11 s: %v", got)
		}
	})
}
