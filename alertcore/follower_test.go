package alertcore

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// take returns what a follower has, a line each.
func take(f *Follower) (lines []string) {
	for {
		r, m := f.Next()
		switch {
		case r != nil:
			lines = append(lines, "alert "+r.Alert().Text)
		case m != nil:
			lines = append(lines, "message "+m.Text())
		default:
			return lines
		}
	}
}

func raiseFree(t *testing.T, core *Core, text string) *Record {
	t.Helper()
	r, err := core.Raise(&Alert{Name: "FREE", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAFollowerIsHandedEachAlertBeforeItsMessage(t *testing.T) {
	core := newTestCore(t, Options{Backlog: 2})
	early := core.Follow()
	defer early.Close()
	raiseFree(t, core, "1")
	late := core.Follow()
	defer late.Close()
	core.Post(MessageInfo, "hello")
	for _, text := range []string{"2", "3", "4", "5"} {
		raiseFree(t, core, text)
	}
	rest := []string{
		"message hello", "alert 2", "message FREE 2", "alert 3", "message FREE 3",
		"alert 4", "message FREE 4", "alert 5", "message FREE 5",
	}
	if got := take(late); !slices.Equal(got, rest) {
		t.Errorf("a follower from the second alert on is handed %q", got)
	}
	if got := take(early); !slices.Equal(got, append([]string{"alert 1", "message FREE 1"}, rest...)) {
		t.Errorf("a follower from before the first alert on is handed %q", got)
	}
	select {
	case <-early.Wake():
	default:
		t.Error("the follower was not woken")
	}
	if got := take(late); got != nil {
		t.Errorf("handed again: %q", got)
	}
}

// The ring holds 66 records, and far more are raised.
func TestAFollowerMissesNothingHoweverMuchIsRaisedAtOnce(t *testing.T) {
	const raisers, each = 8, 500
	core := newTestCore(t, Options{Backlog: 2})
	f := core.Follow()
	defer f.Close()
	var raising sync.WaitGroup
	for i := range raisers {
		raising.Go(func() {
			for n := range each {
				text := fmt.Sprintf("%d-%d", i, n)
				if n%10 == 0 {
					core.Post(MessageInfo, text)
				}
				if _, err := core.Raise(&Alert{Name: "FREE", Text: text}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	raised := make(chan struct{})
	go func() { raising.Wait(); close(raised) }()
	var newest Micros
	alerts, posts, repeated := map[string]bool{}, 0, 0
	for last := false; !last; {
		select {
		case <-f.Wake():
		case <-raised:
			last = true
		}
		for {
			r, m := f.Next()
			if r == nil && m == nil {
				break
			}
			switch {
			case r != nil && r.Time() <= newest:
				t.Fatalf("alert %s of %d comes after %d", r.Alert().Text, r.Time(), newest)
			case r != nil:
				newest = r.Time()
				alerts[r.Alert().Text] = true
			case m.Flags() == MessageAlert:
				repeated++
				if !alerts[strings.TrimPrefix(m.Text(), "FREE ")] {
					t.Fatalf("message %q comes before its alert", m.Text())
				}
			default:
				posts++
			}
		}
	}
	if len(alerts) != raisers*each || repeated != raisers*each || posts != raisers*each/10 {
		t.Errorf("%d alerts, %d messages of alerts and %d others", len(alerts), repeated, posts)
	}
}

func TestMissedSaysWhetherThereWereMore(t *testing.T) {
	core := newTestCore(t, Options{Backlog: 2})
	start := core.start
	check := func(when string, after Micros, count int, whole bool) {
		t.Helper()
		list, got := core.Missed(after)
		if len(list) != count || got != whole {
			t.Errorf("%s: %d records, whole: %v; want %d, %v", when, len(list), got, count, whole)
		}
		for i := range list {
			if list[i].Time() <= after || i > 0 && list[i].Time() <= list[i-1].Time() {
				t.Errorf("%s: record %d is out of order", when, i)
			}
		}
	}
	check("no record, since the start", start, 0, true)
	check("no record, since before the start", start-1, 0, false)
	var records []*Record
	for range 10 {
		records = append(records, raiseFree(t, core, "x"))
	}
	check("more than Since shows", start, 10, true)
	check("since before the start", 0, 10, false)
	check("since a record", records[6].Time(), 3, true)
	check("since the newest", records[9].Time(), 0, true)
	for range len(core.records.slots) {
		raiseFree(t, core, "x")
	}
	// The chain is cut behind the one that left the slots last.
	check("since what has left the ring", records[3].Time(), len(core.records.slots)+1, false)
}
