package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var malformMgmt = Spec{
	Name:        "MALFORMMGMT",
	Class:       "EXPLOIT",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "Management frames whose fields or elements end beyond the frame, as fuzzers make them.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddEnd,
	RateBased:   true,
	Options: []Option{
		{Name: "frames", Default: 3, Min: 1, Max: windowSize, Unit: "frames", Doc: "How many of one transmitter within the window are no accident."},
		{Name: "all", Default: 12, Min: 2, Max: windowSize, Unit: "frames", Doc: "How many of all transmitters within the window are a fuzzer that makes up addresses."},
		{Name: "window", Default: 10, Min: 1, Max: 3600, Unit: "s", Doc: "The time in which they are counted."},
	},
	New: func(s Settings) (Detector, error) {
		return &malformMgmtDetector{
			frames:  s.Int("frames"),
			many:    s.Int("all"),
			window:  s.Seconds("window"),
			senders: NewAddrTable[malformed](s.Tables.BSS / 16),
		}, nil
	},
}

// MALFORMMGMT: management frames that do not parse.
//
// # What it sees
//
// Management frames that end inside of their fixed fields, or whose last
// element says to be longer than what is left of the frame. A receiver that
// does not check reads, or copies, what lies behind the frame. Fuzzers send
// them by the thousand to find such receivers.
//
// # Source
//
// IEEE 802.11-2020, 9.3.3 and 9.4. mdk4 f and s. Kismet's alert of the same
// name, which is never raised.
//
// # Trigger
//
// As many frames of one transmitter within as many seconds as the options
// frames and window say; those whose checksum was not verified only when they
// are wrong in the same way, for damage strikes here and there. Or as many
// frames of whomever as the option all says, as fuzzers make up addresses.
// Link-layer repetitions don't count, nor do frames of which the capture has the
// beginning only. It is repeated once a minute while it goes on.
//
// # Cannot see
//
// A single frame. Encrypted ones. Frames shorter than a header.
//
// # Known false positives
//
// Devices whose frames end so by mistake. A receiver that hands on damaged
// frames without saying that they are.
//
// # Options
//
//   - frames: how many of one transmitter within the window are no accident (3).
//   - all: how many of all transmitters within the window are a fuzzer that
//     makes up addresses (12).
//   - window: the seconds in which they are counted (10).
type malformMgmtDetector struct {
	frames, many int
	window       time.Duration

	senders *Table[dot11.Addr, malformed]
	recent  window // of all
	all     episode
}

type malformed struct {
	episode
	recent window
	flaw   flaw
	frame  lastFrame
}

func (d *malformMgmtDetector) Frame(c *Context) {
	s, _ := d.senders.Put(c.Frame.Transmitter)
	if c.again || s.frame.repeats(c) {
		c.Explain("it is the transmitter's last frame again")
		return
	}
	flaw := endFlaw(c)
	if !c.Frame.FCSPresent && flaw != s.flaw {
		s.recent = window{}
	}
	s.flaw = flaw
	s.recent.add(c.Time)
	s.add(c)
	d.recent.add(c.Time)
	d.all.add(c)
	if c.Explaining() {
		c.Explain("it %s; it is number %d of its transmitter in a row of such, and number %d of all", endText(c), s.episode.frames, d.all.frames)
	}
	f := c.Frame
	switch {
	case s.recent.reached(d.frames, d.window, c.Time):
		if s.due(c.Time) {
			d.all.due(c.Time) // this one is enough for a minute
			c.Report(Report{
				Text: fmt.Sprintf("Malformed management frames from %s: %s, the last one (%s to %s in %s) %s",
					f.Transmitter, &s.episode, f.Kind, f.Receiver, nameBSS(f.BSSID, c.BSS), endText(c)),
				Frames: s.episode.frames,
				Trail:  &s.trail,
			})
			return
		}
		c.Explain("the transmitter was told of within the last minute")
	case !d.recent.reached(d.many, d.window, c.Time):
		c.Explain("they are too few, or too far apart, or each is wrong in another way, as damaged frames are")
	case d.all.due(c.Time):
		c.Report(Report{
			Text: fmt.Sprintf("Malformed management frames from many addresses, as of a fuzzer: %s, the last one (%s from %s to %s) %s",
				&d.all, f.Kind, f.Transmitter, f.Receiver, endText(c)),
			Frames: d.all.frames,
			Trail:  &d.all.trail,
		})
	default:
		c.Explain("such frames from many addresses were told of within the last minute")
	}
}

// endFlaw is in which way the frame is wrong.
func endFlaw(c *Context) flaw {
	es := c.Elements
	if es.FixedCut {
		return flawOf(uint8(c.Frame.Kind), len(c.Frame.Body))
	}
	return 1<<24 | flawOf(es.FaultID, es.FaultDeclared)
}

// endText says so.
func endText(c *Context) string {
	es := c.Elements
	switch {
	case es.FixedCut:
		return fmt.Sprintf("ends inside of its fixed fields, after %s of body", plural(uint64(len(c.Frame.Body)), "octet"))
	case es.Fault == dot11.HeaderCut:
		return fmt.Sprintf("ends after the identifier of element %d at offset %d", es.FaultID, es.FaultOffset)
	}
	return fmt.Sprintf("has element %d at offset %d of %s, of which %d are there",
		es.FaultID, es.FaultOffset, plural(uint64(es.FaultDeclared), "octet"), es.FaultHave)
}
