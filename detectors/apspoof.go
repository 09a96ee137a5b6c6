package detectors

import (
	"errors"
	"fmt"

	"picket/capture/dot11"
)

var apSpoof = Spec{
	Name:        "APSPOOF",
	Class:       "SPOOF",
	Severity:    15,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "A device that is not on the list of valid access points advertises or answers for a protected SSID, or a valid one has a double.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	New:         newAPSpoof,
}

// APSPOOF: an access point under a name or address that is not its own.
//
// # What it sees
//
// An evil twin: an access point that shows the name of a network that it does
// not belong to, so that clients join it. Also one that copies the address of
// a valid access point.
//
// # Source
//
// Kismet's alert of the same name. Rules are lines of the configuration,
// apspoof=NAME:ssid="PATTERN",validmacs="MAC,MAC/MASK,...", with an unanchored
// Perl-compatible pattern; ^\QName\E$ is a name taken literally and whole.
// The evidence of doubles is that of Thankappan et al., IEEE Access 12:23096
// (2024), for multi-channel machine-in-the-middle attacks.
//
// # Trigger
//
// A beacon or probe response whose SSID matches a rule and whose transmitter
// or BSSID is none of the rule's valid addresses. Every frame is looked at;
// the first rule that is broken is reported, at once and then once a minute
// while it lasts, for each transmitter and rule, and anew when the transmitter
// offers another security.
//
// A valid BSSID has a double when its beacons and probe responses show two
// values by turns, each of them more than once, and return to one twice within
// a minute or after no more than five seconds: of the channel, unless a
// channel switch was announced, of the security, or of the line that the TSF of
// beacons is on, where lines are more than two seconds apart. A restart makes
// a change and no return.
//
// # Cannot see
//
// A double that is on the same channel, with the same security, and copies
// the clock; or that is never heard within a minute of the real one. Names
// inside of multiple BSSID elements. With a pattern that only a backtracking
// engine can match, an SSID made to exhaust it.
//
// # Known false positives
//
// A new access point that is not yet on the list. A neighbour's network that a
// loose pattern matches too: anchor it. An access point that an administrator
// moves to and fro without announcing it, more than once a minute. Receivers
// whose clocks are seconds apart.
//
// # Options
//
// None besides the rules.
type apSpoofDetector struct {
	rules   *ssidMatcher
	rogues  *Table[rogueKey, episode]
	doubles *Table[dot11.Addr, double]
}

// A rogueKey holds the security too, because an impostor that comes back with
// another one tries another attack: first to be joined, then to collect
// handshakes.
type rogueKey struct {
	transmitter dot11.Addr
	rule        int
	security    Security
}

var errNoValidMACs = errors.New("validmacs: want at least one address")

func newAPSpoof(s Settings) (Detector, error) {
	rules, err := newSSIDMatcher("apspoof", s.APSpoof)
	if err != nil {
		return nil, err
	}
	for _, r := range rules.rules {
		if len(r.valid) == 0 {
			return nil, ruleError("apspoof", r.SSIDRule, errNoValidMACs)
		}
	}
	size := 0
	if len(rules.rules) > 0 {
		size = s.Tables.BSS / 4
	}
	return &apSpoofDetector{
		rules:   rules,
		rogues:  NewTable[rogueKey, episode](size),
		doubles: NewAddrTable[double](size),
	}, nil
}

// Idle reports whether there are no rules.
func (d *apSpoofDetector) Idle() bool { return len(d.rules.rules) == 0 }

func (d *apSpoofDetector) Frame(c *Context) {
	matches := d.rules.match(c)
	if len(matches) == 0 {
		d.rules.explain(c)
		return
	}
	f := c.Frame
	for _, i := range matches {
		if r := &d.rules.rules[i]; !r.allows(f.Transmitter) || !r.allows(f.BSSID) {
			d.rogue(c, i)
			return
		}
	}
	d.valid(c, &d.rules.rules[matches[0]])
}

// rogue takes in a frame that breaks rule number i.
func (d *apSpoofDetector) rogue(c *Context, i int) {
	security := shownSecurity(c)
	e, _ := d.rogues.Put(rogueKey{c.Frame.Transmitter, i, security})
	e.add(c)
	f, r := c.Frame, &d.rules.rules[i]
	if c.Explaining() {
		c.Explain("transmitter %s or BSSID %s is none of the valid addresses of rule %s: %s",
			f.Transmitter, f.BSSID, r.Name, e)
	}
	if !e.due(c.Time) {
		c.Explain("told of within the last minute")
		return
	}
	verb := "advertising"
	if f.Kind == dot11.ProbeResp {
		verb = "responding for"
	}
	under := ""
	if f.Transmitter != f.BSSID {
		under = fmt.Sprintf(" under BSSID %s", f.BSSID)
	}
	c.Report(Report{
		Text: fmt.Sprintf("Unauthorized device (%s)%s %s SSID '%s' (%s), matching APSPOOF rule %s (%s), which may be an evil twin: %s",
			f.Transmitter, under, verb, &c.Name, security, r.Name, r.Pattern, e),
		Frames: e.frames,
		Trail:  &e.trail,
	})
}

// valid takes in a frame of a device that the rules allow.
func (d *apSpoofDetector) valid(c *Context, r *compiledRule) {
	b := c.BSS
	if !c.advertises || b == nil || b.Advertised == 0 {
		c.Explain("the addresses are valid, and nothing was heard of the BSS before to compare with")
		return
	}
	c.Lead(leadProtected)
	if c.ad.differs == 0 && b.watched&watchedByAPSpoof == 0 {
		c.Explain("the addresses are valid, and channel, security and clock (TSF) are as before")
		return
	}
	if c.Explaining() {
		c.Explain("the addresses are valid; different from the frame before: %s; restart: %t, channel switch announced: %t",
			c.ad.differs, c.ad.restart, c.ad.notified)
	}
	v, isNew := d.doubles.Put(b.BSSID)
	if isNew {
		v.adopt(b, c.Source)
		b.watched |= watchedByAPSpoof
	}
	if v.show(&c.ad, c) && v.due(c.Time) {
		c.Report(Report{
			Text: fmt.Sprintf("Two access points use BSSID %s, which APSPOOF rule %s (%s) allows for SSID '%s': %s; one of them is a clone",
				b.BSSID, r.Name, r.Pattern, &c.Name, v.differences(c.Time)),
			Frames: v.frames(),
			Trail:  &v.trail,
		})
	}
	if !v.remembers(c.Time) {
		d.doubles.Delete(b.BSSID)
		b.watched &^= watchedByAPSpoof
	}
}
