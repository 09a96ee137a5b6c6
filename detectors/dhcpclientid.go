package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var dhcpClientID = Spec{
	Name:        "DHCPCLIENTID",
	Class:       "SPOOF",
	Severity:    5,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A station asks for IP addresses in the name of others, as tools do that take all of them.",
	Protocols:   protocolsOf(ProtocolDHCP),
	RateBased:   true,
	Options: []Option{
		{Name: "clients", Default: 4, Min: 2, Max: dhcpClaims, Unit: "clients", Doc: "In the name of how many clients within a minute a station may not ask."},
	},
	New: func(s Settings) (Detector, error) {
		return &dhcpClientIDDetector{s.Int("clients"), NewAddrTable[dhcpClaimer](s.Tables.Stations / 64)}, nil
	},
}

const (
	// dhcpClaims is how many different clients are remembered of one station.
	dhcpClaims = 8
	claimSpan  = time.Minute
)

// DHCPCLIENTID: a station that asks for the addresses of others.
//
// # What it sees
//
// Whoever asks for an IP address (DHCP) says for which hardware address. A
// station that names others takes the address that is reserved for one of
// them, or, with ever new ones, all that the server has, so that nobody else
// gets any (DHCP starvation); after which the attacker hands out addresses of
// its own.
//
// # Source
//
// Kismet's alert of the same name. dhcpstarv, DHCPig, Yersinia and Gobbler take
// all addresses. Client identifier and hardware address: RFC 2132, 9.14, and
// RFC 2131, section 2.
//
// # Trigger
//
// A message to a server with a client identifier that is a hardware address
// other than the one the frame is from. Or messages in the name of as many
// clients within a minute as the option clients says, by identifier or by the
// client hardware address. Of the two the latter alone does not count: a
// virtual machine behind the radio of its host asks so. One finding a minute
// for each station and each of the two.
//
// # Cannot see
//
// Networks with encryption, and IPv6. A tool that sends each message from the
// hardware address that it names.
//
// # Known false positives
//
// A repeater, or a host of virtual machines, that passes on the requests of
// those behind it under its own address. Addresses that the usual programs for
// virtual machines give out are excused as long as they are few.
//
// # Options
//
//   - clients: in the name of how many clients within a minute a station may
//     not ask (4).
type dhcpClientIDDetector struct {
	clients  int
	stations *Table[dot11.Addr, dhcpClaimer]
}

// A dhcpClaimer is a station that has asked in the name of others.
type dhcpClaimer struct {
	single, many reminder
	names        [dhcpClaims]dot11.Addr
	heard        [dhcpClaims]Instant // last; 0: unused
	frames       uint64
	trail        Trail
}

func (d *dhcpClientIDDetector) Frame(c *Context) {
	p := &c.carried
	m := &p.dhcp
	if m.FromServer || m.Relayed || !isStation(p.source) {
		c.Explain("it is a server's or relayed")
		return
	}
	id, named := m.HardwareID()
	wrong := named && id != p.source
	if !wrong {
		if id = m.Client; id == p.source || !isStation(id) {
			c.Explain("the station asks for itself")
			return
		}
	}
	s, _ := d.stations.Put(p.source)
	s.frames++
	s.trail.Add(c)
	n := s.claim(id, c.Time)
	if c.Explaining() {
		c.Explain("it asks for %s, by the client identifier: %t; for %d clients within %s, of which %d are told of; usual address of a virtual machine: %t",
			id, wrong, n, claimSpan, d.clients, isVirtual(id))
	}
	switch {
	case n >= d.clients && s.many.due(c.Time):
		c.Report(Report{
			Text: fmt.Sprintf("Station %s asks for IP addresses in the name of %s clients within a minute, the last of them %s: it takes all that the DHCP server has",
				p.source, atLeast(n, dhcpClaims), id),
			Source: p.source, Other: id, Frames: s.frames, Trail: &s.trail,
		})
	case wrong && !(isVirtual(id) && m.Client == id) && s.single.due(c.Time):
		c.Report(Report{
			Text: fmt.Sprintf("DHCP request from %s does not match client id %s: it asks for the address of another",
				p.source, id),
			Source: p.source, Other: id, Frames: s.frames, Trail: &s.trail,
		})
	}
}

// claim notes a client that the station speaks for, in place of the one not
// heard for longest, and counts those within the span.
func (s *dhcpClaimer) claim(a dot11.Addr, t Instant) int {
	slot := 0
	for i := range s.names {
		if s.heard[i] != 0 && s.names[i] == a {
			slot = i
			break
		}
		if s.heard[i] < s.heard[slot] {
			slot = i
		}
	}
	s.names[slot], s.heard[slot] = a, t
	n := 0
	for _, heard := range s.heard {
		if heard != 0 && t.Sub(heard) < claimSpan {
			n++
		}
	}
	return n
}

// isVirtual reports whether a is of a block that programs for virtual machines
// give addresses from, or the one that Windows makes up for its dial-in
// server ("RAS ").
func isVirtual(a dot11.Addr) bool {
	switch [3]byte(a[:3]) {
	case [3]byte{0x00, 0x0c, 0x29}, [3]byte{0x00, 0x50, 0x56}, // VMware
		[3]byte{0x08, 0x00, 0x27}, // VirtualBox
		[3]byte{0x52, 0x54, 0x00}, // QEMU
		[3]byte{0x00, 0x15, 0x5d}, // Hyper-V
		[3]byte{0x00, 0x1c, 0x42}, // Parallels
		[3]byte{0x00, 0x16, 0x3e}, // Xen
		[3]byte{0x52, 0x41, 0x53}:
		return true
	}
	return false
}
