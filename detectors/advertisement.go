package detectors

import (
	"time"

	"picket/capture/dot11"
)

// An advertisement is what a beacon or probe response says of the access point
// that sent it, as far as an access point keeps it up: two values by turns are
// two access points.
type advertisement struct {
	fixed      dot11.BeaconFields
	interval   time.Duration
	shorter    time.Duration // of this interval and the one before
	channel    shownChannel  // 0: it does not say
	security   Security      // SecurityUnknown: not all of the frame is there
	protection protection    // in detail; valid iff security is known
	clock      clockLine     // valid iff hasClock
	hasClock   bool

	// What follows compares it with what the BSS advertised before.

	differs  traits // in which it is not the same
	restart  bool   // the clock says that the access point has just started
	notified bool   // the access point had announced to go to that channel
}

// traits is a set of the things that an advertisement shows.
type traits uint8

const (
	traitChannel traits = 1 << iota
	traitSecurity
	traitClock
)

// watchers is a set of detectors that look at each advertisement of a BSS. Of
// the others they only look at those that differ from the one before, so that
// an access point that stays as it is costs them neither a look-up nor memory.
type watchers uint16

const (
	watchedByAdvCryptChange watchers = 1 << iota
	watchedByAPSpoof
	watchedByBeaconRate
	watchedByBSSTimestamp
	watchedByBSSTimestampFine
	watchedByChanChange
	watchedByCryptoDrop
	watchedByDot11D
	watchedByProbeChan
)

// advertisementOf is what the current frame advertises; ok is false when it is
// not the beacon or probe response of an access point that names itself as the
// transmitter.
func advertisementOf(c *Context) (ad advertisement, ok bool) {
	f := c.Frame
	if f.Kind != dot11.Beacon && f.Kind != dot11.ProbeResp {
		return ad, false
	}
	fixed, ok := f.Beacon()
	if !ok || !c.FromAP() || !isStation(f.BSSID) {
		return ad, false
	}
	if fixed.Capability&(dot11.CapESS|dot11.CapIBSS) != dot11.CapESS {
		return ad, false
	}
	ad.fixed = fixed
	ad.interval = beaconInterval(fixed.Interval)
	ad.channel = shownChannel(c.Elements.Channel())
	if ad.security = shownSecurity(c); ad.security != SecurityUnknown {
		ad.protection = protectionOf(ad.security, c.Elements)
	}
	// Probe responses are left out: not every driver fills in their TSF.
	if f.Kind == dot11.Beacon {
		ad.clock, ad.hasClock = clockLineAt(fixed.TSF, c.Time), true
	}
	ad.shorter = ad.interval
	if b := c.BSS; b != nil && b.Advertised != 0 {
		ad.shorter = min(ad.interval, beaconInterval(b.Interval))
		ad.restart = b.RestartedBy(fixed.TSF, c.Time)
		ad.notified = b.Switch.Covers(uint8(ad.channel), c.Time)
		ad.compare(b)
	}
	return ad, true
}

// compare notes in what ad differs from what b advertised last.
func (ad *advertisement) compare(b *BSS) {
	if ad.channel != 0 && b.Channel != 0 && !ad.channel.same(shownChannel(b.Channel)) {
		ad.differs |= traitChannel
	}
	if ad.security != SecurityUnknown && b.Security != SecurityUnknown && !ad.security.same(b.Security) {
		ad.differs |= traitSecurity
	}
	if ad.hasClock && !ad.clock.same(b.clock()) {
		ad.differs |= traitClock
	}
}

// clock is the line that the BSS's TSF was on.
func (b *BSS) clock() clockLine { return clockLineAt(b.TSF, b.TSFAt) }

// shownSecurity is what the current frame, a beacon or probe response, offers.
// A frame that is not whole may have lost just the element that tells.
func shownSecurity(c *Context) Security {
	f := c.Frame
	fixed, ok := f.Beacon()
	if !ok || f.Truncated || f.Has(dot11.MoreFragments) || c.Elements.Fault != dot11.NoFault {
		return SecurityUnknown
	}
	return securityOf(fixed.Capability, c.Elements)
}

// A shownChannel is the primary channel that a BSS advertises. The channel
// that a frame was heard on plays no part: it is often an adjacent one.
type shownChannel uint8

func (a shownChannel) same(b shownChannel) bool { return a == b }

// same makes a Security a value that an alternation can watch.
func (s Security) same(other Security) bool { return s == other }

// A clockLine is by how much an access point's TSF is ahead of the engine's
// time. It wraps around, and only differences mean something.
type clockLine time.Duration

// clockTolerance keeps frames of one access point on one line. Its clock
// drifts by microseconds from beacon to beacon; times of capture may be off by
// the disorder that the engine bears with, and a little more when a driver
// holds frames back. Access points that did not start at the same moment are
// further apart.
const clockTolerance = disorder + time.Second

func clockLineAt(tsf uint64, t Instant) clockLine {
	return clockLine(time.Duration(tsf)*time.Microsecond - time.Duration(t))
}

func (a clockLine) same(b clockLine) bool { return a.apart(b) <= clockTolerance }

func (a clockLine) apart(b clockLine) time.Duration { return time.Duration(a - b).Abs() }
