package history

import (
	"context"
	"time"
)

const (
	// How often a sync is put off at most, and for how long: a pause takes some
	// 70 µs, and a sync a few hundred.
	gatherings  = 10
	gatherPause = 20 * time.Microsecond
	crowdDecay  = 1. / 256

	// How long a segment may wait for more before the database takes it, and
	// where nobody asks for what was raised last to be safe: a database that is
	// written rarely wears flash memory less.
	fillTime     = time.Second
	fillTimeRare = 10 * time.Second
)

// journal fills segments with what was journalled, one after the other.
type journal struct {
	*Store
	filled chan<- *segment // to the writer, who gives them back through free
	gone   <-chan struct{} // closed when the writer has ended

	batch    batch
	segment  *segment  // that is filled; nil while the writer has both
	spare    *segment  // the other one; nil while the writer has it
	crowd    float64   // how many seem to raise alerts at the same time
	released int       // waiters of the last sync
	handAt   time.Time // when segment goes to the writer, if there is something in it
}

// run fills segments until ctx ends, then with the rest.
func (j *journal) run(ctx context.Context) {
	defer close(j.filled)
	for ctx.Err() == nil {
		if j.step(false) {
			continue
		}
		if j.stopped.Load() {
			j.release(ErrNotWritten)
		}
		j.wait(ctx.Done())
	}
	j.stopped.Store(true) // for those who come now
	for j.step(true) || j.batch.len() > 0 {
		select {
		case s := <-j.free:
			j.take(s)
		case <-j.gone: // what is left can't be written
			j.release(ErrNotWritten)
			return
		}
	}
	j.release(ErrNotWritten)
}

// step moves what was journalled to the segment, as far as there is room, and
// brings it to disk if somebody waits for that. It reports whether it has handed
// the segment to the writer; in the end it does so if there is anything.
func (j *journal) step(end bool) (handed bool) {
	j.batch.add(j.queue.take())
	s := j.segment
	if s == nil {
		return false
	}
	j.gather()
	now := time.Now()
	if s.empty() {
		j.handAt = now.Add(fillTimeRare)
		if j.o.Sync {
			j.handAt = now.Add(fillTime)
		}
	}
	s.filledAt = time.Since(j.began)
	room := segmentBytes(j.o.MaxSize)
	all := s.fill(&j.batch, room)
	if len(j.batch.waiters) > 0 {
		j.sync(all)
	}
	if all {
		s.flushers = append(s.flushers, j.batch.flushers...)
		j.batch.flushers = j.batch.flushers[:0]
	}
	switch {
	case s.empty() && j.spare != nil: // the database has everything
		s.flushers = release(s.flushers, nil)
	case !all, len(s.flushers) > 0,
		!s.empty() && (end || !now.Before(j.handAt)),
		len(s.data) > room/4 && j.spare != nil: // the writer has time
		j.hand()
		return true
	}
	return false
}

// gather puts a sync off for a moment, until half of those who raise alerts wait
// for it: while it is made the other half can come. It sleeps, so that they have
// the processors.
func (j *journal) gather() {
	if len(j.batch.waiters) == 0 {
		return
	}
	// Those whom the last sync released come again, and others came meanwhile.
	// Who is between two of its alerts is not seen, so that the most that were
	// seen of late count.
	j.crowd = max(j.crowd*(1-crowdDecay), float64(j.released+len(j.batch.waiters)))
	for range gatherings {
		if len(j.batch.waiters) >= int(j.crowd/2) {
			break
		}
		time.Sleep(gatherPause)
		j.batch.add(j.queue.take())
	}
	j.released = len(j.batch.waiters)
}

// sync brings the segment to disk. Those who wait can go on if it has all that
// was journalled before; if it can't be had, when that is in the database.
func (j *journal) sync(all bool) {
	s := j.segment
	durable := s.sync()
	if durable {
		j.written(s)
	}
	switch {
	case !all:
	case durable:
		j.batch.release(nil)
	default:
		s.flushers = append(s.flushers, j.batch.waiters...)
		j.batch.waiters = j.batch.waiters[:0]
	}
}

// hand gives the segment to the writer.
func (j *journal) hand() {
	j.segment.seal()
	j.filled <- j.segment // there is room for both
	j.segment, j.spare = j.spare, nil
}

// take begins a segment that the writer gives.
func (j *journal) take(s *segment) {
	j.epoch++
	s.begin(j.epoch)
	if j.segment == nil {
		j.segment = s
	} else {
		j.spare = s
	}
}

// wait returns when there may be something to do, or done is closed.
func (j *journal) wait(done <-chan struct{}) {
	var timeout <-chan time.Time
	if j.segment != nil && !j.segment.empty() {
		timer := time.NewTimer(time.Until(j.handAt))
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-j.queue.wake:
	case s := <-j.free:
		j.take(s)
	case <-timeout:
	case <-done:
	}
}

// release tells all who wait.
func (j *journal) release(err error) {
	j.batch.release(err)
	j.batch.flushers = release(j.batch.flushers, err)
}
