package history

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"picket/alertcore"
)

// raise raises an alert that no limit holds back.
func (s *sensor) raise(t testing.TB, text string) *alertcore.Record {
	t.Helper()
	if !s.Defined("EXTERNAL") {
		if err := s.Define(external); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.Raise(&alertcore.Alert{Name: "EXTERNAL", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// until waits for what another goroutine is about to do.
func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

// kept returns the texts of the alerts of EXTERNAL in the file, in order.
func kept(t testing.TB, path string) (texts []string) {
	t.Helper()
	r, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f := Filter{Name: "EXTERNAL", OldestFirst: true, Limit: MaxLimit}
	for {
		p, err := r.Alerts(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range p.Alerts {
			record, err := alertcore.ParseRecord(a.JSON)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, record.Alert().Text)
		}
		if f.After = p.Next; p.Next == 0 {
			return texts
		}
	}
}

func query(t testing.TB, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", dataSource(path, "rwc"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"no database": func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("This was a history. ", 1000)), 0o600)
		},
		"cut short": func(path string) error { return os.Truncate(path, 3*pageSize) },
		"a page of rubbish, after a power cut": func(path string) error {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				return err
			}
			for page := int64(2); page < 30; page++ {
				if _, err := f.WriteAt([]byte(strings.Repeat("\xa5", pageSize)), page*pageSize); err != nil {
					return err
				}
			}
			return errors.Join(f.Close(), os.WriteFile(path+"-wal", []byte("rest"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "history.kismet")
			s := start(t, path, Options{Sync: true})
			for range 100 {
				s.raise(t, "before")
			}
			s.end()
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			damaged, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}

			s = start(t, path, Options{Sync: true})
			s.raise(t, "after")
			s.flush(t)
			if texts := kept(t, path); len(texts) != 1 || texts[0] != "after" {
				t.Errorf("the new history has %q", texts)
			}
			aside, err := filepath.Glob(path + ".damaged-*")
			if err != nil || len(aside) == 0 {
				t.Fatal("nothing was set aside")
			}
			if got, err := os.ReadFile(aside[0]); err != nil || string(got) != string(damaged) {
				t.Errorf("what was set aside is not what was there: %v", err)
			}
			if told := s.events(SetAside); len(told) != 1 || !strings.Contains(told[0], aside[0]) {
				t.Errorf("told %q, want the name of the file once", told)
			}
			if told := s.events(Stopped); told != nil {
				t.Errorf("told %q", told)
			}
		})
	}
}

func TestFilesOfOthersAreLeftAsTheyAre(t *testing.T) {
	for _, test := range []struct {
		name, statement string
		ours            bool
		want            error
	}{
		{"newer schema", "UPDATE picket_state SET value = 2 WHERE name = 'schema'", true, ErrNewer},
		{"newer kismetdb", "UPDATE KISMET SET db_version = 11", true, ErrNewer},
		{"log of Kismet", "CREATE TABLE KISMET (kismet_version TEXT, db_version INT, db_module TEXT)", false, ErrForeign},
		{"another database", "CREATE TABLE accounts (name TEXT)", false, ErrForeign},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "history.kismet")
			if test.ours {
				start(t, path, Options{}).end()
			}
			query(t, path, test.statement)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Open(path, Options{})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("opened with %v, want %v and the file's name", err, test.want)
			}
			if test.want == ErrNewer && (!strings.Contains(err.Error(), "10.1") || !strings.Contains(err.Error(), ".") && !strings.Contains(err.Error(), "11")) {
				t.Errorf("%v does not name both versions", err)
			}
			if _, err := OpenReader(path); !errors.Is(err, test.want) {
				t.Errorf("opened for reading with %v, want %v", err, test.want)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

// While nothing can be written the service goes on, and what it has in memory
// is written as soon as that is possible.
func TestServiceGoesOnFromMemory(t *testing.T) {
	for _, test := range []struct {
		name string
		harm func(t *testing.T, path string) (mend func())
	}{
		{"folder can't be written", func(t *testing.T, path string) func() {
			folder := filepath.Dir(path)
			if os.Geteuid() != 0 {
				if err := os.Chmod(folder, 0o500); err != nil {
					t.Fatal(err)
				}
				return func() { os.Chmod(folder, 0o700) }
			}
			if err := unix.Mount(folder, folder, "", unix.MS_BIND, ""); err != nil {
				t.Skipf("root may write everywhere, and can't mount here: %v", err)
			}
			t.Cleanup(func() { unix.Unmount(folder, unix.MNT_DETACH) })
			if err := unix.Mount("", folder, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
				t.Skipf("root may write everywhere, and can't remount here: %v", err)
			}
			return func() {
				if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
					t.Error(err)
				}
			}
		}},
		{"database locked by another", func(t *testing.T, path string) func() {
			start(t, path, Options{}).end()
			db, err := sql.Open("sqlite", dataSource(path, "rw"))
			if err != nil {
				t.Fatal(err)
			}
			tx, err := db.Begin() // immediate
			if err != nil {
				t.Fatal(err)
			}
			return func() { tx.Rollback(); db.Close() }
		}},
		{"another picket has it", func(t *testing.T, path string) func() {
			f, err := lock(path)
			if err != nil {
				t.Fatal(err)
			}
			return func() { f.Close() }
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "history.kismet")
			mend := test.harm(t, path)
			s := start(t, path, Options{Sync: true})
			until(t, "the fault is told", func() bool { return len(s.events(Stopped)) == 1 })
			s.raise(t, "in memory")
			if err := s.store.Sync(t.Context()); !errors.Is(err, ErrNotWritten) {
				t.Errorf("Sync returns %v, want ErrNotWritten", err)
			}
			if s.Latest() == nil {
				t.Error("the alert is not served")
			}
			mend()
			until(t, "writing resumes", func() bool { return len(s.events(Resumed)) == 1 })
			s.raise(t, "on disk")
			s.flush(t)
			if got := fmt.Sprint(kept(t, path)); got != "[in memory on disk]" {
				t.Errorf("%s is in the file", got)
			}
			if told := s.events(Stopped); len(told) != 1 {
				t.Errorf("told of the fault %d times: %q", len(told), told)
			}
			if told := s.events(Resumed); !strings.Contains(told[0], "nothing is missing") {
				t.Errorf("told %q", told)
			}
		})
	}
}

func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a small file system")
	}
	folder := t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", 0, "size=20m"); err != nil {
		t.Skipf("can't mount a small file system: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(folder, unix.MNT_DETACH) })
	path := filepath.Join(folder, "history.kismet")
	s := start(t, path, Options{Sync: true, Queue: 3000})
	s.raise(t, "first")
	s.sync(t)
	filler := filepath.Join(folder, "filler")
	if err := os.WriteFile(filler, make([]byte, 19<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{"first"}
	for i := 0; len(s.events(Stopped)) == 0; i++ {
		text := fmt.Sprintf("%d %s", i, strings.Repeat("x", 2000))
		s.raise(t, text)
		want = append(want, text)
		if err := s.store.Sync(t.Context()); err != nil && !errors.Is(err, ErrNotWritten) {
			t.Fatal(err)
		}
		if i == 2000 {
			t.Fatal("the disk does not get full")
		}
	}
	for i := range 2000 { // an alert and a message each: not all find room
		s.raise(t, fmt.Sprint("later ", i))
	}
	if s.store.Waiting() > 3000 {
		t.Errorf("%d things wait, want no more than there is room for", s.store.Waiting())
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	until(t, "writing resumes", func() bool { return len(s.events(Resumed)) == 1 })
	if told := s.events(Resumed); strings.Contains(told[0], "nothing is missing") {
		t.Errorf("told %q, but some is", told)
	}
	s.end()
	got := kept(t, path)
	if len(got) < len(want) {
		t.Fatalf("%d alerts are kept, want at least %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("alert %d is %.20q, want %.20q", i, got[i], want[i])
		}
	}
	if n := len(got) - len(want); n < 1000 || n >= 2000 {
		t.Errorf("%d of the later alerts are kept, want as many as found room", n)
	}
}
