package detectors

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"picket/capture/dot11"
)

// The packets in this file are SYNTHETIC: built from RFC 826, 791, 768, 2131
// and 2132.

const (
	openAP    = "4c:5e:0c:30:00:03"
	dhcpAlice = "f0:18:98:cc:00:33"
	dhcpTom   = "3c:22:fb:aa:00:11"
)

// A dhcpSynthetic is a DHCP message on the air. Its zero fields are what they
// are in the usual discover message of a client.
type dhcpSynthetic struct {
	at       time.Duration
	from     string // of the frame; client when empty
	client   string // hardware address in the message
	typ      byte   // discover when 0
	options  [][]byte
	your     [4]byte
	relayed  bool
	server   bool // a message from a server, to the client
	copied   bool // as the access point passes it on
	amsdu    bool
	fragment bool // cut off, more fragments follow
}

// option is one DHCP option.
func option(code byte, data ...byte) []byte { return append([]byte{code, byte(len(data))}, data...) }

func hostName(s string) []byte    { return option(12, []byte(s)...) }
func vendorClass(s string) []byte { return option(60, []byte(s)...) }
func clientID(mac string) []byte  { return option(61, append([]byte{1}, mustAddr(mac)...)...) }

func (s dhcpSynthetic) capture() captured {
	typ := s.typ
	if typ == 0 {
		typ = dot11.DHCPDiscover
	}
	m := make([]byte, 236)
	m[0], m[1], m[2] = 1, 1, 6
	binary.BigEndian.PutUint32(m[4:], 0x1234)
	copy(m[16:], s.your[:])
	if s.relayed {
		m[24] = 10
	}
	copy(m[28:], mustAddr(s.client))
	from, to := uint16(68), uint16(67)
	source, destination := [4]byte{}, [4]byte{255, 255, 255, 255}
	if s.server {
		m[0], from, to = 2, 67, 68
		source = [4]byte{10, 0, 3, 1}
	}
	m = append(m, 0x63, 0x82, 0x53, 0x63)
	m = append(m, option(53, typ)...)
	m = append(m, slices.Concat(s.options...)...)
	m = append(m, 255)
	if s.fragment {
		m = m[:300]
	}
	c := packetFrame{
		at: s.at, from: orString(s.from, s.client), payload: ipPacket(17, source, destination, udpDatagram(from, to, m)), etherType: 0x0800,
		copied: s.copied, amsdu: s.amsdu,
	}
	if s.server && s.from == openAP {
		c.copied = true
	}
	return c.capture()
}

func udpDatagram(from, to uint16, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, from)
	b = binary.BigEndian.AppendUint16(b, to)
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(payload)))
	return append(append(b, 0, 0), payload...)
}

func ipPacket(protocol byte, source, destination [4]byte, payload []byte) []byte {
	b := []byte{0x45, 0, 0, 0, 0x12, 0x34, 0, 0, 64, protocol, 0, 0}
	b = append(append(append(b, source[:]...), destination[:]...), payload...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	return b
}

// arpPacket is a request in which that station claims that address.
func arpPacket(at time.Duration, from, hardware string, address [4]byte) captured {
	b := append([]byte{0, 1, 8, 0, 6, 4, 0, 1}, mustAddr(hardware)...)
	b = append(b, address[:]...)
	b = append(append(b, make([]byte, 6)...), 10, 0, 3, 2)
	return packetFrame{at: at, from: from, etherType: 0x0806, payload: b}.capture()
}

// sends are n IP packets of a station with that source.
func sends(n int, at time.Duration, from string, source [4]byte) []captured {
	var list []captured
	for i := range n {
		list = append(list, packetFrame{
			at: at + time.Duration(i)*100*time.Millisecond, from: from, etherType: 0x0800,
			payload: ipPacket(1, source, [4]byte{10, 0, 3, 1}, []byte{8, 0, 0, 0, 0, 1, 0, byte(i)}),
		}.capture())
	}
	return list
}

// A packetFrame is a packet in a data frame on the open network: from a station
// to the access point, or, copied, from that to everybody.
type packetFrame struct {
	at            time.Duration
	from          string
	etherType     uint16
	payload       []byte
	copied, amsdu bool
	protected     bool
}

func (p packetFrame) capture() captured {
	const all = "ff:ff:ff:ff:ff:ff"
	msdu := append([]byte{0xaa, 0xaa, 3, 0, 0, 0, byte(p.etherType >> 8), byte(p.etherType)}, p.payload...)
	s := synthetic{kind: dot11.QoSData, flags: dot11.ToDS, to: openAP, from: p.from, bssid: all, qos: []byte{0, 0}, body: msdu, sequence: uint16(p.at / time.Millisecond)}
	switch {
	case p.copied:
		s.kind, s.qos, s.flags, s.to, s.from, s.bssid = dot11.Data, nil, dot11.FromDS, all, openAP, p.from
	case p.amsdu:
		header := append(mustAddr(all), mustAddr(p.from)...)
		s.qos = []byte{0x80, 0}
		s.bssid = openAP
		filler := append(append(append([]byte{}, header...), 0, 10), 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd, 0x60, 0) // IPv6
		s.body = append(append(append(filler, header...), byte(len(msdu)>>8), byte(len(msdu))), msdu...)
	}
	if p.protected {
		s.flags |= dot11.Protected
	}
	return s.capture(epoch.Add(p.at))
}

func TestSyntheticDHCPIsReadAsItWasMeant(t *testing.T) {
	for name, s := range map[string]dhcpSynthetic{
		"from a client": {}, "passed on": {copied: true}, "in an A-MSDU": {amsdu: true},
	} {
		s.client, s.options = dhcpAlice, [][]byte{hostName("phone"), vendorClass("android-dhcp-13"), clientID(dhcpAlice)}
		var got *dot11.DHCP
		spec := specOf("TEST", dot11.AllData, func(c *Context) { got = c.ownRequest() })
		replay(t, Config{}, []Spec{spec}, []captured{s.capture()})
		if got == nil || string(got.Name()) != "phone" || string(got.VendorClass) != "android-dhcp-13" || got.Type != dot11.DHCPDiscover {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
