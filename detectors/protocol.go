package detectors

import "picket/capture/dot11"

// A Protocol is what an unprotected data frame carries, of what detectors look
// into. Of several in an A-MSDU it is EAPOL, else the first that is known.
type Protocol uint8

const (
	NoProtocol    Protocol = iota
	ProtocolEAPOL          // IEEE 802.1X: EAP and the handshakes
	ProtocolAgere          // what WaveLAN and ORiNOCO cards say to each other
	ProtocolDHCP           // over IPv4
	ProtocolIP             // other IPv4, and ARP

	protocols
)

// Protocols is a set of protocols.
type Protocols uint8

// protocolsOf is the set of those given.
func protocolsOf(list ...Protocol) (set Protocols) {
	for _, p := range list {
		set |= 1 << p
	}
	return set
}

// Has reports whether p is in the set.
func (s Protocols) Has(p Protocol) bool { return s&(1<<p) != 0 }

// ouiAgere is the organization that ProtocolAgere is of, and agereType the only
// protocol of it that is known.
var ouiAgere = dot11.OUI{0x00, 0x60, 0x1d}

const agereType = 1

// readProtocol notes what the current frame carries, and the octets of that:
// from the EAPOL version or from after the SNAP header on.
func (c *Context) readProtocol() {
	f := c.Frame
	c.Protocol, c.Payload = NoProtocol, nil
	c.keyRead = false
	if !f.Kind.CarriesData() || f.Has(dot11.Protected) {
		return
	}
	if llc, ok := f.LLC(); ok {
		c.readPacket(&llc, f.Source)
		return
	}
	subframes := f.Subframes()
	for c.Protocol != ProtocolEAPOL && subframes.Next() {
		if llc, ok := subframes.LLC(); ok && (c.Protocol == NoProtocol || llc.IsEAPOL()) {
			c.readPacket(&llc, subframes.Source)
		}
	}
}

// readPacket notes what one MSDU of the current frame carries.
func (c *Context) readPacket(llc *dot11.LLC, source dot11.Addr) {
	switch {
	case llc.OUI == ouiAgere && llc.EtherType == agereType:
		c.Protocol, c.Payload = ProtocolAgere, llc.Payload
	case llc.IsEAPOL():
		c.Protocol, c.Payload = ProtocolEAPOL, llc.Payload
	case !c.carried.read(llc, source):
	case c.carried.hasDHCP:
		c.Protocol = ProtocolDHCP
	default:
		c.Protocol = ProtocolIP
	}
}
