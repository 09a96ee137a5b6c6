package history

import (
	"context"
	"fmt"
	"time"

	"picket/alertcore"
)

const (
	// How long what nobody waits for may wait for company.
	companySync = time.Second
	companyRare = 10 * time.Second

	// How often a commit is put off at most, and for how long: a pause takes
	// some 70 µs, and a commit about a millisecond.
	gatherings  = 10
	gatherPause = 20 * time.Microsecond
	crowdDecay  = 1. / 256

	// How many commits there are between two looks at the size. What they write
	// finds room, as pruning begins early and the bound itself is SQLite's.
	countEvery = 16

	// How long after a fault writing is tried again.
	firstRetry = time.Second
	lastRetry  = time.Minute
)

// writer is the state of Run.
type writer struct {
	*Store
	batch   batch
	due     time.Time // when batch is written at the latest
	retry   time.Duration
	retryAt time.Time // when stopped
	told    bool      // that it is stopped
	ageAt   time.Time // when what is too old is looked for
	cutoff  alertcore.Micros
	prune   bool // the file is too large
	commits uint

	crowd    float64 // how many seem to raise alerts at the same time
	released int     // waiters of the last commit
}

// Run writes what is journalled until ctx ends, then the rest. It must be
// called once, and have ended before the process does.
func (s *Store) Run(ctx context.Context) {
	defer close(s.ended)
	w := &writer{Store: s, ageAt: time.Now().Add(ageEvery), prune: true}
	for _, e := range s.untold {
		w.tell(e)
	}
	if s.file == nil {
		w.stop(s.fault)
	}
	for ctx.Err() == nil {
		w.batch.add(s.queue.take())
		w.step(ctx)
	}
	s.stopped.Store(true) // for those who come now
	w.end(context.WithoutCancel(ctx))
}

// step does what is to be done next, or waits until there is something.
func (w *writer) step(ctx context.Context) {
	if w.losses() {
		return
	}
	now := time.Now()
	work := context.WithoutCancel(ctx) // what is begun is brought to an end: all of it is short
	switch {
	case w.file == nil:
		w.batch.release(ErrNotWritten)
		if now.Before(w.retryAt) {
			w.wait(ctx, w.retryAt)
			return
		}
		w.reopen(work)
	case len(w.batch.waiters) > 0:
		w.gather()
		w.write(work)
		if w.file != nil && (w.prune || w.cutoff != 0) {
			w.tidy(work) // there may be somebody waiting always
		}
	case w.batch.len() > 0 && w.due.IsZero():
		w.due = now.Add(w.company())
	case w.batch.len() > 0 && (!now.Before(w.due) || w.halfFull()):
		w.write(work)
	case w.prune || w.cutoff != 0:
		w.tidy(work)
	case w.o.MaxAge > 0 && !now.Before(w.ageAt):
		w.ageAt = now.Add(ageEvery)
		var err error
		if w.cutoff, err = w.file.oldCutoff(work, alertcore.MicrosOf(w.o.Clock()), w.o.MaxAge); err != nil {
			w.fail(work, err)
		}
	case w.batch.len() > 0:
		w.wait(ctx, w.due)
	default:
		w.wait(ctx, w.ageAt)
	}
}

// gather puts a commit off for a moment, until half of those who raise alerts
// wait for it: a commit costs much more than what is in it, and while it is made
// the other half can come. It sleeps, so that they have the processors.
func (w *writer) gather() {
	// Those whom the last commit released come again, and others came
	// meanwhile. Who is between two of its alerts is not seen, so that the most
	// that were seen of late count.
	w.crowd = max(w.crowd*(1-crowdDecay), float64(w.released+len(w.batch.waiters)))
	for range gatherings {
		if len(w.batch.waiters) >= int(w.crowd/2) {
			break
		}
		time.Sleep(gatherPause)
		w.batch.add(w.queue.take())
	}
	w.released = len(w.batch.waiters)
}

// company is how long the first of a batch waits for others.
func (w *writer) company() time.Duration {
	if w.o.Sync {
		return companySync
	}
	return companyRare
}

// wait returns when somebody journals, or at a time.
func (w *writer) wait(ctx context.Context, until time.Time) {
	timer := time.NewTimer(max(time.Until(until), 0))
	defer timer.Stop()
	select {
	case <-w.queue.wake:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// write commits the batch.
func (w *writer) write(ctx context.Context) {
	taken := int64(time.Since(w.began))
	for w.batch.len() > 0 {
		p := w.batch.portion(w.file.bounds.transaction)
		if err := w.commit(ctx, p); err != nil {
			w.fail(ctx, err)
			return
		}
		w.batch.drop(p)
		w.oldest.Store(taken) // what waits now came later
		w.waiting.Add(int64(-p.len()))
		w.octets.Add(int64(-p.octets))
	}
	w.due = time.Time{}
	w.batch.release(nil)
	w.resumed()
	if w.commits++; w.commits%countEvery != 0 {
		return
	}
	over, err := w.file.tooLarge(ctx)
	if err != nil {
		w.fail(ctx, err)
		return
	}
	w.prune = w.prune || over // what was begun is brought to its end
}

// commit writes a portion. When the file has all the pages that it may have,
// the oldest gives way; a disk that is full fails at that, too.
func (w *writer) commit(ctx context.Context, p portion) error {
	const attempts = 20
	for attempt := 0; ; attempt++ {
		err := w.file.write(ctx, &w.batch, p)
		if err == nil || !isFull(err) || attempt == attempts {
			return err
		}
		n, pruneErr := w.file.deleteOldest(ctx)
		if pruneErr != nil {
			return pruneErr
		}
		if n == 0 {
			return err
		}
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
		w.prune, err = w.file.shrink(ctx)
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
		w.file = nil
	}
	w.stop(err)
}

// stop goes on from memory.
func (w *writer) stop(err error) {
	w.stopped.Store(true)
	w.batch.release(ErrNotWritten)
	w.retry = min(max(2*w.retry, firstRetry), lastRetry)
	w.retryAt = time.Now().Add(w.retry)
	if !w.told {
		w.told = true
		w.tell(Event{Stopped, fmt.Sprintf("Alerts are not being kept on disk: the history in %s can't be written: %v. They are kept in memory, and writing is tried again", w.path, err)})
	}
}

// reopen tries to write again, which shows whether it works.
func (w *writer) reopen(ctx context.Context) {
	f, err := openFile(ctx, w.path, &w.o)
	switch {
	case err == nil:
		w.file = f
		w.write(ctx)
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

// resumed tells, after a commit, that things are as they should be.
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
func (w *writer) losses() bool {
	if w.file == nil || w.told || w.lost.Load() == 0 || w.losing() {
		return false
	}
	w.tell(Event{Lost, fmt.Sprintf("More came than the history in %s could take%s", w.path, w.lostText())})
	return true
}

func (w *writer) tell(e Event) {
	if w.o.Tell != nil {
		w.o.Tell(e)
	}
}

// end writes the rest and closes the file.
func (w *writer) end(ctx context.Context) {
	w.batch.add(w.queue.take())
	if w.file == nil && w.batch.len() > 0 {
		w.reopen(ctx)
	}
	if w.file != nil && !w.batch.empty() {
		w.write(ctx)
	}
	w.batch.release(ErrNotWritten)
	if w.file != nil {
		if err := w.file.close(); err != nil {
			w.tell(Event{Stopped, fmt.Sprintf("The history in %s was not closed well: %v", w.path, err)})
		}
	}
}
