package alertcore

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAlertsAreTalliedByName(t *testing.T) {
	c := New(Options{Backlog: 1})
	define := func(name string, count int64) {
		t.Helper()
		if err := c.Define(Definition{Header: name, Limit: Rate{count, Minute}, Burst: Rate{count, Minute}}); err != nil {
			t.Fatal(err)
		}
	}
	define("SOURCEERROR", 2)
	define("NEVER", 5)
	for i := range 5 {
		if _, err := c.Raise(&Alert{Name: "SOURCEERROR"}); (err != nil) != (i >= 2) || err != nil && !errors.Is(err, ErrThrottled) {
			t.Fatalf("alert %d: %v", i, err)
		}
	}
	// Without a definition, and past that of the name.
	c.RaiseOneShot("PACKETLOST", "SYSTEM", High, PhyUnknown, "lost")
	c.RaiseOneShot("SOURCEERROR", "SYSTEM", High, PhyUnknown, "failed")
	c.RaiseOneShot("PACKETLOST", "SYSTEM", High, PhyUnknown, "lost")
	if _, err := c.Raise(&Alert{Name: "UNKNOWN"}); !errors.Is(err, ErrUnknownAlert) {
		t.Fatal(err)
	}
	want := []Tally{{"KISMET", 0, 0}, {"NEVER", 0, 0}, {"PACKETLOST", 2, 0}, {"SOURCEERROR", 3, 3}}
	if diff := cmp.Diff(want, c.Tallies()); diff != "" {
		t.Error(diff)
	}
}

func TestTalliesLoseNothingOfManyAtOnce(t *testing.T) {
	const raisers, each = 8, 500
	c := New(Options{Backlog: 10})
	var wg sync.WaitGroup
	for i := range raisers {
		wg.Go(func() {
			for range each {
				c.RaiseOneShot([]string{"A", "B", "C", "D"}[i%4], "SYSTEM", Info, PhyUnknown, "")
			}
		})
	}
	wg.Wait()
	for _, tally := range c.Tallies() {
		if want := uint64(raisers / 4 * each); tally.Header != "KISMET" && tally.Raised != want {
			t.Errorf("%s: %d, want %d", tally.Header, tally.Raised, want)
		}
	}
	if n := len(c.Tallies()); n != 5 {
		t.Errorf("%d names, want 5", n)
	}
}
