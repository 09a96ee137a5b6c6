package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("DHCPOSCHANGE", row{
	kismet: "Compares the vendor classes in discover messages of a client on one BSSID, an update being a change.",
	picket: "Compares vendor class and list of parameters, on any BSSID; tells systems from versions, and leaves out boot loaders.",
	holds: []held{
		{"dhcp-open-network", "another machine with the address of a phone"},
	},
})

func TestDHCPOSChange(t *testing.T) {
	const s = time.Second
	as := func(vendor string, parameters ...byte) dhcpSynthetic {
		d := dhcpSynthetic{client: dhcpAlice}
		if vendor != "" {
			d.options = append(d.options, vendorClass(vendor))
		}
		if len(parameters) > 0 {
			d.options = append(d.options, option(55, parameters...))
		}
		return d
	}
	request := func(d dhcpSynthetic) dhcpSynthetic { d.typ = dot11.DHCPRequest; return d }
	const android, windows = "android-dhcp-13", "MSFT 5.0"
	const taken = "': another machine may have taken its address"
	for _, tc := range []struct {
		name   string
		frames []captured
		want   string
	}{
		{"stays", messages(10*s, as(android, 1, 3, 6), as(android, 1, 3, 6)), ""},
		{"another", messages(10*s, as(android), as(windows)), "Station F0:18:98:CC:00:33 asks for its address as 'MSFT 5.0', 10s after it did so as 'android-dhcp-13" + taken},
		{"another, in requests", messages(10*s, request(as(android)), request(as(windows))), taken},
		{"another version, after an update", messages(600*s, as(android, 1, 3), as("android-dhcp-14", 1, 3, 6)), ""},
		{"another version at once", messages(2*s, as(android), as("android-dhcp-9")), "as 'android-dhcp-9', 2s after it did so as 'android-dhcp-13" + taken},
		{"versions by turns", messages(100*s, as(android), as("android-dhcp-9"), as(android)), "as 'android-dhcp-13', 1m40s after it did so as 'android-dhcp-9', for the second time: two machines use its address by turns"},
		{"none, then one and other parameters", messages(10*s, as("", 1, 121, 3), as(windows, 1, 3, 6)), "as 'MSFT 5.0', 10s after it did so as a system without vendor class: another"},
		{"one, then none and other parameters", messages(10*s, as(windows, 1, 3, 6), as("", 1, 121, 3)), "as a system without vendor class, 10s after it did so as 'MSFT 5.0" + taken},
		{"one, then none and the same parameters", messages(10*s, as(windows, 1, 3, 6), as("", 1, 3, 6)), ""},
		{"parameters that change once", messages(100*s, as("", 1, 3), as("", 1, 3, 6), as("", 1, 3, 6)), ""},
		{"parameters by turns", messages(100*s, as("", 1, 3), as("", 1, 3, 6), as("", 1, 3)), "by turns"},
		{"parameters that differ by message", messages(10*s, as(android, 1, 3), request(as(android, 1, 3, 6)), as(android, 1, 3), request(as(android, 1, 3, 6))), ""},
		{"from the network, then the system", messages(20*s, as("PXEClient:Arch:00007", 1, 2), as(windows, 1, 3, 6), as("PXEClient:Arch:00007", 1, 2), as(windows, 1, 3, 6)), ""},
		{"nothing to go by", messages(10*s, as(""), as(windows), as("")), ""},
		{"days later", messages(25*time.Hour, as(android), as(windows)), ""},
		{"another client", messages(10*s, as(android), dhcpSynthetic{client: dhcpTom, options: [][]byte{vendorClass(windows)}}), ""},
		{"a virtual machine", messages(10*s, as(android), dhcpSynthetic{from: dhcpAlice, client: "08:00:27:00:00:01", options: [][]byte{vendorClass(windows)}}), ""},
		{"unprintable", messages(10*s, as(android), as("\x1b[2J")), `as '\x1b[2J'`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{dhcpOSChange}, tc.frames)
			checkFirst(t, found, tc.want)
			if tc.want != "" && (found[0].BSSID.String() != strings.ToUpper(openAP) || found[0].Source.String() != strings.ToUpper(dhcpAlice) || len(found) > 1 || len(found[0].Evidence) < 2) {
				t.Errorf("findings: %q", told(found))
			}
		})
	}
}

func TestRecordedDHCPSystems(t *testing.T) {
	checkRecorded(t, dhcpOSChange, map[string]string{
		"dhcp-open-network": "as 'dhcpcd-9.4.1:Linux-6.1.0:x86_64', 7.7s after it did so as 'android-dhcp-13'",
		"clean-joins":       "",
	})
}
