package alertcore

import (
	"maps"
	"slices"
	"sync/atomic"
)

// A Tally says how many alerts of one name there were since the start.
type Tally struct {
	Header     string
	Raised     uint64 // published
	Suppressed uint64 // refused by limits
}

// Tallies returns those of every defined alert, and of those that were raised
// without a definition, in order of the names.
func (c *Core) Tallies() []Tally {
	byName := map[string]Tally{}
	for _, d := range c.definitions.Load().list {
		byName[d.Header] = Tally{d.Header, d.raised.Load(), d.suppressed.Load()}
	}
	for header, n := range *c.oneShots.counts.Load() {
		t := byName[header]
		t.Header = header
		t.Raised += n.Load()
		byName[header] = t
	}
	list := make([]Tally, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[name])
	}
	return list
}

// oneShots counts the alerts without a definition. The map is replaced, never
// changed.
type oneShots struct {
	counts atomic.Pointer[map[string]*atomic.Uint64]
}

func (o *oneShots) add(header string) {
	for {
		old := o.counts.Load()
		if n := (*old)[header]; n != nil {
			n.Add(1)
			return
		}
		next := maps.Clone(*old)
		next[header] = new(atomic.Uint64)
		o.counts.CompareAndSwap(old, &next)
	}
}
