package detectors

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var _ = expect("DHCPCLIENTID", row{
	kismet: "Never raised: it asks for seven client identifiers in place of one of seven octets.",
	picket: "Compares identifier and sender, and counts the clients that a station asks for, by either address; knows virtual machines.",
	holds: []held{
		{"dhcp-open-network", "a station that asks for the address of another, and for many"},
	},
})

func TestDHCPClientID(t *testing.T) {
	const s = time.Second
	asks := func(client, id string) dhcpSynthetic {
		d := dhcpSynthetic{from: dhcpTom, client: client}
		if id != "" {
			d.options = [][]byte{clientID(id)}
		}
		return d
	}
	many := func(n int, prefix string, identified bool) []dhcpSynthetic {
		var list []dhcpSynthetic
		for i := range n {
			mac := fmt.Sprintf("%s:%02x", prefix, i)
			d := asks(mac, "")
			if identified {
				d = asks(mac, mac)
			}
			list = append(list, d)
		}
		return list
	}
	const mismatch = "DHCP request from 3C:22:FB:AA:00:11 does not match client id F0:18:98:CC:00:33"
	for _, tc := range []struct {
		name   string
		frames []captured
		want   []string // of each finding
	}{
		{"its own", messages(s, asks(dhcpTom, dhcpTom), asks(dhcpTom, "")), nil},
		{"another identifier", messages(s, asks(dhcpTom, dhcpAlice)), []string{mismatch}},
		{"another identifier and address", messages(s, asks(dhcpAlice, dhcpAlice)), []string{mismatch}},
		{"another identifier, passed on", messages(s, dhcpSynthetic{from: dhcpTom, client: dhcpTom, options: [][]byte{clientID(dhcpAlice)}, copied: true}), []string{mismatch}},
		{"another address alone", messages(s, asks(dhcpAlice, ""), asks(dhcpAlice, "")), nil},
		{"no hardware address as identifier", messages(s, dhcpSynthetic{from: dhcpTom, client: dhcpTom, options: [][]byte{option(61, 0, 'h', 'o', 's', 't', '-', '1')}}), nil},
		{"DUID", messages(s, dhcpSynthetic{from: dhcpTom, client: dhcpTom, options: [][]byte{option(61, 255, 1, 2, 3, 4, 0, 1, 0, 1, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9)}}), nil},
		{"a virtual machine", messages(s, asks("08:00:27:11:22:33", "08:00:27:11:22:33")), nil},
		{"a virtual machine's identifier, and its own address", messages(s, asks(dhcpTom, "08:00:27:11:22:33")), []string{"does not match client id 08:00:27:11:22:33"}},
		{"three virtual machines", messages(s, many(3, "52:54:00:11:22", true)...), nil},
		{"ever new virtual machines", messages(s, many(6, "52:54:00:11:22", true)...), []string{"in the name of 4 clients within a minute, the last of them 52:54:00:11:22:03"}},
		{"ever new addresses", messages(s, many(6, "02:00:00:11:22", false)...), []string{"in the name of 4 clients within a minute"}},
		{"ever new addresses, slowly", messages(21*s, many(9, "02:00:00:11:22", false)...), nil},
		{"four addresses at the limit of a minute", messages(20*s, many(4, "02:00:00:11:22", false)...), nil},
		{"ever new identifiers", messages(s, many(30, "02:00:00:11:22", true)...), []string{"does not match client id 02:00:00:11:22:00", "in the name of 4 clients"}},
		{"the same two again and again", messages(s, append(append(many(2, "02:00:00:11:22", false), many(2, "02:00:00:11:22", false)...), many(2, "02:00:00:11:22", false)...)...), nil},
		{"relayed", messages(s, dhcpSynthetic{from: dhcpTom, client: dhcpAlice, options: [][]byte{clientID(dhcpAlice)}, relayed: true}), nil},
		{"from a server", messages(s, dhcpSynthetic{from: openAP, client: dhcpAlice, options: [][]byte{clientID(dhcpAlice)}, server: true}), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{dhcpClientID}, tc.frames)
			if len(found) != len(tc.want) {
				t.Fatalf("findings: %q, want %q", told(found), tc.want)
			}
			for i, f := range found {
				if !strings.Contains(f.Text, tc.want[i]) || f.Source.String() != "3C:22:FB:AA:00:11" || f.BSSID.String() != strings.ToUpper(openAP) || f.Other.IsZero() {
					t.Errorf("source %s, BSSID %s: %s\nwants %q", f.Source, f.BSSID, f.Text, tc.want[i])
				}
			}
		})
	}
}

func TestRecordedDHCPClients(t *testing.T) {
	found := replay(t, Config{}, []Spec{dhcpClientID}, readCapture(t, "testdata/dhcp-open-network.pcap.gz"))
	if len(found) != 2 || !strings.Contains(found[0].Text, "does not match client id F0:18:98:CC:00:33") || !strings.Contains(found[1].Text, "in the name of 4 clients") {
		t.Errorf("findings: %q", told(found))
	}
}
