package history

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"picket/alertcore"
)

// newJournal returns a journal whose writer is the test, with one segment.
func newJournal(t *testing.T, path string) (*journal, <-chan *segment) {
	filled := make(chan *segment, len(segmentNames))
	j := &journal{
		Store:  &Store{o: Options{Sync: true, Queue: DefaultQueue, MaxSize: MinMaxSize}, queue: newQueue(), free: make(chan *segment, len(segmentNames))},
		filled: filled,
	}
	j.take(&segment{path: path, durable: true})
	return j, filled
}

// waitFor journals r, and somebody who waits for it.
func waitFor(j *journal, r *alertcore.Record) <-chan error {
	answer := make(chan error, 1)
	j.Record(r)
	j.queue.push(&entry{waiter: answer})
	return answer
}

func TestWhoWaitsGoesOnWhenTheFileHasIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pending")
	j, _ := newJournal(t, path)
	r := recordsOf(t, "alert")[0]
	answer := waitFor(j, r)
	if len(answer) != 0 {
		t.Error("an answer came before anything was done")
	}
	j.step(false)
	if len(answer) != 1 || <-answer != nil {
		t.Error("no answer came when it was written")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read := &segment{}
	if read.load(data); read.alerts != 1 {
		t.Errorf("the file has %d alerts, want 1", read.alerts)
	}
	if j.Waiting() != 0 {
		t.Errorf("%d things wait", j.Waiting())
	}
}

// Where the file can't be written, they go on when the database has it.
func TestWhoWaitsGoesOnWhenTheDatabaseHasIt(t *testing.T) {
	j, filled := newJournal(t, filepath.Join(t.TempDir(), "no folder", "pending"))
	answer := waitFor(j, recordsOf(t, "alert")[0])
	if !j.step(false) {
		t.Fatal("the segment was not handed to the writer")
	}
	if len(answer) != 0 {
		t.Fatal("an answer came though nothing was written")
	}
	s := <-filled
	if len(s.flushers) != 1 || s.fault == nil || !errors.Is(s.fault, os.ErrNotExist) {
		t.Errorf("%d wait for the database, because of %v", len(s.flushers), s.fault)
	}
	if j.Waiting() == 0 {
		t.Error("nothing is said to wait")
	}
}

// What does not fit a segment goes into the next, and who waits for all of it
// waits for that.
func TestWhoWaitsGoesOnWhenAllIsWritten(t *testing.T) {
	folder := t.TempDir()
	j, filled := newJournal(t, filepath.Join(folder, "first"))
	records := recordsOf(t, make([]string, 200)...)
	for _, r := range records {
		j.Record(r)
	}
	answer := waitFor(j, recordsOf(t, "last")[0])
	for range 2 {
		if !j.step(false) {
			break
		}
		if len(answer) != 0 {
			t.Fatal("an answer came before all was written")
		}
		j.take(&segment{path: filepath.Join(folder, "second"), durable: true})
	}
	if j.step(false); len(answer) != 1 || <-answer != nil {
		t.Error("no answer came when all was written")
	}
	if s := <-filled; s.alerts == 0 || s.alerts >= 201 {
		t.Errorf("the first segment has %d alerts of 201", s.alerts)
	}
}

// A segment that is full to the brim has no empty group.
func TestFullSegmentTakesNoMore(t *testing.T) {
	s := segmentWith(1, recordsOf(t, "alert"))
	before := len(s.data)
	if s.fill(&batch{records: recordsOf(t, "more")}, before) {
		t.Error("it took more")
	}
	if s.seal(); len(s.data) != before {
		t.Errorf("it has %d octets more", len(s.data)-before)
	}
}
