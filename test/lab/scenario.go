package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Scenario is a script that runs in the guest. What has to come of it stands
// in lines of the script that begin with "#:", see README.md.
type Scenario struct {
	Name   string
	Script []byte

	Short   bool // belongs to the short set
	Sensors int  // radios for monitor mode, from wlan10

	Expect []Expectation
	Allow  map[string]string // alerts that may come at any time, and why
}

// An Expectation is an alert that has to come within a window: an attack or a
// fault, as the protocol of the scenario has it.
type Expectation struct {
	Window int // from 1
	Alert  string
	Fields []Field
}

// A Field is what an alert has to say: a member of its record, without the
// prefix kismet.alert., and the value of that or a part of it.
type Field struct {
	Name, Value string
	Part        bool
}

func (e Expectation) String() string {
	s := fmt.Sprintf("%d %s", e.Window, e.Alert)
	for _, f := range e.Fields {
		op := "="
		if f.Part {
			op = "~"
		}
		s += " " + f.Name + op + f.Value
	}
	return s
}

// scenarios returns those in folder, by name.
func scenarios(folder fs.FS) ([]Scenario, error) {
	files, err := fs.Glob(folder, "*.sh")
	if err != nil {
		return nil, err
	}
	var list []Scenario
	for _, name := range files {
		script, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		s, err := parseScenario(name, script)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// choose returns the scenarios that are asked for: those named, where a name
// with a slash is that of a script elsewhere, else the short set or all.
func choose(all []Scenario, names []string, short bool) ([]Scenario, error) {
	var list []Scenario
	for _, name := range names {
		if strings.Contains(name, "/") {
			script, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			s, err := parseScenario(filepath.Base(name), script)
			if err != nil {
				return nil, err
			}
			list = append(list, s)
			continue
		}
		i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("no scenario %q; 'go run ./test/lab -list' lists them", name)
		}
		list = append(list, all[i])
	}
	if len(names) > 0 {
		return list, nil
	}
	for _, s := range all {
		if s.Short || !short {
			list = append(list, s)
		}
	}
	return list, nil
}

// about returns the first sentence of the script's comment.
func (s Scenario) about() string {
	var words []string
	for lines := bufio.NewScanner(strings.NewReader(string(s.Script))); lines.Scan(); {
		text, ok := strings.CutPrefix(lines.Text(), "# ")
		if !ok && len(words) > 0 {
			break
		}
		if ok {
			words = append(words, text)
		}
	}
	sentence, _, _ := strings.Cut(strings.Join(words, " "), ". ")
	return strings.TrimSuffix(sentence, ".")
}

func parseScenario(file string, script []byte) (Scenario, error) {
	s := Scenario{
		Name: strings.TrimSuffix(path.Base(file), ".sh"), Script: script,
		Sensors: 2, Allow: map[string]string{},
	}
	for i, line := range strings.Split(string(script), "\n") {
		text, ok := strings.CutPrefix(line, "#:")
		if !ok {
			continue
		}
		if err := s.directive(strings.Fields(text)); err != nil {
			return s, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	return s, nil
}

func (s *Scenario) directive(words []string) error {
	switch {
	case len(words) == 1 && words[0] == "short":
		s.Short = true
		return nil
	case len(words) == 2 && words[0] == "sensors":
		var err error
		s.Sensors, err = strconv.Atoi(words[1])
		return err
	case len(words) >= 3 && words[0] == "expect":
		return s.expect(words[1], words[2], words[3:])
	case len(words) >= 3 && words[0] == "allow":
		s.Allow[words[1]] = strings.Join(words[2:], " ")
		return nil
	}
	return fmt.Errorf("#: %s: expected 'short', 'sensors N', 'expect WINDOW[,WINDOW] ALERT [FIELD=VALUE|FIELD~PART ...]' or 'allow ALERT REASON'",
		strings.Join(words, " "))
}

func (s *Scenario) expect(windows, alert string, fields []string) error {
	e := Expectation{Alert: alert}
	for _, word := range fields {
		i := strings.IndexAny(word, "=~")
		if i <= 0 {
			return fmt.Errorf("%q: expected FIELD=VALUE or FIELD~PART", word)
		}
		e.Fields = append(e.Fields, Field{Name: word[:i], Value: word[i+1:], Part: word[i] == '~'})
	}
	for _, text := range strings.Split(windows, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("%q: expected the number of a window, from 1", text)
		}
		e.Window = n
		s.Expect = append(s.Expect, e)
	}
	return nil
}
