package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var wpsBrute = Spec{
	Name:        "WPSBRUTE",
	Class:       "EXPLOIT",
	Severity:    20,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "Somebody guesses the WPS PIN of an access point, or takes from it what to compute the PIN of.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	Protocols:   protocolsOf(ProtocolEAPOL),
	Options: []Option{
		{Name: "attempts", Default: 6, Min: 2, Max: 1000, Unit: "attempts", Doc: "How many failed attempts are no mistake of a person."},
		{Name: "pause", Default: 300, Min: 1, Max: 86400, Unit: "s", Doc: "The time without an attempt after which they are counted anew."},
	},
	New: func(s Settings) (Detector, error) {
		return &wpsBruteDetector{
			attempts:  s.Int("attempts"),
			pause:     s.Seconds("pause"),
			exchanges: newMemberTable[wpsExchange](s.Tables.Stations / 64),
			aps:       NewAddrTable[wpsTarget](s.Tables.BSS / 32),
		}, nil
	},
}

// wpsLockedAttempts are enough when the access point has locked its setup
// meanwhile: it found them too many.
const wpsLockedAttempts = 3

// WPSBRUTE: somebody wants the WPS PIN of an access point.
//
// # What it sees
//
// WPS exchanges in which a station plays the registrar, who configures the
// access point and has to know its PIN, again and again without success. The
// access point says after half of the PIN that it is wrong, so that 11,000
// attempts find any; many access points can also be made to betray it in one
// (Pixie Dust): the attacker breaks off when it has message 3, and computes.
// Who has the PIN is told the password, also a new one.
//
// # Source
//
// S. Viehböck, "Brute forcing Wi-Fi Protected Setup", 2011; D. Bongard,
// "Offline bruteforce attack on WiFi Protected Setup", 2014. reaver, bully.
//
// # Trigger
//
// An attempt is an exchange in which the access point sends message 3, the
// station sends message 4, or the access point refuses (NACK), by whatever
// address; not one in which it sends message 7, which is success. As many of
// them at one access point as the option attempts says, without a pause as long
// as the option pause says between any two; or three if the access point has
// locked its WPS setup meanwhile; or one in which the station answers message 3
// with a NACK (Pixie Dust). One finding when it begins and one a minute while
// it goes on, and one when a PIN is found.
//
// # Cannot see
//
// Attempts slower than the pause. Whether an attempt is one with an empty PIN:
// the messages that would tell are encrypted. Joining by WPS, in which the
// access point is the registrar, is no attempt.
//
// # Known false positives
//
// Somebody who mistypes the PIN of the access point until that locks its setup.
//
// # Options
//
//   - attempts: how many failed attempts are no mistake of a person (6).
//   - pause: the seconds without an attempt after which they are counted anew
//     (300).
type wpsBruteDetector struct {
	attempts  int
	pause     time.Duration
	exchanges *Table[member, wpsExchange]
	aps       *Table[dot11.Addr, wpsTarget]
}

// A wpsExchange is one run of the protocol with an access point as enrollee.
type wpsExchange struct {
	counted bool  // as an attempt
	m3      uint8 // EAP identifier of message 3; valid iff hasM3
	hasM3   bool
	hasM4   bool
	refused bool // by the access point
}

// A wpsTarget is an access point that attempts are made at.
type wpsTarget struct {
	reminder
	bssid                    dot11.Addr
	attempts, wrong, refused int
	begun, last              Instant
	pixie, found             bool
	open, locked             bool // its beacons said so since the attempts began
	registrar                dot11.Addr
	others                   bool // more than one station made attempts
	trail                    Trail
}

func (d *wpsBruteDetector) Frame(c *Context) {
	if c.Protocol != ProtocolEAPOL {
		d.advertisement(c)
		return
	}
	p, ok := dot11.ParseEAPOL(c.Payload)
	if !ok {
		return
	}
	bssid, station, fromAP := c.sides(true)
	pair := member{bssid, station}
	if p.PacketType == dot11.EAPOLTypeStart {
		d.exchanges.Delete(pair)
		return
	}
	eap, ok := dot11.ParseEAP(p.Body)
	if !ok || p.PacketType != dot11.EAPOLTypePacket {
		return
	}
	m, ok := dot11.ParseWSC(&eap)
	if !ok {
		if eap.Code == dot11.EAPFailure || eap.Type == dot11.EAPTypeIdentity {
			d.exchanges.Delete(pair)
		}
		return
	}
	d.message(c, pair, fromAP, eap.ID, m)
}

// advertisement notes whether an access point that is under attack has locked
// its setup.
func (d *wpsBruteDetector) advertisement(c *Context) {
	if d.aps.Len() == 0 || !c.advertises || !c.Elements.HasWPS {
		c.Explain("no access point with WPS is being tried")
		return
	}
	ap := d.aps.Peek(c.Frame.BSSID)
	if ap == nil {
		c.Explain("nobody has tried the PIN of this access point")
		return
	}
	if !c.Elements.WPSLocked {
		ap.open = true
		return
	}
	if ap.open && !ap.locked {
		ap.locked = true
		ap.trail.Add(c)
		d.judge(c, ap)
	}
}

// message takes in one message of an exchange.
func (d *wpsBruteDetector) message(c *Context, pair member, fromAP bool, id uint8, m dot11.WSC) {
	// Of an enrollee come the messages of odd number, of a registrar the others.
	switch m.Message {
	case dot11.WSCM1, dot11.WSCM3, dot11.WSCM5, dot11.WSCM7:
		if !fromAP {
			return
		}
	case dot11.WSCM2, dot11.WSCM2D, dot11.WSCM4, dot11.WSCM6, dot11.WSCM8:
		if fromAP {
			return
		}
	}
	if m.Message == dot11.WSCMsgNack {
		if x := d.exchanges.Get(pair); x != nil {
			d.nack(c, pair, x, fromAP, id, m.ConfigError)
		}
		return
	}
	x, _ := d.exchanges.Put(pair)
	switch m.Message {
	case dot11.WSCM1:
		*x = wpsExchange{}
	case dot11.WSCM3:
		if x.hasM3 && x.m3 != id { // the beginning of another exchange was not heard
			*x = wpsExchange{}
		}
		x.m3, x.hasM3 = id, true
		d.attempt(c, pair, x)
	case dot11.WSCM4:
		x.hasM4 = true
		d.attempt(c, pair, x)
	case dot11.WSCM7:
		d.succeed(c, pair, x)
	}
}

// attempt counts the exchange, once.
func (d *wpsBruteDetector) attempt(c *Context, pair member, x *wpsExchange) {
	ap, isNew := d.aps.Put(pair.bssid)
	if isNew || c.Time.Sub(ap.last) > d.pause {
		*ap = wpsTarget{bssid: pair.bssid, begun: c.Time}
	}
	ap.last = c.Time
	if x.counted {
		c.Explain("its exchange was counted as an attempt before")
		return
	}
	x.counted = true
	ap.others = ap.others || ap.attempts > 0 && ap.registrar != pair.station
	ap.attempts++
	ap.registrar = pair.station
	ap.trail.Add(c)
	d.judge(c, ap)
}

// succeed takes the exchange for one of somebody who knows the PIN, unless it
// follows a guess that was told of.
func (d *wpsBruteDetector) succeed(c *Context, pair member, x *wpsExchange) {
	ap := d.aps.Get(pair.bssid)
	if ap == nil || !x.counted {
		return
	}
	if ap.reminder.last == 0 {
		c.Explain("the station knows the PIN, and guesses were not told of: the attempts at this access point are forgotten")
		d.aps.Delete(pair.bssid)
		return
	}
	if !ap.found {
		ap.found, ap.registrar = true, pair.station
		ap.trail.Add(c)
		ap.report(c)
	}
}

// nack takes in a refusal, of either side.
func (d *wpsBruteDetector) nack(c *Context, pair member, x *wpsExchange, fromAP bool, id uint8, reason uint16) {
	if fromAP {
		if x.refused {
			return
		}
		x.refused = true
		d.attempt(c, pair, x)
		ap := d.aps.Get(pair.bssid)
		switch reason {
		case dot11.WSCWrongPIN:
			ap.wrong++
		case dot11.WSCSetupLocked:
			ap.refused++
		}
		return
	}
	// Who has the PIN answers message 3 with message 4, at once.
	if ap := d.aps.Get(pair.bssid); ap != nil && x.hasM3 && x.m3 == id && !x.hasM4 && !ap.pixie {
		ap.pixie, ap.registrar = true, pair.station
		ap.trail.Add(c)
		ap.reminder = reminder{}
		d.judge(c, ap)
	} else {
		c.Explain("the station ends an exchange: not for the sake of message 3, or it has done so before")
	}
}

// judge tells of the attempts when they are too many.
func (d *wpsBruteDetector) judge(c *Context, ap *wpsTarget) {
	enough := ap.attempts >= d.attempts || ap.locked && ap.attempts >= wpsLockedAttempts || ap.pixie
	if c.Explaining() {
		c.Explain("%s, %d are too many, %d if the setup gets locked (it has: %t), 1 if the station breaks off after message 3 (it has: %t); told of within the last minute: %t",
			plural(uint64(ap.attempts), "attempt"), d.attempts, wpsLockedAttempts, ap.locked, ap.pixie,
			ap.reminder.last != 0 && c.Time.Sub(ap.reminder.last) < reminderInterval)
	}
	if enough && ap.due(c.Time) {
		ap.report(c)
	}
}

func (ap *wpsTarget) report(c *Context) {
	text := fmt.Sprintf("WPS PIN of access point %s under attack by %s", nameBSS(ap.bssid, c.LookupBSS(ap.bssid)), ap.registrar)
	if ap.others {
		text += " and others"
	}
	text += ": " + plural(uint64(ap.attempts), "attempt")
	if span := ap.last.Sub(ap.begun); span > 0 {
		text += " within " + rough(span)
	}
	if ap.wrong > 0 {
		text += fmt.Sprintf(", of which %d were told that the PIN is wrong", ap.wrong)
	}
	if ap.refused > 0 {
		text += fmt.Sprintf(", %d refused because the setup is locked", ap.refused)
	}
	if ap.locked {
		text += "; the access point has locked its setup"
	}
	if ap.pixie {
		text += "; the station broke off after message 3, which is all that a search for the PIN needs (Pixie Dust)"
	}
	if ap.found {
		text += "; the PIN is found: message 7 of the access point gave away the password"
	}
	c.Report(Report{
		Text:   text,
		BSSID:  ap.bssid,
		Source: ap.registrar,
		Dest:   ap.bssid,
		Frames: ap.trail.Len(),
		Trail:  &ap.trail,
	})
}
