package detectors

import (
	"bytes"

	"picket/capture/dot11"
)

// A packet is what an unprotected data frame carries, as far as detectors look
// into that.
type packet struct {
	source  dot11.Addr // of the MSDU
	ip      dot11.IPv4
	hasIP   bool
	arp     dot11.ARP
	hasARP  bool
	dhcp    dot11.DHCP
	hasDHCP bool
}

func (p *packet) read(llc *dot11.LLC, source dot11.Addr) bool {
	switch llc.EtherType {
	case dot11.EtherTypeIPv4, dot11.EtherTypeARP:
	default:
		return false
	}
	*p = packet{source: source}
	p.arp, p.hasARP = llc.ARP()
	if p.ip, p.hasIP = llc.IPv4(); p.hasIP {
		p.dhcp, p.hasDHCP = p.ip.DHCP()
	}
	return p.hasIP || p.hasARP
}

// ownRequest returns the DHCP message in which a client speaks for itself; nil
// when the frame carries none. Machines that share a radio send under its
// address, and are told apart by the one in the message.
func (c *Context) ownRequest() *dot11.DHCP {
	p := &c.carried
	m := &p.dhcp
	if c.Protocol != ProtocolDHCP || m.FromServer || m.Relayed || m.Client != p.source || !isStation(m.Client) {
		return nil
	}
	return m
}

// A shortText is a text that a client sends, cut to what tells one client from
// another. Its zero value stands for none.
type shortText struct {
	length uint8
	octets [63]byte
}

func shortTextOf(b []byte) (t shortText) {
	t.length = uint8(copy(t.octets[:], b))
	return t
}

func (t *shortText) bytes() []byte { return t.octets[:t.length] }

// String is the text with everything that is not printable escaped.
func (t *shortText) String() string { return EscapeSSID(t.bytes()) }

// like reports whether the texts differ at most in upper and lower case.
func (t *shortText) like(b []byte) bool {
	return bytes.EqualFold(t.bytes(), b[:min(len(b), len(t.octets))])
}
