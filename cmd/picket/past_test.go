package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"picket/alertcore"
	"picket/alertcore/history"
	"picket/alertcore/selection"
)

// keptAlerts is a core whose alerts are kept in a file.
type keptAlerts struct {
	*alertcore.Core
	t     *testing.T
	store *history.Store
	end   func()
}

func keepAlerts(t *testing.T, path string) *keptAlerts {
	t.Helper()
	store, err := history.Open(path, history.Options{Sync: true, Backlog: 1})
	if err != nil {
		t.Fatal(err)
	}
	k := &keptAlerts{t: t, store: store, Core: alertcore.New(alertcore.Options{Backlog: 1})}
	k.Resume(store.Restored(), store)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { store.Run(ctx) })
	k.end = sync.OnceFunc(func() { cancel(); running.Wait() })
	t.Cleanup(k.end)
	for _, name := range []string{"ODD", "EVEN"} {
		err := k.Define(alertcore.Definition{
			Header: name, Class: "OTHER", Severity: alertcore.High, PhyID: alertcore.PhyAny,
			Limit: alertcore.Rate{Count: -1, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: -1, Unit: alertcore.Second},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// raise raises n alerts, numbered in their text, by turns from 02:00:00:00:00:00
// and 02:00:00:01:00:01, and returns when they are on disk.
func (k *keptAlerts) raise(n int) {
	k.t.Helper()
	for i := range n {
		a := &alertcore.Alert{Name: []string{"EVEN", "ODD"}[i%2], Text: fmt.Sprint(i), Source: alertcore.MACOf([]byte{2, 0, 0, byte(i % 2), 0, byte(i % 2)})}
		if _, err := k.Raise(a); err != nil {
			k.t.Fatal(err)
		}
	}
	if err := k.store.Flush(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
}

func (k *keptAlerts) texts(records []*alertcore.Record) string {
	var list []string
	for _, r := range records {
		list = append(list, r.Alert().Text)
	}
	return strings.Join(list, " ")
}

func mask(t *testing.T, s string) selection.Mask {
	t.Helper()
	m, err := selection.ParseMask(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPastIsReadByPagesWhileItIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	p := &pastAlerts{path: path, log: slog.New(slog.DiscardHandler), flush: func(context.Context) error { return nil }}
	defer p.close()
	if _, _, err := p.Alerts(t.Context(), selection.Selection{}, 1); err == nil || !strings.Contains(err.Error(), "no history has been written yet") {
		t.Errorf("before there is a file: %v", err)
	}
	k := keepAlerts(t, path)
	k.raise(7)
	for _, c := range []struct {
		name  string
		s     selection.Selection
		limit int
		want  []string // pages
	}{
		{"all", selection.Selection{}, 10, []string{"6 5 4 3 2 1 0"}},
		{"a whole page", selection.Selection{}, 7, []string{"6 5 4 3 2 1 0"}},
		{"pages", selection.Selection{}, 3, []string{"6 5 4", "3 2 1", "0"}},
		{"a name", selection.Selection{Name: "ODD"}, 2, []string{"5 3", "1"}},
		{"an address", selection.Selection{MAC: mask(t, "02:00:00:01:00:01")}, 2, []string{"5 3", "1"}},
		{"a mask", selection.Selection{MAC: mask(t, "02:00:00:00:00:00/ff:ff:ff:ff:00:00")}, 2, []string{"6 4", "2 0"}},
		{"no absent address", selection.Selection{MAC: mask(t, "00:00:00:00:00:00/ff:ff:ff:00:00:00")}, 2, []string{""}},
		{"a severity", selection.Selection{Least: alertcore.Critical}, 2, []string{""}},
		{"the future", selection.Selection{Since: k.Now() + 1e12}, 2, []string{""}},
		{"the past", selection.Selection{Until: 1}, 2, []string{""}},
	} {
		var pages []string
		for s := c.s; ; {
			list, next, err := p.Alerts(t.Context(), s, c.limit)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, k.texts(list))
			if next == 0 {
				break
			}
			s.Until = next
		}
		if !slices.Equal(pages, c.want) {
			t.Errorf("%s: %q, want %q", c.name, pages, c.want)
		}
	}
	// Bounds are times of alerts, the first of them included.
	all, _, err := p.Alerts(t.Context(), selection.Selection{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	some, _, err := p.Alerts(t.Context(), selection.Selection{Since: all[4].Time(), Until: all[2].Time()}, 10)
	if got := k.texts(some); got != "3 2" || err != nil {
		t.Errorf("from 2 to 4: %q, %v", got, err)
	}
	reader, err := p.open()
	if err != nil {
		t.Fatal(err)
	}
	var oldest []*alertcore.Record
	for r, err := range past(t.Context(), reader, selection.Selection{}, true, 2, func(err error) { t.Error(err) }) {
		if err != nil {
			t.Fatal(err)
		}
		oldest = append(oldest, r)
	}
	if got := k.texts(oldest); got != "0 1 2 3 4 5 6" {
		t.Errorf("oldest first: %q", got)
	}
	found, err := p.ByHash(t.Context(), all[0].Hash())
	if err != nil || found == nil || string(found.JSON()) != string(all[0].JSON()) {
		t.Errorf("by hash: %v, %v", found, err)
	}
	if found, err := p.ByHash(t.Context(), 1); found != nil || err != nil {
		t.Errorf("by the hash of none: %v, %v", found, err)
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if _, _, err := p.Alerts(ctx, selection.Selection{}, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("past its deadline: %v", err)
	}
}

func TestAnotherFileInThePlaceOfTheHistoryIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	p := &pastAlerts{path: path, log: slog.New(slog.DiscardHandler), flush: func(context.Context) error { return nil }}
	defer p.close()
	count := func() int {
		t.Helper()
		list, _, err := p.Alerts(t.Context(), selection.Selection{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	k := keepAlerts(t, path)
	k.raise(2)
	if n := count(); n != 2 {
		t.Errorf("%d alerts in the first file", n)
	}
	k.end()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+suffix, path+".damaged"+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	keepAlerts(t, path).raise(1)
	if n := count(); n != 1 {
		t.Errorf("%d alerts in the second file", n)
	}
}

// A client of the event stream that comes back gets from the file what it
// missed, in order, and is told that nothing is missing while nothing was given
// up.
func TestOlderAlertsComeFromTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	p := &pastAlerts{path: path, log: slog.New(slog.DiscardHandler), flush: func(context.Context) error { return nil }}
	defer p.close()
	if got := p.Oldest(); got != math.MaxInt64 {
		t.Errorf("before there is a file: oldest %d", got)
	}
	k := keepAlerts(t, path)
	p.flush = k.store.Flush
	k.raise(2*olderPage + 3)
	if got := p.Oldest(); got != 0 {
		t.Errorf("with all there ever was: oldest %d", got)
	}
	list, _, err := p.Alerts(t.Context(), selection.Selection{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	var second alertcore.Micros
	err = p.Older(t.Context(), 0, list[0].Time(), func(r *alertcore.Record) error {
		n, err := strconv.Atoi(r.Alert().Text)
		if got = append(got, n); n == 1 {
			second = r.Time()
		}
		return err
	})
	if err != nil || len(got) != 2*olderPage+2 || !slices.IsSorted(got) || got[0] != 0 {
		t.Errorf("all but the last: %v, %v", got, err)
	}
	stop := errors.New("enough")
	err = p.Older(t.Context(), second, list[0].Time(), func(r *alertcore.Record) error {
		if r.Alert().Text != "2" {
			t.Errorf("the next after the second is %s", r.Alert().Text)
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Errorf("stopped with %v", err)
	}
}
