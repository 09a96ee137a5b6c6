package dot11

import (
	"encoding/binary"
	"net/netip"
)

// IPv4Addr is an IPv4 address as it is on the air.
type IPv4Addr [4]byte

// IsZero reports whether a is 0.0.0.0.
func (a IPv4Addr) IsZero() bool { return a == IPv4Addr{} }

// Mask is a with only the bits that are set in mask.
func (a IPv4Addr) Mask(mask IPv4Addr) IPv4Addr {
	for i := range a {
		a[i] &= mask[i]
	}
	return a
}

// String is a in dotted decimal.
func (a IPv4Addr) String() string { return netip.AddrFrom4(a).String() }

// IPv4 is the header of an IPv4 packet (RFC 791) and what it carries.
type IPv4 struct {
	Source, Destination IPv4Addr
	Protocol            uint8
	// Payload is what there is of it, without padding; nil in a fragment other
	// than the first.
	Payload []byte
}

// IPv4 returns the packet that the header announces; false when it is none or
// its header is not whole.
func (l *LLC) IPv4() (IPv4, bool) {
	const least = 20
	b := l.Payload
	if l.EtherType != EtherTypeIPv4 || l.OUI != (OUI{}) || len(b) < least || b[0]>>4 != 4 {
		return IPv4{}, false
	}
	header, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if header < least || header > total || header > len(b) {
		return IPv4{}, false
	}
	p := IPv4{Source: IPv4Addr(b[12:16]), Destination: IPv4Addr(b[16:20]), Protocol: b[9]}
	if offset := binary.BigEndian.Uint16(b[6:]) & 0x1fff; offset == 0 {
		end := min(total, len(b))
		p.Payload = b[header:end:end]
	}
	return p, true
}

// ProtocolUDP is UDP's number among IPv4's protocols.
const ProtocolUDP = 17

// UDP is a UDP datagram (RFC 768).
type UDP struct {
	SourcePort, DestinationPort uint16
	Payload                     []byte // what there is of it
}

// UDP returns the datagram in the packet; false when there is none, or not all
// of its header.
func (p *IPv4) UDP() (UDP, bool) {
	const header = 8
	b := p.Payload
	if p.Protocol != ProtocolUDP || len(b) < header {
		return UDP{}, false
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	if length < header {
		return UDP{}, false
	}
	end := min(length, len(b))
	return UDP{binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]), b[header:end:end]}, true
}

// ARP is an ARP packet for IPv4 over 802 addresses (RFC 826).
type ARP struct {
	Operation      uint16 // 1: request, 2: reply
	SenderHardware Addr
	SenderProtocol IPv4Addr
	TargetHardware Addr
	TargetProtocol IPv4Addr
}

// ARP returns the packet that the header announces; false when it is none, is
// not whole, or is for other addresses.
func (l *LLC) ARP() (ARP, bool) {
	const length = 28
	b := l.Payload
	if l.EtherType != EtherTypeARP || l.OUI != (OUI{}) || len(b) < length {
		return ARP{}, false
	}
	const ethernetIPv4 = 0x0001_0800_0604 // hardware, protocol, lengths of their addresses
	if uint64(binary.BigEndian.Uint32(b))<<16|uint64(binary.BigEndian.Uint16(b[4:])) != ethernetIPv4 {
		return ARP{}, false
	}
	return ARP{
		Operation:      binary.BigEndian.Uint16(b[6:]),
		SenderHardware: Addr(b[8:14]), SenderProtocol: IPv4Addr(b[14:18]),
		TargetHardware: Addr(b[18:24]), TargetProtocol: IPv4Addr(b[24:28]),
	}, true
}
