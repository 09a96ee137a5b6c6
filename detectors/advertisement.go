package detectors

import (
	"strings"
	"time"

	"picket/capture/dot11"
)

// An advertisement is what a beacon or probe response says of the access point
// that sent it, as far as an access point keeps it up: two values by turns are
// two access points.
type advertisement struct {
	fixed    dot11.BeaconFields
	interval time.Duration
	shorter  time.Duration // of this interval and the one before
	channel  shownChannel  // 0: it does not say
	security Security      // SecurityUnknown: not all of the frame is there
	clock    clockLine     // valid iff hasClock
	hasClock bool

	// What follows compares it with what the BSS advertised before.

	// repeats: it is a beacon like the one before, but for interval and clock.
	repeats  bool
	differs  traits // in which it is not the same
	restart  bool   // the clock says that the access point has just started
	notified bool   // the access point had announced to go to that channel
	steady   bool   // it is the same in all that is compared, and nobody watches the BSS
}

// traits is a set of the things that an advertisement shows.
type traits uint16

const (
	traitChannel traits = 1 << iota
	traitSecurity
	traitProtection
	traitClock
	traitRadioClock
	traitInterval
	traitCountry
	traitName
	traitResponse // a probe response for another channel than that of the beacons
)

// String lists what is in the set.
func (t traits) String() string {
	var list []string
	for i, name := range []string{"channel", "security", "clock (TSF)"} {
		if t&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}

// watchers is a set of detectors that look at each advertisement of a BSS. Of
// the others they only look at those that differ from the one before
// (Spec.OnChange), so that an access point that stays as it is costs them
// neither a look-up nor memory.
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

// read takes in what the current frame advertises; it is false when that is not
// the beacon or probe response of an access point that names itself as the
// transmitter.
func (ad *advertisement) read(c *Context) bool {
	f := c.Frame
	if f.Kind != dot11.Beacon && f.Kind != dot11.ProbeResp {
		return false
	}
	fixed, ok := f.Beacon()
	if !ok || !c.FromAP() || !isStation(f.BSSID) {
		return false
	}
	if fixed.Capability&(dot11.CapESS|dot11.CapIBSS) != dot11.CapESS {
		return false
	}
	b := c.BSS
	*ad = advertisement{
		fixed:    fixed,
		interval: beaconInterval(fixed.Interval),
		channel:  shownChannel(c.Elements.Channel()),
		security: shownSecurity(c),
		repeats:  c.repeats && fixed.Capability == b.Capability,
	}
	ad.shorter = ad.interval
	// Probe responses are left out: not every driver fills in their TSF.
	if f.Kind == dot11.Beacon {
		ad.clock, ad.hasClock = clockLineAt(fixed.TSF, c.Time), true
	}
	if b != nil && b.Advertised != 0 {
		ad.restart = b.RestartedBy(fixed.TSF, c.Time)
		ad.notified = b.Switch.Covers(uint8(ad.channel), c.Time)
		ad.compare(b, c)
	}
	return true
}

// compare notes in what ad, the current frame's, differs from what b advertised
// last.
func (ad *advertisement) compare(b *BSS, c *Context) {
	differs := func(is bool, trait traits) {
		if is {
			ad.differs |= trait
		}
	}
	if ad.fixed.Interval != b.Interval {
		ad.shorter = min(ad.interval, beaconInterval(b.Interval))
		ad.differs |= traitInterval
	}
	if ad.hasClock {
		differs(!ad.clock.same(b.clock()), traitClock)
		line, ok := radioLineOf(c)
		differs(ok && b.radio.comparable(c) && !line.same(b.radio.line), traitRadioClock)
	}
	if !ad.repeats {
		differs(ad.channel != 0 && b.Channel != 0 && !ad.channel.same(shownChannel(b.Channel)), traitChannel)
		if ad.security != SecurityUnknown && b.Security != SecurityUnknown {
			differs(!ad.security.same(b.Security), traitSecurity)
			differs(protectionOf(ad.security, c.Elements) != b.protection, traitProtection)
		}
		beacon := c.Frame.Kind == dot11.Beacon
		differs(beacon && len(c.Elements.Country) > 0 && !b.country.is(c.Elements.Country), traitCountry)
		differs(c.HasName && c.Name != b.SSID && !b.SSID.Hidden(), traitName)
		differs(!beacon && ad.channel != 0 && uint8(ad.channel) != b.BeaconChannel, traitResponse)
	}
	ad.steady = ad.differs == 0 && b.watched == 0
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
