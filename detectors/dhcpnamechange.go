package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var dhcpNameChange = Spec{
	Name:        "DHCPNAMECHANGE",
	Class:       "SPOOF",
	Severity:    5,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A station calls itself by another host name than before: another machine may have taken its address.",
	Protocols:   protocolsOf(ProtocolDHCP),
	New: func(s Settings) (Detector, error) {
		return &dhcpNameChangeDetector{NewAddrTable[clientName](s.Tables.Stations / 32)}, nil
	},
}

// dhcpMemory is for how long what a client said of itself counts.
const dhcpMemory = 24 * time.Hour

// DHCPNAMECHANGE: a station that gives itself another name.
//
// # What it sees
//
// When a machine asks for an IP address (DHCP), it says what it is called.
// Another name under the same hardware address is another machine, which has
// taken the address to be let in where that was paid for or allowed, or to take
// part in what belongs to its owner.
//
// # Source
//
// Kismet's alert of the same name. Options 12 and 81: RFC 2132, RFC 4702.
//
// # Trigger
//
// A discover, request or inform message with a host name, or fully qualified
// name, other than the one that the same station sent last, on whatever BSSID,
// within a day. Only the part before the first dot counts, in upper or lower
// case. Messages in which a machine speaks for another (client address and
// sender of the frame differ) and relayed ones are left out. One finding a
// minute for each station.
//
// # Cannot see
//
// Networks with encryption, and IPv6. A machine that sends no name, or the name
// that belongs to the address.
//
// # Known false positives
//
// A machine that its owner has renamed, and one with two operating systems.
//
// # Options
//
// None.
type dhcpNameChangeDetector struct {
	clients *Table[dot11.Addr, clientName]
}

// clientName is how a client calls itself.
type clientName struct {
	reminder
	now, before shortText
	nowAt       Instant // last
	changes     uint64
	trail       Trail
}

func (d *dhcpNameChangeDetector) Frame(c *Context) {
	m := c.ownRequest()
	if m == nil {
		c.Explain("it carries no DHCP message in which a client speaks for itself")
		return
	}
	name := m.Name()
	if len(name) == 0 {
		c.Explain("the client does not say its name")
		return
	}
	n, isNew := d.clients.Put(m.Client)
	pause := c.Time.Sub(n.nowAt)
	n.nowAt = c.Time
	if isNew || pause > dhcpMemory {
		*n = clientName{now: shortTextOf(name), nowAt: c.Time}
		n.trail.Add(c)
		c.Explain("the client has said no name within a day")
		return
	}
	if n.now.like(name) {
		c.Explain("the name is as before")
		return
	}
	n.trail.Add(c)
	n.changes++
	back := n.before.like(name)
	n.before, n.now = n.now, shortTextOf(name)
	if !n.due(c.Time) {
		c.Explain("the name is another, and its changes were told of within the last minute")
		return
	}
	text := fmt.Sprintf("Station %s calls itself '%s', %s after it called itself '%s'", m.Client, &n.now, rough(pause), &n.before)
	if back {
		text += fmt.Sprintf(", for the second time: two machines use its address by turns (%s)", plural(n.changes, "change"))
	} else {
		text += ": another machine may have taken its address"
	}
	c.Report(Report{Text: text, Source: m.Client, Frames: n.trail.Len(), Trail: &n.trail})
}
