package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var bcastDiscon = Spec{
	Name:        "BCASTDISCON",
	Class:       "DENIAL",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "2/sec",
	Description: "A deauthentication or disassociation of all stations of an access point that shows no sign of going away.",
	Wants:       dot11.KindsOf(dot11.Deauth, dot11.Disassoc, dot11.Beacon),
	Options: []Option{
		{Name: "frames", Default: 3, Min: 0, Max: windowSize - 1, Unit: "frames", Doc: "How many an access point may send as it goes away or comes up."},
		{Name: "window", Default: 10, Min: 1, Max: 3600, Unit: "s", Doc: "The time in which they are counted."},
	},
	New: func(s Settings) (Detector, error) {
		return &bcastDisconDetector{
			allowed: s.Int("frames"),
			window:  s.Seconds("window"),
			bss:     NewAddrTable[bcastBSS](s.Tables.BSS / 8),
		}, nil
	},
}

const (
	bcastRepeat = time.Second
	// bcastGoesOn is how long an access point's beacons must have come
	// steadily before, and go on after, for the frame between to be no part
	// of its going away.
	bcastGoesOn = 3 * time.Second
	// bcastDecided is when the beacons have decided, if there are any.
	bcastDecided = bcastGoesOn + 2*BeaconGap
)

// BCASTDISCON: everyone on an access point is told to leave, and the access
// point stays.
//
// # What it sees
//
// Deauthentication and disassociation frames to a group address. An access
// point sends them when it shuts down or starts. An attacker sends them to
// throw all stations off with one frame, be it to deny service or to watch them
// join again.
//
// # Source
//
// IEEE 802.11-2020, 11.3.4.5 and 11.3.5.8; J. Bellardo and S. Savage, "802.11
// Denial-of-Service Attacks", 2003. aireplay-ng -0, hcxdumptool, besside-ng and
// others do it.
//
// # Trigger
//
// In a BSS with management frame protection a genuine frame carries a message
// integrity element (MMIE): one with it never counts, one without it is forged,
// and is found at once while the access point's beacons come steadily. Else:
// more of them within as many seconds as the options say, or fewer after which
// the access point simply goes on: its beacons came steadily for three seconds
// before and go on for three seconds after, without a gap of a second, without
// a restart of its clock (TSF), without a change of name, protection, channel or
// beacon interval. Where beacons show such an end, those before it do not count
// any more. One finding a second for each BSSID while it goes on.
//
// The verdict weighs this and the signs that DEAUTHFLOOD weighs.
//
// # Cannot see
//
// A few frames in a BSS without management frame protection when the receiver
// is not there to hear the beacons before and after, as when it hops over
// channels. A forged MMIE, which stations reject.
//
// # Known false positives
//
// An access point that disconnects all of its stations and goes on, by order
// of its administrator or as a remedy for sticky stations.
//
// # Options
//
//   - frames: how many an access point may send as it goes away or comes up (3).
//   - window: the seconds in which they are counted (10).
type bcastDisconDetector struct {
	allowed int
	window  time.Duration
	bss     *Table[dot11.Addr, bcastBSS]
	// waiting is until when beacons may decide on a frame.
	waiting Instant
}

type bcastBSS struct {
	recent       window
	frame        lastFrame
	last         Instant
	frames       uint64 // since the last finding
	source, dest dot11.Addr
	kind         dot11.Kind
	reason       uint16
	reported     Instant
	undecided    Instant // the first frame that beacons shall decide on; 0 none
	testimony    testimony
	trail        Trail
}

func (d *bcastDisconDetector) Frame(c *Context) {
	if c.Frame.Kind == dot11.Beacon {
		if c.Time < d.waiting {
			d.beacon(c)
		} else {
			c.Explain("there is no dismissal for beacons to decide on")
		}
		return
	}
	if !c.Frame.Receiver.IsGroup() || !isStation(c.Frame.BSSID) {
		c.Explain("it is not sent to all stations of a BSS")
		return
	}
	d.disconnect(c)
}

func (d *bcastDisconDetector) disconnect(c *Context) {
	f := c.Frame
	protects := c.BSS != nil && c.BSS.MFPCapable()
	if protects && len(c.Elements.MMIE) > 0 {
		c.Explain("it bears the integrity element (MMIE) that genuine frames of this BSS do")
		return
	}
	b, _ := d.bss.Put(f.BSSID)
	if b.frame.repeats(c) {
		c.Explain("it is the frame before, repeated or heard by another source")
		return
	}
	if c.Time.Sub(b.last) > max(d.window, bcastDecided) {
		b.forget()
	}
	b.last = c.Time
	b.recent.add(c.Time)
	b.frames++
	b.source, b.dest, b.kind = f.Transmitter, f.Receiver, f.Kind
	b.reason, _ = f.Reason()
	b.testimony.add(c, c.BSS)
	b.trail.Add(c)
	steady := steadyBefore(c)
	if c.Explaining() {
		c.Explain("management frame protection: %t; beacons came steadily before: %t; %d within %s, up to %d are an access point's that goes away or comes up",
			protects, steady, b.recent.since(d.window, c.Time), d.window, d.allowed)
	}
	switch {
	case b.reported != 0 && c.Time.Sub(b.reported) < bcastRepeat:
		c.Explain("told of within the last second")
	case protects && steady:
		b.report(c)
	case b.recent.reached(d.allowed+1, d.window, c.Time):
		b.report(c, sign{text: fmt.Sprintf("%d or more within %d s, which no access point needs in order to shut down",
			d.allowed+1, int(d.window.Seconds()))})
	case steady:
		if b.undecided == 0 || c.Time.Sub(b.undecided) > bcastDecided {
			b.undecided = c.Time
		}
		d.waiting = c.Time.Add(bcastDecided)
		c.Explain("the beacons of the next three seconds decide")
	}
}

// steadyBefore reports whether the access point's beacons have come for a
// while, without a restart.
func steadyBefore(c *Context) bool {
	b := c.BSS
	return b != nil && b.LastBeacon != 0 &&
		c.Time.Sub(b.LastBeacon) <= BeaconGap &&
		c.Time.Sub(b.BeaconsSince) >= bcastGoesOn &&
		(b.Restarted == 0 || c.Time.Sub(b.Restarted) >= bcastGoesOn)
}

// beacon decides on the frame before it, if there is one.
func (d *bcastDisconDetector) beacon(c *Context) {
	b := d.bss.Peek(c.Frame.BSSID)
	switch {
	case b == nil || b.undecided == 0:
		c.Explain("there is no dismissal for this BSS's beacons to decide on")
	case c.BSS == nil || !sameLife(c):
		b.forget()
		c.Explain("the access point was gone for a second, has restarted or is configured anew: the dismissal was its own")
	case c.Time.Sub(b.undecided) >= bcastGoesOn:
		b.testimony.review(c, c.BSS)
		b.report(c, sign{text: "the access point goes on as before, its beacons without a gap"})
	default:
		if c.Explaining() {
			c.Explain("the access point has gone on for %s after a dismissal, %s decide", rough(c.Time.Sub(b.undecided)), bcastGoesOn)
		}
	}
}

// sameLife reports whether a beacon continues those before: no silence, no
// restart, no other configuration and none announced.
func sameLife(c *Context) bool {
	b, es := c.BSS, c.Elements
	fixed, ok := c.Frame.Beacon()
	security := securityOf(fixed.Capability, es)
	return ok &&
		c.Time.Sub(b.LastBeacon) <= BeaconGap &&
		!b.RestartedBy(fixed.TSF, c.Time) &&
		(!c.HasName || c.Name == b.SSID) &&
		(es.Channel() == 0 || es.Channel() == b.Channel) &&
		!es.HasCSA && !es.HasECSA &&
		fixed.Interval == b.Interval &&
		security == b.Security && protectionOf(security, es) == b.protection
}

// report tells of the frames since the last finding. What made it due is among
// the signs.
func (b *bcastBSS) report(c *Context, due ...sign) {
	b.undecided = 0
	b.reported = c.Time
	j := b.testimony.judge(due...)
	c.Report(Report{
		Text: fmt.Sprintf("Broadcast %s of all stations of %s: %s, %s; %s",
			b.kind, nameBSS(c.Frame.BSSID, c.BSS), frameCount(b.frames), reasonText(b.reason), j),
		Source:  b.source,
		Dest:    b.dest,
		Frames:  b.frames,
		Verdict: j.verdict,
		Trail:   &b.trail,
	})
	b.frames, b.trail = 0, Trail{}
}

// forget ends the watch for what becomes of the frames so far.
func (b *bcastBSS) forget() {
	b.recent, b.undecided, b.frames, b.testimony, b.trail = window{}, 0, 0, testimony{}, Trail{}
}

// nameBSS is a BSSID with its SSID, where that is known.
func nameBSS(bssid dot11.Addr, b *BSS) string {
	if b == nil || b.SSID.Hidden() {
		return bssid.String()
	}
	return bssid.String() + " (SSID " + quoteSSID(b.SSID.Bytes()) + ")"
}
