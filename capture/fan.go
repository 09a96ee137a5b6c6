package capture

import (
	"errors"
	"os"
	"sync"
	"time"
)

// A Fan joins sources in order of arrival; sources may be added while it is read. Each is read by a goroutine of its
// own that hands over one batch and waits until the caller has asked for more: nothing is copied, nothing is dropped,
// at most one batch a source is in memory, and a slow caller slows the sources down.
//
// Next blocks until there are frames, also when all sources have ended, as another one may be added. Close closes the
// sources and waits for the goroutines.
type Fan struct {
	ended   func(*Info, error)
	batches chan batch
	closed  chan struct{}

	patience time.Duration // of Next; 0 waits for ever
	timer    *time.Timer

	held chan<- struct{} // of the goroutine in Next: releases the source whose frames the caller has, nil if none

	mu       sync.Mutex // guards the rest against Add and Close
	sources  map[Source]struct{}
	isClosed bool
	closeErr error
	wg       sync.WaitGroup
}

// NewFan returns a fan without sources. When a source ends, ended is called (if not nil) by the goroutine that is in
// Next, with io.EOF, os.ErrClosed if somebody else closed it, or what went wrong; the others go on.
func NewFan(ended func(*Info, error)) *Fan {
	return &Fan{
		ended:   ended,
		batches: make(chan batch),
		closed:  make(chan struct{}),
		sources: map[Source]struct{}{},
	}
}

// LimitWait makes Next return no frames, and no error, when none have come for d. It must be called before Next.
func (f *Fan) LimitWait(d time.Duration) { f.patience = d }

// batch is what a source's goroutine hands over: frames, or the error the source ended with.
type batch struct {
	source  Source
	frames  []Frame
	err     error
	release chan<- struct{}
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
	release := make(chan struct{}, 1)
	for {
		frames, err := s.Next()
		select {
		case f.batches <- batch{s, frames, err, release}:
		case <-f.closed:
			return
		}
		if err != nil {
			return
		}
		select {
		case <-release:
		case <-f.closed:
			return
		}
	}
}

// waited delivers when Next has waited for long enough.
func (f *Fan) waited() <-chan time.Time {
	switch {
	case f.patience == 0:
		return nil
	case f.timer == nil:
		f.timer = time.NewTimer(f.patience)
	default:
		f.timer.Reset(f.patience)
	}
	return f.timer.C
}

// Next returns the frames of one source, which are valid until the next call. After Close it returns os.ErrClosed.
func (f *Fan) Next() ([]Frame, error) {
	if f.held != nil {
		f.held <- struct{}{}
		f.held = nil
	}
	waited := f.waited()
	for {
		select {
		case <-f.closed:
			return nil, os.ErrClosed
		default:
		}
		select {
		case <-f.closed:
		case <-waited:
			return nil, nil
		case b := <-f.batches:
			if b.err == nil {
				f.held = b.release
				return b.frames, nil
			}
			f.end(b)
		}
	}
}

// end lets go of a source that has ended.
func (f *Fan) end(b batch) {
	f.mu.Lock()
	closed := f.isClosed
	delete(f.sources, b.source)
	f.mu.Unlock()
	if closed {
		return // it ended because Close closed it
	}
	b.source.Close()
	if f.ended != nil {
		f.ended(b.source.Info(), b.err)
	}
}

// Close may be called from any goroutine, more than once.
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

// Info names the fan. Each frame says which source it is from.
func (f *Fan) Info() *Info { return &Info{Name: "fan", Kind: "fan"} }
