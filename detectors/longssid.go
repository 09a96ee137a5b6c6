package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var longSSID = Spec{
	Name:        "LONGSSID",
	Class:       "EXPLOIT",
	Severity:    20,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An SSID longer than the 32 octets that the standard allows, which can overflow the memory of a careless receiver.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddSSID | dot11.OddEnd,
	New: func(s Settings) (Detector, error) {
		return &longSSIDDetector{senders: NewAddrTable[longSSIDSender](s.Tables.BSS / 16)}, nil
	},
}

const (
	longSSIDConfirm = 10 * time.Second
	longSSIDRepeat  = time.Second
)

// LONGSSID: an SSID that is longer than SSIDs can be.
//
// # What it sees
//
// An SSID element of more than 32 octets, in any management frame that carries
// elements and whether it is the first SSID or a further one; an SSID element
// that says to be longer than 32 octets and than the rest of the frame; an SSID
// of more than 32 octets inside another element (multiple BSSID, neighbor
// report, beacon request, OWE transition, P2P). Receivers that copy an SSID
// into 32 octets of memory without a look at its length are overwritten.
//
// # Source
//
// IEEE 802.11-2020, 9.4.2.2 (SSID element: 0 to 32 octets). Drivers that were
// taken over in this way: CVE-2006-5882 and its like. mdk4 sends such names in
// its beacon flood (b -a).
//
// # Trigger
//
// One frame, when its checksum was verified, or when its elements end where
// the frame ends. A frame that is known to be neither whole nor consistent
// might be damaged: then a second one of the same transmitter with the same
// length within ten seconds. One finding a second for each transmitter while
// it goes on. When more than eight new transmitters do so within ten seconds,
// which is a tool that makes up addresses, one finding in ten seconds tells of
// all that are new.
//
// # Cannot see
//
// SSIDs in encrypted management frames. The overflow of a length that the
// frame does not declare.
//
// # Known false positives
//
// None known; some test equipment sends such frames on purpose.
//
// # Options
//
// None.
type longSSIDDetector struct {
	senders   *Table[dot11.Addr, longSSIDSender]
	newcomers newcomers
}

type longSSIDSender struct {
	length   int // of the last, and when
	last     Instant
	reported Instant
	frames   uint64
	trail    Trail
}

func (d *longSSIDDetector) Frame(c *Context) {
	long, ok := findLongSSID(c)
	if !ok {
		c.Explain("no SSID in it is longer than 32 octets")
		return
	}
	s, isNew := d.senders.Put(c.Frame.Transmitter)
	if !isNew && c.Time.Sub(s.last) >= longSSIDConfirm {
		s.length, s.frames, s.trail = 0, 0, Trail{}
	}
	repeated := s.length == long.length
	s.length, s.last = long.length, c.Time
	if !c.again {
		s.frames++
		s.trail.Add(c)
	}
	consistent := c.Elements.Fault == dot11.NoFault
	if !c.Frame.FCSPresent && !consistent && !repeated {
		c.Explain("an SSID is too long, but the frame may be damaged: it takes a second one of the same length")
		return
	}
	if s.reported != 0 && c.Time.Sub(s.reported) < longSSIDRepeat {
		c.Explain("an SSID is too long; the transmitter was told of within the last second")
		return
	}
	due, others := true, uint64(0)
	if s.reported == 0 {
		due, others = d.newcomers.add(c.Time)
	}
	s.reported = c.Time
	if !due {
		c.Explain("an SSID is too long; so many transmitters do so that they are told of together")
		return
	}
	text := long.text(c.Frame) + othersText(others)
	c.Report(Report{Text: text, Frames: s.frames, SSID: long.octets, Trail: &s.trail})
	s.frames, s.trail = 0, Trail{}
}

// A longName is the longest SSID of a frame.
type longName struct {
	length  int
	octets  []byte // what there is of it
	overrun bool   // it ends beyond the frame
	nested  bool
}

func findLongSSID(c *Context) (long longName, ok bool) {
	walk := c.Frame.Elements()
	for walk.Next() {
		if walk.ID == dot11.ElementSSID && len(walk.Data) > long.length {
			long = longName{length: len(walk.Data), octets: walk.Data}
		}
	}
	// After the walk it holds what there is of an element that was cut.
	es := c.Elements
	if es.Fault != dot11.NoFault && es.FaultID == dot11.ElementSSID && es.FaultDeclared > long.length {
		long = longName{length: es.FaultDeclared, octets: walk.Data, overrun: true}
	}
	if es.NestedSSIDMax > long.length {
		long = longName{length: es.NestedSSIDMax, nested: true}
	}
	return long, long.length > dot11.MaxSSID
}

func (l longName) text(f *dot11.Frame) string {
	const shown = 16
	what := "SSID element"
	if l.nested {
		what = "SSID inside another element"
	}
	text := fmt.Sprintf("%s of %d octets (at most %d are legal) in a %s from %s to %s",
		what, l.length, dot11.MaxSSID, f.Kind, f.Transmitter, f.Receiver)
	if l.overrun {
		text += fmt.Sprintf(", of which %d are there", len(l.octets))
	}
	if len(l.octets) > 0 {
		text += fmt.Sprintf(", beginning %s", quoteSSID(l.octets[:min(shown, len(l.octets))]))
	}
	return text + ": an attempt to overflow the memory of receivers"
}
