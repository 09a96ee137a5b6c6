package api

import (
	"fmt"
	"regexp"

	"picket/alertcore/tracked"
)

// A recordFilter is a choice among records: those in which one of the fields
// matches the expression it comes with. Without fields all are chosen.
type recordFilter []fieldPattern

type fieldPattern struct {
	path    []string
	pattern *regexp.Regexp
}

const errRegex fault = "Invalid regex, expected array of [field, regex] pairs"

// filterOf reads "regex" of a dictionary: a list of pairs, the path of a field
// and an expression, in the syntax of https://pkg.go.dev/regexp/syntax. Of
// Perl's it lacks what can take for ever: looking around and back references.
func filterOf(d dictionary) (recordFilter, error) {
	v, present, err := d.get("regex")
	if err != nil || !present {
		return nil, err
	}
	list, ok := v.([]any)
	if !ok {
		return nil, errRegex
	}
	var filter recordFilter
	for _, entry := range list {
		pair, _ := entry.([]any)
		if len(pair) != 2 {
			return nil, errRegex
		}
		path, isPath := pair[0].(string)
		text, isText := pair[1].(string)
		if !isPath || !isText {
			return nil, errRegex
		}
		pattern, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("regex for %s: %w", quote(path), err)
		}
		filter = append(filter, fieldPattern{tracked.SplitPath(path), pattern})
	}
	return filter, nil
}

// keep returns the devices that f chooses.
func (f recordFilter) keep(list []*Device) []*Device {
	if f == nil {
		return list
	}
	var kept []*Device
	for _, d := range list {
		if f.chooses(d.object()) {
			kept = append(kept, d)
		}
	}
	return kept
}

func (f recordFilter) chooses(o tracked.Object) bool {
	for _, p := range f {
		if matches(tracked.Nested(o), p.path, p.pattern) {
			return true
		}
	}
	return false
}

// matches follows a path through objects and the elements of vectors. Only
// texts match, addresses and keys included.
func matches(v tracked.Value, path []string, pattern *regexp.Regexp) bool {
	if v.Type == tracked.TypeVector {
		for _, element := range v.List() {
			if matches(element, path, pattern) {
				return true
			}
		}
		return false
	}
	if len(path) == 0 {
		switch v.Type {
		case tracked.TypeString, tracked.TypeMAC, tracked.TypeUUID:
			return pattern.MatchString(v.Text())
		}
		return false
	}
	for _, m := range v.Object() {
		if m.Name == path[0] {
			return matches(m.Value, path[1:], pattern)
		}
	}
	return false
}
