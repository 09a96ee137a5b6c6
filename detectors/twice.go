package detectors

import (
	"hash/maphash"
	"slices"
	"time"

	"picket/capture/dot11"
)

// twice tells the frames that several data sources have heard from those that
// were sent several times. A transmission is counted once, whoever hears it;
// the same octets sent anew are another one, as every source that hears both
// shows.
//
// It remembers what was sent within the last moments, by a hash of the octets,
// and how many times each source has heard it: as many as one source has heard
// were sent, and no source's next hearing is news until it is ahead of that. As
// long as there is one source it costs a comparison, and remembers nothing.
type twice struct {
	seed    maphash.Seed
	sources []string // in the order of their numbers
	sets    [][twiceWays]transmission
	frames  uint64 // that were no news
}

// heardTwice is how far apart data sources may say that they heard one
// transmission.
const heardTwice = 5 * time.Millisecond

const (
	twiceSets    = 512
	twiceWays    = 4
	twiceSources = 8 // frames of further ones are all taken for news
)

// A transmission is a frame that was sent, one or more times.
type transmission struct {
	hash  uint64
	last  Instant // hearing of any source
	sent  uint32
	heard [twiceSources]uint32
}

// again takes in the current frame, and reports whether another source has
// heard the same transmission before.
func (w *twice) again(c *Context) bool {
	n := slices.Index(w.sources, c.Source)
	if n < 0 {
		if n = len(w.sources); n == twiceSources {
			return false
		}
		w.sources = append(w.sources, c.Source)
		if n == 1 {
			w.seed, w.sets = maphash.MakeSeed(), make([][twiceWays]transmission, twiceSets)
		}
	}
	if len(w.sources) == 1 {
		return false
	}
	t := w.transmission(maphash.Bytes(w.seed, c.Frame.Bytes()), c.Time)
	t.heard[n]++
	if t.heard[n] <= t.sent {
		w.frames++
		return true
	}
	t.sent = t.heard[n]
	return false
}

// transmission is the record of the octets with the given hash, a new one in
// the place of the oldest of its set if they were not heard of late.
func (w *twice) transmission(hash uint64, now Instant) *transmission {
	set := &w.sets[hash%twiceSets]
	oldest := &set[0]
	for i := range set {
		t := &set[i]
		if t.hash == hash && now.Sub(t.last) < heardTwice {
			t.last = now
			return t
		}
		if t.last < oldest.last {
			oldest = t
		}
	}
	*oldest = transmission{hash: hash, last: now}
	return oldest
}

// heardAgain takes in what a further source hears of a frame that is no news:
// how strong it is there, and when by that radio's clock.
func (s *state) heardAgain(c *Context) {
	radio := &c.Frame.Radio
	if radio.Has&dot11.HasSignal != 0 {
		switch {
		case c.BSS != nil && c.FromAP():
			c.BSS.Signal.add(radio.SignalDBm, c.Source, c.Time)
		case c.Station != nil:
			c.Station.Signal.add(radio.SignalDBm, c.Source, c.Time)
		}
	}
	if c.Frame.Kind == dot11.Beacon && c.BSS != nil && c.FromAP() {
		c.BSS.radio.note(c)
	}
}
