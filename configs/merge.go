package configs

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// merger puts together what is in effect. It reads every line of every layer,
// so that a bad one is found even where another hides it.
type merger struct {
	config    *Config
	home, etc string
	warnings  []Warning
	faults    []error
}

func (m *merger) merge(layers []layer) {
	known := map[string]bool{}
	for _, o := range options() {
		known[o.key] = true
		m.option(o, layers)
	}
	warned := map[string]bool{}
	for _, a := range slices.Concat(layers...) {
		switch {
		case known[a.key]:
		case !unusedInKismet(a.key):
			m.faults = append(m.faults, &Fault{a.origin, shorten(a.key), "unknown option" + nearest(a.key)})
		case !warned[a.key]:
			warned[a.key] = true
			m.warn(a.origin, "%s is an option of Kismet's that picket has no use for", a.key)
		}
	}
}

func (m *merger) warn(at Origin, format string, args ...any) Warning {
	w := Warning{at, fmt.Sprintf(format, args...)}
	m.warnings = append(m.warnings, w)
	return w
}

// option stores the lines of o that are in effect.
func (m *merger) option(o option, layers []layer) {
	var effective []assignment
	claimed := map[string]bool{} // ids that a higher layer set
	for _, l := range slices.Backward(layers) {
		lines, ids := m.firsts(o, l)
		kept := slices.DeleteFunc(lines, func(a assignment) bool { return claimed[o.about(a.value)] })
		effective = append(kept, effective...)
		for _, id := range ids {
			claimed[id] = true
		}
	}
	for _, a := range effective {
		// Only here: a folder that is unknown does no harm in a line that
		// another one hides.
		value, err := m.expand(o, a)
		if err == nil {
			err = o.set(m.config, value, a.origin)
		}
		if err != nil {
			m.faults = append(m.faults, m.fault(o, a, err))
			continue
		}
		a.value = value
		m.config.settings = append(m.config.settings, Setting{a.key, o.shown(a.value), a.origin})
	}
}

// firsts returns the good lines of o in one layer, without those that an
// earlier one makes void, and what they are about.
func (m *merger) firsts(o option, l layer) (lines []assignment, ids []string) {
	at := map[string]Origin{}
	for _, a := range l {
		if a.key != o.key {
			continue
		}
		if err := o.set(&Config{}, a.value, a.origin); err != nil {
			m.faults = append(m.faults, m.fault(o, a, err))
			continue
		}
		id := o.about(a.value)
		first, again := at[id]
		if again && (o.id == nil || o.once) {
			m.config.Unheeded = append(m.config.Unheeded,
				m.warn(a.origin, "%s was set before, at %s, which counts", strings.TrimSpace(o.key+" "+id), first))
			continue
		}
		if !again {
			at[id] = a.origin
			ids = append(ids, id)
		}
		lines = append(lines, a)
	}
	return lines, ids
}

// expand replaces the folders in the value of a path.
func (m *merger) expand(o option, a assignment) (string, error) {
	if !o.path {
		return a.value, nil
	}
	etc := m.etc
	if a.origin.Line > 0 && !strings.HasPrefix(a.origin.Source, builtIn) {
		etc = filepath.Dir(a.origin.Source)
	}
	data := m.config.DataFolder
	if data == "" && o.key != "data_folder" {
		data = "%S" // what is wrong with it has been said, once is enough
	}
	return expand(a.value, m.home, etc, data)
}

func (m *merger) fault(o option, a assignment, err error) *Fault {
	return &Fault{a.origin, shorten(o.key + "=" + o.shown(a.value)), err.Error()}
}

// about returns the id of a line: what it shares with the lines it replaces.
func (o option) about(value string) string {
	if o.id == nil {
		return ""
	}
	return o.id(value)
}

func (o option) shown(value string) string {
	if o.secret && value != "" {
		return "(not shown)"
	}
	return value
}

// sortByOrigin brings what was found into the order of the lines of each file.
func sortByOrigin[T any](found []T, origin func(T) Origin) {
	rank := map[string]int{}
	for _, f := range found {
		if at := origin(f).Source; rank[at] == 0 {
			rank[at] = len(rank) + 1
		}
	}
	slices.SortStableFunc(found, func(a, b T) int {
		x, y := origin(a), origin(b)
		return cmp.Or(cmp.Compare(rank[x.Source], rank[y.Source]), cmp.Compare(x.Line, y.Line))
	})
}

func faultOrigin(err error) Origin {
	var f *Fault
	if errors.As(err, &f) {
		return f.Origin
	}
	return Origin{}
}
