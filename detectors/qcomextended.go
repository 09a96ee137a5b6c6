package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var qcomExtended = Spec{
	Name:        "QCOMEXTENDED",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "0/min",
	Burst:       "0/sec",
	Description: "An extended capabilities element far longer than the capabilities that there are, as the QualPwn exploit sends it.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddExtCap,
	Options: []Option{
		{Name: "octets", Default: 15, Min: dot11.MaxExtCap, Max: 254, Unit: "octets", Doc: "How long an extended capabilities element may be."},
	},
	New: func(s Settings) (Detector, error) {
		return &qcomExtendedDetector{newOffenders(s), s.Int("octets")}, nil
	},
}

// QCOMEXTENDED: an element of extended capabilities that is too long.
//
// # What it sees
//
// An extended capabilities element (127) longer than all that the standard has
// defined for it, in any management frame. The firmware of Qualcomm's chips
// trusted its length, so that a neighbour could take over the chip, and from
// there the telephone.
//
// # Source
//
// CVE-2019-10539 (QualPwn, Tencent Blade Team). IEEE 802.11-2020, 9.4.2.26, and
// 802.11be, which has 13 octets. Kismet's alert of the same name.
//
// # Trigger
//
// More octets than the option octets says, in one frame, when its checksum was
// verified, or when its elements end where the frame ends; else in a second one
// within ten seconds with an element of the same length. It is repeated once a
// minute for each transmitter while it goes on.
//
// # Cannot see
//
// An attack with an element of the usual length.
//
// # Known false positives
//
// The standard grows by an octet every few years: raise the option then. The
// alert is off unless the configuration gives it a rate, as in Kismet.
//
// # Options
//
//   - octets: how long an extended capabilities element may be (15).
type qcomExtendedDetector struct {
	offenders
	allowed int
}

func (d *qcomExtendedDetector) Frame(c *Context) {
	longest := 0
	walk := c.Frame.Elements()
	for walk.Next() {
		if walk.ID == dot11.ElementExtCap {
			longest = max(longest, len(walk.Data))
		}
	}
	if longest <= d.allowed || !d.show(c, flaw(longest), c.Elements.Fault == dot11.NoFault) {
		return
	}
	f := c.Frame
	d.report(c, fmt.Sprintf("%s from %s to %s with %d octets of extended capabilities, where no more than %d are defined: an attempt to overflow the memory of receivers (CVE-2019-10539)",
		f.Kind, f.Transmitter, f.Receiver, longest, dot11.MaxExtCap))
}
