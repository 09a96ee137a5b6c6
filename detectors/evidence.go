package detectors

import (
	"bytes"
	"fmt"
	"time"

	"picket/capture/dot11"
)

// Evidence is kept in a ring of octets, of which a frame takes as many as it
// has, and is overwritten oldest first. It holds evidenceFrames of 512 octets on
// average, or some 800 of the longest kind: 2.3 MiB with what is noted of each.
const (
	evidenceFrames = 4096
	evidenceOctets = 2 << 20

	// longestEvidence has room for every management and EAPOL frame but those
	// that VHT and later stations may agree to make longer; what is longer is
	// cut. The parts are a radio header, the longest MAC header, what encryption
	// adds, the longest body of a frame that any station takes, and the FCS
	// (IEEE 802.11-2020, 9.2.3, 9.2.4.7, 12.5.3.2 and 12.5.5.2).
	longestEvidence = 256 + 36 + 8 + 16 + 2304 + 4
	// leastRoom is taken for shorter ones, too, so that frames that differ by
	// little can take each other's place.
	leastRoom = 64
)

// A Ref names a frame in the evidence arena. The zero Ref names none. It goes
// stale when the frame is overwritten.
type Ref struct {
	cell       uint32
	generation uint32
}

// arena is a ring of octets and one of cells, which say what the octets are:
// from the oldest cell on they follow each other in both.
type arena struct {
	octets []byte
	cells  []cell
	oldest int    // cell
	used   int    // cells from the oldest on
	end    uint64 // where the octets of the newest end; see cell.start
}

// A cell is one frame.
type cell struct {
	generation uint32
	link       dot11.LinkType
	start      uint64 // of its octets, on a line that is wound around the ring
	room       uint16 // octets that it may use
	length     uint16 // octets of the frame that are there
	original   int    // octets that the frame had
	time       time.Time
	source     string
}

func newArena(cells, octets int) arena {
	return arena{cells: make([]cell, cells), octets: make([]byte, octets)}
}

// live is the cell that r names, nil when r is stale.
func (a *arena) live(r Ref) *cell {
	c := &a.cells[r.cell]
	if r.generation == 0 || c.generation != r.generation {
		return nil
	}
	return c
}

// data are the octets of the ring that c may use.
func (a *arena) data(c *cell) []byte {
	at := c.start % uint64(len(a.octets))
	return a.octets[at : at+uint64(c.room)]
}

// keep copies a frame into the place of the one that old names. It takes a new
// place when old is stale, or had no room for so long a frame: one twice as
// large at least, so that frames of any lengths that take turns soon stay in
// place and don't push out others.
func (a *arena) keep(old Ref, f *dot11.Frame, at time.Time, source string) Ref {
	captured := f.Captured()
	need := min(len(captured), longestEvidence)
	n, c := old.cell, a.live(old)
	if c == nil || int(c.room) < need {
		room := leastRoom
		if c != nil {
			room = min(2*int(c.room), longestEvidence)
		}
		n = a.take(max(room, need))
		c = &a.cells[n]
	}
	c.renew()
	c.link, c.time, c.source, c.original = f.Link, at, source, f.Length()
	c.length = uint16(copy(a.data(c), captured[:need]))
	return Ref{cell: n, generation: c.generation}
}

// take returns a cell with room for so many octets, in the place of the oldest.
func (a *arena) take(room int) uint32 {
	size := uint64(len(a.octets))
	start := a.end
	if left := size - start%size; left < uint64(room) {
		start += left // a frame is in one piece
	}
	a.end = start + uint64(room)
	for a.used == len(a.cells) || a.used > 0 && a.end-a.cells[a.oldest].start > size {
		a.cells[a.oldest].renew()
		a.oldest = (a.oldest + 1) % len(a.cells)
		a.used--
	}
	n := (a.oldest + a.used) % len(a.cells)
	a.used++
	a.cells[n].start, a.cells[n].room = start, uint16(room)
	return uint32(n)
}

// renew makes what names c stale.
func (c *cell) renew() {
	if c.generation++; c.generation == 0 { // 0 is the zero Ref's
		c.generation = 1
	}
}

// evidence returns a copy of the frame that r names, false when r is stale. The
// note becomes longer by what kind of frame it is.
func (a *arena) evidence(r Ref, note string) (Evidence, bool) {
	c := a.live(r)
	if c == nil {
		return Evidence{}, false
	}
	e := Evidence{
		Time:       c.time,
		LinkType:   c.link,
		Datasource: c.source,
		Data:       bytes.Clone(a.data(c)[:c.length]),
		Length:     c.original,
	}
	var f dot11.Frame
	if f.ParseTruncated(c.link, e.Data, c.original) == dot11.Sound {
		note += ": " + f.Kind.String()
		e.Source, e.Dest, e.Transmitter = f.Source, f.Destination, f.Transmitter
		e.FreqMHz, e.SignalDBm, e.HasSignal = reception(&f.Radio)
	}
	if c.original > int(c.length) {
		note = fmt.Sprintf("%s, cut from %d to %d octets", note, c.original, c.length)
	}
	e.Note = note
	return e, true
}

// reception returns the frequency and signal strength that r tells of.
func reception(r *dot11.Radio) (freqMHz uint16, signalDBm int8, hasSignal bool) {
	if r.Has&dot11.HasFrequency != 0 {
		freqMHz = r.FreqMHz
	}
	if hasSignal = r.Has&dot11.HasSignal != 0; hasSignal {
		signalDBm = r.SignalDBm
	}
	return freqMHz, signalDBm, hasSignal
}

// A Trail keeps the first and the last few frames of something that goes on,
// in few cells of the arena however long it lasts.
// The zero Trail is empty.
type Trail struct {
	first [trailFirst]Ref
	last  [trailLast]Ref
	count uint64
}

const (
	trailFirst = 3
	trailLast  = 3
)

// Add keeps the current frame.
func (t *Trail) Add(c *Context) {
	if t.count < trailFirst {
		t.first[t.count] = c.Keep()
	} else {
		r := &t.last[(t.count-trailFirst)%trailLast]
		*r = c.keep(*r)
	}
	t.count++
}

// take makes the trail one of frames that were kept before.
func (t *Trail) take(refs ...Ref) { t.count = uint64(copy(t.first[:], refs)) }

// Len counts the frames added.
func (t *Trail) Len() uint64 { return t.count }

// collect returns copies of what the arena still holds, oldest first.
func (t *Trail) collect(a *arena) []Evidence {
	var list []Evidence
	add := func(r Ref, number uint64) {
		if e, ok := a.evidence(r, fmt.Sprintf("frame %d of %d", number, t.count)); ok {
			list = append(list, e)
		}
	}
	for i := range min(t.count, trailFirst) {
		add(t.first[i], i+1)
	}
	if t.count > trailFirst {
		for i := max(t.count-trailLast, trailFirst); i < t.count; i++ {
			add(t.last[(i-trailFirst)%trailLast], i+1)
		}
	}
	return list
}
