package detectors

import (
	"bytes"

	"picket/capture/dot11"
)

// carriers are the kinds of frame that a packet may be in.
var carriers = dot11.KindsOf(
	dot11.Data, dot11.DataCFAck, dot11.DataCFPoll, dot11.DataCFAckCFPoll,
	dot11.QoSData, dot11.QoSDataCFAck, dot11.QoSDataCFPoll, dot11.QoSDataCFAckCFPoll,
)

// A packet is what an unprotected data frame carries, as far as detectors look
// into that. Of several in an A-MSDU it is the first that is one of these.
type packet struct {
	source  dot11.Addr // of the MSDU
	ip      dot11.IPv4
	hasIP   bool
	arp     dot11.ARP
	hasARP  bool
	dhcp    dot11.DHCP
	hasDHCP bool
}

// packet is that of the current frame, nil when it carries none of those
// known. It is read when it is first asked for.
func (c *Context) packet() *packet {
	if !c.packetRead {
		c.packetRead = true
		c.hasPacket = c.readPacket()
	}
	if !c.hasPacket {
		return nil
	}
	return &c.carried
}

func (c *Context) readPacket() bool {
	f := c.Frame
	if f.Has(dot11.Protected) {
		return false
	}
	if llc, ok := f.LLC(); ok {
		return c.carried.read(&llc, f.Source)
	}
	subframes := f.Subframes()
	for subframes.Next() {
		if llc, ok := subframes.LLC(); ok && c.carried.read(&llc, subframes.Source) {
			return true
		}
	}
	return false
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
	p := c.packet()
	if p == nil || !p.hasDHCP {
		return nil
	}
	m := &p.dhcp
	if m.FromServer || m.Relayed || m.Client != p.source || !isStation(m.Client) {
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
