package main

import (
	"io/fs"
	"strings"
	"testing"
)

func TestShippedScenariosAreSound(t *testing.T) {
	folder, err := fs.Sub(files, "scenarios")
	if err != nil {
		t.Fatal(err)
	}
	all, err := scenarios(folder)
	if err != nil {
		t.Fatal(err)
	}
	short := 0
	for _, s := range all {
		if s.Short {
			short++
		}
		if s.about() == "" {
			t.Errorf("%s: no comment says what it is about", s.Name)
		}
		// A window that no line opens can't be met.
		windows := strings.Count(string(s.Script), " BEGIN") + strings.Count(string(s.Script), "\nattack ")
		for _, e := range s.Expect {
			if e.Window > windows {
				t.Errorf("%s: expect %v: the script has %d windows", s.Name, e, windows)
			}
		}
	}
	if short == 0 || short == len(all) {
		t.Errorf("%d of %d scenarios are in the short set", short, len(all))
	}
}

func TestScenarioIsRead(t *testing.T) {
	s, err := parseScenario("flood.sh", []byte(`#!/bin/bash
# mdk4 floods. Then it
# stops.
#: short
#: sensors 1
#: expect 1,3 DEAUTHFLOOD channel=6 text~forged
#: allow APSPOOF the twin stays on the air
. /lab/lib.sh
`))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "flood" || !s.Short || s.Sensors != 1 || s.about() != "mdk4 floods" {
		t.Errorf("got %s, short %t, %d sensors, about %q", s.Name, s.Short, s.Sensors, s.about())
	}
	if got := s.Allow["APSPOOF"]; got != "the twin stays on the air" {
		t.Errorf("reason to allow APSPOOF: %q", got)
	}
	var got []string
	for _, e := range s.Expect {
		got = append(got, e.String())
	}
	want := "1 DEAUTHFLOOD channel=6 text~forged, 3 DEAUTHFLOOD channel=6 text~forged"
	if list := strings.Join(got, ", "); list != want {
		t.Errorf("expectations: %s, want %s", list, want)
	}
}

func TestWrongDirectiveNamesItsLine(t *testing.T) {
	for _, line := range []string{
		"#:", "#: shorter", "#: sensors many", "#: expect 1", "#: expect 0 A", "#: expect one A", "#: expect 1 A channel",
		"#: expect 1 A =6", "#: allow A",
	} {
		_, err := parseScenario("x.sh", []byte("#!/bin/bash\n"+line+"\n"))
		if err == nil || !strings.HasPrefix(err.Error(), "x.sh:2: ") {
			t.Errorf("%q: got %v, want an error at x.sh:2", line, err)
		}
	}
}

func TestScenariosAreChosen(t *testing.T) {
	all := []Scenario{{Name: "a"}, {Name: "b", Short: true}}
	for _, c := range []struct {
		names []string
		short bool
		want  string
	}{
		{nil, false, "a b"},
		{nil, true, "b"},
		{[]string{"a"}, true, "a"},
		{[]string{"scenarios/karma.sh"}, false, "karma"},
	} {
		list, err := choose(all, c.names, c.short)
		if err != nil {
			t.Errorf("choose(%v): %v", c.names, err)
		}
		var got []string
		for _, s := range list {
			got = append(got, s.Name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("choose(%v, %t) = %v, want %s", c.names, c.short, got, c.want)
		}
	}
	if _, err := choose(all, []string{"c"}, false); err == nil || !strings.Contains(err.Error(), `"c"`) {
		t.Errorf("unknown scenario: got %v, want an error that names it", err)
	}
}
