package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("DHCPCONFLICT", row{
	kismet: "Registered, and never raised.",
	picket: "Reports a station that uses another address than it was given, and two servers that contradict each other.",
	holds: []held{
		{"dhcp-open-network", "a station that poses as the gateway, and a rogue server"},
	},
})

func TestDHCPConflict(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	const rogue = "00:c0:ca:66:00:04"
	type ip = [4]byte
	mine, gateway := ip{10, 0, 3, 39}, ip{10, 0, 3, 1}
	// says is a server's message about Tom's address.
	says := func(at time.Duration, from string, typ byte, server, your, router ip) captured {
		return dhcpSynthetic{
			at: at, from: from, client: dhcpTom, typ: typ, server: true, your: your,
			options: [][]byte{option(54, server[:]...), option(1, 255, 255, 255, 0), option(3, router[:]...)},
		}.capture()
	}
	given := func(at time.Duration) []captured {
		return []captured{says(at, openAP, dot11.DHCPOffer, gateway, mine, gateway), says(at+20*ms, openAP, dot11.DHCPAck, gateway, mine, gateway)}
	}
	offers := func(at time.Duration, from string, server, your, router ip) []captured {
		return []captured{says(at, from, dot11.DHCPOffer, server, your, router)}
	}
	claims := func(n int, at time.Duration, hardware string, address ip) []captured {
		var list []captured
		for i := range n {
			list = append(list, arpPacket(at+time.Duration(i)*s, dhcpTom, hardware, address))
		}
		return list
	}
	bridge := []captured{dhcpSynthetic{at: 500 * ms, from: dhcpTom, client: "08:00:27:11:22:33"}.capture()}
	const wrong = "Station 3C:22:FB:AA:00:11 was given IP address 10.0.3.39 by DHCP server 10.0.3.1 (4C:5E:0C:30:00:03) but uses "
	const two = "Two DHCP servers answer station 3C:22:FB:AA:00:11: "
	for _, tc := range []struct {
		name   string
		frames []captured
		want   string
	}{
		{"uses what it was given", air(given(0), sends(20, s, dhcpTom, mine), claims(5, 2*s, dhcpTom, mine)), ""},
		{"uses another", air(given(0), sends(5, s, dhcpTom, ip{10, 0, 3, 77})), wrong + "10.0.3.77 in 3 packets"},
		{"uses another now and then", air(given(0), sends(2, s, dhcpTom, ip{10, 0, 3, 77}), sends(1, 70*s, dhcpTom, mine), sends(2, 71*s, dhcpTom, ip{10, 0, 3, 77})), ""},
		{"claims the gateway's", air(given(0), sends(20, s, dhcpTom, mine), claims(3, s, dhcpTom, gateway)), wrong + "10.0.3.1, that of the gateway, in 3 packets"},
		{"asks for another twice", air(given(0), claims(2, s, dhcpTom, ip{10, 0, 3, 77})), ""},
		{"each time another", air(given(0), claims(1, s, dhcpTom, ip{10, 0, 3, 77}), claims(1, 2*s, dhcpTom, ip{10, 0, 3, 78}), claims(1, 3*s, dhcpTom, ip{10, 0, 3, 79})), ""},
		{"passes on ARP packets", air(given(0), claims(9, s, dhcpAlice, gateway)), ""},
		{"passes on IP packets", air(given(0), sends(9, s, dhcpTom, ip{192, 168, 7, 2})), ""},
		{"probes for an address", air(given(0), claims(9, s, dhcpTom, ip{})), ""},
		{"link-local", air(given(0), claims(9, s, dhcpTom, ip{169, 254, 3, 4})), ""},
		{"long after it was last sure", air(given(0), sends(5, 70*s, dhcpTom, ip{10, 0, 3, 77})), ""},
		{"is given another", air(given(0), []captured{says(s, openAP, dot11.DHCPAck, gateway, ip{10, 0, 3, 77}, gateway)}, sends(9, 2*s, dhcpTom, ip{10, 0, 3, 77})), ""},
		{"speaks for a virtual machine", air(given(0), bridge, sends(9, s, dhcpTom, ip{10, 0, 3, 77})), ""},
		{"offered only", air(offers(0, openAP, gateway, mine, gateway), sends(9, s, dhcpTom, ip{10, 0, 3, 77})), ""},
		{"encrypted", air(given(0), func() []captured {
			list := sends(9, s, dhcpTom, ip{10, 0, 3, 77})
			for i := range list {
				list[i].data[15+1] |= byte(dot11.Protected)
			}
			return list
		}()), ""},

		{"a rogue server", air(offers(0, rogue, ip{192, 168, 66, 1}, ip{192, 168, 66, 48}, ip{192, 168, 66, 1}), offers(20*ms, openAP, gateway, mine, gateway)),
			two + "192.168.66.1 (00:C0:CA:66:00:04) offers network 192.168.66.0 with gateway 192.168.66.1, 10.0.3.1 (4C:5E:0C:30:00:03) network 10.0.3.0 with gateway 10.0.3.1; one of them is a rogue"},
		{"a rogue gateway in the same network", air(offers(0, openAP, gateway, mine, gateway), offers(20*ms, rogue, ip{10, 0, 3, 66}, ip{10, 0, 3, 48}, ip{10, 0, 3, 66})), two},
		{"a rogue with the real one's identifier", air(offers(0, openAP, gateway, mine, gateway), offers(20*ms, rogue, gateway, ip{10, 0, 3, 48}, ip{10, 0, 3, 66})), two},
		{"a rogue that acknowledges", air(offers(0, openAP, gateway, mine, gateway), []captured{says(s, rogue, dot11.DHCPAck, ip{192, 168, 66, 1}, ip{192, 168, 66, 48}, ip{192, 168, 66, 1})}), two},
		{"two servers of one network", air(offers(0, openAP, gateway, mine, gateway), offers(20*ms, rogue, ip{10, 0, 3, 2}, ip{10, 0, 3, 48}, gateway)), ""},
		{"the same server again", air(offers(0, openAP, gateway, mine, gateway), offers(s, openAP, gateway, ip{10, 0, 3, 48}, gateway)), ""},
		{"another server minutes later", air(offers(0, openAP, gateway, mine, gateway), offers(100*s, rogue, ip{192, 168, 66, 1}, ip{192, 168, 66, 48}, ip{192, 168, 66, 1})), ""},
		{"a refusal", air(offers(0, openAP, gateway, mine, gateway), []captured{says(s, rogue, dot11.DHCPNak, ip{192, 168, 66, 1}, ip{}, ip{})}), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{dhcpConflict}, tc.frames)
			checkFirst(t, found, tc.want)
			if tc.want == "" {
				return
			}
			if f := found[0]; len(found) > 1 || f.BSSID.String() != strings.ToUpper(openAP) || f.Source.IsZero() || f.Frames < 2 || len(f.Evidence) < 2 {
				t.Errorf("BSSID %s, source %s, %d frames, %d of evidence: %q", f.BSSID, f.Source, f.Frames, len(f.Evidence), told(found))
			}
		})
	}
}

func TestRecordedDHCPConflicts(t *testing.T) {
	found := replay(t, Config{}, []Spec{dhcpConflict}, readCapture(t, "testdata/dhcp-open-network.pcap.gz"))
	if len(found) != 2 || !strings.Contains(found[0].Text, "but uses 10.0.3.1, that of the gateway, in 3 packets") ||
		!strings.Contains(found[1].Text, "192.168.66.1 (00:C0:CA:66:00:04) offers network 192.168.66.0") {
		t.Errorf("findings: %q", told(found))
	}
}
