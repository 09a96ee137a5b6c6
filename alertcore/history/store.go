package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"picket/alertcore"
)

// Defaults of Options, and the least size that a history can be kept in.
const (
	DefaultQueue   = 1 << 14
	DefaultMaxSize = 64 << 20
	MinMaxSize     = 4 << 20
)

// Options of a Store. The zero value keeps everything that fits into
// DefaultMaxSize, and syncs rarely.
type Options struct {
	// Sync has what is journalled survive a power cut, after a second at most,
	// and the method Sync wait for that. Without it writes are few, for the sake
	// of flash memory; what came in the last seconds may be lost when power is.
	Sync    bool
	MaxAge  time.Duration // of alerts, messages and evidence; 0: no bound
	MaxSize int64         // bytes of the file and those beside it; 0: DefaultMaxSize
	Queue   int           // how much waits for a disk that does not take it, in no more than 64 MiB; 0: DefaultQueue
	Backlog int           // how many alerts Restored returns
	Version string        // of this program, for the file
	Clock   func() time.Time

	// Tell, when not nil, hears what happens to the history. Run calls it.
	Tell func(Event)
}

// An Event is something that people should know of the history.
type Event struct {
	Kind EventKind
	Text string
}

// EventKind is what an Event is about.
type EventKind uint8

// The kinds of events.
const (
	Stopped  EventKind = iota // nothing is written any more, until Resumed
	Resumed                   // what waited is written
	SetAside                  // a damaged file was renamed
	Lost                      // more came than could be written
)

// A Store writes a history. It is an alertcore.Journal.
type Store struct {
	path  string
	o     Options
	queue queue

	waiting  atomic.Int64 // things journalled and not on disk
	octets   atomic.Int64 // that these take, about
	oldest   atomic.Int64 // when the first of them came, or somewhat before: after began
	lost     atomic.Int64 // things that found no room, and were not told of yet
	lastLoss atomic.Int64 // ns since began
	stopped  atomic.Bool  // nothing is written
	ended    chan struct{}
	began    time.Time

	restored alertcore.Past

	// Of Open, then of the writer.
	lock     *os.File
	file     *file // nil while stopped
	fault    error // why file is nil
	segments []*segment
	left     []*segment // those that a process left that was killed, until they are written
	untold   []Event

	free  chan *segment // for the journal
	epoch uint64        // of the newest segment; the journal's after the first came through free
}

// Open opens the history in the file at path, or makes it; a damaged file is
// set aside first. What is in it comes with Restored.
//
// The error is ErrForeign or ErrNewer for a file that must not be written to.
// Any other fault does not keep the Store from working: it goes on from
// memory, tells of that, and tries again.
func Open(path string, o Options) (*Store, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	if o.MaxSize == 0 {
		o.MaxSize = DefaultMaxSize
	}
	if o.MaxSize < MinMaxSize {
		return nil, fmt.Errorf("open history %s: %d bytes are too few, at least %d are needed", path, o.MaxSize, MinMaxSize)
	}
	// As SQLite does itself wherever its own build finds it; where the system
	// has none the usual call stays.
	_, _ = sqlite.Fdatasync(true)
	s := &Store{
		path: path, o: o, queue: newQueue(),
		ended: make(chan struct{}), began: time.Now(), free: make(chan *segment, len(segmentNames)),
	}
	ctx := context.Background()
	for attempt := range 2 {
		err := s.open(ctx)
		if err == nil {
			err = s.restore(ctx)
		}
		switch {
		case errors.Is(err, ErrForeign) || errors.Is(err, ErrNewer):
			return nil, errors.Join(fmt.Errorf("open history %s: %w", path, err), s.lock.Close())
		case isDamage(err) && attempt == 0:
			e, err := setAside(path, err, o.Clock())
			if err != nil {
				s.fail(err)
				return s, nil
			}
			s.untold = append(s.untold, e)
			continue
		case err != nil:
			s.fail(err)
		}
		break
	}
	return s, nil
}

// open opens the file, and writes to it what a process that was killed has left
// on its way there.
func (s *Store) open(ctx context.Context) (err error) {
	if s.lock == nil {
		if s.lock, err = lock(s.path); err != nil {
			return err
		}
	}
	f, err := openFile(ctx, s.path, &s.o)
	if err != nil {
		return err
	}
	err = f.exec(ctx, "UPDATE picket_state SET value = value") // it may be possible to read only
	if err == nil {
		err = s.recover(ctx, f)
	}
	if err != nil {
		return errors.Join(err, f.close())
	}
	s.file = f
	return nil
}

// recover brings segments of before into f.
func (s *Store) recover(ctx context.Context, f *file) (err error) {
	if s.segments == nil {
		if s.epoch, err = f.epoch(ctx); err != nil {
			return err
		}
		if s.segments, err = openSegments(s.path, s.o.Sync); err != nil {
			return err
		}
		slices.SortFunc(s.segments, func(a, b *segment) int { return cmp.Compare(a.epoch, b.epoch) })
		for _, seg := range s.segments {
			if !seg.empty() && seg.epoch > s.epoch {
				s.left = append(s.left, seg)
				s.epoch = seg.epoch
			}
		}
	}
	for len(s.left) > 0 {
		err := f.take(ctx, s.left[0], false)
		if errors.Is(err, errRows) {
			var e Event
			if e, err = setAside(s.left[0].path, err, s.o.Clock()); err == nil {
				s.untold = append(s.untold, e)
				err = s.left[0].close() // it is to have a new file
			}
		}
		if err != nil {
			return fmt.Errorf("write what was on its way: %w", err)
		}
		s.left = s.left[1:]
	}
	return nil
}

// restore reads what Restored returns.
func (s *Store) restore(ctx context.Context) error {
	past, err := s.file.restore(ctx, s.o.Backlog, alertcore.MicrosOf(s.o.Clock()))
	if err != nil {
		err = errors.Join(fmt.Errorf("read what was kept: %w", err), s.file.close())
		s.file = nil
		return err
	}
	s.restored = past
	return nil
}

func (s *Store) fail(err error) {
	s.fault = err
	s.stopped.Store(true)
}

// Restored returns what the file had when it was opened. Its Newest is no
// older than the moment of that.
func (s *Store) Restored() alertcore.Past { return s.restored }

// Path returns the path of the file.
func (s *Store) Path() string { return s.path }

// Written reports whether what is journalled now will be written at once.
func (s *Store) Written() bool { return !s.stopped.Load() }

// Waiting returns how many things are journalled and not written.
func (s *Store) Waiting() int { return int(s.waiting.Load()) }

// Room returns how many things can wait.
func (s *Store) Room() int { return s.o.Queue }

// Lag returns for how long the first of them has waited, or somewhat more.
func (s *Store) Lag() time.Duration {
	if s.waiting.Load() == 0 {
		return 0
	}
	return time.Since(s.began) - time.Duration(s.oldest.Load())
}

// Record journals r. It never blocks.
func (s *Store) Record(r *alertcore.Record) {
	if s.room(recordOctets(r)) {
		s.queue.push(&entry{record: r})
	}
}

// Message journals m. It never blocks.
func (s *Store) Message(m *alertcore.Message) {
	if s.room(messageOctets(m)) {
		s.queue.push(&entry{message: m})
	}
}

// Definition journals d. It never blocks.
func (s *Store) Definition(d alertcore.Definition) {
	if s.room(rowBytes) {
		s.queue.push(&entry{definition: &d})
	}
}

// queueOctets bounds the memory that what waits takes: alerts have evidence, of
// lengths that others choose.
const queueOctets = 64 << 20

// room takes a place among what waits, or counts a loss.
func (s *Store) room(octets int) bool {
	n, all := s.waiting.Add(1), s.octets.Add(int64(octets))
	if n <= int64(s.o.Queue) && all <= queueOctets {
		if n == 1 {
			s.oldest.Store(int64(time.Since(s.began)))
		}
		return true
	}
	s.waiting.Add(-1)
	s.octets.Add(int64(-octets))
	s.lastLoss.Store(int64(time.Since(s.began)))
	s.lost.Add(1)
	return false
}

// lossMemory is how long after a loss Sync fails, whatever was written since:
// longer than anybody takes from journalling something to Sync.
const lossMemory = 10 * time.Second

func (s *Store) losing() bool {
	last := time.Duration(s.lastLoss.Load())
	return last != 0 && time.Since(s.began)-last < lossMemory
}

// written counts what is in seg as written.
func (s *Store) written(seg *segment) {
	if seg.things > 0 {
		s.oldest.Store(int64(seg.filledAt)) // what waits now came later, but for some of the same moment
		s.waiting.Add(-int64(seg.things))
		s.octets.Add(-int64(seg.octets))
		seg.things, seg.octets = 0, 0
	}
}

// Run writes what is journalled until ctx ends, then the rest. It must be
// called once, and have ended before the process does.
func (s *Store) Run(ctx context.Context) {
	defer close(s.ended)
	filled, gone := make(chan *segment, len(segmentNames)), make(chan struct{})
	w := &writer{Store: s, filled: filled}
	var writing sync.WaitGroup
	writing.Go(func() {
		defer close(gone)
		w.run(ctx)
	})
	j := &journal{Store: s, filled: filled, gone: gone}
	j.run(ctx)
	writing.Wait()
	if err := s.close(); err != nil {
		w.tell(Event{Stopped, fmt.Sprintf("The history in %s was not closed well: %v", s.path, err)})
	}
}

func (s *Store) close() error {
	errs := []error{closeSegments(s.segments)}
	if s.file != nil {
		errs = append(errs, removeSegments(s.path), s.file.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Sync waits until all that was journalled before is on disk, and would be
// after a power cut. The error is ErrNotWritten while that can't be had,
// because writing has failed or Run has ended, or that of ctx. Without
// Options.Sync it does not wait.
func (s *Store) Sync(ctx context.Context) error {
	if s.stopped.Load() || s.losing() {
		return ErrNotWritten
	}
	if !s.o.Sync {
		return nil
	}
	return s.await(ctx, &entry{})
}

// Flush waits until readers of the file see all that was journalled before. The
// errors are those of Sync.
func (s *Store) Flush(ctx context.Context) error {
	if s.stopped.Load() {
		return ErrNotWritten
	}
	return s.await(ctx, &entry{flush: true})
}

// await journals e, and waits for it.
func (s *Store) await(ctx context.Context, e *entry) error {
	e.waiter = make(chan error, 1)
	s.queue.push(e)
	select {
	case err := <-e.waiter:
		return err
	case <-ctx.Done():
		return fmt.Errorf("wait for the history to be written: %w", ctx.Err())
	case <-s.ended:
		return ErrNotWritten
	}
}
