package capture

import (
	"errors"
	"io"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFanDeliversEveryFrameOfEverySource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended []string
		s := Fan(func(i *Info, err error) {
			if err != io.EOF {
				t.Errorf("%s ended with %v", i.Name, err)
			}
			ended = append(ended, i.Name)
		}, newFake("a", seconds(1, 2), seconds(3)), newFake("b", seconds(9), seconds(1)), newFake("c"))
		defer s.Close()
		got, err := sequence(s)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string][]string{"a": {"a 1", "a 2", "a 3"}, "b": {"b 9", "b 1"}} {
			of := slices.DeleteFunc(slices.Clone(got), func(f string) bool { return f[:1] != name })
			if diff := cmp.Diff(want, of); diff != "" {
				t.Errorf("frames of %s (-want +got):\n%s", name, diff)
			}
		}
		if len(got) != 5 {
			t.Errorf("frames %v", got)
		}
		slices.Sort(ended)
		if diff := cmp.Diff([]string{"a", "b", "c"}, ended); diff != "" {
			t.Errorf("ended (-want +got):\n%s", diff)
		}
	})
}

func TestFanDeliversInOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Fan(nil, Realtime(newFake("a", seconds(0, 4), seconds(5))), Realtime(newFake("b", seconds(10, 11, 16))))
		defer s.Close()
		got, err := sequence(s)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got[:2]) // both at once
		if diff := cmp.Diff([]string{"a 0", "b 10", "b 11", "a 4", "a 5", "b 16"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestFanHoldsBackSourcesWhileTheCallerWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newFake("a", seconds(1), seconds(2), seconds(3))
		s := Fan(nil, a)
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
		s := Fan(func(i *Info, err error) {
			if i.Name == "a" && (err != broken || time.Since(start) != 0) {
				t.Errorf("a ended with %v after %v, want %v at once", err, time.Since(start), broken)
			}
		}, a, Realtime(b))
		defer s.Close()
		got, err := sequence(s)
		if len(got) != 2 || !errors.Is(err, broken) {
			t.Errorf("frames %v, error %v; want both of b, then %v", got, err, broken)
		}
	})
}

func TestFanCloseEndsNextAndWaitsForItsGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left
		a, b := newFake("a", seconds(1)), newFake("b", seconds(2))
		a.wait, b.wait, b.linger = true, true, time.Second
		s := Fan(func(i *Info, err error) { t.Errorf("%s is said to have ended with %v", i.Name, err) }, a, b)
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
		s := Fan(nil, newFake("a", seconds(1), seconds(2)), newFake("b", seconds(1), seconds(2)))
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
