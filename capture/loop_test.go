package capture

import (
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// since returns capture times in seconds from start, until n frames have come.
func since(t *testing.T, s Source, start time.Time, n int) []float64 {
	t.Helper()
	var at []float64
	for len(at) < n {
		frames, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range frames {
			at = append(at, f.Timestamp.Sub(start).Seconds())
		}
	}
	return at
}

func TestLoopTimeBeginsNowAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened := 0
		var sources []*fake
		s, err := Loop(func() (Source, error) {
			opened++
			f := newFake("demo", seconds(100, 101), seconds(103, 102.5)) // ends before its latest frame
			sources = append(sources, f)
			return f, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute) // now is when the first frame is asked for
		got := since(t, s, time.Now(), 12)
		want := []float64{0, 1, 3, 2.5, 4, 5, 7, 6.5, 8, 9, 11, 10.5}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("capture times in seconds (-want +got):\n%s", diff)
		}
		frames, err := s.Next()
		if err != nil || frames[0].Source != s.Info() {
			t.Errorf("frames of a later round name %v, error %v; want the source of the loop", frames[0].Source, err)
		}
		if opened != 4 {
			t.Errorf("opened %d times, want 4", opened)
		}
		for i, f := range sources[:3] {
			select {
			case <-f.closed:
			default:
				t.Errorf("source of round %d is still open", i)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		<-sources[3].closed
		if _, err := s.Next(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("Next after Close: %v", err)
		}
	})
}

func TestLoopInRealtime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, err := Loop(func() (Source, error) { return newFake("demo", seconds(100, 102)), nil })
		if err != nil {
			t.Fatal(err)
		}
		s := Realtime(l)
		defer s.Close()
		for range 10 {
			frames, err := s.Next()
			if err != nil {
				t.Fatal(err)
			}
			if late := time.Since(frames[0].Timestamp); late != 0 {
				t.Errorf("frame comes %v after its time", late)
			}
		}
	})
}

func TestLoopEndsWhereItCannotGoOn(t *testing.T) {
	broken := errors.New("broken")
	t.Run("no frames", func(t *testing.T) {
		s, err := Loop(func() (Source, error) { return newFake("demo"), nil })
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Next()
		checkError(t, err, "loop demo: the capture holds no frames")
	})
	t.Run("an error in the capture", func(t *testing.T) {
		f := newFake("demo", seconds(1))
		f.err = broken
		s, _ := Loop(func() (Source, error) { return f, nil })
		s.Next()
		if _, err := s.Next(); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("it cannot be opened again", func(t *testing.T) {
		opened := false
		s, _ := Loop(func() (Source, error) {
			if opened {
				return nil, broken
			}
			opened = true
			return newFake("demo", seconds(1)), nil
		})
		s.Next()
		if _, err := s.Next(); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
	})
}
