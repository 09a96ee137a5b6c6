package capture

import (
	"os"
	"sync"
	"time"
)

const (
	// maxGap is the longest silence in a capture that Realtime sits through.
	maxGap = time.Hour
	// maxReorder is how far a frame may lie before the one ahead of it and still belong to the same run of time:
	// interfaces of one capture are written a little out of order.
	maxReorder = time.Second
)

// Realtime paces src by its capture times: the first frame comes at once, the others as long after it as they were
// captured after it. If the caller takes longer than that, frames come without delay until it has caught up.
//
// A frame captured more than an hour after the one before it, or more than a second before it, comes at once, and
// time runs on from there: a file joined from several, or one hostile time stamp, stalls nothing. Time stamps are not
// changed.
//
// Close ends a Next that waits, and closes src.
func Realtime(src Source) Source {
	return &realtime{Source: src, closed: make(chan struct{})}
}

type realtime struct {
	Source
	pending []Frame // of src's latest batch, not delivered yet

	started  bool
	capture0 time.Time // this capture time ...
	wall0    time.Time // ... is due at this moment
	last     time.Time // capture time of the frame looked at last

	closed    chan struct{}
	closeOnce sync.Once
	closeErr  error
}

func (r *realtime) Next() ([]Frame, error) {
	select {
	case <-r.closed:
		return nil, os.ErrClosed
	default:
	}
	if len(r.pending) == 0 {
		var err error
		if r.pending, err = r.Source.Next(); err != nil {
			return nil, err
		}
	}
	now := time.Now()
	due := r.due(&r.pending[0], now)
	if wait := due.Sub(now); wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.closed:
			return nil, os.ErrClosed
		}
		now = time.Now()
	}
	n := 1
	for n < len(r.pending) && !r.due(&r.pending[n], now).After(now) {
		n++
	}
	ready := r.pending[:n]
	r.pending = r.pending[n:]
	return ready, nil
}

// due is the moment to deliver f: the frame looked at last or the one after it.
func (r *realtime) due(f *Frame, now time.Time) time.Time {
	step := f.Timestamp.Sub(r.last)
	if !r.started || step < -maxReorder || step > maxGap {
		r.started = true
		r.capture0, r.wall0 = f.Timestamp, now
	}
	r.last = f.Timestamp
	return r.wall0.Add(f.Timestamp.Sub(r.capture0))
}

func (r *realtime) Progress() (read, size int64) { return progress([]Source{r.Source}) }

func (r *realtime) Close() error {
	r.closeOnce.Do(func() {
		close(r.closed)
		r.closeErr = r.Source.Close()
	})
	return r.closeErr
}
