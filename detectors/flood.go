package detectors

import (
	"fmt"
	"slices"
	"strings"

	"picket/capture/dot11"
)

// A flood is what is known of a series of disconnecting frames about one BSS,
// or from one station: enough to say who is hit, and who did it.
type flood struct {
	active   bool
	begun    Instant
	last     Instant
	reported Instant
	trail    Trail

	byStation bool // frames from one station's address to many BSSs
	frames    uint64
	broadcast uint64
	kinds     dot11.Kinds
	stations  fewest[dot11.Addr]
	reasons   fewest[uint16]

	testimony testimony
}

// fewest remembers the first few different values and whether there were more.
type fewest[T comparable] struct {
	values [4]T
	n      int
	more   bool
}

func (s *fewest[T]) add(v T) {
	switch {
	case slices.Contains(s.values[:s.n], v):
	case s.n < len(s.values):
		s.values[s.n] = v
		s.n++
	default:
		s.more = true
	}
}

func (fl *flood) add(c *Context, bss *BSS, station dot11.Addr) {
	f := c.Frame
	fl.last = c.Time
	fl.frames++
	fl.kinds |= dot11.KindsOf(f.Kind)
	if f.Receiver.IsGroup() {
		fl.broadcast++
	} else if bss == nil || station != bss.BSSID {
		fl.stations.add(station)
	}
	if reason, ok := f.Reason(); ok {
		fl.reasons.add(reason)
	}
	fl.testimony.add(c, bss)
}

func (fl *flood) text(subject dot11.Addr, bss *BSS, j judgement) string {
	var b strings.Builder
	switch {
	case !fl.kinds.Has(dot11.Disassoc):
		b.WriteString("Deauthentication flood")
	case !fl.kinds.Has(dot11.Deauth):
		b.WriteString("Disassociation flood")
	default:
		b.WriteString("Deauthentication and disassociation flood")
	}
	if fl.byStation {
		fmt.Fprintf(&b, " in the name of station %s, many access points", subject)
	} else {
		fmt.Fprintf(&b, " on %s, %s", nameBSS(subject, bss), fl.victims())
	}
	b.WriteString(": " + frameCount(fl.frames))
	if span := fl.last.Sub(fl.begun); span > 0 {
		fmt.Fprintf(&b, " in %s (%.0f/s)", rough(span), float64(fl.frames-1)/span.Seconds())
	}
	for _, r := range fl.reasons.values[:fl.reasons.n] {
		b.WriteString(", " + reasonText(r))
	}
	if fl.reasons.more {
		b.WriteString(" and others")
	}
	fmt.Fprintf(&b, "; %s", j)
	return b.String()
}

// victims says whom the flood hits. A frame about the BSS itself hits nobody.
func (fl *flood) victims() string {
	s := &fl.stations
	switch {
	case fl.broadcast == fl.frames:
		return "broadcast"
	case fl.broadcast > 0:
		return "broadcast and to stations"
	case s.n == 1:
		return "targeted at " + s.values[0].String()
	}
	if s.n == 0 {
		return "at itself"
	}
	list := make([]string, s.n)
	for i, a := range s.values[:s.n] {
		list[i] = a.String()
	}
	text := "many stations: " + strings.Join(list, ", ")
	if s.more {
		text += " and others"
	}
	return text
}

// frameCount is n frames in words.
func frameCount(n uint64) string {
	if n == 1 {
		return "1 frame"
	}
	return fmt.Sprintf("%d frames", n)
}
