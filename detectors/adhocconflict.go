package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var adhocConflict = Spec{
	Name:        "ADHOCCONFLICT",
	Class:       "SPOOF",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An ad-hoc network bears the address or the name of an access point's network.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	New: func(s Settings) (Detector, error) {
		size := s.Tables.BSS / 16
		return &adhocConflictDetector{NewAddrTable[adhoc](size), NewNameTable[adhoc](size)}, nil
	},
}

// ADHOCCONFLICT: an ad-hoc network that poses as an access point's network.
//
// # What it sees
//
// A network is either that of an access point or an ad-hoc network (IBSS) of
// stations. When one address or one name is both at the same time, somebody
// has set up an ad-hoc network to be taken for the access point's, so that
// clients join a stranger's machine directly.
//
// # Source
//
// Kismet's alert of the same name, by intent. The ESS and IBSS bits are those
// of IEEE 802.11-2020, 9.4.1.4.
//
// # Trigger
//
// Beacons and probe responses with the ESS bit and ones with the IBSS bit, two
// of each within a minute, of one BSSID or of one SSID, the last of them an
// ad-hoc one. Frames with both bits or with none count for neither. One finding
// a minute for each address and name while it goes on.
//
// # Cannot see
//
// An ad-hoc network whose access point is out of reach. Hidden names.
//
// # Known false positives
//
// A network whose owner runs it both ways, as printers and cameras of old did
// while they were set up.
//
// # Options
//
// None.
type adhocConflictDetector struct {
	bssids *Table[dot11.Addr, adhoc]
	names  *Table[Name, adhoc]
}

// adhoc is what was heard of an address or a name that an ad-hoc network
// bears.
type adhoc struct {
	reminder
	ibss, ap adhocSide
	trail    Trail
}

// An adhocSide is those that use it one way.
type adhocSide struct {
	bssid, transmitter dot11.Addr // of the last frame
	frames             uint32
	last               Instant
}

const (
	adhocFrames = 2
	adhocMemory = time.Minute
)

func (d *adhocConflictDetector) Frame(c *Context) {
	if c.advertises && d.bssids.Len() == 0 {
		c.Explain("no ad-hoc network was heard that it could be taken for")
		return // the usual access point costs no more than this
	}
	fixed, ok := c.Frame.Beacon()
	if !ok || !isStation(c.Frame.BSSID) {
		c.Explain("the BSSID is no station's, or the frame is cut short")
		return
	}
	switch fixed.Capability & (dot11.CapESS | dot11.CapIBSS) {
	case dot11.CapIBSS:
		a, isNew := d.bssids.Put(c.Frame.BSSID)
		if b := c.BSS; isNew && b != nil && b.isAP(c.Time) {
			a.ap = adhocSide{b.BSSID, b.BSSID, uint32(min(b.Beacons, adhocFrames)), b.Advertised}
		}
		d.show(c, a, &a.ibss, "address")
		if c.HasName {
			a, _ := d.names.Put(c.Name)
			d.show(c, a, &a.ibss, "name")
		}
	case dot11.CapESS:
		if !c.FromAP() {
			c.Explain("it is not from the access point itself")
			return
		}
		if a := d.bssids.Get(c.Frame.BSSID); a != nil {
			d.show(c, a, &a.ap, "address")
		}
		if !c.HasName {
			return
		}
		if a := d.names.Get(c.Name); a != nil {
			d.show(c, a, &a.ap, "name")
		}
	}
}

// show takes in the current frame, which is of one side of a.
func (d *adhocConflictDetector) show(c *Context, a *adhoc, side *adhocSide, shared string) {
	if c.Time.Sub(side.last) > adhocMemory {
		side.frames = 0
	}
	side.bssid, side.transmitter, side.last = c.Frame.BSSID, c.Frame.Transmitter, c.Time
	side.frames++
	if side == &a.ibss || side.frames <= adhocFrames {
		a.trail.Add(c)
	}
	if c.Explaining() {
		c.Explain("its %s is that of an ad-hoc network in %s and of an access point's in %s; it takes %d of each within %s, the last an ad-hoc one",
			shared, plural(uint64(a.ibss.frames), "frame"), plural(uint64(a.ap.frames), "frame"), adhocFrames, adhocMemory)
	}
	switch {
	case side != &a.ibss || !a.ibss.fresh(c.Time) || !a.ap.fresh(c.Time):
	case a.due(c.Time):
		a.report(c, shared)
	default:
		c.Explain("told of within the last minute")
	}
}

func (s *adhocSide) fresh(t Instant) bool {
	return s.frames >= adhocFrames && t.Sub(s.last) <= adhocMemory
}

func (a *adhoc) report(c *Context, shared string) {
	text := fmt.Sprintf("An ad-hoc network of %s has the BSSID %s of an access point%s", a.ibss.transmitter, a.ibss.bssid, named(c))
	if shared == "name" {
		text = fmt.Sprintf("An ad-hoc network (BSSID %s, of %s) bears the name '%s' of the network of access point %s",
			a.ibss.bssid, a.ibss.transmitter, &c.Name, a.ap.bssid)
	}
	c.Report(Report{
		Text:   text + "; stations may take it for that",
		BSSID:  a.ibss.bssid,
		Source: a.ibss.transmitter,
		Other:  a.ap.bssid,
		Frames: uint64(a.ibss.frames),
		Trail:  &a.trail,
	})
}
