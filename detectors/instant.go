package detectors

import "time"

// An Instant is a moment of the engine's time line in nanoseconds. The line is
// that of the capture times, except that it never runs backwards: when a clock
// is set back, or one capture follows a later one, it goes on from where it
// was, after a pause. Only differences between Instants mean something.
type Instant int64

// Sub is the time from u to t.
func (t Instant) Sub(u Instant) time.Duration { return time.Duration(t - u) }

// Add is the Instant d after t.
func (t Instant) Add(d time.Duration) Instant { return t + Instant(d) }

// disorder is how far captures of several receivers may overlap: less is not
// taken for a clock that was set back.
const disorder = time.Second

// unknownPause is the time put in where a clock was set back: how long it
// really was can't be known, and nothing may seem to have gone on through it.
const unknownPause = 10 * time.Second

// timeline turns capture times into Instants.
type timeline struct {
	now   Instant
	shift Instant
	begun bool
}

func (l *timeline) at(t time.Time) Instant {
	next := Instant(t.UnixNano()) + l.shift
	switch {
	case !l.begun || next >= l.now:
		l.begun = true
	case l.now.Sub(next) <= disorder:
		next = l.now
	default:
		resumed := l.now.Add(unknownPause)
		l.shift += resumed - next
		next = resumed
	}
	l.now = next
	return next
}
