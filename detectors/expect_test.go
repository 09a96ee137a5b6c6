package detectors

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"picket/capture"
	"picket/capture/dot11"
)

// A row is what docs/detectors.md says of one detector, and which captures it
// must find something in. In all others it must be silent.
//
// It stands in the detector's own test file:
//
//	var _ = expect("DEAUTHFLOOD", row{
//		kismet: "Counts ...",
//		picket: "Counts ...",
//		holds: []held{{"deauth-aireplay", "aireplay-ng -0 against all"}},
//	})
type row struct {
	// kismet and picket are what Kismet 2025-09-R1 does, and what we do, in
	// one line each.
	kismet, picket string
	holds          []held
}

// held is a capture that holds what the alert is named after. Its name is that
// of the file in testdata without ".pcap.gz", or with a folder before it that of
// one of the shared captures: "lab/karma", "libwifi_libwifi/deauth.pcap".
type held struct {
	capture string
	what    string // is in it
}

var rows = map[string]row{}

// expect notes a detector's row.
func expect(name string, r row) bool {
	if _, ok := rows[name]; ok {
		panic("two rows for " + name)
	}
	rows[name] = r
	return true
}

// expectedRules are those of the owner of the networks in the captures, who
// has planted the name of a network that he no longer uses.
func expectedRules() Config {
	c := labRules
	c.Canaries = append(slices.Clip(c.Canaries), SSIDRule{Name: "old", Pattern: "^CoffeeShop$"})
	return c
}

func TestEveryDetectorHasARow(t *testing.T) {
	known := map[string]bool{}
	for _, s := range All() {
		known[s.Name] = true
		r, ok := rows[s.Name]
		switch {
		case !ok:
			t.Errorf("%s has no row: see the type row, and put one into %s_test.go", s.Name, strings.ToLower(s.Name))
			continue
		case r.kismet == "" || r.picket == "" || strings.ContainsAny(r.kismet+r.picket, "\n|"):
			t.Errorf("%s: want a line without | on what Kismet does and one on what picket does", s.Name)
		case !slices.ContainsFunc(r.holds, func(f held) bool { return !strings.Contains(f.capture, "/") }):
			t.Errorf("%s: no capture of testdata raises it", s.Name)
		}
		for _, f := range r.holds {
			if f.what == "" || strings.ContainsAny(f.what, "\n|") {
				t.Errorf("%s: say in a line without | what %s holds", s.Name, f.capture)
			}
		}
	}
	for name := range rows {
		if !known[name] {
			t.Errorf("there is a row for %s, and no such detector", name)
		}
	}
}

// A confusion says which alerts a set of captures raises, and which it should.
type confusion struct {
	captures []string            // sorted
	raised   map[string][]string // by capture: texts of the first finding of each alert, "NAME text"
	expected map[string][]string // by capture: names of alerts
}

// confusions are those that were made, by the first of their captures: several
// tests want the same.
var confusions = map[string]*confusion{}

// confusionOf replays the files, whose names are keys.
func confusionOf(t *testing.T, files map[string]string) *confusion {
	t.Helper()
	names := slices.Sorted(maps.Keys(files))
	if x := confusions[names[0]]; x != nil {
		return x
	}
	x := &confusion{captures: names, raised: map[string][]string{}, expected: map[string][]string{}}
	for _, name := range x.captures {
		seen := map[string]bool{}
		for _, f := range replayFile(t, files[name]) {
			if !seen[f.Name] {
				seen[f.Name] = true
				x.raised[name] = append(x.raised[name], f.Name+" "+f.Text)
			}
		}
	}
	for _, s := range All() {
		for _, f := range rows[s.Name].holds {
			if _, ok := files[f.capture]; ok {
				x.expected[f.capture] = append(x.expected[f.capture], s.Name)
			}
		}
	}
	confusions[names[0]] = x
	return x
}

// replayFile is replay for a capture file of any format. What can't be read of
// it is left out: some captures end in the midst of a frame.
func replayFile(t *testing.T, path string) []*Finding {
	t.Helper()
	cfg := expectedRules()
	cfg.OnPanic = func(err *PanicError) { t.Errorf("%s: %v\n%s", path, err, err.Stack) }
	var list []*Finding
	e, err := New(cfg, func(f *Finding) { list = append(list, f) })
	if err != nil {
		t.Fatal(err)
	}
	src, err := capture.OpenFile(path, capture.FileOptions{Name: "test"})
	if err != nil {
		return nil // not one of 802.11
	}
	defer src.Close()
	var f dot11.Frame
	for {
		frames, err := src.Next()
		for i := range frames {
			if f.ParseTruncated(frames[i].Link, frames[i].Data, frames[i].Length) == dot11.Sound {
				e.Frame(&f, frames[i].Timestamp, "test")
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Logf("%s: %v", path, err)
			}
			return list
		}
	}
}

// check lists the offenders: alerts that a capture should not raise, and those
// that it should.
func (x *confusion) check(t *testing.T) {
	t.Helper()
	for _, name := range x.captures {
		for _, text := range x.raised[name] {
			alert, _, _ := strings.Cut(text, " ")
			if !slices.Contains(x.expected[name], alert) {
				t.Errorf("%s raises %s\n\tIf that is true, add to its row: {%q, \"what is in it\"},", name, text, name)
			}
		}
		for _, alert := range x.expected[name] {
			if !x.raises(name, alert) {
				t.Errorf("%s does not raise %s", name, alert)
			}
		}
	}
}

func (x *confusion) raises(capture, alert string) bool {
	return slices.ContainsFunc(x.raised[capture], func(text string) bool { return strings.HasPrefix(text, alert+" ") })
}

// testdataFiles are the captures of testdata by the names that rows have for
// them.
func testdataFiles(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.pcap.gz")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	files := map[string]string{}
	for _, path := range paths {
		files[strings.TrimSuffix(filepath.Base(path), ".pcap.gz")] = path
	}
	for _, r := range rows {
		for _, f := range r.holds {
			if files[f.capture] == "" && !strings.Contains(f.capture, "/") {
				t.Errorf("there is no capture %s in testdata", f.capture)
			}
		}
	}
	return files
}

// sharedFiles are the shared captures by the names that rows have for them. The
// test is skipped when they are not there, and when it has to be short.
func sharedFiles(t *testing.T) map[string]string {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	root := filepath.Dir(filepath.Dir(sharedCapture(t, "lab/clean.pcap.gz")))
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isCapture(path) {
			return err
		}
		name, err := filepath.Rel(root, path)
		files[strings.TrimSuffix(filepath.ToSlash(name), ".pcap.gz")] = path
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// isCapture tells captures from the texts beside them.
func isCapture(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	begin := make([]byte, 4)
	if _, err := io.ReadFull(file, begin); err != nil {
		return false
	}
	for _, magic := range []string{"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x0a\x0d\x0d\x0a", "\x1f\x8b"} {
		if bytes.HasPrefix(begin, []byte(magic)) {
			return true
		}
	}
	return false
}

func TestCapturesRaiseWhatTheyHoldAndNothingElse(t *testing.T) {
	confusionOf(t, testdataFiles(t)).check(t)
}

func TestSharedCapturesRaiseWhatTheyHoldAndNothingElse(t *testing.T) {
	files := sharedFiles(t)
	x := confusionOf(t, files)
	x.check(t)
	for name, r := range rows {
		for _, f := range r.holds {
			if strings.Contains(f.capture, "/") && files[f.capture] == "" {
				t.Errorf("%s: there is no shared capture %s", name, f.capture)
			}
		}
	}
}
