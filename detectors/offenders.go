package detectors

import (
	"time"

	"picket/capture/dot11"
)

// offenders are the transmitters of frames that nobody sends by chance, of
// which one is enough for a finding: when it begins, and once a minute while it
// goes on.
type offenders struct {
	senders   *Table[dot11.Addr, offender]
	newcomers newcomers

	// The last flaw of any transmitter, and when.
	flaw flaw
	at   Instant

	others uint64 // that no finding has told of, when show was asked last
}

// A flaw is what is wrong with a frame, as a number for each detector to choose.
// Damage on the way hardly makes the same one twice.
type flaw uint32

// flawOf makes a flaw of two small numbers.
func flawOf(what uint8, length int) flaw { return flaw(what)<<16 | flaw(length) }

type offender struct {
	episode
	flaw  flaw
	frame lastFrame
}

// flawMemory is within what time two frames with the same flaw bear each other
// out.
const flawMemory = 10 * time.Second

func newOffenders(s Settings) offenders {
	return offenders{senders: NewAddrTable[offender](s.Tables.BSS / 16)}
}

// show takes in the current frame, which bears the flaw, and reports whether
// to report it. A frame that is not certain, for it may be damaged, has to be
// borne out: by its checksum, or by another one with the same flaw.
func (o *offenders) show(c *Context, s flaw, certain bool) bool {
	e, _ := o.senders.Put(c.Frame.Transmitter)
	recent := func(other flaw, at Instant) bool { return at != 0 && other == s && c.Time.Sub(at) < flawMemory }
	certain = certain || c.Frame.FCSPresent || recent(e.flaw, e.heard) || recent(o.flaw, o.at)
	if !c.again && !e.frame.repeats(c) {
		e.add(c)
	}
	e.flaw, o.flaw, o.at = s, s, c.Time
	if !certain {
		c.Explain("it is what the detector looks for, but the frame may be damaged: it takes a second one with the same flaw within ten seconds")
		return false
	}
	isNew := e.last == 0
	if !e.due(c.Time) {
		c.Explain("it is what the detector looks for; the transmitter was told of within the last minute")
		return false
	}
	due := true
	o.others = 0
	if isNew {
		due, o.others = o.newcomers.add(c.Time)
	}
	if !due {
		c.Explain("it is what the detector looks for; so many transmitters send such that they are told of together")
	}
	return due
}

// offender is the transmitter of the frame that show was asked about.
func (o *offenders) offender(c *Context) *offender { return o.senders.Peek(c.Frame.Transmitter) }

// report reports the frame that show was asked about.
func (o *offenders) report(c *Context, text string) {
	e := o.offender(c)
	c.Report(Report{Text: text + ": " + e.String() + othersText(o.others), Frames: e.frames, Trail: &e.trail})
}
