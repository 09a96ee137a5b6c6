package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var ssidCanary = Spec{
	Name:        "SSIDCANARY",
	Class:       "SPOOF",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An SSID that nobody should know is advertised, answered or looked for.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp, dot11.ProbeReq, dot11.AssocReq, dot11.ReassocReq),
	New:         newSSIDCanary,
}

// SSIDCANARY: a network name that nobody should know or use.
//
// # What it sees
//
// A network name that was planted where only an intruder finds it, or that no
// longer exists, turns up on the air: somebody reads the configuration of the
// network, answers to any name (KARMA), or uses a device that once was in the
// network.
//
// # Source
//
// Kismet's alert of the same name. Rules are lines of the configuration,
// ssidcanary=NAME:ssid="PATTERN", with an unanchored Perl-compatible pattern;
// ^\QName\E$ is a name taken literally and whole.
//
// # Trigger
//
// A beacon or probe response with a matching SSID, or a probe, association or
// reassociation request for one. It is reported at once, and once a minute
// while it lasts, for each address, rule and way of using the name. The text
// tells access points from clients.
//
// # Cannot see
//
// A hidden name, until somebody asks for it or answers. Names inside of
// multiple BSSID elements and SSID lists. With a pattern that only a
// backtracking engine can match, an SSID made to exhaust it.
//
// # Known false positives
//
// A neighbour's network that a loose pattern matches too: anchor it.
//
// # Options
//
// None besides the rules.
type ssidCanaryDetector struct {
	rules *ssidMatcher
	seen  *Table[canaryKey, episode]
}

type canaryKey struct {
	address dot11.Addr
	rule    int
	kind    dot11.Kind
}

func newSSIDCanary(s Settings) (Detector, error) {
	rules, err := newSSIDMatcher("ssidcanary", s.Canaries)
	if err != nil {
		return nil, err
	}
	size := 0
	if len(rules.rules) > 0 {
		size = s.Tables.Stations / 16
	}
	return &ssidCanaryDetector{rules: rules, seen: NewTable[canaryKey, episode](size)}, nil
}

// Idle reports whether there are no rules.
func (d *ssidCanaryDetector) Idle() bool { return len(d.rules.rules) == 0 }

func (d *ssidCanaryDetector) Frame(c *Context) {
	matches := d.rules.match(c)
	if len(matches) == 0 {
		d.rules.explain(c)
	}
	for _, i := range matches {
		e, _ := d.seen.Put(canaryKey{c.Frame.Transmitter, i, c.Frame.Kind})
		e.add(c)
		if c.Explaining() {
			c.Explain("SSID '%s' matches rule %s: %s; told of once a minute", &c.Name, d.rules.rules[i].Name, e)
		}
		if e.due(c.Time) {
			c.Report(Report{
				Text:   canaryText(c, &d.rules.rules[i], e),
				Frames: e.frames,
				Trail:  &e.trail,
			})
		}
	}
}

func canaryText(c *Context, r *compiledRule, e *episode) string {
	f := c.Frame
	var who string
	switch f.Kind {
	case dot11.Beacon:
		who = fmt.Sprintf("Access point %s advertises", f.Transmitter)
	case dot11.ProbeResp:
		who = fmt.Sprintf("Access point %s answers %s for", f.Transmitter, f.Destination)
	case dot11.ProbeReq:
		who = fmt.Sprintf("Client %s probes for", f.Transmitter)
	case dot11.AssocReq:
		who = fmt.Sprintf("Client %s associates with %s for", f.Transmitter, f.BSSID)
	case dot11.ReassocReq:
		who = fmt.Sprintf("Client %s reassociates with %s for", f.Transmitter, f.BSSID)
	}
	return fmt.Sprintf("%s canary SSID '%s', matching SSIDCANARY rule %s (%s), which nobody should use: %s",
		who, &c.Name, r.Name, r.Pattern, e)
}
