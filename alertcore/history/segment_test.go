package history

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"picket/alertcore"
)

// recordsOf returns records of alerts with these texts.
func recordsOf(t testing.TB, texts ...string) (list []*alertcore.Record) {
	t.Helper()
	core := alertcore.New(alertcore.Options{Backlog: 1})
	if err := core.Define(external); err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		r, err := core.Raise(&alertcore.Alert{Name: "EXTERNAL", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

// segmentWith returns a segment with a group for each record.
func segmentWith(epoch uint64, records []*alertcore.Record) *segment {
	s := &segment{}
	s.begin(epoch)
	for _, r := range records {
		s.fill(&batch{records: []*alertcore.Record{r}}, 1<<20)
		s.seal()
	}
	return s
}

// insertedFrom returns the texts of the alerts that a database takes from what a
// file has.
func insertedFrom(t testing.TB, data []byte) (texts []string) {
	t.Helper()
	s := &segment{}
	s.load(data)
	path := filepath.Join(t.TempDir(), "history.kismet")
	f, err := openFile(t.Context(), path, &Options{MaxSize: MinMaxSize})
	if err != nil {
		t.Fatal(err)
	}
	if !s.empty() {
		if err := f.take(t.Context(), s, false); err != nil {
			t.Error(err)
		}
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	return kept(t, path)
}

// Whatever is missing at the end of a file, the groups before it are read.
func TestSegmentIsReadUpToWhereItWasCut(t *testing.T) {
	records := recordsOf(t, "first", "second")
	whole, first := segmentWith(7, records), segmentWith(7, records[:1])
	for cut := range whole.data {
		s := &segment{}
		s.load(whole.data[:cut])
		want := 0
		if cut >= len(first.data) {
			want = 1
		}
		if s.alerts != want {
			t.Errorf("of %d of %d octets %d alerts are read, want %d", cut, len(whole.data), s.alerts, want)
		}
	}
	if got := fmt.Sprint(insertedFrom(t, whole.data)); got != "[first second]" {
		t.Errorf("of the whole %s is read", got)
	}
}

func TestSegmentWithAFaultIsReadUpToIt(t *testing.T) {
	records := recordsOf(t, "first", "second")
	whole, first := segmentWith(7, records), len(segmentWith(7, records[:1]).data)
	for at := range whole.data {
		data := bytes.Clone(whole.data)
		data[at] ^= 0x10
		s := &segment{}
		s.load(data)
		want := 0
		if at >= first {
			want = 1
		}
		if s.alerts != want {
			t.Errorf("with a fault in octet %d %d alerts are read, want %d", at, s.alerts, want)
		}
	}
}

// A file is written over: what an earlier epoch left behind the end is not read.
func TestSegmentOfTwoEpochs(t *testing.T) {
	old := segmentWith(7, recordsOf(t, "old", "old", "old")).data
	for groups, want := range []string{"[]", "[new]", "[new new]"} {
		texts := []string{"new", "new"}[:groups]
		data := bytes.Clone(old)
		copy(data, segmentWith(8, recordsOf(t, texts...)).data)
		if got := fmt.Sprint(insertedFrom(t, data)); got != want {
			t.Errorf("%s is read, want %s", got, want)
		}
	}
}

// FuzzSegment takes whatever a file may have.
func FuzzSegment(f *testing.F) {
	f.Add(segmentWith(7, recordsOf(f, "first", "second")).data[segmentHeader+groupHeader:])
	f.Add([]byte{byte(rowMessage), 2, 0, 3, 'a', 'b', 'c', byte(rowDefinition), 1, 'X'})
	f.Add([]byte{byte(rowFrame), 2, 2, 0, 1, 'X', 2, 0, 0, 0, 0})
	file, err := openFile(context.Background(), filepath.Join(f.TempDir(), "history.kismet"), &Options{MaxSize: MinMaxSize})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { file.close() })
	undo := errors.New("undo")
	f.Fuzz(func(t *testing.T, rows []byte) {
		s := &segment{}
		s.load(rows)
		if !s.empty() {
			t.Fatal("rows without header and checksum were read")
		}
		if len(rows) == 0 {
			return
		}
		// Rows that are whole, whatever they are.
		s.begin(1)
		s.open = len(s.data)
		s.data = append(append(s.data, make([]byte, groupHeader)...), rows...)
		s.seal()
		err := file.inTransaction(t.Context(), func() error {
			err := file.conn.Raw(func(any) error { return file.inserts.write(s) })
			if err != nil && !errors.Is(err, errRows) && !errors.Is(err, driver.ErrSkip) {
				t.Error(err)
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Error(err)
		}
	})
}

// After a power cut the file may lack what segments have. It is taken once,
// whatever happens then.
func TestWhatWasOnItsWayIsWrittenOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	s := start(t, path, Options{Sync: true})
	s.raise(t, "in the database")
	s.flush(t)
	s.raise(t, "on its way")
	s.sync(t)

	// What a disk would have now.
	left := filepath.Join(t.TempDir(), "history.kismet")
	for _, suffix := range append([]string{"", "-wal"}, segmentNames[:]...) {
		data, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(left+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(kept(t, left)); got != "[in the database]" {
		t.Fatalf("the database has %s: this tests nothing", got)
	}
	for i := range 2 {
		again, err := Open(left, Options{Sync: true, Backlog: 10})
		if err != nil {
			t.Fatal(err)
		}
		if past := again.Restored(); len(past.Records) != 2 || len(past.Messages) != 2 {
			t.Errorf("start %d: %d alerts and %d messages are restored, want 2 of each", i, len(past.Records), len(past.Messages))
		}
		// It is killed again, before it does anything.
		if err := errors.Join(again.file.close(), again.lock.Close(), closeSegments(again.segments)); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(kept(t, left)); got != "[in the database on its way]" {
		t.Errorf("the database has %s", got)
	}
}

// A segment that can't be understood is kept, and told of.
func TestSegmentOfOthersIsSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	odd := &segment{}
	odd.begin(9)
	odd.open = len(odd.data)
	odd.data = append(append(odd.data, make([]byte, groupHeader)...), 99)
	odd.seal()
	if err := os.WriteFile(path+segmentNames[1], odd.data, 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, path, Options{Sync: true})
	s.raise(t, "after")
	s.flush(t)
	if got := fmt.Sprint(kept(t, path)); got != "[after]" {
		t.Errorf("%s is kept", got)
	}
	aside, err := filepath.Glob(path + segmentNames[1] + ".damaged-*")
	if err != nil || len(aside) != 1 {
		t.Fatalf("%q were set aside, %v", aside, err)
	}
	if data, err := os.ReadFile(aside[0]); err != nil || !bytes.Equal(data, odd.data) {
		t.Errorf("what was set aside is not what was there: %v", err)
	}
	if told := s.events(SetAside); len(told) != 1 {
		t.Errorf("told %q", told)
	}
}
