package detectors

import (
	"time"

	"picket/capture/dot11"
)

// A history is what a BSSID has shown of a property that was not always the
// same of late: whether two values take turns, and whether a single change has
// an innocent reason.
type history[T sameness[T]] struct {
	reminder
	alternation[T]
	// suspect: the change to the value shown now is not to be accepted, and is
	// still to be judged.
	suspect bool
	gap     time.Duration // between the two values
	trail   Trail
}

const (
	// changeFrames over changeTime show a change for certain: a damaged frame
	// is alone, and a double takes turns with the real access point.
	changeFrames = 3
	changeTime   = time.Second
	// changeGap, in beacon intervals, is too short to have missed an
	// announcement, which is made in several beacons, or a restart.
	changeGap = 3
)

// verdict is what the frames so far say of a property.
type verdict uint8

const (
	inOrder     verdict = iota
	changedOnce         // to another value, and that is certain and suspect
	takesTurns          // there are two access points
)

// observe takes in the value that the current frame, an advertisement of a BSS
// that has advertised before, shows of the property. A change that is explained,
// or during which the access point was away or took leave of its stations, is a
// reconfiguration, unless suspicious says that the new value is one to be told
// of however it came.
func (h *history[T]) observe(property string, v T, c *Context, explained, suspicious bool) verdict {
	turn := h.show(v, c, explained)
	h.explain(c, property, turn)
	if turn == changed && h.recent(c.Time) == 0 {
		h.trail = Trail{}
	}
	h.trail.Add(c)
	switch turn {
	case changed:
		h.gap = c.Time.Sub(h.before.last)
		unexplained := !explained && h.gap <= changeGap*c.ad.shorter && !c.BSS.leftJustNow(c.Time)
		h.suspect = h.before.frames >= changeFrames && (unexplained || suspicious)
		if c.Explaining() {
			c.Explain("a restart, an announcement or an improvement explains it: %t; %s passed between the two values, of which up to %s hide neither; dismissed all stations just before: %t; to be told of if it lasts: %t",
				explained, rough(h.gap), rough(changeGap*c.ad.shorter), c.BSS.leftJustNow(c.Time), h.suspect)
		}
	case returned:
		h.suspect = false
		if h.proven(c.Time) {
			return takesTurns
		}
	case steady:
		if c.Explaining() {
			c.Explain("the %s has been that for %s in %s, of which %s and %d frames are certain; its last change is to be told of: %t",
				property, rough(c.Time.Sub(h.now.since)), plural(uint64(h.now.stretch), "frame"), changeTime, changeFrames, h.suspect)
		}
		if h.suspect && h.now.stretch >= changeFrames && c.Time.Sub(h.now.since) >= changeTime {
			h.suspect = false
			return changedOnce
		}
	}
	return inOrder
}

// settled reports whether there is nothing left to watch for.
func (h *history[T]) settled(t Instant) bool { return !h.suspect && !h.remembers(t) }

// A watch keeps the histories of one property. An access point that stays as
// it is has none, and costs neither memory nor a look-up.
type watch[T sameness[T]] struct {
	property  string
	mark      watchers
	histories *Table[dot11.Addr, history[T]]
}

func newWatch[T sameness[T]](property string, mark watchers, size int) watch[T] {
	return watch[T]{property, mark, NewAddrTable[history[T]](size)}
}

// observe takes in the value that the current frame, an advertisement of a BSS
// that has advertised before, shows where that last showed before. The history
// is good until the next call, and nil while there is nothing to tell.
func (w *watch[T]) observe(v, before T, c *Context, explained bool) (*history[T], verdict) {
	b := c.BSS
	if b.watched&w.mark == 0 && v.same(before) {
		if c.Explaining() {
			c.Explain("the %s is as before", w.property)
		}
		return nil, inOrder
	}
	h, isNew := w.histories.Put(b.BSSID)
	if isNew {
		h.now.adopt(before, b, c.Source)
		b.watched |= w.mark
	}
	said := h.observe(w.property, v, c, explained, false)
	if h.settled(c.Time) {
		w.histories.Delete(b.BSSID)
		b.watched &^= w.mark
		return nil, inOrder
	}
	if said != inOrder && !h.due(c.Time) {
		c.Explain("told of within the last minute")
		said = inOrder
	}
	return h, said
}
