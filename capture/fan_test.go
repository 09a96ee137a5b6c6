package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fanOf is a fan of sources.
func fanOf(ended func(*Info, error), sources ...Source) *Fan {
	f := NewFan(ended)
	for _, s := range sources {
		f.Add(s)
	}
	return f
}

// firstFrames reads n frames, each as its source and its time.
func firstFrames(t *testing.T, s Source, n int) []string {
	t.Helper()
	var got []string
	for len(got) < n {
		frames, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range frames {
			got = append(got, fmt.Sprint(f.Source.Name, " ", f.Timestamp.Sub(epoch).Seconds()))
		}
	}
	return got
}

func TestFanDeliversEveryFrameOfEverySource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended []string
		s := fanOf(func(i *Info, err error) {
			if err != io.EOF {
				t.Errorf("%s ended with %v", i.Name, err)
			}
			ended = append(ended, i.Name)
		}, newFake("a", seconds(1, 2), seconds(3)), newFake("b", seconds(9), seconds(1)), newFake("c"))
		got := firstFrames(t, s, 5)
		for name, want := range map[string][]string{"a": {"a 1", "a 2", "a 3"}, "b": {"b 9", "b 1"}} {
			of := slices.DeleteFunc(slices.Clone(got), func(f string) bool { return f[:1] != name })
			if diff := cmp.Diff(want, of); diff != "" {
				t.Errorf("frames of %s (-want +got):\n%s", name, diff)
			}
		}
		time.AfterFunc(time.Hour, func() { s.Close() })
		if _, err := s.Next(); err != os.ErrClosed {
			t.Errorf("Next after the last frame: %v, want it to wait until Close", err)
		}
		slices.Sort(ended)
		if diff := cmp.Diff([]string{"a", "b", "c"}, ended); diff != "" {
			t.Errorf("ended (-want +got):\n%s", diff)
		}
	})
}

func TestFanDeliversInOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fanOf(nil, Realtime(newFake("a", seconds(0, 4), seconds(5))), Realtime(newFake("b", seconds(10, 11, 16))))
		defer s.Close()
		got := firstFrames(t, s, 6)
		slices.Sort(got[:2]) // both at once
		if diff := cmp.Diff([]string{"a 0", "b 10", "b 11", "a 4", "a 5", "b 16"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestFanTakesSourcesWhileItIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewFan(nil)
		defer s.Close()
		time.AfterFunc(time.Minute, func() { s.Add(newFake("late", seconds(3))) })
		if got := firstFrames(t, s, 1); got[0] != "late 3" {
			t.Errorf("got %v", got)
		}
	})
}

func TestFanClosesWhatIsAddedAfterItsEnd(t *testing.T) {
	s := NewFan(nil)
	s.Close()
	late := newFake("late")
	s.Add(late)
	select {
	case <-late.closed:
	default:
		t.Error("the source was left open")
	}
}

func TestFanHoldsBackSourcesWhileTheCallerWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newFake("a", seconds(1), seconds(2), seconds(3))
		s := fanOf(nil, a)
		defer s.Close()
		frames, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		// The source voids its frames when it is read again.
		if len(a.batches) != 2 || !frames[0].Timestamp.Equal(epoch.Add(time.Second)) {
			t.Errorf("source was read while its frames were in use: %d batches left, frame of %v", len(a.batches), frames[0].Timestamp)
		}
	})
}

func TestFanReportsASourceThatFailsAtOnceAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		a, b := newFake("a"), newFake("b", seconds(1, 60))
		a.err = broken
		start := time.Now()
		failed := false
		s := fanOf(func(i *Info, err error) {
			failed = failed || i.Name == "a" && err == broken && time.Since(start) == 0
		}, a, Realtime(b))
		defer s.Close()
		if got := firstFrames(t, s, 2); len(got) != 2 || !failed {
			t.Errorf("frames %v, failure of a told at once: %v", got, failed)
		}
	})
}

func TestFanCloseEndsNextAndWaitsForItsGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left
		a, b := newFake("a", seconds(1)), newFake("b", seconds(2))
		a.wait, b.wait, b.linger = true, true, time.Second
		s := fanOf(func(i *Info, err error) { t.Errorf("%s is said to have ended with %v", i.Name, err) }, a, b)
		ended := make(chan error)
		go func() {
			_, err := sequence(s)
			ended <- err
		}()
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if !a.ended || !b.ended {
			t.Error("Close did not wait for its goroutines")
		}
		if err := <-ended; err != os.ErrClosed {
			t.Errorf("blocked Next returned %v, want os.ErrClosed", err)
		}
		if _, err := s.Next(); err != os.ErrClosed {
			t.Errorf("Next after Close: %v", err)
		}
	})
}

func TestFanClosesWithFramesUndelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fanOf(nil, newFake("a", seconds(1), seconds(2)), newFake("b", seconds(1), seconds(2)))
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestFanReturnsEmptyHandedWhenNothingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := NewFan(nil)
		f.LimitWait(time.Second)
		defer f.Close()
		next := func(frames int, after time.Duration) {
			t.Helper()
			began := time.Now()
			got, err := f.Next()
			if len(got) != frames || err != nil || time.Since(began) != after {
				t.Errorf("%d frames, %v, after %s; want %d after %s", len(got), err, time.Since(began), frames, after)
			}
		}
		next(0, time.Second)
		next(0, time.Second)
		f.Add(newFake("a", seconds(1, 2), seconds(3)))
		next(2, 0)
		next(1, 0)
		next(0, time.Second) // the source has ended meanwhile
	})
}
