package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// assignment is one key=value line.
type assignment struct {
	key    string // lower case
	value  string
	adds   bool // written key+=value
	origin Origin
}

// fileReader reads the files of one layer and what they include.
type fileReader struct {
	readFile  func(path string) ([]byte, error)
	home      string
	lines     []assignment
	overrides []string // read after all else
	faults    []error
	read      map[string]bool
}

// file reads path and the files it includes.
func (r *fileReader) file(path string) error {
	if r.read[path] {
		return nil
	}
	if r.read == nil {
		r.read = map[string]bool{}
	}
	r.read[path] = true
	text, err := r.readFile(path)
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		r.line(Origin{path, n}, strings.TrimSpace(line))
	}
	return nil
}

func (r *fileReader) line(at Origin, line string) {
	if line == "" || line[0] == '#' {
		return
	}
	key, value, ok := strings.Cut(line, "=")
	key, adds := strings.CutSuffix(key, "+")
	a := assignment{
		key:    strings.ToLower(strings.TrimSpace(key)),
		value:  strings.TrimSpace(value),
		adds:   adds,
		origin: at,
	}
	switch {
	case !ok || a.key == "":
		r.fault(at, fmt.Sprintf("%q", shorten(line)), "expected key=value, a comment that begins with # or a blank line")
	case a.key == "include", a.key == "opt_include", a.key == "opt_override":
		r.include(a)
	default:
		r.lines = append(r.lines, a)
	}
}

func (r *fileReader) include(a assignment) {
	written := a.key + "=" + a.value
	if a.value == "" {
		r.fault(a.origin, written, "expected the path of a file")
		return
	}
	path, err := r.path(a.value, a.origin)
	if err != nil {
		r.fault(a.origin, written, err.Error())
		return
	}
	if a.key == "opt_override" {
		r.overrides = append(r.overrides, path)
		return
	}
	err = r.file(path)
	if err != nil && (a.key == "include" || !errors.Is(err, fs.ErrNotExist)) {
		r.fault(a.origin, written, err.Error())
	}
}

// path expands a path of a file to read.
func (r *fileReader) path(value string, at Origin) (string, error) {
	here := filepath.Dir(at.Source)
	path, err := expand(value, r.home, here, "")
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(here, path)
	}
	return filepath.Clean(path), nil
}

// override applies the files that opt_override named. Those files may name
// more, which come after them.
func (r *fileReader) override() {
	for i := 0; i < len(r.overrides); i++ {
		before := r.lines
		r.lines = nil
		if err := r.file(r.overrides[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			r.faults = append(r.faults, err)
		}
		replaced := map[string]bool{}
		for _, a := range r.lines {
			if !a.adds {
				replaced[a.key] = true
			}
		}
		kept := make([]assignment, 0, len(before)+len(r.lines))
		for _, a := range before {
			if !replaced[a.key] {
				kept = append(kept, a)
			}
		}
		r.lines = append(kept, r.lines...)
	}
}

func (r *fileReader) fault(at Origin, line, reason string) {
	r.faults = append(r.faults, &Fault{at, line, reason})
}

// expand replaces %h, %E and %S in a path. An empty folder is one that isn't
// known here, so that naming it is an error.
func expand(value, home, etc, data string) (string, error) {
	for _, f := range []struct{ sign, folder, reason string }{
		{"%h", home, "%h is unknown: the environment names no home folder"},
		{"%E", etc, "%E is unknown here"},
		{"%S", data, "%S, the data folder, can't be used here"},
	} {
		if !strings.Contains(value, f.sign) {
			continue
		}
		if f.folder == "" {
			return "", errors.New(f.reason)
		}
		value = strings.ReplaceAll(value, f.sign, f.folder)
	}
	return value, nil
}

// shorten cuts a line to what an error message has room for.
func shorten(line string) string {
	const room = 60
	if len(line) <= room {
		return line
	}
	return line[:room] + "..."
}
