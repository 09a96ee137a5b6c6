package dot11

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dhcpOptions are those of a discover message of a station whose name is
// "pc", with a pad among them.
const dhcpOptions = "35 01 01 00 3d 07 01 3c22fbaa0011 0c 02 7063 3c 08 4d53465420352e30 37 03 010306 ff"

// dhcpMessage is a request of 3C:22:FB:AA:00:11 with those options.
func dhcpMessage(options string) []byte {
	return join(
		wire("01 01 06 00 00001234 0000 8000"),
		wire("00000000 0a000327 00000000 00000000"), // addresses: client's, your, next server's, agent's
		wire("3c22fbaa0011", strings.Repeat("00", 10)),
		make([]byte, 64+128), // server name, file
		wire("63825363", options),
	)
}

func dhcpPacket(options string) []byte { return ipv4(17, 0, udp(68, 67, dhcpMessage(options))) }

func TestDHCP(t *testing.T) {
	llc := LLC{EtherType: EtherTypeIPv4, Payload: join(dhcpPacket(dhcpOptions), make([]byte, 30))}
	ip, _ := llc.IPv4()
	got, ok := ip.DHCP()
	want := DHCP{
		Type: DHCPDiscover, ID: 0x1234, Client: Addr(wire("3c22fbaa0011")), YourIP: IPv4Addr{10, 0, 3, 39},
		HostName: []byte("pc"), VendorClass: []byte("MSFT 5.0"), ClientID: wire("01 3c22fbaa0011"), Parameters: wire("010306"),
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%v, -want +got:\n%s", ok, diff)
	}
	if id, ok := got.HardwareID(); !ok || id != got.Client {
		t.Errorf("identifier %v %v", id, ok)
	}
}

func TestDHCPFromAServer(t *testing.T) {
	b := edit(dhcpMessage("35 01 05 36 04 0a000301 01 04 ffffff00 03 08 0a000301 0a000302 03 04 01010101 ff"), 0, 2)
	b = edit(b, 24, 10, 0, 9, 1) // through an agent
	got, ok := ParseDHCP(b)
	want := DHCP{
		FromServer: true, Type: DHCPAck, ID: 0x1234, Client: Addr(wire("3c22fbaa0011")), Relayed: true,
		YourIP: IPv4Addr{10, 0, 3, 39}, SubnetMask: IPv4Addr{255, 255, 255, 0}, Router: IPv4Addr{10, 0, 3, 1}, ServerID: IPv4Addr{10, 0, 3, 1},
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%v, -want +got:\n%s", ok, diff)
	}
}

func TestDHCPOptionsThatAreOutOfOrder(t *testing.T) {
	for _, test := range []struct {
		name, options string
		hostName      string
		typ           uint8
		truncated     bool
	}{
		{"no end", "35 01 03 0c 02 7063", "pc", 3, true},
		{"none", "", "", 0, true},
		{"only the end", "ff 35 01 03", "", 0, false},
		{"longer than the message", "35 01 03 0c 09 7063", "", 3, true},
		{"length missing", "35 01 03 0c", "", 3, true},
		{"type of two octets", "35 02 0301 ff", "", 0, false},
		{"the first counts", "35 01 03 35 01 01 0c 02 7063 0c 01 78 ff", "pc", 3, false},
		{"empty name", "0c 00 ff", "", 0, false},
	} {
		got, ok := ParseDHCP(dhcpMessage(test.options))
		if !ok || string(got.HostName) != test.hostName || got.Type != test.typ || got.Truncated != test.truncated {
			t.Errorf("%s: %v %+v", test.name, ok, got)
		}
	}
}

func TestNameOfADHCPClient(t *testing.T) {
	for _, test := range []struct{ options, want string }{
		{"0c 02 7063 ff", "pc"},
		{"0c 03 706300 ff", "pc"},
		{"0c 06 70632e6c616e ff", "pc"},               // pc.lan
		{"51 05 00 00 00 7063 ff", "pc"},              // option 81 as text
		{"51 08 00 00 00 70632e616e ff", "pc"},        // pc.an
		{"51 06 04 00 00 02 7063 ff", "pc"},           // in labels
		{"51 0a 04 00 00 02 7063 03 6c616e ff", "pc"}, // with a domain
		{"51 05 04 00 00 3f 70 ff", "p"},              // label longer than the option
		{"51 04 04 00 00 02 ff", ""},
		{"51 03 04 00 00 ff", ""},
		{"51 00 ff", ""},
		{"0c 01 61 51 05 00 00 00 7063 ff", "a"}, // the host name goes first
		{"ff", ""},
	} {
		m, ok := ParseDHCP(dhcpMessage(test.options))
		if name := m.Name(); !ok || string(name) != test.want {
			t.Errorf("%s: %v, name %q, want %q", test.options, ok, name, test.want)
		}
	}
}

func TestIdentifierThatIsNoHardwareAddress(t *testing.T) {
	for _, options := range []string{"ff", "3d 06 3c22fbaa0011 ff", "3d 07 00 3c22fbaa0011 ff", "3d 07 ff 3c22fbaa0011 ff", "3d 08 01 3c22fbaa001100 ff"} {
		m, ok := ParseDHCP(dhcpMessage(options))
		if id, is := m.HardwareID(); !ok || is {
			t.Errorf("%s: %v, identifier %v", options, ok, id)
		}
	}
}

func TestNoDHCP(t *testing.T) {
	message := dhcpMessage(dhcpOptions)
	for name, in := range map[string][]byte{
		"empty":                 nil,
		"before the options":    message[:239],
		"another cookie":        edit(message, 239, 0x64),
		"neither ask nor reply": edit(message, 0, 3),
	} {
		if got, ok := ParseDHCP(in); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if m, ok := ParseDHCP(edit(message, 2, 8)); !ok || !m.Client.IsZero() {
		t.Errorf("an address of eight octets: %v %+v", ok, m)
	}
	for _, ports := range [][2]uint16{{53, 68}, {68, 53}, {1024, 1025}} {
		llc := LLC{EtherType: EtherTypeIPv4, Payload: ipv4(17, 0, udp(ports[0], ports[1], message))}
		ip, _ := llc.IPv4()
		if got, ok := ip.DHCP(); ok {
			t.Errorf("ports %v: %+v", ports, got)
		}
	}
}

// FuzzPacket reads any bytes as what an LLC header announces.
func FuzzPacket(f *testing.F) {
	f.Add(uint16(EtherTypeIPv4), dhcpPacket(dhcpOptions))
	f.Add(uint16(EtherTypeIPv4), ipv4(17, 5, udp(67, 68, edit(dhcpMessage("51 0a 04 00 00 02 7063 03 6c616e ff"), 0, 2))))
	f.Add(uint16(EtherTypeARP), wire(arpRequest))
	f.Fuzz(func(t *testing.T, etherType uint16, b []byte) {
		llc := LLC{EtherType: etherType, Payload: b}
		llc.ARP()
		ip, ok := llc.IPv4()
		if !ok {
			return
		}
		u, ok := ip.UDP()
		if !within(b, ip.Payload) || !within(b, u.Payload) {
			t.Errorf("the payload reaches beyond the packet")
		}
		if !ok {
			return
		}
		m, ok := ParseDHCP(u.Payload)
		if !ok {
			return
		}
		for name, option := range map[string][]byte{
			"host name": m.HostName, "FQDN": m.FQDN, "vendor class": m.VendorClass, "client identifier": m.ClientID,
			"parameters": m.Parameters, "name": m.Name(),
		} {
			if !within(u.Payload, option) {
				t.Errorf("%s reaches beyond the message", name)
			}
		}
		m.HardwareID()
	})
}
