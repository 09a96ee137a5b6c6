package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var badFixLenIE = Spec{
	Name:        "BADFIXLENIE",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "An information element of a length that the standard rules out, which can overflow the memory of a careless receiver.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddLength,
	New: func(s Settings) (Detector, error) {
		return &badFixLenIEDetector{newOffenders(s)}, nil
	},
}

// BADFIXLENIE: an information element that is longer or shorter than it can
// be.
//
// # What it sees
//
// Elements of a fixed length with another one, and elements shorter than the
// fields that they always have: of the channel (3), the traffic map (5), HT,
// VHT and HE capabilities and operation, channel switches, management frame
// protection and fifty more. In any management frame that carries elements.
// Receivers that copy such an element into memory of the length that it should
// have are overwritten; those that read all of a short one read what is not
// theirs.
//
// # Source
//
// IEEE 802.11-2020, 9.4.2, and IEEE 802.11ax-2021. Kismet's alert of the same
// name, which knows the channel alone. mdk4's fuzzer sends such frames.
//
// # Trigger
//
// One frame, when its checksum was verified; else a second one within ten
// seconds with the same element of the same length, lest a damaged frame
// counts. It is repeated once a minute for each transmitter while it goes on.
//
// # Cannot see
//
// Elements that may have any length: SSIDs (LONGSSID), rates (MSFDLINKRATE),
// WMM (WMMOVERFLOW) have alerts of their own. Elements inside of others, and
// such as are cut (MALFORMMGMT).
//
// # Known false positives
//
// Devices from before an element had the length that it has in the standard.
//
// # Options
//
// None.
type badFixLenIEDetector struct{ offenders }

func (d *badFixLenIEDetector) Frame(c *Context) {
	walk := c.Frame.Elements()
	for walk.Next() {
		if !dot11.ElementLengths(walk.ID, walk.Ext).Has(len(walk.Data)) {
			d.element(c, &walk.Element)
			return
		}
	}
}

func (d *badFixLenIEDetector) element(c *Context, e *dot11.Element) {
	if !d.show(c, flawOf(e.ID^e.Ext, len(e.Data)), false) {
		return
	}
	name := fmt.Sprintf("element %d", e.ID)
	if e.ID == dot11.ElementExtension {
		name = fmt.Sprintf("element %d, extension %d,", e.ID, e.Ext)
	}
	f := c.Frame
	d.report(c, fmt.Sprintf("%s from %s to %s: %s of %s at offset %d, where the standard has %s",
		f.Kind, f.Transmitter, f.Receiver, name, plural(uint64(len(e.Data)), "octet"), e.Offset,
		lengthText(dot11.ElementLengths(e.ID, e.Ext))))
}

func lengthText(l dot11.Lengths) string {
	switch {
	case l.Min == l.Max:
		return fmt.Sprintf("%d", l.Min)
	case l.Max >= 254:
		return fmt.Sprintf("at least %d", l.Min)
	}
	return fmt.Sprintf("%d to %d", l.Min, l.Max)
}
