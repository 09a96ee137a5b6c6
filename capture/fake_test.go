package capture

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/google/gopacket"

	"picket/capture/dot11"
)

// fake is a source of frames at times that the test gives, one batch a slice.
type fake struct {
	info    Info
	batches [][]time.Duration // from epoch
	err     error             // at the end; nil is io.EOF
	wait    bool              // block at the end until Close
	linger  time.Duration     // how long a blocked Next takes to notice Close
	ended   bool              // it has
	closed  chan struct{}
	once    sync.Once
	frames  []Frame
}

func newFake(name string, batches ...[]time.Duration) *fake {
	return &fake{info: Info{Name: name, UUID: name}, batches: batches, closed: make(chan struct{})}
}

func (f *fake) Info() *Info { return &f.info }

func (f *fake) Next() ([]Frame, error) {
	select {
	case <-f.closed:
		return nil, os.ErrClosed
	default:
	}
	for i := range f.frames { // the frames of the batch before are void
		f.frames[i] = Frame{}
	}
	if len(f.batches) == 0 {
		if f.wait {
			<-f.closed
			<-time.After(f.linger) // of the synctest bubble
			f.ended = true
			return nil, os.ErrClosed
		}
		if f.err != nil {
			return nil, f.err
		}
		return nil, io.EOF
	}
	f.frames = f.frames[:0]
	for _, d := range f.batches[0] {
		f.frames = append(f.frames, Frame{
			CaptureInfo: gopacket.CaptureInfo{Timestamp: epoch.Add(d)},
			Link:        dot11.LinkRadiotap,
			Source:      &f.info,
		})
	}
	f.batches = f.batches[1:]
	return f.frames, nil
}

func (f *fake) Close() error {
	f.once.Do(func() { close(f.closed) })
	return nil
}

func seconds(s ...float64) []time.Duration {
	d := make([]time.Duration, len(s))
	for i := range s {
		d[i] = time.Duration(s[i] * float64(time.Second))
	}
	return d
}
