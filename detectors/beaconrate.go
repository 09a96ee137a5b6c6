package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var beaconRate = Spec{
	Name:        "BEACONRATE",
	Class:       "SPOOF",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An access point says that its beacons come at another rate than before, or they come more often than it says.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	RateBased:   true,
	New: func(s Settings) (Detector, error) {
		return &beaconRateDetector{newWatch[beaconTU]("beacon interval", watchedByBeaconRate, s.Tables.BSS/8)}, nil
	},
}

// BEACONRATE: beacons at a rate that is not the access point's.
//
// # What it sees
//
// An access point says in each beacon when the next is due, and clients sleep
// until then. It keeps to one interval as long as it runs. Another interval
// under its address, or beacons that come more often than the interval says,
// are those of a second transmitter: an impostor, or a tool that forges
// beacons.
//
// # Source
//
// Kismet's alert of the same name, by intent. Beacon interval and generation
// are those of IEEE 802.11-2020, 9.4.1.3 and 11.1.3.
//
// # Trigger
//
// The interval that beacons and probe responses of one BSSID advertise, in
// time units of 1.024 ms, is compared with the one before.
//
// Two access points: two intervals, each shown more than once, take turns, and
// one is back twice within a minute, or once after no more than five seconds.
//
// A change: three frames over at least a second show another interval, the TSF
// went on, and no more than three beacon intervals passed between the two, so
// that the access point has not restarted.
//
// Too many: ten of the pauses between beacons of one BSSID, and no less than a
// third, are shorter than 0.6 of the interval, and the TSF does not say that
// the beacons were only captured late. Counts are halved every ten seconds.
//
// At most one finding a minute for a BSSID and each of the latter.
//
// # Cannot see
//
// A single change while the receiver was away. A second transmitter that keeps
// to the interval and is heard at times when the first is not. Beacons that
// come less often: they may just not have been heard.
//
// # Known false positives
//
// An access point that changes its interval while it runs. One that beacons
// for several names under one BSSID, each at the full rate.
//
// # Options
//
// None.
type beaconRateDetector struct {
	intervals watch[beaconTU]
}

// A beaconTU is an advertised beacon interval in TU.
type beaconTU uint16

func (a beaconTU) same(b beaconTU) bool { return a == b }

// String is the interval and what rate of beacons that is.
func (a beaconTU) String() string {
	return fmt.Sprintf("%d TU (%.1f/s)", uint16(a), float64(time.Second)/float64(time.Duration(a)*timeUnit))
}

func (d *beaconRateDetector) Frame(c *Context) {
	ad, b := &c.ad, c.BSS
	if !c.advertises || b == nil || b.Interval == 0 || ad.fixed.Interval == 0 {
		c.Explain("it is no access point's that names its beacon interval and was heard before")
		return
	}
	if c.Frame.Kind == dot11.Beacon {
		d.pace(c)
	}
	h, said := d.intervals.observe(beaconTU(ad.fixed.Interval), beaconTU(b.Interval), c, ad.restart)
	switch said {
	case takesTurns:
		c.Report(Report{
			Text: fmt.Sprintf("Two access points with BSSID %s%s: beacon intervals of %s%s and %s%s are advertised by turns",
				b.BSSID, named(c), h.now.value, h.now.dBm(), h.before.value, h.before.dBm()),
			Frames: h.frames,
			Trail:  &h.trail,
		})
	case changedOnce:
		c.Report(Report{
			Text: fmt.Sprintf("Access point %s%s changed its beacon interval from %s%s to %s%s within %s, without a restart",
				b.BSSID, named(c), h.before.value, h.before.dBm(), h.now.value, h.now.dBm(), rough(h.gap)),
			Frames: uint64(h.now.stretch),
			Trail:  &h.trail,
		})
	}
}

func (d *beaconRateDetector) pace(c *Context) {
	p := &c.BSS.pace
	tooFast := p.add(c)
	if c.Explaining() {
		c.Explain("%d of the last %d pauses are shorter than 0.6 of the interval; %d and one in %d are two transmitters' (%t)",
			p.short, p.pauses, paceShort, paceShare, tooFast)
	}
	switch {
	case !tooFast:
	case p.due(c.Time):
		reportPace(p, c)
	default:
		c.Explain("told of within the last minute")
	}
}

func reportPace(p *pace, c *Context) {
	c.Report(Report{
		Text: fmt.Sprintf("Beacons of BSSID %s%s come more often than the %s it advertises: %d of the last %d pauses are shorter than 0.6 of that; there is a second transmitter with this BSSID",
			c.Frame.BSSID, named(c), beaconTU(c.ad.fixed.Interval), p.short, p.pauses),
		Frames: uint64(p.pauses) + 1,
	})
}
