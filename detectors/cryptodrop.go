package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var cryptoDrop = Spec{
	Name:        "CRYPTODROP",
	Class:       "SPOOF",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A network that was encrypted is offered open or with WEP.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	OnChange:    true,
	New:         newCryptoDrop,
}

// CRYPTODROP: a network that loses its encryption.
//
// # What it sees
//
// A BSSID offers a network open, or with WEP, that it offered with better
// security before. An impostor that does not know the password has no other
// way to let clients in; and a network whose protection was taken off by
// mistake needs somebody who notices.
//
// # Source
//
// Kismet's alert of the same name. The levels, from the RSN and WPA elements
// and the privacy bit (IEEE 802.11-2020, 9.4.2.24 and 9.4.1.4): open, WEP, WPA
// (or TKIP), WPA2, WPA3 (SAE, Suite B or OWE); of several the weakest that a
// client may choose.
//
// # Trigger
//
// For each BSSID and SSID: two beacons or probe responses within a minute at
// one level that is open or WEP, and below one that two frames within the last
// hour have shown. The finding is repeated once a minute while the drop lasts,
// until the better level has not been heard for an hour. The text says whether
// the better level is gone or whether both are there, which are two access
// points.
//
// # Cannot see
//
// A network that is open when it is heard for the first time. A twin with an
// address of its own (APSPOOF). A drop between encrypted levels. The end of
// OWE transition mode, in which the BSS for old clients is open all the time.
//
// # Known false positives
//
// An administrator who takes the encryption off on purpose.
//
// # Options
//
// None.
type cryptoDropDetector struct {
	networks *Table[network, cryptoLevels]
}

// A network is one SSID of one BSSID.
type network struct {
	bssid dot11.Addr
	ssid  Name
}

// cryptoMemory is for how long a network's better level counts against a
// worse one.
const cryptoMemory = time.Hour

// cryptoFrames show a level for certain; a single frame may be damaged.
const cryptoFrames = 2

// cryptoLevels are the levels at which one network was offered, which were not
// always the same of late.
type cryptoLevels struct {
	reminder
	norm  sighting[Security] // the best that is certain
	rise  sighting[Security] // a better one
	drop  sighting[Security] // a worse one that is open or WEP
	trail Trail              // of the drop
}

func newCryptoDrop(s Settings) (Detector, error) {
	return &cryptoDropDetector{networks: NewTable[network, cryptoLevels](s.Tables.BSS / 4)}, nil
}

func (d *cryptoDropDetector) Frame(c *Context) {
	ad, b := &c.ad, c.BSS
	if !c.advertises || ad.security == SecurityUnknown || b == nil {
		c.Explain("it is no whole frame of an access point that was heard before")
		return
	}
	// A hidden name is taken for the one that is known.
	known := !c.HasName || c.Name == b.SSID || b.SSID.Hidden()
	if known && ad.differs&traitSecurity == 0 && b.watched&watchedByCryptoDrop == 0 {
		c.Explain("the security is as before")
		return
	}
	key := network{b.BSSID, c.Name}
	if !c.HasName {
		key.ssid = b.SSID
	}
	n, isNew := d.networks.Put(key)
	if isNew {
		if known {
			n.norm.adopt(b.Security, b, c.Source)
		}
		b.watched |= watchedByCryptoDrop
	}
	drop := n.show(ad.security, c)
	if c.Explaining() {
		c.Explain("security %s in a network that had %s in %s; as open or WEP in %s, of which it takes %d within a minute",
			ad.security, n.norm.value, plural(uint64(n.norm.frames), "frame"), plural(uint64(n.drop.frames), "frame"), cryptoFrames)
	}
	if drop && n.due(c.Time) {
		c.Report(Report{
			Text:   n.text(c, key.ssid),
			Frames: uint64(n.drop.frames),
			Trail:  &n.trail,
		})
	}
	if known && n.quiet(c.Time) {
		d.networks.Delete(key)
		b.watched &^= watchedByCryptoDrop
	}
}

// show takes in the level of the current frame and reports whether it is
// certainly a drop.
func (n *cryptoLevels) show(level Security, c *Context) bool {
	uncertain := n.norm.frames < cryptoFrames
	switch {
	case level == n.norm.value:
		n.norm.add(level, c)
	case level > n.norm.value:
		n.rise.count(level, c)
		if uncertain || n.rise.frames >= cryptoFrames {
			n.norm, n.rise = n.rise, sighting[Security]{}
		}
	case uncertain || c.Time.Sub(n.norm.last) > cryptoMemory:
		n.norm.begin(level, c)
		n.drop = sighting[Security]{}
	case level <= SecurityWEP:
		if n.drop.count(level, c) {
			n.trail = Trail{}
		}
		n.trail.Add(c)
		return n.drop.frames >= cryptoFrames
	}
	return false
}

// quiet reports whether the network is offered at one level and was so for a
// while: then the BSS's own record is enough to compare with.
func (n *cryptoLevels) quiet(t Instant) bool {
	over := func(s *sighting[Security]) bool { return s.frames == 0 || t.Sub(s.last) > reminderInterval }
	return n.norm.last == t && n.norm.frames >= cryptoFrames && over(&n.rise) && over(&n.drop)
}

func (n *cryptoLevels) text(c *Context, name Name) string {
	gone := rough(c.Time.Sub(n.norm.last))
	what := fmt.Sprintf("Network '%s' of BSSID %s is offered with security %s instead of %s",
		&name, c.Frame.BSSID, n.drop.value, n.norm.value)
	drops := plural(uint64(n.drop.frames), "frame")
	if n.norm.last > n.drop.since {
		return fmt.Sprintf("%s by turns: there are two access points with this BSSID, the %s one%s was heard %s ago, the %s one%s in %s",
			what, n.norm.value, n.norm.dBm(), gone, n.drop.value, n.drop.dBm(), drops)
	}
	return fmt.Sprintf("%s%s: %s was last heard %s ago%s, since then there were only %s of the new kind",
		what, n.drop.dBm(), n.norm.value, gone, n.norm.dBm(), drops)
}
