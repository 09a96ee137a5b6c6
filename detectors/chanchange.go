package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var chanChange = Spec{
	Name:        "CHANCHANGE",
	Class:       "SPOOF",
	Severity:    5,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An access point changed its channel without announcing it, or is on two channels at once.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	OnChange:    true,
	New:         newChanChange,
}

// CHANCHANGE: an access point on a channel that it should not be on.
//
// # What it sees
//
// An access point that goes to another channel tells its clients in advance,
// or restarts. One that turns up on another channel without either may be an
// impostor with the same address; one that is on two channels is two access
// points, as in a multi-channel machine-in-the-middle attack (Vanhoef and
// Piessens, ACSAC 2014, and all attacks built on it, such as KRACK and
// FragAttacks).
//
// # Source
//
// Kismet's alert of the same name, by intent. Channel switch announcements are
// those of IEEE 802.11-2020, 11.8.8 and 11.9.
//
// # Trigger
//
// The primary channel that beacons and probe responses advertise (HE operation
// in the 6 GHz band, HT operation, DSSS parameter set) is compared with the
// one advertised before.
//
// Two access points: two channels, each shown more than once, take turns, and
// one is back twice within a minute, or once after no more than five seconds.
// A return that a channel switch announced or a restart explains does not
// count, nor one in the first second, when the frames of several receivers may
// be out of order.
//
// A change: three frames over at least a second show another channel; no
// channel switch announcement (element or action frame, extended or not)
// named it; the TSF went on; and no more than three beacon intervals passed
// between the two channels, so that neither an announcement nor a restart can
// have been missed.
//
// At most one finding a minute for a BSSID.
//
// # Cannot see
//
// A single change while the receiver was away, which a receiver that hops
// mostly is: it can't know what was announced meanwhile. A double that is on
// the same channel number.
//
// # Known false positives
//
// An access point that changes its channel without announcing it and without a
// pause in its beacons.
//
// # Options
//
// None.
type chanChangeDetector struct {
	channels watch[shownChannel]
}

func newChanChange(s Settings) (Detector, error) {
	return &chanChangeDetector{newWatch[shownChannel]("channel", watchedByChanChange, s.Tables.BSS/4)}, nil
}

func (d *chanChangeDetector) Frame(c *Context) {
	ad, b := &c.ad, c.BSS
	if !c.advertises || ad.channel == 0 || b == nil || b.Channel == 0 {
		c.Explain("it is no access point's that names its channel and did so before")
		return
	}
	h, said := d.channels.observe(ad.channel, shownChannel(b.Channel), c, ad.notified || ad.restart)
	switch said {
	case takesTurns:
		reportTwoChannels(h, c)
	case changedOnce:
		reportChannelChange(h, c)
	}
}

func reportTwoChannels(h *history[shownChannel], c *Context) {
	c.Report(Report{
		Text: fmt.Sprintf("Two access points with BSSID %s%s: channel %d%s and channel %d%s are advertised by turns, %s within %s; possibly a machine in the middle between the two channels",
			c.Frame.BSSID, named(c), h.now.value, h.now.dBm(), h.before.value, h.before.dBm(),
			plural(uint64(h.count), "return"), rough(c.Time.Sub(h.begun))),
		Frames: h.frames,
		Trail:  &h.trail,
	})
}

func reportChannelChange(h *history[shownChannel], c *Context) {
	c.Report(Report{
		Text: fmt.Sprintf("Access point %s%s changed from channel %d%s to channel %d%s within %s, without announcing it and without a restart",
			c.Frame.BSSID, named(c), h.before.value, h.before.dBm(), h.now.value, h.now.dBm(), rough(h.gap)),
		Frames: uint64(h.now.stretch),
		Trail:  &h.trail,
	})
}

// named is the SSID of the current frame's BSS in brackets, empty when it was
// never told.
func named(c *Context) string {
	if c.BSS == nil || c.BSS.SSID.Hidden() {
		return ""
	}
	return fmt.Sprintf(" ('%s')", &c.BSS.SSID)
}
