package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// A dictionary is the JSON value that comes with a POST. Its accessors are
// strict about types and speak of faults in the words of Kismet's JSON library,
// then name the key.
type dictionary struct {
	value any   // nil if there is none
	why   error // why there is none, if there is more to say than that
}

// parseDictionary reads JSON. One value in a form may be followed by anything,
// a body that is JSON may not.
func parseDictionary(text []byte, inForm bool) dictionary {
	if !utf8.Valid(text) {
		return dictionary{why: errors.New("the JSON is not UTF-8")}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	var value any
	if err := d.Decode(&value); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return dictionary{why: fmt.Errorf("the JSON does not parse: %w", err)}
	}
	if _, err := d.Token(); !inForm && err != io.EOF {
		return dictionary{why: errors.New("the JSON does not parse: something follows it")}
	}
	return dictionary{value: value}
}

// kindOf returns the JSON library's word for the type of v.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	}
	return "object"
}

// typeError says that v is not what it must be, in the library's words.
func typeError(must string, v any) error {
	return fmt.Errorf("[json.exception.type_error.302] type must be %s, but is %s", must, kindOf(v))
}

// members returns the members of the object that d must be if it is anything.
func (d dictionary) members() (map[string]any, error) {
	switch v := d.value.(type) {
	case nil:
		return nil, nil
	case map[string]any:
		return v, nil
	default:
		return nil, fmt.Errorf("[json.exception.type_error.305] cannot use operator[] with a string argument with %s", kindOf(v))
	}
}

// get returns the value of key. present is false if there is none.
func (d dictionary) get(key string) (v any, present bool, err error) {
	m, err := d.members()
	if err != nil {
		return nil, false, fmt.Errorf("%w: want an object with %q", err, key)
	}
	v, present = m[key]
	return v, present, nil
}

// str returns the string that key must be.
func (d dictionary) str(key string) (string, error) {
	v, present, err := d.get(key)
	if err != nil {
		return "", err
	}
	s, ok := v.(string)
	if !ok {
		return "", d.mistyped("string", key, v, present)
	}
	return s, nil
}

// optionalStr returns the string that key must be if it is there, else
// fallback.
func (d dictionary) optionalStr(key, fallback string) (string, error) {
	if _, present, err := d.get(key); err != nil || !present {
		return fallback, err
	}
	return d.str(key)
}

// integer returns the number that key must be, cut to an integer. A boolean is
// a number to the JSON library.
func (d dictionary) integer(key string) (int64, error) {
	v, present, err := d.get(key)
	if err != nil {
		return 0, err
	}
	switch v := v.(type) {
	case float64:
		return int64(min(max(v, math.MinInt64/2), math.MaxInt64/2)), nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	}
	return 0, d.mistyped("number", key, v, present)
}

func (d dictionary) optionalInteger(key string, fallback int64) (int64, error) {
	if _, present, err := d.get(key); err != nil || !present {
		return fallback, err
	}
	return d.integer(key)
}

func (d dictionary) mistyped(must, key string, v any, present bool) error {
	err := typeError(must, v)
	switch {
	case present:
		return fmt.Errorf("%w: %q", err, key)
	case d.why != nil:
		return fmt.Errorf("%w: %q is missing: %w", err, key, d.why)
	}
	return fmt.Errorf("%w: %q is missing", err, key)
}

// quote prints what a client sent as part of an error, short and on one line.
func quote(s string) string {
	const most = 64
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
