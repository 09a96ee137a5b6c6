package capture

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// A Fan hands the frames of sources to one function, a batch at a time, in order of arrival; sources may be added at
// any time. Each is read by a goroutine of its own, which calls the function too: nothing is copied, nothing is
// dropped, no goroutine waits for another but for its turn, and a slow function slows the sources down.
type Fan struct {
	handle func([]Frame)
	ended  func(*Info, error)

	turn    sync.Mutex // of the goroutine that calls handle or ended
	waiting atomic.Int32
	handled time.Time // when it was called last; only where that matters to keepAwake

	mu       sync.Mutex // guards the rest
	sources  map[Source]struct{}
	closed   chan struct{}
	isClosed bool
	closeErr error
	patience time.Duration
	wg       sync.WaitGroup
}

// NewFan returns a fan without sources. Frames are valid until handle returns. When a source ends, ended is called (if
// not nil) with io.EOF, os.ErrClosed if somebody else closed it, or what went wrong; the others go on. The two are
// never called at the same time.
func NewFan(handle func([]Frame), ended func(*Info, error)) *Fan {
	return &Fan{handle: handle, ended: ended, sources: map[Source]struct{}{}, closed: make(chan struct{})}
}

// KeepAwake has handle called without frames whenever none have come for d. It must be called before Add, once.
func (f *Fan) KeepAwake(d time.Duration) {
	f.patience = d
	f.handled = time.Now()
	f.wg.Go(f.keepAwake)
}

func (f *Fan) keepAwake() {
	t := time.NewTimer(f.patience)
	defer t.Stop()
	for {
		select {
		case <-f.closed:
			return
		case <-t.C:
		}
		f.turn.Lock()
		left := f.patience - time.Since(f.handled)
		if left <= 0 {
			f.call(nil)
			left = f.patience
		}
		f.turn.Unlock()
		t.Reset(left)
	}
}

// call hands frames on. f.turn is held.
func (f *Fan) call(frames []Frame) {
	f.handle(frames)
	if f.patience > 0 {
		f.handled = time.Now()
	}
}

// Do calls do when nothing is being handled, and before anything else is. It may be called from any goroutine but that
// which handles frames. What do takes long for has to wait in the meantime.
func (f *Fan) Do(do func()) {
	f.turn.Lock()
	defer f.turn.Unlock()
	do()
}

// Add joins s to the others. The fan closes it, at once if the fan is closed.
func (f *Fan) Add(s Source) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isClosed {
		s.Close()
		return
	}
	f.sources[s] = struct{}{}
	f.wg.Go(func() { f.read(s) })
}

// read is the goroutine of one source.
func (f *Fan) read(s Source) {
	for {
		frames, err := s.Next()
		if err != nil {
			f.end(s, err)
			return
		}
		f.waiting.Add(1)
		f.turn.Lock()
		f.waiting.Add(-1)
		f.call(frames)
		f.turn.Unlock()
	}
}

// Waiting tells how many sources have frames and wait for their turn. It may be called from any goroutine.
func (f *Fan) Waiting() int { return int(f.waiting.Load()) }

// end lets go of a source that has ended.
func (f *Fan) end(s Source, err error) {
	f.mu.Lock()
	closed := f.isClosed
	delete(f.sources, s)
	f.mu.Unlock()
	if closed {
		return // it ended because Close closed it
	}
	s.Close()
	if f.ended != nil {
		f.turn.Lock()
		defer f.turn.Unlock()
		f.ended(s.Info(), err)
	}
}

// Close closes the sources and waits until all that was read has been handled. It may be called from any goroutine
// but that which handles frames, more than once.
func (f *Fan) Close() error {
	f.mu.Lock()
	if !f.isClosed {
		f.isClosed = true
		close(f.closed)
		var errs []error
		for s := range f.sources {
			errs = append(errs, s.Close())
		}
		f.closeErr = errors.Join(errs...)
	}
	f.mu.Unlock()
	f.wg.Wait()
	return f.closeErr
}
