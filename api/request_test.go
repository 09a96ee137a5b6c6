package api

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

func TestVariablesAreDecodedAfterTheyAreSplit(t *testing.T) {
	for _, c := range []struct {
		text  string
		plus  bool
		value string
		ok    bool
	}{
		{"json=a%26b", true, "a&b", true},
		{"json=a%3Db=c", true, "a=b=c", true},
		{"json=a+b", true, "a b", true},
		{"json=a+b", false, "a+b", true},
		{"json=100% ; x", true, "100% ; x", true},
		{"json=%zz%4", true, "%zz%4", true},
		{"json=%c3%A9", true, "é", true},
		{"json=1&x=2&json=3", true, "3", true},
		{"%6Ason=1", true, "1", true},
		{"json", true, "", true},
		{"x=json", true, "", false},
		{"", true, "", false},
	} {
		value, ok := lookupVariable([]byte(c.text), "json", c.plus)
		if value != c.value || ok != c.ok {
			t.Errorf("json in %q = %q, %v, want %q, %v", c.text, value, ok, c.value, c.ok)
		}
	}
}

func TestDictionaryIsStrictlyTyped(t *testing.T) {
	d := parseDictionary([]byte(`{"name": 7, "name": "last", "Name": "other case", "flag": false, "n": 15.7, "z": null}`), false)
	if name, err := d.str("name"); name != "last" || err != nil {
		t.Errorf("name = %q, %v, want the last of the duplicates", name, err)
	}
	if n, err := d.integer("n"); n != 15 || err != nil {
		t.Errorf("n = %d, %v, want 15", n, err)
	}
	if n, err := d.integer("flag"); n != 0 || err != nil {
		t.Errorf("flag = %d, %v, want 0", n, err)
	}
	for _, c := range []struct{ key, want string }{
		{"n", `[json.exception.type_error.302] type must be string, but is number: "n"`},
		{"flag", `[json.exception.type_error.302] type must be string, but is boolean: "flag"`},
		{"z", `[json.exception.type_error.302] type must be string, but is null: "z"`},
		{"gone", `[json.exception.type_error.302] type must be string, but is null: "gone" is missing`},
	} {
		if _, err := d.str(c.key); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.key, err, c.want)
		}
	}
	for _, text := range []string{"", "{", `{"a":1} x`, "\xff", `{"a": "\xff"}`, `{'a': 1}`, `{"a": 1e999}`} {
		if d := parseDictionary([]byte(text), false); d.value != nil || d.why == nil {
			t.Errorf("%q is taken for %v, or without saying why not", text, d.value)
		}
	}
}

// A form made by any encoder brings back what went in, and no text at all makes
// the decoder fail.
func FuzzFormDecoding(f *testing.F) {
	f.Add(`{"name": "SCARYALERT", "text": "a & b = 100% + more"}`, "json=%zz&x")
	f.Add(`{"fields": [["kismet.alert.text", "t"]]}`, "json=%")
	f.Fuzz(func(t *testing.T, value, raw string) {
		lookupVariable([]byte(raw), "json", true)
		form := url.Values{"json": {value}, "other": {raw}}.Encode()
		if got, ok := lookupVariable([]byte(form), "json", true); !ok || got != value {
			t.Fatalf("form %q decodes to %q, want %q", form, got, value)
		}
		d := parseDictionary([]byte(value), false)
		var want any
		if err := json.Unmarshal([]byte(value), &want); err == nil && utf8.ValidString(value) {
			if !reflect.DeepEqual(d.value, want) {
				t.Fatalf("JSON %q is %v, want %v", value, d.value, want)
			}
		} else if d.value != nil {
			t.Fatalf("%q is no JSON but taken for %v", value, d.value)
		}
	})
}

// No dictionary makes the commands panic, and what they accept can be printed
// as JSON.
func FuzzCommands(f *testing.F) {
	f.Add(`{"name": "SCARYALERT", "text": "Hi", "bssid": "aa:bb:cc:*", "channel": "6"}`)
	f.Add(`{"fields": ["kismet.alert.header", ["a/b", "c"], 1]}`)
	f.Add(`{"name": "x", "description": "d", "class": "y", "severity": 15, "throttle": "10/min", "burst": "3/sec", "phyname": "any"}`)
	core := alertcore.New(alertcore.Options{Backlog: 1})
	if err := core.Define(alertcore.Definition{Header: "SCARYALERT", Limit: alertcore.Rate{Count: -1}, Burst: alertcore.Rate{Count: -1}}); err != nil {
		f.Fatal(err)
	}
	s := &Server{o: Options{Alerts: core, Messages: core}}
	f.Fuzz(func(t *testing.T, text string) {
		d := parseDictionary([]byte(text), true)
		if def, err := s.parseDefinition(d); err == nil && !def.Severity.Valid() {
			t.Fatalf("severity %d", def.Severity)
		}
		if a, err := s.parseAlert(d); err == nil {
			if r, err := core.Raise(a); err == nil && !json.Valid(r.JSON()) {
				t.Fatalf("record is no JSON: %s", r.JSON())
			}
		}
		if fields, err := parseFields(d); err == nil {
			core.RaiseOneShot("H", "C", alertcore.Info, alertcore.PhyAny, text)
			for f := range tracked.Format(tracked.Formats) {
				body := f.Append(nil, fields.Simplify(tracked.Nested(core.Latest().Object())))
				if utf8.ValidString(text) && !json.Valid(body) {
					t.Fatalf("format %d is no JSON: %s", f, body)
				}
			}
		}
	})
}

func TestQuoteIsShortAndOnOneLine(t *testing.T) {
	if got := quote(strings.Repeat("é\n", 1000)); len(got) > 200 || strings.Contains(got, "\n") {
		t.Errorf("quote makes %d bytes: %s", len(got), got)
	}
}
