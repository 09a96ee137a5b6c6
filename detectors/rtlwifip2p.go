package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var rtlWiFiP2P = Spec{
	Name:        "RTLWIFIP2P",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A Wi-Fi Direct notice of absence, or other attribute, longer than it can be, as the exploit of Linux's rtlwifi driver sends it.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddP2P,
	New: func(s Settings) (Detector, error) {
		return &rtlWiFiP2PDetector{newOffenders(s)}, nil
	},
}

// RTLWIFIP2P: a notice of absence of Wi-Fi Direct that is too long.
//
// # What it sees
//
// A notice of absence with more than two descriptors, in beacons, probe and
// association responses and in Wi-Fi Direct's action frames. Linux's driver of
// Realtek's chips had room for two and copied as many as the length said. Also
// any Wi-Fi Direct attribute that says to be longer than what is left of the
// elements it is in.
//
// # Source
//
// CVE-2019-17666. Wi-Fi Alliance, Wi-Fi Direct Specification, 4.1.1 and 4.1.14.
// Kismet's alert of the same name.
//
// # Trigger
//
// A notice of absence of more than 28 octets, or an attribute that is cut by
// the end of the last Wi-Fi Direct element: in one frame, when its checksum was
// verified, else in a second one within ten seconds with the same attribute of
// the same length, lest a damaged frame counts. It is repeated once a minute
// for each transmitter while it goes on.
//
// # Cannot see
//
// Encrypted action frames.
//
// # Known false positives
//
// A group owner that announces three absences at once, which is allowed and
// which none is known to do.
//
// # Options
//
// None.
type rtlWiFiP2PDetector struct{ offenders }

func (d *rtlWiFiP2PDetector) Frame(c *Context) {
	f := c.Frame
	whole := !f.Truncated && !f.Has(dot11.MoreFragments) && c.Elements.Fault == dot11.NoFault
	walk := f.P2PAttributes()
	for walk.Next() {
		cut := whole && walk.Have < walk.Length
		absence := walk.ID == dot11.P2PNoticeOfAbsence && walk.Length > dot11.MaxNoA
		if cut || absence {
			d.attribute(c, walk.ID, walk.Length, walk.Have)
			return
		}
	}
}

func (d *rtlWiFiP2PDetector) attribute(c *Context, id uint8, length, have int) {
	if !d.show(c, flawOf(id, length), false) {
		return
	}
	f := c.Frame
	what := fmt.Sprintf("Wi-Fi Direct attribute %d of %d octets", id, length)
	if id == dot11.P2PNoticeOfAbsence {
		what = fmt.Sprintf("Wi-Fi Direct notice of absence of %d octets, where drivers expect no more than %d", length, dot11.MaxNoA)
	}
	if have < length {
		what += fmt.Sprintf(", of which %d are there", have)
	}
	d.report(c, fmt.Sprintf("%s from %s to %s with a %s: an attempt to overflow the memory of receivers (CVE-2019-17666)",
		f.Kind, f.Transmitter, f.Receiver, what))
}
