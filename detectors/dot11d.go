package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var dot11D = Spec{
	Name:        "DOT11D",
	Class:       "SPOOF",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An access point contradicts itself about the country it is in and the channels that may be used there.",
	Wants:       dot11.KindsOf(dot11.Beacon),
	OnChange:    true,
	New: func(s Settings) (Detector, error) {
		return &dot11DDetector{newWatch[country]("country element", watchedByDot11D, s.Tables.BSS/8)}, nil
	},
}

// DOT11D: an access point that names two countries.
//
// # What it sees
//
// Beacons say in which country a network is, and which channels and transmit
// powers are allowed there (802.11d). Clients obey. Forged beacons with other
// rules take channels from them, and so keep them from the real access points,
// or tell that an impostor from elsewhere uses the access point's address.
//
// # Source
//
// Kismet's alert of the same name, by intent. The country element is that of
// IEEE 802.11-2020, 9.4.2.8.
//
// # Trigger
//
// The country elements of one BSSID's beacons are compared: the two letters,
// the environment and the ranges of channels with their powers. Beacons
// without the element, or with one that names no country, are left out.
//
// Two access points: two elements, each shown more than once, take turns, and
// one is back twice within a minute, or once after no more than five seconds.
//
// A change: three beacons over at least a second have another element, the
// TSF went on, and no more than three beacon intervals passed between the two,
// so that the access point has not restarted.
//
// At most one finding a minute for a BSSID.
//
// # Cannot see
//
// An impostor that copies the element, and one with an address of its own. A
// single change while the receiver was away. A change beyond the tenth range.
//
// # Known false positives
//
// An access point that takes up other rules while it runs, as one that is a
// client of another network at the same time may do.
//
// # Options
//
// None.
type dot11DDetector struct {
	countries watch[country]
}

func (d *dot11DDetector) Frame(c *Context) {
	b := c.BSS
	if !c.advertises || b == nil || b.country.length == 0 {
		c.Explain("it is no access point's that named a country before")
		return
	}
	element := c.Elements.Country
	if len(element) == 0 || b.watched&watchedByDot11D == 0 && b.country.is(element) {
		c.Explain("the country element is as before, or left out")
		return
	}
	shown, ok := countryOf(element)
	if !ok {
		c.Explain("the country element names no country")
		return
	}
	h, said := d.countries.observe(shown, b.country, c, c.ad.restart)
	switch said {
	case takesTurns:
		c.Report(Report{
			Text: fmt.Sprintf("Two access points with BSSID %s%s: one says that it is in %s%s, one in %s%s; clients may be told wrong channels",
				b.BSSID, named(c), h.now.value, h.now.dBm(), h.before.value, h.before.dBm()),
			Frames: h.frames,
			Trail:  &h.trail,
		})
	case changedOnce:
		c.Report(Report{
			Text: fmt.Sprintf("Access point %s%s said that it is in %s%s and %s later in %s%s, without a restart",
				b.BSSID, named(c), h.before.value, h.before.dBm(), rough(h.gap), h.now.value, h.now.dBm()),
			Frames: uint64(h.now.stretch),
			Trail:  &h.trail,
		})
	}
}
