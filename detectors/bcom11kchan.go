package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var bcom11kChan = Spec{
	Name:        "BCOM11KCHAN",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "A neighbor or beacon report with a channel that there is not, as the exploit of Broadcom's 802.11k code sends it.",
	Wants:       dot11.KindsOf(dot11.Action, dot11.ActionNoAck),
	Odd:         dot11.OddChannel,
	New: func(s Settings) (Detector, error) {
		return &bcom11kChanDetector{newOffenders(s)}, nil
	},
}

// BCOM11KCHAN: a report of an access point on a channel that there is not.
//
// # What it sees
//
// An action frame with a neighbor report, in answer to a request for one or in
// a request to change the access point, or with a beacon report, that names a
// channel beyond the last one. Broadcom's firmware used the number as an index
// into a table of 224 without a look at it, so that an access point could take
// over the Wi-Fi chip of a telephone.
//
// # Source
//
// CVE-2017-11120, Project Zero issue 1289. IEEE 802.11-2020, 9.4.2.36 and
// 9.4.2.21.7, and the channels of table E-4. Kismet's alert of the same name.
//
// # Trigger
//
// A channel above 196, or in one of the 6 GHz classes 131 to 137 above 233, in
// one frame whose checksum was verified; else in a second one with the same
// channel within ten seconds, lest a damaged frame counts. Reports that say
// that the measurement was refused are not looked at. It is repeated once a
// minute for each transmitter while it goes on.
//
// # Cannot see
//
// Frames that management frame protection encrypts, which this kind is in a
// network that has it. A channel that exists, but not in the class it is said
// to be in.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type bcom11kChanDetector struct{ offenders }

func (d *bcom11kChanDetector) Frame(c *Context) {
	walk := c.Frame.Elements()
	for walk.Next() {
		class, channel, ok := walk.ReportedChannel()
		if ok && !dot11.IsChannel(class, channel) {
			d.channel(c, walk.ID, class, channel)
			return
		}
	}
}

func (d *bcom11kChanDetector) channel(c *Context, id, class, channel uint8) {
	if !d.show(c, flawOf(class, int(channel)), false) {
		return
	}
	what := "Neighbor report"
	if id == dot11.ElementMeasureReport {
		what = "Beacon report"
	}
	f := c.Frame
	d.report(c, fmt.Sprintf("%s from %s to %s in %s with channel %d of operating class %d, which there is not: an attempt to overflow a table of channels (CVE-2017-11120)",
		what, f.Transmitter, f.Receiver, nameBSS(f.BSSID, c.BSS), channel, class))
}
