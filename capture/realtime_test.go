package capture

import (
	"errors"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// arrivals reads s to its end and returns when each frame came, in seconds from now.
func arrivals(t *testing.T, s Source, between func()) []float64 {
	t.Helper()
	start := time.Now()
	var at []float64
	for {
		frames, err := s.Next()
		if err == io.EOF {
			return at
		} else if err != nil {
			t.Fatal(err)
		}
		for range frames {
			at = append(at, time.Since(start).Seconds())
		}
		if between != nil {
			between()
		}
	}
}

func TestRealtimeKeepsThePaceOfTheCapture(t *testing.T) {
	const year = 365 * 24 * 3600
	for _, tt := range []struct {
		name    string
		batches [][]time.Duration
		want    []float64
	}{
		{"within and across batches", [][]time.Duration{seconds(5, 5.25, 6), seconds(8, 8), seconds(9)}, []float64{0, 0.25, 1, 3, 3, 4}},
		{"a silence of an hour is kept", [][]time.Duration{seconds(0, 3600, 3601)}, []float64{0, 3600, 3601}},
		{"a longer one is not", [][]time.Duration{seconds(0, 2, 3603, 3604)}, []float64{0, 2, 2, 3}},
		{"frames a little out of order do not shift the rest", [][]time.Duration{seconds(0, 10, 9.5, 11, 10.5, 12)}, []float64{0, 10, 10, 11, 11, 12}},
		{"a jump backwards goes on at once", [][]time.Duration{seconds(0, 10, 3), seconds(4, 5)}, []float64{0, 10, 10, 11, 12}},
		{"one absurd time stamp stalls nothing", [][]time.Duration{seconds(0, 1, 200*year, 2, 3)}, []float64{0, 1, 1, 1, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := arrivals(t, Realtime(newFake("a", tt.batches...)), nil)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("arrivals in seconds (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestRealtimeCatchesUpAfterASlowCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := true
		got := arrivals(t, Realtime(newFake("a", seconds(0, 1, 2, 3, 4))), func() {
			if first {
				first = false
				<-time.After(2500 * time.Millisecond) // of the bubble's clock
			}
		})
		if diff := cmp.Diff([]float64{0, 2.5, 2.5, 3, 4}, got); diff != "" {
			t.Errorf("arrivals in seconds (-want +got):\n%s", diff)
		}
	})
}

func TestRealtimeDoesNotChangeFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want, err := drainBytes(t, pcapOf(seconds(0, 1, 2, 1.5)...))
		if err != nil {
			t.Fatal(err)
		}
		got, err := drain(t, Realtime(reader(pcapOf(seconds(0, 1, 2, 1.5)...))))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("error %v (-want +got):\n%s", err, diff)
		}
	})
}

func TestRealtimeClosesWhileItWaits(t *testing.T) {
	for name, src := range map[string]func() *fake{
		"for the time of a frame": func() *fake { return newFake("a", seconds(0, 100)) },
		"for the source":          func() *fake { f := newFake("a", seconds(0)); f.wait = true; return f },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				inner := src()
				s := Realtime(inner)
				if _, err := s.Next(); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				ended := make(chan error)
				go func() {
					_, err := s.Next()
					ended <- err
				}()
				synctest.Wait() // it blocks
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				if err := <-ended; !errors.Is(err, os.ErrClosed) {
					t.Errorf("blocked Next returned %v, want os.ErrClosed", err)
				}
				if _, err := s.Next(); !errors.Is(err, os.ErrClosed) {
					t.Errorf("Next after Close returned %v, want os.ErrClosed", err)
				}
				if d := time.Since(start); d != 0 {
					t.Errorf("Close took %v", d)
				}
				<-inner.closed // blocks for ever if the inner source was not closed
			})
		})
	}
}
