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
// that has advertised before, shows. A change that is explained, or during
// which the access point was away or took leave of its stations, is a
// reconfiguration, unless suspicious says that the new value is one to be told
// of however it came.
func (h *history[T]) observe(v T, c *Context, explained, suspicious bool) verdict {
	turn := h.show(v, c, explained)
	if turn == changed && h.recent(c.Time) == 0 {
		h.trail = Trail{}
	}
	h.trail.Add(c)
	switch turn {
	case changed:
		h.gap = c.Time.Sub(h.before.last)
		unexplained := !explained && h.gap <= changeGap*c.ad.shorter && !c.BSS.leftJustNow(c.Time)
		h.suspect = h.before.frames >= changeFrames && (unexplained || suspicious)
	case returned:
		h.suspect = false
		if h.proven(c.Time) {
			return takesTurns
		}
	case steady:
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
	mark      watchers
	histories *Table[dot11.Addr, history[T]]
}

func newWatch[T sameness[T]](mark watchers, size int) watch[T] {
	return watch[T]{mark, NewAddrTable[history[T]](size)}
}

// observe takes in the value that the current frame, an advertisement of a BSS
// that has advertised before, shows where that last showed before. The history
// is good until the next call, and nil while there is nothing to tell.
func (w *watch[T]) observe(v, before T, c *Context, explained bool) (*history[T], verdict) {
	b := c.BSS
	if b.watched&w.mark == 0 && v.same(before) {
		return nil, inOrder
	}
	h, isNew := w.histories.Put(b.BSSID)
	if isNew {
		h.now.adopt(before, b, c.Source)
		b.watched |= w.mark
	}
	said := h.observe(v, c, explained, false)
	if h.settled(c.Time) {
		w.histories.Delete(b.BSSID)
		b.watched &^= w.mark
		return nil, inOrder
	}
	if said != inOrder && !h.due(c.Time) {
		said = inOrder
	}
	return h, said
}
