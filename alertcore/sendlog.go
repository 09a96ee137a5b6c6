package alertcore

import "sync/atomic"

// sendLog remembers when the last alerts of one limit were sent, exactly, and
// decides with that whether one more may go: in no window of a limit's unit,
// wherever it begins, are there more than its count.
//
// Any number of writers may take a place at once without a lock. Places are
// numbered 0, 1, 2 ... and live in slots in turn. A slot holds the time of its
// send and the round it was filled in, so that one compare-and-swap on the
// slot takes the place, and who finds it filled moves pos on for the winner.
type sendLog struct {
	limit, burst Rate
	pos          atomic.Uint64
	slots        []atomic.Uint64 // round (12 bits), µs since the Unix epoch (52 bits)
}

const (
	timeBits  = 52
	timeMask  = 1<<timeBits - 1
	roundMask = 1<<(64-timeBits) - 1
)

// off reports whether no alert may ever be sent.
func (l *sendLog) off() bool { return l.limit.Count == 0 || l.burst.Count == 0 }

func newSendLog(limit, burst Rate) *sendLog {
	size := max(limit.Count, burst.Count, 1)
	return &sendLog{limit: limit, burst: burst, slots: make([]atomic.Uint64, size)}
}

// take reports whether one more alert may be sent at now, and if so notes it.
func (l *sendLog) take(now Micros) bool {
	if l.off() {
		return false
	}
	size := uint64(len(l.slots))
	for {
		pos := l.pos.Load()
		slot, round := &l.slots[pos%size], pos/size&roundMask
		seen := slot.Load()
		switch seen >> timeBits {
		case (round + 1) & roundMask:
			// Taken, and pos not moved on yet.
			l.pos.CompareAndSwap(pos, pos+1)
			continue
		case round:
		default: // pos is of the past
			continue
		}
		if l.full(l.limit, pos, now) || l.full(l.burst, pos, now) {
			if slot.Load() != seen {
				continue // full with what another writer has just put here
			}
			return false
		}
		if slot.CompareAndSwap(seen, (round+1)&roundMask<<timeBits|stampOf(now)) {
			l.pos.CompareAndSwap(pos, pos+1)
			return true
		}
	}
}

// full reports whether the window of r that ends at now holds all that r
// allows, places before pos counted.
func (l *sendLog) full(r Rate, pos uint64, now Micros) bool {
	if r.Count < 0 || pos < uint64(r.Count) {
		return false
	}
	return within(l.at(pos-uint64(r.Count)), now, r.Unit)
}

// count returns how many sends the log knows of in the window that ends at now.
func (l *sendLog) count(u Unit, now Micros) uint64 {
	pos := l.pos.Load()
	var n uint64
	for n < min(pos, uint64(len(l.slots))) && within(l.at(pos-n-1), now, u) {
		n++
	}
	return n
}

func (l *sendLog) at(place uint64) Micros {
	return Micros(l.slots[place%uint64(len(l.slots))].Load() & timeMask)
}

// within reports whether then lies in the window of length u that ends at now.
// A time that is further off, whichever way, comes from before the clock was
// set or from another capture, and does not count.
func within(then, now Micros, u Unit) bool {
	d := int64(now - then)
	return -u.Duration().Microseconds() < d && d < u.Duration().Microseconds()
}

// stampOf fits a time into a slot: years 1970 to 2112.
func stampOf(m Micros) uint64 {
	return uint64(min(max(m, 0), timeMask))
}
