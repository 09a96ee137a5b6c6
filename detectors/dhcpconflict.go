package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var dhcpConflict = Spec{
	Name:        "DHCPCONFLICT",
	Class:       "SPOOF",
	Severity:    5,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "A station uses another IP address than it was given, or two DHCP servers give different ones.",
	Protocols:   protocolsOf(ProtocolDHCP, ProtocolIP),
	New: func(s Settings) (Detector, error) {
		return &dhcpConflictDetector{newMemberTable[dhcpLease](s.Tables.Stations / 32)}, nil
	},
}

const (
	// conflictUses is how many packets with a wrong address are no accident.
	conflictUses = 3
	// leaseFresh is for how long what a client was last given, or seen to use,
	// is certainly still its address: later it may have got another one while
	// nobody listened.
	leaseFresh = time.Minute
	// offerFresh is how far apart offers to a client answer the same request.
	offerFresh = 30 * time.Second
)

// DHCPCONFLICT: IP addresses that contradict what the DHCP server gave.
//
// # What it sees
//
// A station that was given one IP address and uses another: it poses as the
// other's owner, mostly the gateway, to be sent what is meant for that (ARP
// spoofing), or evades what its own address is not allowed. And two servers
// that offer one station addresses in different networks, or with different
// gateways: one of them is a rogue, which leads the traffic through itself.
//
// # Source
//
// Kismet's alert of the same name, by intent. RFC 2131; RFC 826.
//
// # Trigger
//
// An address that is not its own: a station that was given an address by a
// server's acknowledgement claims another one, in three ARP packets (as sender,
// with its own hardware address) or IP packets (with a source in the network of
// its own), within a minute of the acknowledgement or of a packet with the
// right address. Link-local and unspecified addresses are nobody's.
//
// Two servers: of two offers or acknowledgements to one station within half a
// minute, the servers differ, by identifier or by hardware address, and so do
// the networks or the gateways.
//
// One finding a minute for each station.
//
// # Cannot see
//
// Networks with encryption, and IPv6. A station that never asked for an
// address, or did so while nobody listened. A rogue server that offers the same
// network and gateway. Servers that answer on the wire only.
//
// # Known false positives
//
// A station with several addresses on purpose. One that speaks for others, as
// hosts of virtual machines do, is left out once it asks for an address in the
// name of another.
//
// # Options
//
// None.
type dhcpConflictDetector struct {
	leases *Table[member, dhcpLease]
}

// A dhcpLease is what a client was offered and given, and what it makes of it.
type dhcpLease struct {
	reminder
	offer dhcpOffer // the last one

	address dot11.IPv4Addr // given; zero: none
	mask    dot11.IPv4Addr
	proved  Instant // when it was last certain that this is the client's
	bridge  bool    // it speaks for others

	wrong dot11.IPv4Addr
	uses  uint64 // packets with that address
	used  Instant
	trail Trail
}

// A dhcpOffer is what one server says to one client.
type dhcpOffer struct {
	from                    dot11.Addr // who sent it
	server, network, router dot11.IPv4Addr
	at                      Instant
	ref                     Ref
}

func (d *dhcpConflictDetector) Frame(c *Context) {
	p := &c.carried
	switch {
	case p.hasDHCP && p.dhcp.FromServer:
		d.answer(c, p)
	case p.hasDHCP:
		if m := &p.dhcp; m.Client != p.source && isStation(p.source) && !m.Relayed {
			l, _ := d.leases.Put(member{c.Frame.BSSID, p.source})
			l.bridge = true
		}
	case d.leases.Len() > 0 && c.Frame.Has(dot11.ToDS) && isStation(p.source):
		if l := d.leases.Get(member{c.Frame.BSSID, p.source}); l != nil {
			l.check(c, p)
		}
	}
}

// answer takes in what a server says to a client.
func (d *dhcpConflictDetector) answer(c *Context, p *packet) {
	m := &p.dhcp
	if m.Type != dot11.DHCPOffer && m.Type != dot11.DHCPAck || m.YourIP.IsZero() || !isStation(m.Client) {
		return
	}
	mask := m.SubnetMask
	if mask.IsZero() {
		mask = dot11.IPv4Addr{255, 255, 255, 0}
	}
	l, _ := d.leases.Put(member{c.Frame.BSSID, m.Client})
	now := dhcpOffer{p.source, m.ServerID, m.YourIP.Mask(mask), m.Router, c.Time, c.Keep()}
	before := l.offer
	l.offer = now
	if m.Type == dot11.DHCPAck {
		l.address, l.mask, l.proved = m.YourIP, mask, c.Time
		l.uses = 0
	}
	if c.Explaining() {
		c.Explain("%s gives network %s with gateway %s, and before it %s network %s with gateway %s, %s ago",
			now.who(), now.network, now.router, before.who(), before.network, before.router, rough(c.Time.Sub(before.at)))
	}
	if before.at == 0 || c.Time.Sub(before.at) > offerFresh || !now.contradicts(&before) || !l.due(c.Time) {
		return
	}
	var trail Trail
	trail.take(before.ref, now.ref)
	c.Report(Report{
		Text: fmt.Sprintf("Two DHCP servers answer station %s: %s offers network %s with gateway %s, %s network %s with gateway %s; one of them is a rogue",
			m.Client, before.who(), before.network, before.router, now.who(), now.network, now.router),
		Source: p.source, Dest: m.Client, Other: before.from, Frames: 2, Trail: &trail,
	})
}

func (o *dhcpOffer) contradicts(p *dhcpOffer) bool {
	return (o.server != p.server || o.from != p.from) && (o.network != p.network || o.router != p.router)
}

func (o *dhcpOffer) who() string { return fmt.Sprintf("%s (%s)", o.server, o.from) }

// check takes in a packet that the client itself sent.
func (l *dhcpLease) check(c *Context, p *packet) {
	claimed, ok := l.claimed(p)
	if !ok || l.bridge || l.address.IsZero() {
		c.Explain("it claims no address, or its sender speaks for others or was given none")
		return
	}
	if claimed == l.address {
		l.proved = c.Time
		c.Explain("its sender uses the address that it was given")
		return
	}
	if c.Time.Sub(l.proved) > leaseFresh {
		c.Explain("it is too long ago that the station was given an address or used that")
		return
	}
	if claimed != l.wrong || c.Time.Sub(l.used) > leaseFresh || l.uses == 0 {
		l.wrong, l.uses, l.trail = claimed, 0, Trail{}
	}
	l.uses++
	l.used = c.Time
	l.trail.Add(c)
	if c.Explaining() {
		c.Explain("its sender was given %s and uses %s in %s, of which it takes %d",
			l.address, claimed, plural(l.uses, "packet"), conflictUses)
	}
	if l.uses < conflictUses || !l.due(c.Time) {
		return
	}
	whose := ""
	if claimed == l.offer.router {
		whose = ", that of the gateway,"
	}
	c.Report(Report{
		Text: fmt.Sprintf("Station %s was given IP address %s by DHCP server %s but uses %s%s in %s",
			p.source, l.address, l.offer.who(), claimed, whose, plural(l.uses, "packet")),
		Source: p.source, Frames: l.uses, Trail: &l.trail,
	})
}

// claimed is the address that the packet's sender says is its own. Packets
// that it passes on for others have sources outside of its network.
func (l *dhcpLease) claimed(p *packet) (a dot11.IPv4Addr, ok bool) {
	switch {
	case p.hasARP:
		a = p.arp.SenderProtocol
		ok = p.arp.SenderHardware == p.source
	case p.hasIP:
		a = p.ip.Source
		ok = a.Mask(l.mask) == l.address.Mask(l.mask)
	}
	linkLocal := a[0] == 169 && a[1] == 254
	return a, ok && !a.IsZero() && !linkLocal
}
