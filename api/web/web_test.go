package web

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// TestThePageKeepsToItsPolicy finds what the policy forbids, which a browser
// would leave out at run time, and what would need the network.
func TestThePageKeepsToItsPolicy(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		"an address elsewhere":       regexp.MustCompile(`(?i)(https?:)?//[a-z0-9.-]+\.[a-z]{2,}|@import`),
		"text made markup":           regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTMLUnsafe`),
		"a program made of text":     regexp.MustCompile(`\beval\(|new Function|setTimeout\(['"` + "`" + `]`),
		"a script in the page":       regexp.MustCompile(`<script(?: type="module")?>|\son[a-z]+="|javascript:`),
		"a style in the page":        regexp.MustCompile(`<style|\sstyle="|setAttribute\('style'`),
		"a path outside of its root": regexp.MustCompile(`(?:href|src)="/|(?:get|send|fetch|EventSource)\(['"` + "`" + `]/`),
	}
	total := 0
	err := fs.WalkDir(Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(Files(), name)
		if err != nil {
			return err
		}
		total += len(text)
		content := string(text)
		if path.Ext(name) == ".svg" {
			content = strings.Replace(content, `xmlns="http://www.w3.org/2000/svg"`, "", 1)
		}
		for what, pattern := range forbidden {
			if found := pattern.FindString(content); found != "" {
				t.Errorf("%s has %s: %q", name, what, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const most = 60 << 10
	if total > most {
		t.Errorf("the page has %d bytes, want at most %d", total, most)
	}
}

// TestWhatThePageLoadsIsThere follows the references from file to file: each is
// to a file, and no file is left over.
func TestWhatThePageLoadsIsThere(t *testing.T) {
	references := regexp.MustCompile(`(?:src|href)="([^"#]+\.(?:js|css|svg))"|from '(\./[^']+)'`)
	wanted := map[string]bool{"index.html": true}
	for todo := []string{"index.html"}; len(todo) > 0; todo = todo[1:] {
		text, err := fs.ReadFile(Files(), todo[0])
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range references.FindAllStringSubmatch(string(text), -1) {
			name := path.Join(path.Dir(todo[0]), m[1]+m[2])
			if !wanted[name] {
				wanted[name] = true
				todo = append(todo, name)
			}
		}
	}
	err := fs.WalkDir(Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !wanted[name] {
			t.Errorf("nothing loads %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
