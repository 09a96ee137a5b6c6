package history

import (
	"context"
	"errors"
	"fmt"
	"time"

	"picket/alertcore"
)

const (
	// How long after a fault writing is tried again.
	firstRetry = time.Second
	lastRetry  = time.Minute
)

// writer brings segments into the database, and keeps that within its bounds.
type writer struct {
	*Store
	filled <-chan *segment // from the journal, which gets them back through free
	handed bool            // the journal has got its segments at first
	taken  []*segment      // not written yet

	retry   time.Duration
	retryAt time.Time // when stopped
	told    bool      // that it is stopped

	full   bool      // what is written replaces what is oldest
	shrink bool      // the file may be too large
	ageAt  time.Time // when what is too old is looked for
	cutoff alertcore.Micros
}

// run writes until filled is closed or, if nothing can be written, ctx ends.
func (w *writer) run(ctx context.Context) {
	work := context.WithoutCancel(ctx) // what is begun is brought to an end: all of it is short
	w.shrink, w.ageAt = true, time.Now().Add(ageEvery)
	w.tellOf()
	if w.file == nil {
		w.stop(w.fault)
	} else {
		w.hand()
	}
	for tried := false; ; { // after ctx has ended
		w.losses()
		switch {
		case w.file == nil:
			w.rest(ctx)
			if ending := ctx.Err() != nil; !ending {
				w.reopen(work)
			} else if tried {
				return
			} else {
				tried = true
				w.reopen(work)
			}
		case len(w.taken) > 0:
			w.write(work)
		case !w.next(work):
			return
		}
	}
}

// hand gives the journal its segments, once.
func (w *writer) hand() {
	if w.handed {
		return
	}
	w.handed = true
	for _, s := range w.segments {
		w.free <- s // there is room for all
	}
}

// rest waits until writing is to be tried again, or ctx ends. Nobody waits for
// the database meanwhile.
func (w *writer) rest(ctx context.Context) {
	timer := time.NewTimer(time.Until(w.retryAt))
	defer timer.Stop()
	for filled := w.filled; ; {
		for _, s := range w.taken {
			s.flushers = release(s.flushers, ErrNotWritten)
		}
		select {
		case s, more := <-filled:
			if !more {
				return // ctx has ended
			}
			w.taken = append(w.taken, s)
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// next takes a segment, or does something else that is to be done while there
// is none. It returns false when no more segments will come.
func (w *writer) next(ctx context.Context) (more bool) {
	if w.shrink || w.cutoff != 0 {
		select {
		case s, more := <-w.filled:
			return w.take(s, more)
		default:
			w.tidy(ctx)
			return true
		}
	}
	var timeout <-chan time.Time
	if w.o.MaxAge > 0 {
		timer := time.NewTimer(time.Until(w.ageAt))
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case s, more := <-w.filled:
		return w.take(s, more)
	case <-timeout:
	}
	w.ageAt = time.Now().Add(ageEvery)
	var err error
	if w.cutoff, err = w.file.oldCutoff(ctx, alertcore.MicrosOf(w.o.Clock()), w.o.MaxAge); err != nil {
		w.fail(ctx, err)
	}
	return true
}

func (w *writer) take(s *segment, more bool) bool {
	if more {
		w.taken = append(w.taken, s)
	}
	return more
}

// write brings the first segment that was taken into the database.
func (w *writer) write(ctx context.Context) {
	s := w.taken[0]
	if !s.empty() {
		if err := w.file.take(ctx, s, w.full); err != nil {
			w.fail(ctx, errors.Join(err, s.fault))
			return
		}
		w.written(s)
	}
	s.flushers = release(s.flushers, nil)
	w.taken = w.taken[1:]
	w.free <- s
	w.resumed()
	c, err := w.file.count(ctx)
	if err != nil {
		w.fail(ctx, err)
		return
	}
	w.full = w.file.bounds.full(c)
	w.shrink = w.shrink || w.file.bounds.exceeded(c)
	if w.shrink || w.cutoff != 0 {
		w.tidy(ctx) // there may be another segment always
	}
}

// tidy deletes a portion of what is too old or too much.
func (w *writer) tidy(ctx context.Context) {
	var err error
	if w.cutoff != 0 {
		var n int64
		if n, err = w.file.deleteUntil(ctx, w.cutoff); n == 0 {
			w.cutoff = 0
		}
	} else {
		w.shrink, err = w.file.shrink(ctx)
	}
	if err != nil {
		w.fail(ctx, err)
	}
}

// fail gives the file up after err: for a new one if it is damaged, else until
// it is tried again.
func (w *writer) fail(ctx context.Context, err error) {
	w.file.close() // its error is of no use: err is the cause
	w.file = nil
	if isDamage(err) {
		e, asideErr := setAside(w.path, err, w.o.Clock())
		if asideErr == nil {
			w.tell(e)
			w.file, asideErr = openFile(ctx, w.path, &w.o)
		}
		if asideErr == nil {
			return
		}
		err = asideErr
	}
	w.stop(err)
}

// stop goes on from memory.
func (w *writer) stop(err error) {
	w.stopped.Store(true)
	w.queue.rouse() // for those who wait for the journal
	w.retry = min(max(2*w.retry, firstRetry), lastRetry)
	w.retryAt = time.Now().Add(w.retry)
	if !w.told {
		w.told = true
		w.tell(Event{Stopped, fmt.Sprintf("Alerts are not being kept on disk: the history in %s can't be written: %v. They are kept in memory, and writing is tried again", w.path, err)})
	}
}

// reopen tries to write again, which shows whether it works.
func (w *writer) reopen(ctx context.Context) {
	err := w.open(ctx)
	w.tellOf()
	switch {
	case err == nil:
		w.hand()
		if len(w.taken) == 0 {
			w.resumed()
		}
	case isDamage(err):
		e, err := setAside(w.path, err, w.o.Clock())
		if err != nil {
			w.stop(err)
			return
		}
		w.tell(e)
		w.retryAt = time.Now()
	default:
		w.stop(err)
	}
}

// resumed tells that things are as they should be.
func (w *writer) resumed() {
	w.retry = 0
	w.stopped.Store(false)
	if w.told {
		w.told = false
		w.tell(Event{Resumed, fmt.Sprintf("The history in %s is written again, with what was kept in memory%s", w.path, w.lostText())})
	}
}

// lostText says what was lost since it was told last.
func (w *writer) lostText() string {
	if n := w.lost.Swap(0); n > 0 {
		return fmt.Sprintf("; %d alerts and messages found no room there, and are not in it", n)
	}
	return "; nothing is missing"
}

// losses tells of what was lost for another reason than a fault: more came
// than could be written.
func (w *writer) losses() {
	if w.file == nil || w.told || w.lost.Load() == 0 || w.losing() {
		return
	}
	w.tell(Event{Lost, fmt.Sprintf("More came than the history in %s could take%s", w.path, w.lostText())})
}

// tellOf tells of what happened when the file was opened.
func (w *writer) tellOf() {
	for _, e := range w.untold {
		w.tell(e)
	}
	w.untold = nil
}

func (w *writer) tell(e Event) {
	if w.o.Tell != nil {
		w.o.Tell(e)
	}
}
