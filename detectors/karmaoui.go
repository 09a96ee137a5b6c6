package detectors

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"picket/capture/dot11"
)

var karmaOUI = Spec{
	Name:        "KARMAOUI",
	Class:       "PROBE",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An access point that bears the address block of a Karma attack tool, or that takes the names of many networks as Karma does.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	RateBased:   true,
	Options: []Option{
		{Name: "ssids", Default: 3, Min: 2, Max: karmaNames, Unit: "SSIDs", Doc: "How many names of one transmitter are too many."},
		{Name: "window", Default: 60, Min: 1, Max: 3600, Unit: "s", Doc: "The time in which they are counted."},
	},
	New: func(s Settings) (Detector, error) {
		return &karmaOUIDetector{
			ssids:   s.Int("ssids"),
			window:  s.Seconds("window"),
			senders: NewAddrTable[karmaSender](s.Tables.BSS / 8),
		}, nil
	},
}

const (
	karmaNames  = 8
	karmaRepeat = time.Minute
	// karmaAnswers is how many probe responses for a name that is not
	// beaconed betray Karma: more than one that was damaged on the way.
	karmaAnswers = 2

	// p2pWildcard is the name that stands for any group in Wi-Fi Direct.
	p2pWildcard = "DIRECT-"
)

// KARMAOUI: one access point that claims to be any network asked for.
//
// # What it sees
//
// Two things. A beacon or probe response from an address in the block 00:13:37,
// or its locally administered form 02:13:37, which the WiFi Pineapple uses.
// And the behaviour of the attack, whatever the address: one transmitter that
// answers for or advertises several network names. A station that looks for a
// network it knows by name is answered by that name, joins by itself if the
// network was an open one, and sends all of its traffic through the attacker.
//
// # Source
//
// D. Dai Zovi and S. Macaulay, "Attacking Automatic Wireless Network
// Selection", 2005 (Karma). airbase-ng -P -C, hostapd-mana and the Pineapple's
// PineAP do it.
//
// # Trigger
//
// An address of that block, in one frame. Or as many different names as the
// option ssids says, in beacons and probe responses of one transmitter within
// as many seconds as the option window says, each of them in two frames or in
// one of which the checksum was verified, lest a damaged name counts. Or two
// probe responses for a name from a transmitter whose beacons bear another
// name, before them and after. One finding a minute for each transmitter while
// it goes on.
//
// # Cannot see
//
// A tool that uses an address of its own for each name, and one that answers
// for two names at most and shows none in its beacons.
//
// # Known false positives
//
// An access point whose name is changed several times within the window. One
// with several names in the multiple BSSID element is not one of them: those
// names are not counted. Old access points that serve names they do not beacon
// under one BSSID.
//
// # Options
//
//   - ssids: how many names of one transmitter are too many (3).
//   - window: the seconds in which they are counted (60).
type karmaOUIDetector struct {
	ssids   int
	window  time.Duration
	senders *Table[dot11.Addr, karmaSender]
}

// A karmaSender is a transmitter that has shown more than one name, or whose
// address gives it away.
type karmaSender struct {
	names    [karmaNames]karmaName
	frames   uint64 // since the last finding
	reported Instant
	trail    Trail
}

type karmaName struct {
	name        Name
	first, last Instant
	frames      uint64 // 0: unused
	answers     uint64 // probe responses among them
	confirmed   bool
}

func (d *karmaOUIDetector) Frame(c *Context) {
	f := c.Frame
	if isPineapple(f.Transmitter) || isPineapple(f.BSSID) {
		d.pineapple(c)
		return
	}
	if !c.HasName || string(c.Name.Bytes()) == p2pWildcard {
		c.Explain("it shows no name of a network")
		return
	}
	// The usual access point shows the one name that its BSS is known by. It
	// costs a comparison while no one is suspected.
	usual := c.FromAP() && (c.BSS == nil || c.BSS.SSID == c.Name)
	if usual && (d.senders.Len() == 0 || d.senders.Peek(f.Transmitter) == nil) {
		c.Explain("it shows the one name that its BSS is known by")
		return
	}
	d.name(c)
}

func isPineapple(a dot11.Addr) bool { return a[0]&^2 == 0 && a[1] == 0x13 && a[2] == 0x37 }

func (d *karmaOUIDetector) pineapple(c *Context) {
	s, _ := d.senders.Put(c.Frame.Transmitter)
	s.frames++
	s.trail.Add(c)
	if !s.due(c.Time) {
		c.Explain("the address is a Pineapple's; it was told of within the last minute")
	} else {
		s.report(c, fmt.Sprintf("%s from %s, SSID %s: the address is in the block of the WiFi Pineapple, a tool for Karma attacks",
			c.Frame.Kind, c.Frame.Transmitter, quoteSSID(c.Elements.SSID)))
	}
}

func (d *karmaOUIDetector) name(c *Context) {
	f := c.Frame
	s, isNew := d.senders.Put(f.Transmitter)
	if isNew && c.FromAP() && c.BSS != nil && !c.BSS.SSID.Hidden() {
		s.names[0] = karmaName{name: c.BSS.SSID, first: c.BSS.First, last: c.BSS.Advertised, frames: 1, confirmed: f.FCSPresent}
	}
	s.frames++
	n, isNewName := s.nameRecord(c.Name)
	if isNewName {
		n.first = c.Time
		s.trail.Add(c)
	}
	n.last = c.Time
	n.frames++
	if f.Kind == dot11.ProbeResp {
		n.answers++
	}
	n.confirmed = n.confirmed || n.frames > 1 || f.FCSPresent
	if !s.due(c.Time) {
		c.Explain("the transmitter was told of within the last minute")
		return
	}
	number := s.count(c.Time, d.window)
	if c.Explaining() {
		c.Explain("%d different names of this transmitter within %s are certain (%s), it takes %d",
			number, d.window, strings.Join(s.list(c.Time, d.window), ", "), d.ssids)
	}
	if number >= d.ssids {
		s.report(c, fmt.Sprintf("%s answers for or advertises %s networks within %d s: %s; it takes the names that stations look for (Karma)",
			f.Transmitter, atLeast(number, karmaNames), int(d.window.Seconds()), strings.Join(s.list(c.Time, d.window), ", ")))
		return
	}
	if f.Kind != dot11.Beacon {
		return
	}
	if other := s.answered(n, c.Time, d.window); other != nil {
		s.report(c, fmt.Sprintf("%s beacons %s and answers stations that look for %s, a name it does not beacon (Karma)",
			f.Transmitter, quoteSSID(c.Name.Bytes()), quoteSSID(other.name.Bytes())))
	}
}

// answered is a name that the transmitter has only ever answered for, while it
// beaconed the name n before and beacons it now: it was not renamed.
func (s *karmaSender) answered(n *karmaName, t Instant, span time.Duration) *karmaName {
	for i := range s.names {
		other := &s.names[i]
		if other != n && other.answers >= karmaAnswers && other.answers == other.frames &&
			other.first > n.first && t.Sub(other.last) < span {
			return other
		}
	}
	return nil
}

// atLeast is n, and says so when there may have been more.
func atLeast(n, most int) string {
	if n == most {
		return fmt.Sprintf("%d or more", n)
	}
	return strconv.Itoa(n)
}

// nameRecord is the record of name, which takes the place of the one shown
// longest ago when it is new.
func (s *karmaSender) nameRecord(name Name) (n *karmaName, isNew bool) {
	oldest := &s.names[0]
	for i := range s.names {
		n := &s.names[i]
		if n.frames > 0 && n.name == name {
			return n, false
		}
		if n.last < oldest.last {
			oldest = n
		}
	}
	*oldest = karmaName{name: name}
	return oldest, true
}

// counts reports whether n was confirmed and shown less than span before t.
func (n *karmaName) counts(t Instant, span time.Duration) bool {
	return n.confirmed && t.Sub(n.last) < span
}

func (s *karmaSender) count(t Instant, span time.Duration) int {
	number := 0
	for i := range s.names {
		if s.names[i].counts(t, span) {
			number++
		}
	}
	return number
}

func (s *karmaSender) list(t Instant, span time.Duration) []string {
	var names []string
	for i := range s.names {
		if n := &s.names[i]; n.counts(t, span) {
			names = append(names, quoteSSID(n.name.Bytes()))
		}
	}
	return names
}

func (s *karmaSender) due(t Instant) bool {
	return s.reported == 0 || t.Sub(s.reported) >= karmaRepeat
}

func (s *karmaSender) report(c *Context, text string) {
	s.reported = c.Time
	c.Report(Report{Text: text, Frames: s.frames, Trail: &s.trail})
	s.frames, s.trail = 0, Trail{}
}
