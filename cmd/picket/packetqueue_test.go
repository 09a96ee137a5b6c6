package main

import (
	"testing"
	"time"

	"picket/capture"
)

func TestFramesThatWaitLongAreToldOf(t *testing.T) {
	const told = "Frames wait for up to 2.5 s until picket can look at them: they come nearly faster than it can, and may soon be lost. A filter= of the sources, or fewer sources, may help"
	var q queueWatch
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		at     time.Duration
		waited []time.Duration
		want   string
	}{
		{0, []time.Duration{time.Hour}, ""}, // the clock was set
		{5 * time.Second, []time.Duration{time.Millisecond}, ""},
		{10 * time.Second, []time.Duration{2 * time.Second}, ""},
		{15 * time.Second, []time.Duration{2500 * time.Millisecond, time.Second}, told},
		{20 * time.Second, []time.Duration{2500 * time.Millisecond}, ""}, // told of just now
		{45 * time.Second, []time.Duration{2500 * time.Millisecond}, told},
		{90 * time.Second, nil, ""},
		{95 * time.Second, []time.Duration{2500 * time.Millisecond}, ""},
	} {
		for _, d := range step.waited {
			q.waited(d)
		}
		if got := q.text(start.Add(step.at)); got != step.want {
			t.Errorf("after %s: %q, want %q", step.at, got, step.want)
		}
	}
}

// Only sources whose frames are of now have any that wait.
func TestFramesOfCaptureFilesDoNotWait(t *testing.T) {
	now, old := &capture.Info{Name: "wlan0"}, &capture.Info{Name: "old.pcap"}
	p := &pipeline{tallies: map[*capture.Info]*tally{}, queue: new(queueWatch), live: func(i *capture.Info) bool { return i == now }}
	for _, test := range []struct {
		source *capture.Info
		waits  bool
	}{{old, false}, {now, true}} {
		f := capture.Frame{Source: test.source}
		f.Timestamp = time.Now().Add(-time.Minute)
		if err := p.handle([]capture.Frame{f}); err != nil {
			t.Fatal(err)
		}
		if got := time.Duration(p.queue.longest.Load()) >= time.Minute; got != test.waits {
			t.Errorf("%s: frames wait: %t", test.source.Name, got)
		}
	}
}
