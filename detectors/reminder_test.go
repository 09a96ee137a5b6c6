package detectors

import (
	"testing"
	"time"
)

func TestReminderIsDueAtOnceAndThenOnceAMinute(t *testing.T) {
	var r reminder
	for _, tc := range []struct {
		at   time.Duration // of a capture whose clock began at 0
		want bool
	}{
		{5 * time.Second, true},
		{6 * time.Second, false},
		{64 * time.Second, false},
		{65 * time.Second, true},
		{124 * time.Second, false},
		{300 * time.Second, true},
	} {
		if got := r.due(Instant(tc.at)); got != tc.want {
			t.Errorf("due after %v: %t, want %t", tc.at, got, tc.want)
		}
	}
}

func TestRoughDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                         "0s",
		1234567 * time.Nanosecond: "1ms",
		2345 * time.Millisecond:   "2.3s",
		83456 * time.Millisecond:  "1m23s",
	} {
		if got := rough(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
