package tracked

import (
	"errors"
	"testing"
)

func TestParseFlatReadsWhatWasWritten(t *testing.T) {
	for _, text := range []string{"", "plain", `quotes " and \ slashes /`, "\x00\x01\x1f\b\f\n\r\t", "\xff\xfe no UTF-8", "ünïcode\u2028", `{"a": 1}`} {
		o := Object{
			{Name: "nested", Value: Nested(Object{{Name: "}]\"", Value: String("}]")}, {Name: "list", Value: Vector([]Value{String("]"), Pair(1, 2)})}})},
			{Name: "text", Value: String(text)},
			{Name: text + "name", Value: Int(TypeInt32, -7)},
			{Name: "double", Value: Double(1764000000.123457)},
		}
		got, err := ParseFlat(AppendJSON(nil, Nested(o)))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		want := map[string]Token{
			"nested": {}, "text": {text, true}, text + "name": {"-7", false}, "double": {"1764000000.123457", false},
		}
		if len(got) != len(want) {
			t.Errorf("%q: %d members, want %d", text, len(got), len(want))
		}
		for name, token := range want {
			if got[name] != token {
				t.Errorf("%q: %q is %v, want %v", text, name, got[name], token)
			}
		}
	}
	if got, err := ParseFlat([]byte("{}")); err != nil || len(got) != 0 {
		t.Errorf("the empty object gives %v, %v", got, err)
	}
}

func TestParseFlatRefusesOthers(t *testing.T) {
	for _, text := range []string{
		"", "{", "[]", "null", `{"a"`, `{"a":1}`, `{"a": }`, `{"a": 1`, `{"a": 1,}`, `{"a": 1}x`, `{"a": "b}`, `{"a": "\x"}`,
		`{"a": "\u00"}`, `{"a": "\uffff"}`, `{"a": "\`, `{"a": [}`, `{"a": {"b": "`, `{,"a": 1}`, "{\"a\": \"\n\"}", "{\"a\": 1\x00}",
	} {
		if got, err := ParseFlat([]byte(text)); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q gives %v, %v; want ErrSyntax", text, got, err)
		}
	}
}

func FuzzParseFlat(f *testing.F) {
	f.Add([]byte(`{"a": "b\"\u0001","c": -1.5,"d": {"e": [0, 0]},"f": [1,{"}": 2}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		members, err := ParseFlat(b)
		if err != nil {
			return
		}
		var o Object
		for name, token := range members {
			o = append(o, Member{Name: name, Value: String(token.Text)})
		}
		again, err := ParseFlat(AppendJSON(nil, Nested(o)))
		if err != nil || len(again) != len(members) {
			t.Fatalf("%q: written and read again: %v, %v", b, again, err)
		}
		for name, token := range members {
			if again[name].Text != token.Text {
				t.Fatalf("%q: %q is %q, then %q", b, name, token.Text, again[name].Text)
			}
		}
	})
}
