package capture

import (
	"os"
	"testing"
	"time"
)

func TestLiveCloseEndsNext(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		ended := make(chan error)
		go func() {
			_, err := l.Next()
			ended <- err
		}()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != os.ErrClosed {
			t.Errorf("Next: %v", err)
		}
		if err := l.Close(); err != nil {
			t.Errorf("Close again: %v", err)
		}
		if l.buffer != nil {
			t.Error("the memory was not given back")
		}
	})
}

func TestLiveCloseBeforeTheFirstNextGivesTheMemoryBack(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		w.send(deauth)
		if err := l.Close(); err != nil || l.buffer != nil {
			t.Errorf("error %v, memory given back: %v", err, l.buffer == nil)
		}
		if _, err := l.Next(); err != os.ErrClosed {
			t.Errorf("Next: %v", err)
		}
	})
}

// Memory that is no more would end the process.
func TestLiveFramesCanBeReadAfterClose(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		w.send(numbered(100, 500)...)
		frames, err := l.Next()
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		for _, f := range frames {
			if f.Data[8] != deauth[8] {
				t.Errorf("got %x", f.Data)
			}
		}
		for range 2 {
			if frames, err := l.Next(); err != os.ErrClosed || frames != nil {
				t.Errorf("Next: %d frames, %v", len(frames), err)
			}
		}
		if l.buffer != nil {
			t.Error("the memory was not given back")
		}
	})
}

func TestLiveClosesInTheMidstOfFrames(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		for i := range 30 {
			l := w.open(o)
			sum, ended := byte(0), make(chan error)
			go func() {
				for {
					frames, err := l.Next()
					if err != nil {
						ended <- err
						return
					}
					for _, f := range frames {
						for _, b := range f.Data {
							sum += b
						}
					}
					l.Stats()
				}
			}()
			closed := make(chan error)
			time.AfterFunc(time.Duration(i)*100*time.Microsecond, func() { closed <- l.Close() })
			var err error
			for done := false; !done; {
				w.send(numbered(50, 300)...)
				select {
				case err = <-closed:
					done = true
				default:
				}
			}
			if next := <-ended; err != nil || next != os.ErrClosed {
				t.Fatalf("Close: %v, Next: %v", err, next)
			}
		}
	})
}
