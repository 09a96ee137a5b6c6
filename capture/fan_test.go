package capture

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fanned is what a fan hands on, each frame as its source and its time.
type fanned struct {
	frames []string
	ended  []string
}

// fanOf is a fan of sources, and what it hands on.
func fanOf(sources ...Source) (*Fan, *fanned) {
	h := &fanned{}
	f := NewFan(func(frames []Frame) {
		for _, fr := range frames {
			h.frames = append(h.frames, fmt.Sprint(fr.Source.Name, " ", fr.Timestamp.Sub(epoch).Seconds()))
		}
	}, func(i *Info, err error) { h.ended = append(h.ended, fmt.Sprint(i.Name, " ", err)) })
	for _, s := range sources {
		f.Add(s)
	}
	return f, h
}

// after closes f when d has passed.
func after(t *testing.T, d time.Duration, f *Fan) {
	t.Helper()
	time.Sleep(d) // of the synctest bubble
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func TestFanDeliversEveryFrameOfEverySource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, h := fanOf(newFake("a", seconds(1, 2), seconds(3)), newFake("b", seconds(9), seconds(1)), newFake("c"))
		after(t, time.Hour, f)
		for name, want := range map[string][]string{"a": {"a 1", "a 2", "a 3"}, "b": {"b 9", "b 1"}} {
			of := slices.DeleteFunc(slices.Clone(h.frames), func(f string) bool { return f[:1] != name })
			if diff := cmp.Diff(want, of); diff != "" {
				t.Errorf("frames of %s (-want +got):\n%s", name, diff)
			}
		}
		slices.Sort(h.ended)
		if diff := cmp.Diff([]string{"a EOF", "b EOF", "c EOF"}, h.ended); diff != "" {
			t.Errorf("ended (-want +got):\n%s", diff)
		}
	})
}

func TestFanDeliversInOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, h := fanOf(Realtime(newFake("a", seconds(0, 4), seconds(5))), Realtime(newFake("b", seconds(10, 11, 16))))
		after(t, time.Hour, f)
		slices.Sort(h.frames[:2]) // both at once
		if diff := cmp.Diff([]string{"a 0", "b 10", "b 11", "a 4", "a 5", "b 16"}, h.frames); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestFanTakesSourcesAtAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, h := fanOf()
		time.Sleep(time.Minute)
		f.Add(newFake("late", seconds(3)))
		after(t, time.Minute, f)
		if diff := cmp.Diff([]string{"late 3"}, h.frames); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestFanClosesWhatIsAddedAfterItsEnd(t *testing.T) {
	f, _ := fanOf()
	f.Close()
	late := newFake("late")
	f.Add(late)
	select {
	case <-late.closed:
	default:
		t.Error("the source was left open")
	}
}

func TestFanHandsOnOneBatchAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newFake("a", slices.Repeat([][]time.Duration{seconds(1)}, 100)...), newFake("b", seconds(1), seconds(2))
		inside, most, frames := 0, 0, 0
		f := NewFan(func(batch []Frame) {
			inside++
			most = max(most, inside)
			runtime.Gosched()
			for _, fr := range batch {
				if fr.Source == nil { // a source voids its frames when it is read again
					t.Error("a source was read while its frames were in use")
				}
			}
			frames += len(batch)
			inside--
		}, nil)
		f.Add(a)
		f.Add(b)
		after(t, time.Minute, f)
		if most != 1 || frames != 102 {
			t.Errorf("%d batches at a time, %d frames, want 1 and 102", most, frames)
		}
	})
}

func TestFanReportsASourceThatFailsAtOnceAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newFake("a"), newFake("b", seconds(1, 60))
		a.err = errors.New("broken")
		f, h := fanOf(a, Realtime(b))
		synctest.Wait()
		f.turn.Lock()
		ended := slices.Clone(h.ended)
		f.turn.Unlock()
		if diff := cmp.Diff([]string{"a broken"}, ended); diff != "" {
			t.Errorf("ended at once (-want +got):\n%s", diff)
		}
		after(t, time.Hour, f)
		if diff := cmp.Diff([]string{"b 1", "b 60"}, h.frames); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestFanCloseWaitsForItsGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left
		a, b := newFake("a", seconds(1)), newFake("b", seconds(2))
		a.wait, b.wait, b.linger = true, true, time.Second
		f, h := fanOf(a, b)
		after(t, time.Minute, f)
		if !a.ended || !b.ended {
			t.Error("Close did not wait for its goroutines")
		}
		if len(h.ended) > 0 {
			t.Errorf("ended %v, though it was Close that ended them", h.ended)
		}
		if err := f.Close(); err != nil {
			t.Errorf("the second Close: %v", err)
		}
	})
}

func TestFanIsKeptAwakeWhenNothingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var calls []string
		f := NewFan(func(frames []Frame) { calls = append(calls, fmt.Sprint(len(frames), " ", time.Since(began))) }, nil)
		f.KeepAwake(time.Second)
		time.Sleep(2500 * time.Millisecond)
		f.Add(Realtime(newFake("a", seconds(0), seconds(0.2))))
		after(t, 1500*time.Millisecond, f)
		if diff := cmp.Diff([]string{"0 1s", "0 2s", "1 2.5s", "1 2.7s", "0 3.7s"}, calls); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestFanTellsThatASourceEndedOnlyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, h := fanOf(newFake("a"))
		synctest.Wait()
		after(t, time.Second, f)
		if diff := cmp.Diff([]string{"a " + io.EOF.Error()}, h.ended); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestFanTellsWhoWaitsForTheirTurn(t *testing.T) {
	handling, release := make(chan struct{}, 3), make(chan struct{})
	fan := NewFan(func([]Frame) { handling <- struct{}{}; <-release }, nil)
	for range 3 {
		fan.Add(newFake("fake", seconds(0)))
	}
	<-handling
	for fan.Waiting() != 2 { // the others, sooner or later
		runtime.Gosched()
	}
	close(release)
	for fan.Waiting() != 0 {
		runtime.Gosched()
	}
	if err := fan.Close(); err != nil {
		t.Error(err)
	}
}

func TestFanDoesOneThingAtATime(t *testing.T) {
	var counted int // by all, which the race detector watches
	f := NewFan(func(frames []Frame) { counted += len(frames) }, nil)
	for n := range 4 {
		f.Add(newFake(fmt.Sprint(n), seconds(make([]float64, 50)...), seconds(make([]float64, 50)...)))
	}
	for range 100 {
		f.Do(func() { counted++ })
	}
	for done := false; !done; runtime.Gosched() {
		f.Do(func() { done = counted == 100+4*100 })
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	f.Do(func() { counted++ }) // still
	if counted != 501 {
		t.Errorf("counted to %d", counted)
	}
}
