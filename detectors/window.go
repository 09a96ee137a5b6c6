package detectors

import "time"

// windowSize is how many events a window remembers, and so the highest number
// that a detector can ask for.
const windowSize = 32

// A window remembers when the last events happened, so that it counts those
// of any span up to now exactly, as long as they are no more than windowSize.
// The zero window is empty.
type window struct {
	times [windowSize]Instant
	total uint64
}

// add notes an event at t, not before any other.
func (w *window) add(t Instant) {
	w.times[w.total%windowSize] = t
	w.total++
}

// reached reports whether at least n events, 1 to windowSize, are less than
// span old at t.
func (w *window) reached(n int, span time.Duration, t Instant) bool {
	if w.total < uint64(n) {
		return false
	}
	return t.Sub(w.begin(n)) < span
}

// begin is when the earliest of the n last events was, 1 to windowSize and no
// more than there were.
func (w *window) begin(n int) Instant { return w.times[(w.total-uint64(n))%windowSize] }

// since counts the events less than span old at t, at most windowSize.
func (w *window) since(span time.Duration, t Instant) int {
	n := 0
	for n < windowSize && w.reached(n+1, span, t) {
		n++
	}
	return n
}
