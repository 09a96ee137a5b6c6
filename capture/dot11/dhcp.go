package dot11

import (
	"bytes"
	"encoding/binary"
)

// Types of DHCP messages (RFC 2132, 9.6).
const (
	DHCPDiscover = 1
	DHCPOffer    = 2
	DHCPRequest  = 3
	DHCPDecline  = 4
	DHCPAck      = 5
	DHCPNak      = 6
	DHCPRelease  = 7
	DHCPInform   = 8
)

// DHCP is a DHCP message (RFC 2131). Options that are absent are zero or nil;
// of one that occurs again the first counts. Options in the fields for server
// name and file are not read.
type DHCP struct {
	FromServer bool
	Type       uint8 // 0 in a BOOTP message
	ID         uint32
	// Client is the client's hardware address; zero when it is not one of 802.
	Client  Addr
	Relayed bool // by an agent on the way

	ClientIP, YourIP             IPv4Addr
	SubnetMask, Router, ServerID IPv4Addr // of several routers the first

	HostName, FQDN, VendorClass, ClientID, Parameters []byte

	// Truncated: an option reaches beyond the message, or none ended it.
	Truncated bool
}

// The parts of a DHCP message (RFC 2131, section 2).
const (
	dhcpFixed  = 236
	dhcpCookie = 0x63825363
)

// DHCP returns the DHCP message in the packet, recognised by ports and magic
// cookie; false when there is none.
func (p *IPv4) DHCP() (DHCP, bool) {
	const server, client = 67, 68
	u, ok := p.UDP()
	if !ok || u.SourcePort != server && u.SourcePort != client || u.DestinationPort != server && u.DestinationPort != client {
		return DHCP{}, false
	}
	return ParseDHCP(u.Payload)
}

// ParseDHCP reads a DHCP message from its operation code on.
func ParseDHCP(b []byte) (m DHCP, ok bool) {
	const request, reply = 1, 2
	if len(b) < dhcpFixed+4 || binary.BigEndian.Uint32(b[dhcpFixed:]) != dhcpCookie || b[0] != request && b[0] != reply {
		return DHCP{}, false
	}
	m.FromServer = b[0] == reply
	m.ID = binary.BigEndian.Uint32(b[4:])
	const ethernet, wifi = 1, 6
	if (b[1] == ethernet || b[1] == wifi) && b[2] == 6 {
		m.Client = Addr(b[28:34])
	}
	m.ClientIP, m.YourIP = IPv4Addr(b[12:16]), IPv4Addr(b[16:20])
	m.Relayed = !IPv4Addr(b[24:28]).IsZero()
	m.parseOptions(b[dhcpFixed+4:])
	return m, true
}

func (m *DHCP) parseOptions(b []byte) {
	const pad, end = 0, 255
	for {
		switch {
		case len(b) == 0:
			m.Truncated = true
			return
		case b[0] == end:
			return
		case b[0] == pad:
			b = b[1:]
			continue
		case len(b) < 2 || len(b) < 2+int(b[1]):
			m.Truncated = true
			return
		}
		n := 2 + int(b[1])
		m.option(b[0], b[2:n:n])
		b = b[n:]
	}
}

// option takes in one option (RFC 2132; 81: RFC 4702).
func (m *DHCP) option(code byte, data []byte) {
	switch code {
	case 1:
		firstIPv4(&m.SubnetMask, data)
	case 3:
		firstIPv4(&m.Router, data)
	case 12:
		first(&m.HostName, data)
	case 53:
		if m.Type == 0 && len(data) == 1 {
			m.Type = data[0]
		}
	case 54:
		firstIPv4(&m.ServerID, data)
	case 55:
		first(&m.Parameters, data)
	case 60:
		first(&m.VendorClass, data)
	case 61:
		first(&m.ClientID, data)
	case 81:
		first(&m.FQDN, data)
	}
}

func firstIPv4(field *IPv4Addr, data []byte) {
	if field.IsZero() && len(data) >= 4 {
		*field = IPv4Addr(data[:4])
	}
}

// Name is the name that the client gives itself, without a domain: of the host
// name option, else of the fully qualified one; nil when there is neither.
func (m *DHCP) Name() []byte {
	name := m.HostName
	if len(name) == 0 {
		name = m.fqdnName()
	}
	name, _, _ = bytes.Cut(name, []byte{'.'})
	name, _, _ = bytes.Cut(name, []byte{0}) // some clients end it so
	return name[:len(name):len(name)]
}

// fqdnName is the name in the option of RFC 4702, after flags and two result
// codes: in DNS labels if a flag says so, of which the first is meant, else as
// text.
func (m *DHCP) fqdnName() []byte {
	const (
		fixed  = 3
		labels = 1 << 2
	)
	b := m.FQDN
	if len(b) <= fixed {
		return nil
	}
	name := b[fixed:]
	if b[0]&labels != 0 {
		name = name[1:min(1+int(name[0]), len(name))]
	}
	return name
}

// HardwareID is the hardware address that the client identifier consists of;
// false when it is another kind of identifier.
func (m *DHCP) HardwareID() (Addr, bool) {
	const ethernet = 1
	if len(m.ClientID) != 7 || m.ClientID[0] != ethernet {
		return Addr{}, false
	}
	return Addr(m.ClientID[1:]), true
}
