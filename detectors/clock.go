package detectors

import "time"

// A Ticker is a Detector that also finds what does not happen. Tick is called
// about once a second of the engine's time, between frames: c has a Time and no
// frame.
type Ticker interface {
	Detector
	Tick(c *Context)
}

// tickInterval is how much time passes between two ticks at least.
const tickInterval = time.Second

// A clock lets detectors see time pass.
type clock struct {
	tickers []*slot
	next    Instant       // when the next tick is due
	deaf    bool          // nobody has listened since the engine's time
	missed  time.Duration // for how long nobody has, in all
}

func (k *clock) add(s *slot) {
	if _, ok := s.detector.(Ticker); ok {
		k.tickers = append(k.tickers, s)
	}
}

// Silence says that somebody has listened up to the given time and heard
// nothing. Without it, time passes with the frames alone. Like Frame it is for
// the engine's owner.
func (e *Engine) Silence(until time.Time) { e.pass(until) }

// Deaf says that nobody listens, until the next frame or Silence: that nothing
// was heard in the meantime means nothing. Like Frame it is for the engine's
// owner.
func (e *Engine) Deaf() { e.clock.deaf = true }

// pass moves the engine's time on.
func (e *Engine) pass(to time.Time) {
	c := &e.ctx
	before := c.Time
	c.captured = to
	c.Time = e.line.at(to)
	if e.clock.deaf {
		e.clock.deaf = false
		e.clock.missed += c.Time.Sub(before)
	}
	c.Listened = c.Time.Add(-e.clock.missed)
	if c.Time < e.clock.next {
		return
	}
	e.clock.next = c.Time.Add(tickInterval)
	c.Frame, c.Source = nil, ""
	for _, s := range e.clock.tickers {
		e.tick(s)
	}
}

func (e *Engine) tick(s *slot) {
	if s.stats.Off {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			e.switchOff(s, v)
		}
	}()
	e.ctx.running = s
	s.detector.(Ticker).Tick(&e.ctx)
}

// ReportAbsence hands over a finding that rests on no frame at hand. The
// engine fills in its name.
func (c *Context) ReportAbsence(f *Finding) {
	spec := c.running.spec
	f.Name, f.RateBased = spec.Name, spec.RateBased
	c.running.stats.Findings++
	c.engine.report(f)
}
