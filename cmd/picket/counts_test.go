package main

import (
	"testing"
	"time"

	"picket/alertcore"
	"picket/capture"
	"picket/capture/dot11"
)

func TestCountsAreShownOnceASecond(t *testing.T) {
	c := loadConfig(t)
	core, err := newCore(c, alertcore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &sensor{core: core}
	if s.pipeline, err = newPipeline(c, core, listeners{}); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	s.counts.Store(s.pipeline.count(start))
	attic := &capture.Info{Name: "attic"}
	hear := func(after time.Duration) uint64 {
		frame := nullFrame(attic, 1, start.Add(after))
		s.pipeline.take(&frame)
		s.pipeline.woken = start.Add(after)
		if err := s.showCounts(); err != nil {
			t.Fatal(err)
		}
		var seen uint64
		for _, tally := range s.counts.Load().tallies {
			sound, bad := tally.frames()
			seen += sound + bad
		}
		return seen
	}
	for _, step := range []struct {
		after time.Duration
		want  uint64
	}{{500 * time.Millisecond, 0}, {999 * time.Millisecond, 0}, {time.Second, 3}, {1500 * time.Millisecond, 3}, {2 * time.Second, 5}} {
		if got := hear(step.after); got != step.want {
			t.Errorf("after %v %d frames are seen, want %d", step.after, got, step.want)
		}
	}

	// What others hold does not change.
	held := s.counts.Load()
	hear(10 * time.Second)
	if n := held.tallies[0].byKind()[dot11.Null]; n != 5 {
		t.Errorf("%d frames, of 5 when it was taken", n)
	}
	if held.running != len(s.pipeline.engine.Stats()) || held.tables[1].Records != 1 {
		t.Errorf("%d detectors, tables %+v", held.running, held.tables)
	}
}
