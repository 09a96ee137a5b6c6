package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

// A Decision is what one detector made of one frame.
type Decision struct {
	Detector string
	// Shown is false when the frame is of a kind that the detector does not
	// look at.
	Shown bool
	// Why are its reasons, in the order in which it came to them.
	Why      []string
	Findings []*Finding
}

// An Explanation is what was known before a frame, and what the detectors made
// of it.
type Explanation struct {
	Known     []string
	Decisions []Decision // in order of the detectors' names
}

// explanation collects what detectors say of one frame.
type explanation struct {
	decisions []Decision
	number    map[*slot]int // of its decision
}

// Explaining reports whether somebody wants to know why. Ask it before a call
// of Explain with arguments: they are put into memory by the call.
func (c *Context) Explaining() bool { return c.why != nil }

// Explain says what the running detector decides on the current frame, and
// why. It does nothing unless somebody wants to know.
func (c *Context) Explain(format string, args ...any) {
	if c.why != nil {
		c.why.add(c.running, format, args)
	}
}

func (x *explanation) add(s *slot, format string, args []any) {
	d := x.decision(s)
	d.Why = append(d.Why, fmt.Sprintf(format, args...))
}

func (x *explanation) decision(s *slot) *Decision { return &x.decisions[x.number[s]] }

// Explain is Frame for a frame that somebody wants to know more of.
func (e *Engine) Explain(f *dot11.Frame, at time.Time, source string) Explanation {
	known := e.known(f, at)
	x := &explanation{number: map[*slot]int{}}
	before := make([]uint64, len(e.slots)) // frames shown to each
	for i, s := range e.slots {
		x.number[s] = i
		x.decisions = append(x.decisions, Decision{Detector: s.spec.Name})
		before[i] = e.frames(s)
	}
	e.ctx.why = x
	defer func() { e.ctx.why = nil }()
	e.Frame(f, at, source)
	if e.ctx.again {
		known = append(known, "another source has heard the frame before, which is when most detectors were shown it")
	}
	for i, s := range e.slots {
		d := x.decision(s)
		d.Shown = e.frames(s) > before[i]
		if s.spec.OnChange && s.spec.Wants.Has(f.Kind) && !d.Shown && !s.stats.Off {
			d.Shown = true
			d.Why = append(d.Why, "the access point advertises what it did before")
		}
		switch {
		case s.stats.Off:
			d.Why = append(d.Why, "it is switched off, for it has panicked")
		case d.Shown && len(d.Why) == 0 && len(d.Findings) == 0:
			d.Why = append(d.Why, "it is not what the detector looks for")
		}
	}
	return Explanation{Known: known, Decisions: x.decisions}
}

// known says what the air has said of those whom the frame involves.
func (e *Engine) known(f *dot11.Frame, at time.Time) []string {
	// Not on the engine's time line: that is the frame's to go on.
	since := func(t Instant) string { return rough((Instant(at.UnixNano()) + e.line.shift).Sub(t)) }
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if b := e.state.bss.Peek(f.BSSID); b != nil {
		add("BSS %s: first heard %s ago, last %s ago; %s", nameBSS(f.BSSID, b), since(b.First), since(b.Last), plural(b.Beacons, "beacon"))
		if b.Advertised != 0 {
			add("  advertises channel %d, security %s, management frame protection: offered %t, demanded %t",
				b.Channel, b.Security, b.MFPCapable(), b.MFPRequired())
		}
		if b.Restarted != 0 {
			add("  restarted %s ago", since(b.Restarted))
		}
	}
	for _, a := range [2]dot11.Addr{f.Transmitter, f.Receiver} {
		st := e.state.stations.Peek(a)
		if st == nil || a == f.BSSID {
			continue
		}
		add("station %s: first heard %s ago, last %s ago, in BSS %s", a, since(st.First), since(st.Last), st.BSSID)
		if st.Joined != 0 {
			add("  joined %s ago, asked for management frame protection: %t", since(st.Joined), st.MFP)
		}
	}
	return list
}
