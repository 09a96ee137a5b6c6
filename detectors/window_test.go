package detectors

import (
	"testing"
	"time"
)

func TestWindowCountsExactlyTheEventsOfItsSpan(t *testing.T) {
	var w window
	if w.reached(1, time.Hour, 0) || w.since(time.Hour, 0) != 0 {
		t.Fatal("an empty window has events")
	}
	second := Instant(time.Second)
	for i := range Instant(100) {
		w.add(i * second)
		for span := 1; span <= windowSize; span++ {
			want := min(span, int(i)+1) // events at i, i-1 … i-span+1; that at i-span is span old
			if got := w.since(time.Duration(span)*time.Second, i*second); got != want {
				t.Fatalf("event %d: %d within %d s, want %d", i, got, span, want)
			}
		}
	}
	if w.reached(1, time.Second, 100*second) {
		t.Error("an event one second ago is within one second")
	}
	if !w.reached(1, time.Second, 100*second-1) {
		t.Error("an event less than one second ago is not within one second")
	}
}
