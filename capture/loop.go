package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// loopPause is the time between the last frame of a round and the first of the next.
const loopPause = time.Second

// Loop repeats a capture for ever: whenever the source ends, open opens it anew. Capture times are shifted, by the
// same amount within a round: the first frame of all gets the time at which it is delivered first, and each round
// begins a second after the latest frame of the round before. Only the capture time is shifted; clocks inside of the
// frames (TSFT, TSF) start over.
//
// Frames carry the Info of the first round's source. A source without frames, and any error but io.EOF, ends the
// loop.
func Loop(open func() (Source, error)) (Source, error) {
	src, err := open()
	if err != nil {
		return nil, err
	}
	return &loop{open: open, src: src, info: src.Info()}, nil
}

type loop struct {
	open func() (Source, error)
	info *Info

	begun  bool          // this round has had a frame
	shift  time.Duration // of this round
	latest time.Time     // shifted time of the latest frame of all; zero before the first

	mu     sync.Mutex // guards src and closed against Close
	src    Source
	closed bool
}

func (l *loop) Info() *Info { return l.info }

func (l *loop) Next() ([]Frame, error) {
	for {
		src, err := l.current()
		if err != nil {
			return nil, err
		}
		frames, err := src.Next()
		if err == nil {
			l.adjust(frames)
			return frames, nil
		}
		if err != io.EOF {
			return nil, err
		}
		if !l.begun {
			return nil, fmt.Errorf("loop %s: %w", l.info.Name, errNoFrames)
		}
		if err := l.reopen(); err != nil {
			return nil, fmt.Errorf("loop %s: %w", l.info.Name, err)
		}
	}
}

var errNoFrames = errors.New("the capture holds no frames")

func (l *loop) adjust(frames []Frame) {
	if !l.begun {
		l.begun = true
		start := l.latest.Add(loopPause)
		if l.latest.IsZero() {
			start = time.Now().UTC().Round(0) // without the monotonic reading, which capture times do not have
		}
		l.shift = start.Sub(frames[0].Timestamp)
	}
	for i := range frames {
		f := &frames[i]
		f.Timestamp = f.Timestamp.Add(l.shift)
		f.Source = l.info
		if f.Timestamp.After(l.latest) {
			l.latest = f.Timestamp
		}
	}
}

func (l *loop) current() (Source, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, os.ErrClosed
	}
	return l.src, nil
}

// reopen replaces the source by a new one.
func (l *loop) reopen() error {
	next, err := l.open()
	if err != nil {
		return err
	}
	l.begun = false
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		next.Close()
		return nil
	}
	old := l.src
	l.src = next
	return old.Close()
}

// Progress has no size: a loop does not end.
func (l *loop) Progress() (read, size int64) { return 0, 0 }

func (l *loop) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	return l.src.Close()
}
