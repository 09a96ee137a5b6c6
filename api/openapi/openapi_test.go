package openapi

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
)

func TestSourcesAreJoinedInOrder(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	good := fstest.MapFS{
		"document.json": file(`{"openapi": "3.1.0"}`), "components.json": file(`{"responses": {}}`),
		"paths/b.json": file(`{"/b": {}}`), "paths/a.json": file("{\n  \"/z\": {},\n  \"/a\": {}\n}\n"), "schemas/x.json": file(`{"X": {}}`),
	}
	got, err := assemble(good)
	const want = `{"openapi":"3.1.0","paths":{"/z":{},"/a":{},"/b":{}},"components":{"responses":{},"schemas":{"X":{}}}}` + "\n"
	if string(got) != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	for _, bad := range []string{"", "{", "[]", "{}", `{"/b": {}} {}`} {
		good["paths/b.json"] = file(bad)
		if got, err := assemble(good); err == nil || !strings.Contains(err.Error(), "paths/b.json") {
			t.Errorf("%q became %s, %v", bad, got, err)
		}
	}
}

// TestNothingIsDescribedTwice finds members of one name in an object, of which
// readers take the last and pass over the others.
func TestNothingIsDescribedTwice(t *testing.T) {
	d := json.NewDecoder(bytes.NewReader(Document()))
	var value func(where string)
	value = func(where string) {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch token {
		case json.Delim('{'):
			seen := map[string]bool{}
			for d.More() {
				name, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				if seen[name.(string)] {
					t.Errorf("%s has %s twice", where, name)
				}
				seen[name.(string)] = true
				value(where + " " + name.(string))
			}
			d.Token()
		case json.Delim('['):
			for d.More() {
				value(where)
			}
			d.Token()
		}
	}
	value("the document")
}
