package history

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"picket/alertcore"
)

// onDisk is what the files of a history take.
func onDisk(t *testing.T, path string) (size int64) {
	t.Helper()
	for _, suffix := range append([]string{"", "-wal", "-shm"}, segmentNames[:]...) {
		if info, err := os.Stat(path + suffix); err == nil {
			size += info.Size()
		}
	}
	return size
}

func TestSizeIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	s := start(t, path, Options{Sync: true, MaxSize: MinMaxSize})
	frame := alertcore.EvidenceFrame{Time: time.UnixMicro(1_764_000_000_000_000), LinkType: 127, Data: make([]byte, 1500)}
	s.raise(t, "first")
	var last *alertcore.Record
	const alerts = 6000
	for i := range alerts {
		r, err := s.Raise(&alertcore.Alert{Name: "EXTERNAL", Text: fmt.Sprint(i), Evidence: []alertcore.EvidenceFrame{frame}})
		if err != nil {
			t.Fatal(err)
		}
		last = r
		if i%100 == 0 {
			s.flush(t)
			if size := onDisk(t, path); size > MinMaxSize {
				t.Fatalf("after %d alerts the history takes %d bytes, more than %d", i, size, MinMaxSize)
			}
		}
	}
	s.end()
	texts := kept(t, path)
	if len(texts) < 200 || len(texts) > alerts/2 {
		t.Errorf("%d alerts are kept", len(texts))
	}
	for i, text := range texts {
		if want := fmt.Sprint(alerts - len(texts) + i); text != want {
			t.Fatalf("alert %d of what is kept is %s, want %s: the newest, without a gap", i, text, want)
		}
	}
	if told := s.events(Stopped); told != nil {
		t.Errorf("told %q", told)
	}
	r, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if frames, err := r.Evidence(t.Context(), last.Time()); err != nil || len(frames) != 1 {
		t.Errorf("evidence of the last alert: %d frames, %v", len(frames), err)
	}
	var packets, notes int
	if err := r.db.QueryRow("SELECT (SELECT count(*) FROM packets), (SELECT count(*) FROM picket_evidence)").Scan(&packets, &notes); err != nil || packets != len(texts) || notes != packets {
		t.Errorf("%d packets and %d notes are kept of %d alerts, %v", packets, notes, len(texts), err)
	}
}

func TestSizeCanBeMadeLess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	s := start(t, path, Options{MaxSize: 16 << 20})
	for range 3000 {
		s.raise(t, strings.Repeat("x", 3000))
	}
	s.end()
	if size := onDisk(t, path); size < 9<<20 {
		t.Fatalf("the history takes %d bytes, want more for this test", size)
	}
	s = start(t, path, Options{Sync: true, MaxSize: 4 << 20})
	until(t, "the file gets smaller", func() bool { s.flush(t); return onDisk(t, path) <= 4<<20 })
	if texts := kept(t, path); len(texts) < 300 {
		t.Errorf("%d alerts are kept", len(texts))
	}
}

// A clock that is wrong must not empty the history.
func TestAgeIsBoundedInPortions(t *testing.T) {
	const day = 24 * time.Hour
	path := filepath.Join(t.TempDir(), "history.kismet")
	now := time.UnixMicro(1_764_000_000_000_000)
	s := start(t, path, Options{Sync: true, Clock: func() time.Time { return now }})
	for i := range 10 {
		s.raise(t, fmt.Sprint("day ", i))
		s.flush(t)
		now = now.Add(day)
	}
	s.end()
	for _, step := range []struct {
		name string
		now  time.Time
		want []string // how many days are left after one look
	}{
		{"nothing is old", now, []string{"day 0", "day 9"}},
		{"the clock is back an hour", now.Add(-time.Hour), []string{"day 0", "day 9"}},
		{"the first day is old", now.Add(20 * day), []string{"day 1", "day 9"}},
		{"the clock is years ahead", now.Add(10 * 365 * day), []string{"day 2", "day 9"}},
		{"and looked at again", now.Add(10 * 365 * day), []string{"day 3", "day 9"}},
		{"the clock is at its beginning", time.Unix(0, 0), []string{"day 3", "day 9"}},
	} {
		f, err := openFile(t.Context(), path, &Options{MaxSize: DefaultMaxSize})
		if err != nil {
			t.Fatal(err)
		}
		cutoff, err := f.oldCutoff(t.Context(), alertcore.MicrosOf(step.now), 30*day-time.Second)
		for n := int64(1); err == nil && cutoff != 0 && n > 0; {
			n, err = f.deleteUntil(t.Context(), cutoff)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := f.close(); err != nil {
			t.Fatal(err)
		}
		texts := kept(t, path)
		if got := []string{texts[0], texts[len(texts)-1]}; !slices.Equal(got, step.want) {
			t.Errorf("%s: %q are the first and last, want %q", step.name, got, step.want)
		}
	}
}

// Who asks what was lost is told how far back the file goes, also when it has
// nothing any more, and when an older version deleted what is gone.
func TestOldestIsWhereTheFileBegins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	s := start(t, path, Options{})
	var times []alertcore.Micros
	for range 3 {
		times = append(times, s.raise(t, "alert").Time())
	}
	s.end()
	oldest := func() alertcore.Micros {
		t.Helper()
		r, err := OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		at, err := r.Oldest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	reopen := func(do func(*file)) {
		t.Helper()
		f, err := openFile(t.Context(), path, &Options{MaxSize: DefaultMaxSize})
		if err != nil {
			t.Fatal(err)
		}
		do(f)
		if err := f.close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := oldest(); got != 0 {
		t.Errorf("with all there ever was: %d", got)
	}
	query(t, path, "DELETE FROM alerts WHERE rowid = 1; DELETE FROM picket_state WHERE name = '"+stateGone+"'")
	reopen(func(*file) {})
	if got := oldest(); got <= times[0] || got > times[1] {
		t.Errorf("with the second first: %d, want more than %d and up to %d", got, times[0], times[1])
	}
	reopen(func(f *file) {
		if _, err := f.deleteUntil(t.Context(), times[2]); err != nil {
			t.Fatal(err)
		}
	})
	if got := oldest(); got != times[2]+1 {
		t.Errorf("with nothing: %d, want %d", got, times[2]+1)
	}
}

// Who polls with the cursor of before the restart gets each later alert once,
// whatever the clock did.
func TestCursorHoldsWhenTheClockSteps(t *testing.T) {
	const day = 24 * time.Hour
	begin := time.UnixMicro(1_764_000_000_000_000)
	for name, steps := range map[string][]time.Duration{
		"back an hour":   {0, -time.Hour, -time.Hour + time.Second},
		"forward a day":  {0, day, day + time.Second},
		"forth and back": {0, day, 0, time.Second},
	} {
		for _, empty := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, empty %v", name, empty), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "history.kismet")
				now := begin
				var cursor, last alertcore.Micros
				for i, step := range steps {
					now = begin.Add(step)
					s := start(t, path, Options{Sync: true, Clock: func() time.Time { return now }})
					_, next := s.Since(cursor)
					cursor = max(cursor, next)
					for j := range 3 {
						if empty && i == 0 {
							break
						}
						r := s.raise(t, fmt.Sprint(i, " ", j))
						if r.Time() <= last {
							t.Errorf("alert %d of run %d is not younger than the one before", j, i)
						}
						last = r.Time()
						list, next := s.Since(cursor)
						if len(list) != 1 || list[0] != r {
							t.Errorf("poll in run %d gives %d alerts, want the one that is new", i, len(list))
						}
						cursor = next
					}
					s.sync(t)
					s.end()
				}
				want := 3 * len(steps)
				if empty {
					want -= 3
				}
				if texts := kept(t, path); len(texts) != want || !slices.IsSorted(texts) {
					t.Errorf("the file has %q, want %d in the order in which they were raised", texts, want)
				}
			})
		}
	}
}
