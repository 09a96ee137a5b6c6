package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var wmmOverflow = Spec{
	Name:        "WMMOVERFLOW",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "A WMM element longer than it can be, as the Broadpwn exploit sends it.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddWMM,
	New: func(s Settings) (Detector, error) {
		return &wmmOverflowDetector{newOffenders(s)}, nil
	},
}

// WMMOVERFLOW: a WMM element that is too long.
//
// # What it sees
//
// A WMM information element of more than 7 octets, parameter element of more
// than 24 or traffic specification of more than 61, in any management frame
// that carries elements. Broadcom's firmware copied the element of the access
// point's association response into 44 octets of memory without a look at its
// length, so that an access point could take over the Wi-Fi chip of a
// telephone.
//
// # Source
//
// CVE-2017-9417 (Broadpwn, N. Artenstein, Black Hat 2017). Wi-Fi Alliance, WMM
// Specification, 2.2. Kismet's alert of the same name, which looks at beacons
// alone.
//
// # Trigger
//
// One frame, when its checksum was verified, or when its elements end where the
// frame ends; else a second one within ten seconds with an element of the same
// length. It is repeated once a minute for each transmitter while it goes on.
//
// # Cannot see
//
// An element that is not of WMM and overflows the same code.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type wmmOverflowDetector struct{ offenders }

// broadpwn is the room that the vulnerable firmware has.
const broadpwn = 44

func (d *wmmOverflowDetector) Frame(c *Context) {
	walk := c.Frame.Elements()
	for walk.Next() {
		if subtype, most, ok := walk.WMM(); ok && len(walk.Data) > most {
			d.element(c, subtype, len(walk.Data), most)
			return
		}
	}
}

func (d *wmmOverflowDetector) element(c *Context, subtype uint8, length, most int) {
	if !d.show(c, flawOf(subtype, length), c.Elements.Fault == dot11.NoFault) {
		return
	}
	f := c.Frame
	text := fmt.Sprintf("%s from %s to %s with a WMM element (subtype %d) of %d octets, where it has at most %d",
		f.Kind, f.Transmitter, f.Receiver, subtype, length, most)
	if length > broadpwn {
		text += ": an attempt to overflow the memory of receivers (Broadpwn, CVE-2017-9417)"
	}
	d.report(c, text)
}
