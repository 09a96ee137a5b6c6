package tracked

import (
	"slices"
	"strings"
)

// Fields is a selection of members, by which a client simplifies what it is
// sent. The zero value selects nothing and leaves everything as it is.
type Fields struct {
	list []field
}

type field struct {
	path    []string // names from the outermost object inwards
	name    string   // what the member is called in the answer
	missing string   // what its stand-in is called where an object lacks it
}

// Add appends a member to the selection: the names on the way to it, joined by
// slashes, and the name it is to have in the answer, "" for its own. Empty
// names in the path are passed over; an empty path selects nothing.
//
// As in Kismet, a member that is selected several times bears the last alias
// that it was given, in every place.
func (f *Fields) Add(path, alias string) {
	names := SplitPath(path)
	if len(names) == 0 {
		return
	}
	own := names[len(names)-1]
	added := field{path: names, name: own, missing: own}
	if alias != "" {
		added.name, added.missing = alias, alias
	}
	for i := range f.list {
		earlier := &f.list[i]
		switch {
		case !slices.Equal(earlier.path, names):
		case alias != "":
			earlier.name = alias
		default:
			added.name = earlier.name
		}
	}
	f.list = append(f.list, added)
}

// SplitPath returns the names on the way to a member: what stands between the
// slashes of path, but for empty ones.
func SplitPath(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// Paths returns the names on the way to each selected member, in the order of
// the selection. They must not be changed.
func (f *Fields) Paths() [][]string {
	paths := make([][]string, len(f.list))
	for i := range f.list {
		paths[i] = f.list[i].path
	}
	return paths
}

// Empty reports whether f selects nothing.
func (f *Fields) Empty() bool { return len(f.list) == 0 }

// Simplify returns v with only the selected members, in the order of the
// selection. Vectors and maps of free strings are simplified element by
// element. A member that is not there is answered with 0 under the name that
// was asked for.
func (f *Fields) Simplify(v Value) Value {
	if f.Empty() {
		return v
	}
	switch v.Type {
	case TypeVector:
		list := make([]Value, len(v.list))
		for i := range v.list {
			list[i] = f.Simplify(v.list[i])
		}
		return Vector(list)
	case TypeStrings:
		o := make(Object, len(v.object))
		for i, m := range v.object {
			m.Value = f.Simplify(m.Value)
			o[i] = m
		}
		return Strings(o)
	case TypeObject:
		return Nested(f.Select(v.object))
	}
	return v
}

// Select returns the selected members of o.
func (f *Fields) Select(o Object) Object {
	selected := make(Object, 0, len(f.list))
	for i := range f.list {
		want := &f.list[i]
		m, found := o.Lookup(want.path)
		if found {
			m.Name = want.name
		} else {
			m = Member{want.missing, "not in this record", Value{Type: TypePlaceholder}}
		}
		selected = append(selected, m)
	}
	return selected
}

// Lookup follows path, the names from the outermost object inwards.
func (o Object) Lookup(path []string) (m Member, found bool) {
	for _, name := range path {
		i := slices.IndexFunc(o, func(m Member) bool { return m.Name == name })
		if i < 0 {
			return Member{}, false
		}
		m = o[i]
		o = m.Value.object
	}
	return m, true
}
