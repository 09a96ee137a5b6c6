package detectors

import (
	"math/rand/v2"
	"slices"
	"testing"

	"picket/capture/dot11"
)

// A slowTable says what a Table has to do, in the plainest way.
type slowTable struct {
	capacity             int
	probation, protected []int       // most recently heard first
	promoted             map[int]int // the number of promotions when a key came to the front
	promotions           int
	values               map[int]int
}

func (s *slowTable) hear(k int) bool {
	i := slices.Index(s.probation, k)
	if i >= 0 {
		s.probation = slices.Delete(s.probation, i, i+1)
	} else if i = slices.Index(s.protected, k); i >= 0 {
		if s.promotions-s.promoted[k] < s.capacity*3/4/8 {
			return true // near enough to the front
		}
		s.protected = slices.Delete(s.protected, i, i+1)
	} else {
		return false
	}
	s.promotions++
	s.promoted[k] = s.promotions
	s.protected = slices.Insert(s.protected, 0, k)
	if last := len(s.protected) - 1; len(s.protected) > s.capacity*3/4 {
		s.probation = slices.Insert(s.probation, 0, s.protected[last])
		s.protected = s.protected[:last]
	}
	return true
}

func (s *slowTable) put(k, v int) {
	if !s.hear(k) {
		if len(s.values) == s.capacity {
			victims := &s.probation
			if len(s.probation) == 0 {
				victims = &s.protected
			}
			last := len(*victims) - 1
			delete(s.values, (*victims)[last])
			*victims = (*victims)[:last]
		}
		s.probation = slices.Insert(s.probation, 0, k)
	}
	s.values[k] = v
}

func (s *slowTable) delete(k int) {
	is := func(other int) bool { return other == k }
	s.probation = slices.DeleteFunc(s.probation, is)
	s.protected = slices.DeleteFunc(s.protected, is)
	delete(s.values, k)
}

// keys are those of each part, the least recently heard first.
func (s *slowTable) keys() []int {
	probation, protected := slices.Clone(s.probation), slices.Clone(s.protected)
	slices.Reverse(probation)
	slices.Reverse(protected)
	return slices.Concat(probation, protected)
}

func keysOf[K comparable, V any](table *Table[K, V]) []K {
	var keys []K
	for k := range table.All() {
		keys = append(keys, k)
	}
	return keys
}

func TestTableKeepsWhatTheModelKeeps(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		capacity := 4 + random.IntN(40)
		keys := capacity * (1 + random.IntN(4))
		table := NewTable[int, int](capacity)
		model := &slowTable{capacity: capacity, values: map[int]int{}, promoted: map[int]int{}}
		for step := range 5000 {
			k := random.IntN(keys)
			switch random.IntN(8) {
			case 0, 1, 2, 3:
				v, isNew := table.Put(k)
				if _, known := model.values[k]; isNew == known {
					t.Fatalf("seed %d step %d: Put(%d) says new = %t", seed, step, k, isNew)
				}
				if isNew && *v != 0 {
					t.Fatalf("seed %d step %d: a new record holds %d", seed, step, *v)
				}
				*v = step
				model.put(k, step)
			case 4, 5:
				table.Get(k)
				model.hear(k)
			case 6:
				table.Peek(k)
			default:
				table.Delete(k)
				model.delete(k)
			}
			if got, want := keysOf(table), model.keys(); !slices.Equal(got, want) {
				t.Fatalf("seed %d step %d: All yields %v, want %v", seed, step, got, want)
			}
			if table.Len() != len(model.values) {
				t.Fatalf("seed %d step %d: %d records, want %d", seed, step, table.Len(), len(model.values))
			}
			for k := range keys {
				want, known := model.values[k]
				switch got := table.Peek(k); {
				case known != (got != nil):
					t.Fatalf("seed %d step %d: key %d known = %t, want %t", seed, step, k, got != nil, known)
				case known && *got != want:
					t.Fatalf("seed %d step %d: key %d holds %d, want %d", seed, step, k, *got, want)
				}
			}
		}
	}
}

func TestTableKeepsWhatIsHeardAgainThroughAFloodOfNewKeys(t *testing.T) {
	table := NewTable[uint64, int](64)
	const residents = 40
	for range 2 {
		for k := range uint64(residents) {
			table.Put(k)
		}
	}
	for k := range uint64(100_000) {
		table.Put(1000 + k)
	}
	for k := range uint64(residents) {
		if table.Peek(k) == nil {
			t.Errorf("resident %d is gone", k)
		}
	}
	if want := uint64(100_000 - (64 - residents)); table.Evicted() != want {
		t.Errorf("%d evicted, want %d", table.Evicted(), want)
	}
}

// Addresses that differ in a few bits, as those of one vendor do, must spread,
// whatever the seed.
func TestAddressesSpreadOverTheIndex(t *testing.T) {
	const capacity = 1 << 10
	for range 200 {
		for octet := range 6 {
			table := NewAddrTable[int](capacity)
			longest := 0
			for n := range capacity {
				a := dot11.Addr{0x9c, 0x5c, 0x8e, 0x10, 0, 1}
				a[octet] ^= byte(n)
				a[(octet+1)%6] ^= byte(n >> 8)
				table.Put(a)
				slot, _ := table.find(a, table.hash(a))
				longest = max(longest, int((slot-table.hash(a))&table.mask))
			}
			if longest > capacity/8 {
				t.Fatalf("varying octet %d: a search of %d steps", octet, longest)
			}
		}
	}
}

func TestTableDoesNotAllocate(t *testing.T) {
	table := NewAddrTable[BSS](128)
	var n uint64
	if a := testing.AllocsPerRun(5000, func() {
		n++
		k := [6]byte{byte(n), byte(n >> 8), byte(n % 7)}
		table.Put(k)
		table.Get([6]byte{byte(n / 2)})
		if n%16 == 0 {
			table.Delete(k)
		}
	}); a != 0 {
		t.Errorf("%v allocations an operation", a)
	}
}
