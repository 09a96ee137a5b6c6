package detectors

import (
	"fmt"
	"slices"
	"strings"

	"picket/capture/dot11"
)

// A flood is what is known of a series of disconnecting frames about one BSS,
// or from one station: enough to say who is hit, and what speaks for forgery.
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

	// Of the frames that the receiver had something to compare with: how many
	// bear a sequence number that follows the named sender's last.
	sequenced, continuing uint64
	// shared counts frames whose sequence number follows that of the frame
	// before, which named another sender: one counter behind two addresses.
	shared       uint64
	lastSender   dot11.Addr
	lastSequence uint16
	// Sums of the flood's signal and of the mean of the frames of those that
	// it names as senders.
	signals, signal, expected int64
	// bare counts frames without the protection that the BSS demands.
	bare uint64
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

const (
	sequenceModulus = 4096
	// sequenceNear is how far a sender's numbers run on between two frames of
	// it that are heard; chance hits it once in 64.
	sequenceNear = 64
	// signalFar is a difference in dB that one sender at rest does not show
	// in the mean of many frames.
	signalFar = 8
)

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
	if bss != nil && bss.MFPRequired() {
		fl.bare++
	}
	if fl.frames > 1 && f.Transmitter != fl.lastSender && f.Sequence == (fl.lastSequence+1)%sequenceModulus {
		fl.shared++
	}
	fl.lastSender, fl.lastSequence = f.Transmitter, f.Sequence
	fl.compare(c, bss)
}

// compare holds the frame against what was heard of the sender it names.
func (fl *flood) compare(c *Context, bss *BSS) {
	f := c.Frame
	var sequence uint16
	var known bool
	var signal *Signal
	switch {
	case bss != nil && bss.BSSID == f.Transmitter:
		sequence, known, signal = bss.Sequence, bss.HasSequence, &bss.Signal
	case c.Station != nil:
		sequence, known, signal = c.Station.Sequence, c.Station.HasSequence, &c.Station.Signal
	default:
		return
	}
	if known {
		fl.sequenced++
		if ahead := (f.Sequence - sequence) % sequenceModulus; 0 < ahead && ahead <= sequenceNear {
			fl.continuing++
		}
	}
	if f.Radio.Has&dot11.HasSignal == 0 {
		return
	}
	if mean, ok := signal.DBm(c.Source); ok {
		fl.signals++
		fl.signal += int64(f.Radio.SignalDBm)
		fl.expected += int64(mean)
	}
}

func (fl *flood) text(subject dot11.Addr, bss *BSS) string {
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
	b.WriteString("; " + fl.verdict())
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

// verdict weighs what speaks for forgery. It is for a person to judge by: an
// attacker can copy sequence numbers and stand beside the access point.
func (fl *flood) verdict() string {
	var signs []string
	if fl.bare > 0 {
		signs = append(signs, "unprotected although the BSS demands management frame protection")
	}
	if fl.shared >= 2 {
		signs = append(signs, "one sequence counter behind several addresses")
	}
	if fl.sequenced > 0 && fl.continuing*2 < fl.sequenced {
		signs = append(signs, fmt.Sprintf("sequence numbers do not follow the named sender's (%d of %d do)", fl.continuing, fl.sequenced))
	}
	if fl.signals > 0 {
		signal, expected := fl.signal/fl.signals, fl.expected/fl.signals
		if d := signal - expected; d >= signalFar || d <= -signalFar {
			signs = append(signs, fmt.Sprintf("signal %d dBm where the named sender's is %d dBm", signal, expected))
		}
	}
	switch {
	case len(signs) > 0:
		return "looks forged: " + strings.Join(signs, "; ")
	case fl.sequenced == 0 && fl.signals == 0:
		return "nothing was heard of the named sender to compare with"
	}
	return "sequence numbers and signal are like the named sender's: genuine, or forged with care"
}

// frameCount is n frames in words.
func frameCount(n uint64) string {
	if n == 1 {
		return "1 frame"
	}
	return fmt.Sprintf("%d frames", n)
}
