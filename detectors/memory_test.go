package detectors

import (
	"reflect"
	"strings"
	"testing"

	"picket/capture/dot11"
)

// memoryOf is how many octets v points to, directly or through others, its own
// included. Functions and what belongs to other modules are left out.
func memoryOf(v any) int64 {
	m := memory{seen: map[uintptr]bool{}}
	m.walk(reflect.ValueOf(v))
	return m.octets
}

type memory struct {
	seen   map[uintptr]bool // pointers that were followed
	octets int64
}

func (m *memory) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || m.seen[v.Pointer()] {
			return
		}
		m.seen[v.Pointer()] = true
		m.octets += int64(v.Type().Elem().Size())
		m.walk(v.Elem())
	case reflect.Interface:
		m.walk(v.Elem())
	case reflect.Struct:
		if path := v.Type().PkgPath(); path != "" && !strings.HasPrefix(path, "picket/") {
			return
		}
		for i := range v.NumField() {
			m.walk(v.Field(i))
		}
	case reflect.Slice:
		if v.Cap() == 0 || m.seen[v.Pointer()] {
			return
		}
		m.seen[v.Pointer()] = true
		m.octets += int64(v.Cap()) * int64(v.Type().Elem().Size())
		m.elements(v)
	case reflect.Array:
		m.elements(v)
	case reflect.Map:
		m.octets += int64(v.Len()) * int64(v.Type().Key().Size()+v.Type().Elem().Size())
		for each := v.MapRange(); each.Next(); {
			m.walk(each.Key())
			m.walk(each.Value())
		}
	case reflect.String:
		m.octets += int64(v.Len())
	}
}

func (m *memory) elements(v reflect.Value) {
	if !pointing(v.Type().Elem()) {
		return
	}
	for i := range v.Len() {
		m.walk(v.Index(i))
	}
}

// pointing reports whether values of the type can lead to further memory.
func pointing(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.String:
		return true
	case reflect.Array:
		return pointing(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if pointing(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

func TestMemoryIsCounted(t *testing.T) {
	type node struct {
		next *node
		list []uint32
		name string
	}
	own := int64(reflect.TypeFor[node]().Size())
	loop := &node{list: make([]uint32, 2, 8), name: "four"}
	loop.next = loop
	if got, want := memoryOf(loop), own+8*4+4; got != want {
		t.Errorf("%d octets, want %d", got, want)
	}
	if got := memoryOf(NewAddrTable[[100]byte](1000)); got < 100_000 || got > 200_000 {
		t.Errorf("a table of 1000 records of 100 octets takes %d", got)
	}
	if got := memoryOf(map[int]*[16]byte{1: {}, 2: {}}); got != 2*(8+8)+2*16 {
		t.Errorf("a map of two takes %d octets", got)
	}
}

// What a detector keeps is allocated when it is built: a map or a slice that
// grows with what is on the air would be found here, and so would a slice of a
// frame that it may not keep.
func TestStateOfDetectorsDoesNotGrow(t *testing.T) {
	cfg := expectedRules()
	cfg.Tables = Sizes{BSS: 64, Stations: 64, SSIDs: 64}
	e, err := New(cfg, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	before := make([]int64, len(e.slots))
	for i, s := range e.slots {
		before[i] = stateOf(s)
	}
	var f dot11.Frame
	for name := range testdataFiles(t) {
		for _, c := range readCapture(t, "testdata/"+name+".pcap.gz") {
			if f.Parse(c.link, c.data) == dot11.Sound {
				e.Frame(&f, c.at, "")
			}
		}
	}
	for i, s := range e.slots {
		if after := stateOf(s); after != before[i] {
			t.Errorf("%s takes %d octets, and took %d when it was built", s.spec.Name, after, before[i])
		}
	}
}

// stateOf is the memory of a detector. Names of data sources, which records may
// hold, are the engine's owner's: with the empty name they count nothing.
func stateOf(s *slot) int64 { return memoryOf(s.detector) }
