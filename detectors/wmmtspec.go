package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var wmmTSpec = Spec{
	Name:        "WMMTSPEC",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "More WMM traffic specifications in a frame than there are access categories, which overflows Qualcomm's driver.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddTSPECs,
	New: func(s Settings) (Detector, error) {
		return &wmmTSpecDetector{newOffenders(s)}, nil
	},
}

// WMMTSPEC: too many traffic specifications.
//
// # What it sees
//
// More than four WMM traffic specifications in one management frame: there
// are four access categories to ask one for. Qualcomm's driver has room for four
// in what it keeps of an access point's association response, and did not count.
//
// # Source
//
// CVE-2017-11013. Wi-Fi Alliance, WMM Specification, 2.2.11. Kismet's alert of
// the same name, by intent.
//
// # Trigger
//
// One frame: (re)association response, admission control (ADDTS) action frame
// or any other that carries elements. It is repeated once a minute for each
// transmitter while it goes on.
//
// # Cannot see
//
// Encrypted action frames.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type wmmTSpecDetector struct{ offenders }

func (d *wmmTSpecDetector) Frame(c *Context) {
	// Damage does not make elements, let alone five.
	n := c.Elements.TSPECs
	if !d.show(c, flaw(n), true) {
		return
	}
	f := c.Frame
	d.report(c, fmt.Sprintf("%s from %s to %s with %d WMM traffic specifications, where at most %d make sense: an attempt to overflow the memory of receivers (CVE-2017-11013)",
		f.Kind, f.Transmitter, f.Receiver, n, dot11.MaxTSPECs))
}
