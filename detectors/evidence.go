package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

// Evidence is kept in an arena of cells that are overwritten oldest first:
// 2048 cells of 640 octets, about 1.4 MiB. A cell holds the radio header and
// all of any usual management frame; what is longer is cut.
const (
	evidenceCells  = 2048
	evidenceOctets = 640
)

// A Ref names a frame in the evidence arena. The zero Ref names none. It goes
// stale when the cell is used for another frame.
type Ref struct {
	cell       uint32
	generation uint32
}

type arena struct {
	cells []cell
	next  uint32
}

type cell struct {
	generation uint32
	link       dot11.LinkType
	length     uint16 // octets of data in use
	captured   int    // octets the frame had
	time       time.Time
	source     string
	data       [evidenceOctets]byte
}

func newArena(cells int) arena { return arena{cells: make([]cell, cells)} }

// keep copies a frame into the cell that old names, the oldest cell when old
// is stale.
func (a *arena) keep(old Ref, link dot11.LinkType, data []byte, at time.Time, source string) Ref {
	n := old.cell
	if old.generation == 0 || a.cells[n].generation != old.generation {
		n = a.next
		a.next = (a.next + 1) % uint32(len(a.cells))
	}
	c := &a.cells[n]
	c.generation++
	if c.generation == 0 { // 0 is the zero Ref's
		c.generation = 1
	}
	c.link, c.time, c.source, c.captured = link, at, source, len(data)
	c.length = uint16(copy(c.data[:], data))
	return Ref{cell: n, generation: c.generation}
}

// evidence returns a copy of the frame that r names, false when r is stale. The
// note becomes longer by what kind of frame it is.
func (a *arena) evidence(r Ref, note string) (Evidence, bool) {
	c := &a.cells[r.cell]
	if r.generation == 0 || c.generation != r.generation {
		return Evidence{}, false
	}
	var f dot11.Frame
	if f.ParseTruncated(c.link, c.data[:c.length], c.captured) == dot11.Sound {
		note += ": " + f.Kind.String()
	}
	if c.captured > int(c.length) {
		note = fmt.Sprintf("%s, cut from %d to %d octets", note, c.captured, c.length)
	}
	return Evidence{
		Time:     c.time,
		LinkType: c.link,
		Source:   c.source,
		Data:     append([]byte(nil), c.data[:c.length]...),
		Length:   c.captured,
		Note:     note,
	}, true
}

// A Trail keeps the first and the last few frames of something that goes on,
// in at most trailFirst+trailLast cells of the arena however long it lasts.
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
