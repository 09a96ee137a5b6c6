package alertcore

import (
	"hash/maphash"
	"sync/atomic"
)

// subjects keeps the limits of built-in alerts apart by what they are about,
// so that one noisy access point can't hide an attack on another. It is a
// table of fixed size: a subject not seen for longest gives way, which does no
// more than give it a fresh budget, and the ceiling of the name still holds.
type subjects struct {
	seed maphash.Seed
	sets [subjectSets][subjectWays]atomic.Pointer[subject]
}

const (
	subjectSets = 512
	subjectWays = 8
)

// subject is the limit of one alert name for one address.
type subject struct {
	def        *definition
	mac        MAC
	sends      *sendLog
	used       atomic.Int64  // Micros
	suppressed atomic.Uint64 // since its newest record
}

// of returns the limit of def for mac.
func (t *subjects) of(def *definition, mac MAC, now Micros) *subject {
	var h maphash.Hash
	h.SetSeed(t.seed)
	h.WriteString(def.Header)
	h.WriteByte(0)
	h.WriteString(mac.text)
	set := &t.sets[h.Sum64()%subjectSets]

	var fresh *subject
	for {
		// The way to give up is the first free one, else the least recently
		// used; the search for mac itself has to see all of them.
		victim, old := 0, set[0].Load()
		for i := range set {
			s := set[i].Load()
			if s != nil && s.def == def && s.mac == mac {
				s.used.Store(int64(now))
				return s
			}
			if old != nil && (s == nil || s.used.Load() < old.used.Load()) {
				victim, old = i, s
			}
		}
		if fresh == nil {
			fresh = &subject{def: def, mac: mac, sends: newSendLog(def.Limit, def.Burst)}
			fresh.used.Store(int64(now))
		}
		// Who loses the race for a way looks again: the winner may be the
		// very subject.
		if set[victim].CompareAndSwap(old, fresh) {
			return fresh
		}
	}
}
