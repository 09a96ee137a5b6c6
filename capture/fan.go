package capture

import (
	"errors"
	"io"
	"os"
	"sync"
)

// Fan joins sources in order of arrival. Each is read by a goroutine of its own that hands over one batch and waits
// until the caller has asked for more: nothing is copied, nothing is dropped, at most one batch a source is in
// memory, and a slow caller slows the sources down.
//
// When a source ends, ended is called (if not nil) by the goroutine that is in Next, with io.EOF or what went wrong;
// the others go on. When all have ended, Next returns the errors joined, or io.EOF if there were none. Close closes
// the sources and waits for the goroutines.
func Fan(ended func(*Info, error), sources ...Source) Source {
	f := &fan{
		info:    joinedInfo("fan", sources),
		sources: sources,
		ended:   ended,
		batches: make(chan batch, len(sources)),
		closed:  make(chan struct{}),
		live:    len(sources),
	}
	for _, s := range sources {
		f.wg.Go(func() { f.read(s) })
	}
	return f
}

type fan struct {
	info    *Info
	sources []Source
	ended   func(*Info, error)
	batches chan batch // has room for one batch of each source

	// Of the goroutine in Next:
	held chan<- struct{} // releases the source whose frames the caller has, nil if none
	live int             // sources that have not ended
	errs []error

	closed    chan struct{}
	closeOnce sync.Once
	closeErr  error
	wg        sync.WaitGroup
}

// batch is what a source's goroutine hands over: frames, or the error the source ended with.
type batch struct {
	info    *Info
	frames  []Frame
	err     error
	release chan<- struct{}
}

// read is the goroutine of one source.
func (f *fan) read(s Source) {
	release := make(chan struct{}, 1)
	for {
		frames, err := s.Next()
		// Never blocks: the batch before this one has been received.
		f.batches <- batch{s.Info(), frames, err, release}
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

func (f *fan) Info() *Info { return f.info }

func (f *fan) Next() ([]Frame, error) {
	select {
	case <-f.closed:
		return nil, os.ErrClosed
	default:
	}
	if f.held != nil {
		f.held <- struct{}{}
		f.held = nil
	}
	for f.live > 0 {
		select {
		case <-f.closed:
			return nil, os.ErrClosed
		case b := <-f.batches:
			if b.err == nil {
				f.held = b.release
				return b.frames, nil
			}
			f.end(b)
		}
	}
	if len(f.errs) > 0 {
		return nil, errors.Join(f.errs...)
	}
	return nil, io.EOF
}

// end notes that a source has ended.
func (f *fan) end(b batch) {
	select {
	case <-f.closed: // the source ended because Close closed it
		return
	default:
	}
	f.live--
	if b.err != io.EOF {
		f.errs = append(f.errs, b.err)
	}
	if f.ended != nil {
		f.ended(b.info, b.err)
	}
}

func (f *fan) Progress() (read, size int64) { return progress(f.sources) }

func (f *fan) Close() error {
	f.closeOnce.Do(func() {
		close(f.closed)
		f.closeErr = closeAll(f.sources)
		f.wg.Wait()
	})
	return f.closeErr
}
