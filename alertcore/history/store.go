package history

import (
	"context"
	"errors"
	"fmt"
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
	// Sync has each commit survive a power cut, and Sync wait for it. Without
	// it commits are few, for the sake of flash memory; those of the last
	// seconds may be lost when power is.
	Sync    bool
	MaxAge  time.Duration // of alerts, messages and evidence; 0: no bound
	MaxSize int64         // bytes of the file and its -wal and -shm; 0: DefaultMaxSize
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

	waiting  atomic.Int64 // things journalled and not written
	octets   atomic.Int64 // that these take, about
	oldest   atomic.Int64 // when the first of them came, or somewhat before: after began
	lost     atomic.Int64 // things that found no room, and were not told of yet
	lastLoss atomic.Int64 // ns since began
	stopped  atomic.Bool  // nothing is written
	ended    chan struct{}
	began    time.Time

	restored alertcore.Past
	file     *file   // of Open, then of Run; nil while stopped
	fault    error   // why file is nil
	untold   []Event // of Open
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
	s := &Store{path: path, o: o, queue: newQueue(), ended: make(chan struct{}), began: time.Now()}
	ctx := context.Background()
	for attempt := range 2 {
		err := s.open(ctx)
		switch {
		case errors.Is(err, ErrForeign) || errors.Is(err, ErrNewer):
			return nil, fmt.Errorf("open history %s: %w", path, err)
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

// open opens the file and reads what Restored returns.
func (s *Store) open(ctx context.Context) error {
	f, err := openFile(ctx, s.path, &s.o)
	if err != nil {
		return err
	}
	if s.restored, err = f.restore(ctx, s.o.Backlog, alertcore.MicrosOf(s.o.Clock())); err != nil {
		s.restored = alertcore.Past{}
		return errors.Join(fmt.Errorf("read what was kept: %w", err), f.close())
	}
	s.file = f
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

// halfFull reports whether what waits should not wait for company.
func (s *Store) halfFull() bool {
	return s.waiting.Load() > int64(s.o.Queue)/2 || s.octets.Load() > queueOctets/2
}

// lossMemory is how long after a loss Sync fails, whatever was written since:
// longer than anybody takes from journalling something to Sync.
const lossMemory = 10 * time.Second

func (s *Store) losing() bool {
	last := time.Duration(s.lastLoss.Load())
	return last != 0 && time.Since(s.began)-last < lossMemory
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
	e := &entry{waiter: make(chan error, 1)}
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
