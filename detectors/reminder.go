package detectors

import (
	"fmt"
	"time"
)

// reminderInterval is how often a finding is repeated while what it is about
// goes on, and how long it has to be quiet to count as over.
const reminderInterval = time.Minute

// A reminder says when a finding that goes on is to be repeated. The zero
// reminder has not reported yet.
type reminder struct{ last Instant }

// due reports whether it is time to report at t, and takes it that this is done.
func (r *reminder) due(t Instant) bool {
	if r.last != 0 && t.Sub(r.last) < reminderInterval {
		return false
	}
	r.last = t
	return true
}

// An episode counts what goes on without a pause of reminderInterval.
type episode struct {
	reminder
	begun, heard Instant
	frames       uint64
	trail        Trail
}

// add takes in the current frame.
func (e *episode) add(c *Context) {
	if e.frames > 0 && c.Time.Sub(e.heard) > reminderInterval {
		*e = episode{}
	}
	if e.frames == 0 {
		e.begun = c.Time
	}
	e.heard = c.Time
	e.frames++
	e.trail.Add(c)
}

// String says how much it has been, to be put after a statement.
func (e *episode) String() string {
	if e.frames == 1 {
		return "1 frame so far"
	}
	return fmt.Sprintf("%s within %s", plural(e.frames, "frame"), rough(e.heard.Sub(e.begun)))
}

// plural is a number of things.
func plural(n uint64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// rough is a duration as precise as a person cares for.
func rough(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
