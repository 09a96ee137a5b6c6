package detectors

import "picket/capture/dot11"

// A Protocol is what an unprotected data frame carries, of what detectors look
// into.
type Protocol uint8

const (
	NoProtocol    Protocol = iota
	ProtocolEAPOL          // IEEE 802.1X: EAP and the handshakes
	ProtocolAgere          // what WaveLAN and ORiNOCO cards say to each other

	protocols
)

// ouiAgere is the organization that ProtocolAgere is of, and agereType the only
// protocol of it that is known.
var ouiAgere = dot11.OUI{0x00, 0x60, 0x1d}

const agereType = 1

// protocolOf returns what the frame carries and its octets, from the EAPOL
// version or from after the SNAP header on.
func protocolOf(f *dot11.Frame) (Protocol, []byte) {
	if !f.Kind.CarriesData() || f.Has(dot11.Protected) {
		return NoProtocol, nil
	}
	if packet, ok := f.EAPOL(); ok {
		return ProtocolEAPOL, packet
	}
	if llc, ok := f.LLC(); ok && llc.OUI == ouiAgere && llc.EtherType == agereType {
		return ProtocolAgere, llc.Payload
	}
	return NoProtocol, nil
}
