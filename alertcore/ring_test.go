package alertcore

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// poll is one reader's call of Since and its answer.
type poll struct{ after, cursor Micros }

// published is the state of the model: the timestamps of all records, in order.
type published []Micros

// alertsModel says what a ring that loses nothing answers. A write (input nil)
// answers its record's timestamp, a poll the records it returned.
var alertsModel = porcupine.Model{
	Init: func() any { return published(nil) },
	Step: func(state, input, output any) (bool, any) {
		seen := state.(published)
		if input == nil {
			at := output.(Micros)
			if len(seen) > 0 && at <= seen[len(seen)-1] {
				return false, nil
			}
			return true, append(slices.Clone(seen), at)
		}
		p := input.(*poll)
		var want published
		for _, at := range seen {
			if at > p.after {
				want = append(want, at)
			}
		}
		newest := output.(published)
		ok := slices.Equal(newest, want) && (len(seen) == 0 || p.cursor == seen[len(seen)-1])
		return ok, seen
	},
	Equal: func(a, b any) bool { return slices.Equal(a.(published), b.(published)) },
	DescribeOperation: func(input, output any) string {
		if input == nil {
			return fmt.Sprint("publish at ", output)
		}
		return fmt.Sprint("poll after ", input.(*poll).after, ": ", output)
	},
}

func TestHistoriesOfWritersAndPollersAreLinearizable(t *testing.T) {
	const rounds, writers, pollers, each = 60, 3, 3, 8
	for range rounds {
		core := newTestCore(t, Options{Backlog: writers * each})
		began := time.Now()
		var mu sync.Mutex
		var history []porcupine.Operation
		var wg sync.WaitGroup
		record := func(client int, input any, call time.Duration, output any) {
			mu.Lock()
			defer mu.Unlock()
			history = append(history, porcupine.Operation{
				ClientId: client, Input: input, Call: int64(call), Output: output, Return: int64(time.Since(began)),
			})
		}
		for w := range writers {
			wg.Go(func() {
				for range each {
					call := time.Since(began)
					r, err := core.Raise(&Alert{Name: "FREE"})
					if err != nil {
						t.Error(err)
						return
					}
					record(w, nil, call, r.Time())
				}
			})
		}
		for p := range pollers {
			wg.Go(func() {
				var after Micros
				for range each {
					call := time.Since(began)
					list, cursor := core.Since(after)
					var got published
					for _, r := range list {
						got = append(got, r.Time())
					}
					record(writers+p, &poll{after, cursor}, call, got)
					after = cursor
				}
			})
		}
		wg.Wait()
		if porcupine.CheckOperations(alertsModel, history) {
			continue
		}
		t.Fatalf("no order of these operations explains what they answered: %v", history)
	}
}

// A poller that goes on from the cursor it was handed ends with exactly what
// was published, as long as it reads before records leave the ring.
func TestPollersSeeEveryRecordOnceAndInOrder(t *testing.T) {
	const writers, pollers = 64, 16
	each := 200
	if testing.Short() {
		each = 50
	}
	total := writers * each
	core := newTestCore(t, Options{Backlog: total})

	var mu sync.Mutex
	var want []*Record
	var wrote atomic.Bool
	var writing, reading sync.WaitGroup
	for range writers {
		writing.Go(func() {
			var mine []*Record
			for range each {
				r, err := core.Raise(&Alert{Name: "FREE"})
				if err != nil {
					t.Error(err)
					return
				}
				mine = append(mine, r)
			}
			mu.Lock()
			defer mu.Unlock()
			want = append(want, mine...)
		})
	}
	got := make([][]*Record, pollers)
	for p := range pollers {
		reading.Go(func() {
			var cursor Micros
			for done := false; !done; {
				done = wrote.Load() // before the poll, so that the last one sees all
				var list []*Record
				list, cursor = core.Since(cursor)
				got[p] = append(got[p], list...)
			}
		})
	}
	writing.Wait()
	wrote.Store(true)
	reading.Wait()

	slices.SortFunc(want, func(a, b *Record) int { return int(a.Time() - b.Time()) })
	for p := range got {
		if !slices.Equal(got[p], want) {
			t.Errorf("poller %d saw %d records, not the %d published in their order", p, len(got[p]), len(want))
		}
	}
}

// Readers of a small ring under a storm of writers see the newest records,
// contiguous, and memory does not grow with what is published.
func TestSnapshotsAreContiguousWhileRecordsLeaveTheRing(t *testing.T) {
	const keep, writers, each = 10, 8, 3000
	core := newTestCore(t, Options{Backlog: keep})
	var writing, reading sync.WaitGroup
	var wrote atomic.Bool
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				if _, err := core.Raise(&Alert{Name: "FREE", Frames: uint64(i), Channel: fmt.Sprint(w)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 4 {
		reading.Go(func() {
			for !wrote.Load() {
				list, cursor := core.All()
				if len(list) > keep {
					t.Errorf("%d records shown, want at most %d", len(list), keep)
				}
				last := map[string]uint64{}
				for i, r := range list {
					if i > 0 && r.Time() <= list[i-1].Time() {
						t.Error("records out of order")
					}
					// Each writer counts up: within a snapshot none of its records may be missing.
					c, n := r.alert.Channel, r.alert.Frames
					if prev, ok := last[c]; ok && n != prev+1 {
						t.Errorf("writer %s: record %d follows %d", c, n, prev)
					}
					last[c] = n
				}
				if len(list) > 0 && cursor != list[len(list)-1].Time() {
					t.Error("the cursor is not the newest record's time")
				}
			}
		})
	}
	writing.Wait()
	wrote.Store(true)
	reading.Wait()

	if list, _ := core.All(); len(list) != keep {
		t.Errorf("%d records at the end, want %d", len(list), keep)
	}
	reachable := 0
	for n := core.records.head.Load(); n != nil; n = n.older.Load() {
		reachable++
	}
	if limit := len(core.records.slots) + 1; reachable > limit {
		t.Errorf("%d records can be reached, want at most %d: the chain is not cut", reachable, limit)
	}
}

func TestAReaderOvertakenByWritersStartsAgain(t *testing.T) {
	core := newTestCore(t, Options{Backlog: 10})
	raise := func(n int) {
		for range n {
			if _, err := core.Raise(&Alert{Name: "FREE"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	raise(10)
	overtaken := false
	list, head := core.records.newest(10, func(n *node[Record]) bool {
		if !overtaken && n.seq == 5 { // in the midst of the walk, all that it walks on leaves the ring
			overtaken = true
			raise(2 * len(core.records.slots))
		}
		return true
	})
	if len(list) != 10 || list[9] != &head.value || head != core.records.head.Load() {
		t.Errorf("%d records, want the ten newest", len(list))
	}
}

// A reader finds by the chain what its writers have not put into the slots yet.
func TestReadersDoWithoutSlots(t *testing.T) {
	for _, raised := range []int{0, 1, 9, 10, 11, 75, 200} {
		core := newTestCore(t, Options{Backlog: 10})
		for range raised {
			if _, err := core.Raise(&Alert{Name: "FREE"}); err != nil {
				t.Fatal(err)
			}
		}
		want, head := core.records.newest(10, func(*node[Record]) bool { return true })
		for slot := range core.records.slots {
			behind := &core.records.slots[slot]
			node := behind.Swap(nil)
			if list, newest := core.records.all(); !slices.Equal(list, want) || newest != head {
				t.Errorf("%d raised, slot %d empty: %d records, want %d", raised, slot, len(list), len(want))
			}
			behind.Store(node)
		}
		if list, newest := core.records.all(); !slices.Equal(list, want) || newest != head {
			t.Errorf("%d raised: %d records, want %d", raised, len(list), len(want))
		}
	}
}

func newTestCore(t testing.TB, o Options) *Core {
	t.Helper()
	core := New(o)
	free := Definition{Header: "FREE", Class: "OTHER", PhyID: PhyAny, Limit: Rate{-1, Minute}, Burst: Rate{-1, Second}}
	if err := core.Define(free); err != nil {
		t.Fatal(err)
	}
	return core
}
