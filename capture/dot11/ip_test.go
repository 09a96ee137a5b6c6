package dot11

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	snapARP    = "aaaa03 000000 0806"
	arpRequest = "0001 0800 06 04 0001 3c22fbaa0011 0a000327 000000000000 0a000301"
)

// ipv4 is a packet of that protocol from 10.0.3.39 to 10.0.3.1, with options in
// its header so many words long.
func ipv4(protocol byte, words int, payload []byte) []byte {
	header := join(wire("00 00 0000 1234 4000 40"), []byte{protocol}, wire("0000 0a000327 0a000301"), make([]byte, 4*words))
	header[0] = 0x45 + byte(words)
	binary.BigEndian.PutUint16(header[2:], uint16(len(header)+len(payload)))
	return join(header, payload)
}

// udp is a datagram between those ports.
func udp(from, to uint16, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, from)
	b = binary.BigEndian.AppendUint16(b, to)
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(payload)))
	return join(b, []byte{0, 0}, payload)
}

func TestIPv4AndUDP(t *testing.T) {
	want := IPv4{Source: IPv4Addr{10, 0, 3, 39}, Destination: IPv4Addr{10, 0, 3, 1}, Protocol: ProtocolUDP}
	for _, test := range []struct {
		name    string
		in      []byte
		payload []byte // of UDP
	}{
		{"plain", ipv4(17, 0, udp(68, 67, wire("0102"))), wire("0102")},
		{"header with options", ipv4(17, 5, udp(68, 67, wire("0102"))), wire("0102")},
		{"padding after it", join(ipv4(17, 0, udp(68, 67, wire("0102"))), make([]byte, 18)), wire("0102")},
		{"first fragment", edit(ipv4(17, 0, udp(68, 67, wire("0102"))), 6, 0x20), wire("0102")},
		{"captured in part", ipv4(17, 0, udp(68, 67, wire("0102")))[:29], wire("01")},
		{"UDP longer than the packet", edit(ipv4(17, 0, udp(68, 67, wire("0102"))), 24, 1), wire("0102")},
	} {
		llc := LLC{EtherType: EtherTypeIPv4, Payload: test.in}
		got, ok := llc.IPv4()
		u, isUDP := got.UDP()
		if diff := cmp.Diff(UDP{68, 67, test.payload}, u); !ok || !isUDP || diff != "" {
			t.Errorf("%s: %v, %v, -want +got:\n%s", test.name, ok, isUDP, diff)
		}
		got.Payload = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", test.name, diff)
		}
	}
}

func TestNoIPv4OrUDP(t *testing.T) {
	whole := ipv4(17, 0, udp(68, 67, wire("0102")))
	for _, test := range []struct {
		name  string
		in    LLC
		isIP  bool
		isUDP bool
	}{
		{"another EtherType", LLC{EtherType: EtherTypeIPv6, Payload: whole}, false, false},
		{"another organization", LLC{OUI: OUI{0, 0, 0xf8}, EtherType: EtherTypeIPv4, Payload: whole}, false, false},
		{"version 6", LLC{EtherType: EtherTypeIPv4, Payload: edit(whole, 0, 0x65)}, false, false},
		{"header too short", LLC{EtherType: EtherTypeIPv4, Payload: edit(whole, 0, 0x44)}, false, false},
		{"header longer than the packet", LLC{EtherType: EtherTypeIPv4, Payload: edit(whole, 2, 0, 19)}, false, false},
		{"header longer than what there is", LLC{EtherType: EtherTypeIPv4, Payload: edit(whole, 0, 0x4f)}, false, false},
		{"cut", LLC{EtherType: EtherTypeIPv4, Payload: whole[:19]}, false, false},
		{"empty", LLC{EtherType: EtherTypeIPv4}, false, false},
		{"later fragment", LLC{EtherType: EtherTypeIPv4, Payload: edit(whole, 6, 0x00, 0x01)}, true, false},
		{"TCP", LLC{EtherType: EtherTypeIPv4, Payload: edit(whole, 9, 6)}, true, false},
		{"UDP header cut", LLC{EtherType: EtherTypeIPv4, Payload: whole[:27]}, true, false},
		{"UDP shorter than its header", LLC{EtherType: EtherTypeIPv4, Payload: edit(whole, 24, 0, 7)}, true, false},
	} {
		ip, isIP := test.in.IPv4()
		u, isUDP := ip.UDP()
		if isIP != test.isIP || isUDP != test.isUDP {
			t.Errorf("%s: %v %+v, %v %+v", test.name, isIP, ip, isUDP, u)
		}
	}
}

func TestARP(t *testing.T) {
	llc := LLC{EtherType: EtherTypeARP, Payload: wire(arpRequest, "0000")}
	got, ok := llc.ARP()
	want := ARP{
		Operation: 1, SenderHardware: Addr(wire("3c22fbaa0011")), SenderProtocol: IPv4Addr{10, 0, 3, 39},
		TargetProtocol: IPv4Addr{10, 0, 3, 1},
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%v, -want +got:\n%s", ok, diff)
	}
	for name, in := range map[string]LLC{
		"another EtherType":    {EtherType: EtherTypeIPv4, Payload: wire(arpRequest)},
		"another organization": {OUI: OUI{1}, EtherType: EtherTypeARP, Payload: wire(arpRequest)},
		"cut":                  {EtherType: EtherTypeARP, Payload: wire(arpRequest)[:27]},
		"another protocol":     {EtherType: EtherTypeARP, Payload: edit(wire(arpRequest), 2, 0x86, 0xdd)},
		"longer addresses":     {EtherType: EtherTypeARP, Payload: edit(wire(arpRequest), 4, 8)},
	} {
		if got, ok := in.ARP(); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestIPv4Addr(t *testing.T) {
	a := IPv4Addr{192, 168, 66, 48}
	if got := a.String() + " " + a.Mask(IPv4Addr{255, 255, 255, 240}).String(); got != "192.168.66.48 192.168.66.48" {
		t.Error(got)
	}
	if a.IsZero() || !(IPv4Addr{}).IsZero() {
		t.Error("which address is zero is mistaken")
	}
}
