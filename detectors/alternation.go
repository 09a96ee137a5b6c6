package detectors

import (
	"fmt"
	"math"
	"time"

	"picket/capture/dot11"
)

// An alternation watches one property that an access point keeps: its
// channel, its security, the line that its clock is on. A single change is a
// reconfiguration. Values that take turns are two access points with one
// address, for nobody reconfigures to and fro.
//
// It knows two values at a time. The zero alternation has seen nothing.
type alternation[T sameness[T]] struct {
	now, before sighting[T]

	// Of the episode, which begins with a change when nothing has come back
	// for a while.
	begun   Instant
	frames  uint64                  // shown since then, of either value
	count   int                     // unexplained returns since then
	returns [provingReturns]Instant // the last of them, number n at n%provingReturns
	away    time.Duration           // for how long the last to return was not shown
}

// sameness is what a property's values can tell of each other.
type sameness[T any] interface{ same(T) bool }

// A sighting is one value and when it was shown.
type sighting[T sameness[T]] struct {
	value   T
	since   Instant // shown without another one between
	last    Instant
	stretch uint32 // frames since then
	frames  uint32 // frames in all
	// signal is that of the last frame, valid iff hasSignal.
	signal    int8
	hasSignal bool
}

const (
	// alternationMemory is how long ago a value may have been shown so that
	// its being back counts as a return, and how long a return counts.
	alternationMemory = time.Minute
	// swift is an absence too short for an access point that moves to and
	// fro by itself.
	swift = 5 * time.Second

	// provingReturns within memory are proof however long an absence.
	provingReturns = 2
)

// A turn is what one more frame means.
type turn uint8

const (
	steady   turn = iota // the value is the one shown last
	changed              // it is another than the two that are known
	returned             // it is the one shown before: it is back
)

// show takes in the value that the current frame shows. A change is explained
// when there is an innocent reason for it: then it is no sign of a second
// access point. The first one's return is, if that goes on all the same.
func (a *alternation[T]) show(v T, c *Context, explained bool) turn {
	a.frames++
	switch {
	case a.now.frames == 0:
		a.now.begin(v, c)
	case v.same(a.now.value):
		a.now.add(v, c)
	case a.remembers(c.Time) && v.same(a.before.value):
		away := c.Time.Sub(a.before.last)
		a.now, a.before = a.before, a.now
		a.now.since, a.now.stretch = c.Time, 0
		a.now.add(v, c)
		if !explained && a.telling(c.Time) {
			a.away = away
			a.returns[a.count%provingReturns] = c.Time
			a.count++
		}
		return returned
	default:
		if a.recent(c.Time) == 0 {
			a.begun, a.frames, a.count = c.Time, 1, 0
		}
		a.before = a.now
		a.now.begin(v, c)
		return changed
	}
	return steady
}

// explain says what a turn makes of the property of that name.
func (a *alternation[T]) explain(c *Context, name string, t turn) {
	if !c.Explaining() {
		return
	}
	switch t {
	case changed:
		c.Explain("its %s has changed: a single change is a reconfiguration", name)
	case returned:
		c.Explain("its %s is what it was before a change: %d unexplained returns within %s, proof after %d or one that was away for %s at most",
			name, a.recent(c.Time), alternationMemory, provingReturns, swift)
	}
}

// recent counts the unexplained returns within memory, at most as many as are proof.
func (a *alternation[T]) recent(t Instant) int {
	n := 0
	for _, r := range a.returns[:min(a.count, provingReturns)] {
		if t.Sub(r) <= alternationMemory {
			n++
		}
	}
	return n
}

// telling reports whether a return at t tells anything. What was shown only
// once may have been a damaged frame. And shortly after a change the frames of
// several receivers may be out of order, which alone makes values take turns.
func (a *alternation[T]) telling(t Instant) bool {
	return a.before.frames > 1 && t.Sub(a.begun) > disorder
}

// proven reports whether the returns show that there are two access points: there
// are several within memory, or there is one so soon that an access point
// which moves to and fro could not have made it. Ask when a value has returned.
func (a *alternation[T]) proven(t Instant) bool {
	n := a.recent(t)
	return n >= provingReturns || n > 0 && a.away <= swift
}

// remembers reports whether there was another value, and not too long ago.
func (a *alternation[T]) remembers(t Instant) bool {
	return a.before.frames > 0 && t.Sub(a.before.last) <= alternationMemory
}

// adopt makes the value that b has advertised so far the one shown now.
func (s *sighting[T]) adopt(v T, b *BSS, source string) {
	n := uint32(min(max(b.Beacons, 1), math.MaxUint32))
	*s = sighting[T]{value: v, since: b.First, last: b.Advertised, stretch: n, frames: n}
	if dbm, ok := b.Signal.DBm(source); ok {
		s.signal, s.hasSignal = int8(dbm), true
	}
}

func (s *sighting[T]) begin(v T, c *Context) {
	*s = sighting[T]{since: c.Time}
	s.add(v, c)
}

func (s *sighting[T]) add(v T, c *Context) {
	s.value, s.last = v, c.Time
	s.stretch++
	s.frames++
	s.hasSignal = c.Frame.Radio.Has&dot11.HasSignal != 0
	s.signal = c.Frame.Radio.SignalDBm
}

// count adds a frame, or begins anew when the value is another one or was not
// shown within a minute.
func (s *sighting[T]) count(v T, c *Context) (anew bool) {
	if s.frames > 0 && v.same(s.value) && c.Time.Sub(s.last) <= time.Minute {
		s.add(v, c)
		return false
	}
	s.begin(v, c)
	return true
}

// dBm is the signal of the last frame in brackets, empty when not known.
func (s *sighting[T]) dBm() string {
	if !s.hasSignal {
		return ""
	}
	return fmt.Sprintf(" (%d dBm)", s.signal)
}
