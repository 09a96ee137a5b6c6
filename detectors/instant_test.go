package detectors

import (
	"testing"
	"time"
)

func TestTimelineNeverRunsBack(t *testing.T) {
	var line timeline
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		name    string
		clock   time.Duration // of the capture, after start
		advance time.Duration // of the line since the step before
	}{
		{"first frame", 0, 0},
		{"next", time.Second, time.Second},
		{"a little out of order", 900 * time.Millisecond, 0},
		{"in order again", 1100 * time.Millisecond, 100 * time.Millisecond},
		{"the clock is set back by an hour", -time.Hour, unknownPause},
		{"and goes on from there", -time.Hour + time.Second, time.Second},
		{"the clock is set forward", 24 * time.Hour, 25*time.Hour - time.Second},
	} {
		before := line.now
		got := line.at(start.Add(step.clock))
		if step.name == "first frame" {
			continue
		}
		if got.Sub(before) != step.advance {
			t.Errorf("%s: line advances by %v, want %v", step.name, got.Sub(before), step.advance)
		}
	}
}
