package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

// queueLimit is how long a frame may wait in the kernel's buffer. Usually it is
// milliseconds; a buffer of the usual size is full after some seconds.
const queueLimit = time.Second

// A queueWatch tells when frames wait long for the detectors: before the kernel
// has to drop any.
type queueWatch struct {
	longest atomic.Int64 // time.Duration that a frame has waited since it was last looked at
	long    bool         // it was, when it was last looked at, too
	last    time.Time    // when it was told of
}

// waited notes for how long a frame has waited.
func (q *queueWatch) waited(d time.Duration) {
	for old := q.longest.Load(); int64(d) > old && !q.longest.CompareAndSwap(old, int64(d)); old = q.longest.Load() {
	}
}

// text says for how long frames wait; nothing if that is no time, or was told of
// a short time ago. It has to be long twice in a row: a clock that is set makes
// frames look old, but only those that wait just then.
func (q *queueWatch) text(now time.Time) string {
	longest := time.Duration(q.longest.Swap(0))
	before := q.long
	q.long = longest > queueLimit
	if !before || !q.long || !q.last.IsZero() && now.Sub(q.last) < lossEvery {
		return ""
	}
	q.last = now
	return fmt.Sprintf("Frames wait for up to %.1f s until picket can look at them: they come nearly faster than it can, and may soon be lost. A filter= of the sources, or fewer sources, may help",
		longest.Seconds())
}
