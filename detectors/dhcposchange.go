package detectors

import (
	"bytes"
	"fmt"
	"time"

	"picket/capture/dot11"
)

var dhcpOSChange = Spec{
	Name:        "DHCPOSCHANGE",
	Class:       "SPOOF",
	Severity:    5,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A station asks for its address as another operating system than before: another machine may have taken its address.",
	Protocols:   protocolsOf(ProtocolDHCP),
	New: func(s Settings) (Detector, error) {
		return &dhcpOSChangeDetector{NewAddrTable[clientSystem](s.Tables.Stations / 32)}, nil
	},
}

// dhcpSwift is too short for a machine to start another system, or another
// version of it.
const dhcpSwift = 5 * time.Second

// DHCPOSCHANGE: a station that has become another kind of machine.
//
// # What it sees
//
// When a machine asks for an IP address (DHCP), its vendor class and the list
// of parameters that it asks for give away its operating system. Another system
// under the same hardware address is, mostly, another machine, which has taken
// the address to be let in where that was paid for or allowed.
//
// # Source
//
// Kismet's alert of the same name (DNSOSCHANGE in its manual). Options 60 and
// 55: RFC 2132.
//
// # Trigger
//
// Of the messages that one station sends within a day, on whatever BSSID:
//
// The vendor class becomes one of another family, its first word ("android" of
// "android-dhcp-13"), or it changes in any way within five seconds; or one with
// a vendor class and one without ask for different parameters; or a vendor
// class or list of parameters that changed is back, so that two take turns.
//
// Lists are compared for each type of message. Boot loaders (PXE and such) are
// left out, for the system comes after them, and so are relayed messages and
// those in which a machine speaks for another. One finding a minute for each
// station.
//
// # Cannot see
//
// Networks with encryption, and IPv6. Two machines with the same system, and a
// machine that imitates the other's messages.
//
// # Known false positives
//
// A machine with two operating systems.
//
// # Options
//
// None.
type dhcpOSChangeDetector struct {
	clients *Table[dot11.Addr, clientSystem]
}

// clientSystem is what gives away a client's operating system.
type clientSystem struct {
	reminder
	now, before dhcpPrint
	nowAt       Instant
	trail       Trail
}

// A dhcpPrint is the vendor class, and a digest of the list of parameters for
// discover and for request messages; 0 when none was sent.
type dhcpPrint struct {
	vendor     shortText
	parameters [2]uint32
}

func (d *dhcpOSChangeDetector) Frame(c *Context) {
	m := c.ownRequest()
	if m == nil || m.Type != dot11.DHCPDiscover && m.Type != dot11.DHCPRequest || isBootLoader(m.VendorClass) {
		c.Explain("it carries no DHCP message in which a client's system asks for an address for itself")
		return
	}
	shown := printOf(m)
	if shown == (dhcpPrint{}) {
		c.Explain("nothing in it tells the client's system")
		return
	}
	s, isNew := d.clients.Put(m.Client)
	pause := c.Time.Sub(s.nowAt)
	s.nowAt = c.Time
	if isNew || pause > dhcpMemory {
		*s = clientSystem{now: shown, nowAt: c.Time}
		s.trail.Add(c)
		c.Explain("the client has not told its system within a day")
		return
	}
	if s.now.same(&shown) {
		s.now.complete(&shown)
		c.Explain("the system is as before")
		return
	}
	s.trail.Add(c)
	back := s.before != (dhcpPrint{}) && s.before.same(&shown)
	s.before, s.now = s.now, shown
	if c.Explaining() {
		c.Explain("the system is %s, and was %s; another one: %t, for the second time: %t; %s apart, of which %s are too soon for an update",
			&s.now, &s.before, s.now.otherSystem(&s.before), back, rough(pause), dhcpSwift)
	}
	if !back && !s.now.otherSystem(&s.before) && pause > dhcpSwift || !s.due(c.Time) {
		return
	}
	text := fmt.Sprintf("Station %s asks for its address as %s, %s after it did so as %s", m.Client, &s.now, rough(pause), &s.before)
	if back {
		text += ", for the second time: two machines use its address by turns"
	} else {
		text += ": another machine may have taken its address"
	}
	c.Report(Report{Text: text, Source: m.Client, Frames: s.trail.Len(), Trail: &s.trail})
}

func printOf(m *dot11.DHCP) dhcpPrint {
	p := dhcpPrint{vendor: shortTextOf(m.VendorClass)}
	if len(m.Parameters) > 0 {
		i := 0
		if m.Type == dot11.DHCPRequest {
			i = 1
		}
		p.parameters[i] = digest(m.Parameters)
	}
	return p
}

// digest is FNV-1a, never 0.
func digest(b []byte) uint32 {
	const offset, prime = 2166136261, 16777619
	h := uint32(offset)
	for _, octet := range b {
		h = (h ^ uint32(octet)) * prime
	}
	return max(h, 1)
}

// same reports whether q, of one message, is what p says, as far as both say
// something.
func (p *dhcpPrint) same(q *dhcpPrint) bool { return p.vendor == q.vendor && !p.otherParameters(q) }

func (p *dhcpPrint) otherParameters(q *dhcpPrint) bool {
	for i, a := range p.parameters {
		if b := q.parameters[i]; a != 0 && b != 0 && a != b {
			return true
		}
	}
	return false
}

// complete adds what q says beyond p.
func (p *dhcpPrint) complete(q *dhcpPrint) {
	for i, a := range q.parameters {
		if p.parameters[i] == 0 {
			p.parameters[i] = a
		}
	}
}

// otherSystem reports whether p is that of another operating system than q, and
// not only of another version.
func (p *dhcpPrint) otherSystem(q *dhcpPrint) bool {
	one, other := p.vendor.bytes(), q.vendor.bytes()
	if len(one) > 0 && len(other) > 0 {
		return !bytes.EqualFold(family(one), family(other))
	}
	return len(one) != len(other) && p.otherParameters(q)
}

// family is the first word of a vendor class.
func family(vendor []byte) []byte {
	for i, b := range vendor {
		if 'a' <= b|0x20 && b|0x20 <= 'z' {
			continue
		}
		if i > 0 {
			return vendor[:i]
		}
		break
	}
	return vendor
}

// bootLoaders are what the vendor classes of programs that load a system begin
// with.
var bootLoaders = [][]byte{[]byte("PXEClient"), []byte("HTTPClient"), []byte("Etherboot"), []byte("iPXE"), []byte("U-Boot"), []byte("U-boot")}

func isBootLoader(vendor []byte) bool {
	for _, name := range bootLoaders {
		if bytes.HasPrefix(vendor, name) {
			return true
		}
	}
	return false
}

// String is the system as a person may know it.
func (p *dhcpPrint) String() string {
	if p.vendor.length == 0 {
		return "a system without vendor class"
	}
	return "'" + p.vendor.String() + "'"
}
