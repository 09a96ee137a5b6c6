package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("DHCPNAMECHANGE", row{
	kismet: "Compares the host names in discover messages of a client on one BSSID.",
	picket: "Compares host and full names in discover, request and inform messages, on any BSSID; leaves out relayed ones.",
	holds: []held{
		{"dhcp-open-network", "another machine with the address of a phone"},
	},
})

// messages are frames of the same client, one every so often.
func messages(every time.Duration, list ...dhcpSynthetic) []captured {
	var frames []captured
	for i, s := range list {
		s.at = time.Duration(i) * every
		frames = append(frames, s.capture())
	}
	return frames
}

func TestDHCPNameChange(t *testing.T) {
	const s = time.Second
	called := func(name string) dhcpSynthetic {
		return dhcpSynthetic{client: dhcpAlice, options: [][]byte{hostName(name)}}
	}
	with := func(d dhcpSynthetic, change func(*dhcpSynthetic)) dhcpSynthetic { change(&d); return d }
	request := func(d *dhcpSynthetic) { d.typ = dot11.DHCPRequest }
	fqdn := func(flags byte, name string) dhcpSynthetic {
		return dhcpSynthetic{client: dhcpAlice, options: [][]byte{option(81, append([]byte{flags, 0, 0}, name...)...)}}
	}
	long := strings.Repeat("a", 63)
	const want = "Station F0:18:98:CC:00:33 calls itself 'kali', 10s after it called itself 'alices-phone': another machine may have taken its address"
	for _, tc := range []struct {
		name   string
		frames []captured
		want   string
	}{
		{"keeps it", messages(10*s, called("alices-phone"), called("alices-phone"), called("alices-phone")), ""},
		{"another", messages(10*s, called("alices-phone"), called("kali")), want},
		{"another, in requests", messages(10*s, with(called("alices-phone"), request), with(called("kali"), request)), want},
		{"another, as passed on", messages(10*s, with(called("alices-phone"), func(d *dhcpSynthetic) { d.copied = true }), with(called("kali"), func(d *dhcpSynthetic) { d.copied = true })), want},
		{"another, in an A-MSDU", messages(10*s, called("alices-phone"), with(called("kali"), func(d *dhcpSynthetic) { d.amsdu = true })), want},
		{"another, fully qualified", messages(10*s, called("alices-phone"), fqdn(4, "\x04kali\x03lan\x00")), want},
		{"in capitals", messages(10*s, called("alices-phone"), called("Alices-Phone")), ""},
		{"with a domain", messages(10*s, called("alices-phone"), called("alices-phone.lan"), fqdn(0, "alices-phone.example"), fqdn(4, "\x0calices-phone\x03lan\x00")), ""},
		{"none at times", messages(10*s, called("alices-phone"), dhcpSynthetic{client: dhcpAlice}, called(""), called("alices-phone")), ""},
		{"another client", messages(10*s, called("alices-phone"), dhcpSynthetic{client: dhcpTom, options: [][]byte{hostName("kali")}}), ""},
		{"another client behind the same radio", messages(10*s, called("alices-phone"), dhcpSynthetic{from: dhcpAlice, client: dhcpTom, options: [][]byte{hostName("kali")}}), ""},
		{"its name, from another's radio", messages(10*s, dhcpSynthetic{client: dhcpTom, options: [][]byte{hostName("toms-laptop")}}, dhcpSynthetic{from: dhcpAlice, client: dhcpTom, options: [][]byte{hostName("kali")}}), ""},
		{"relayed", messages(10*s, called("alices-phone"), with(called("kali"), func(d *dhcpSynthetic) { d.relayed = true })), ""},
		{"from a server", messages(10*s, called("alices-phone"), with(called("kali"), func(d *dhcpSynthetic) { d.server = true })), ""},
		{"days later", messages(25*time.Hour, called("alices-phone"), called("kali")), ""},
		{"by turns", messages(61*s, called("kali"), called("alices-phone"), called("kali")), "calls itself 'alices-phone', 1m1s after it called itself 'kali'"},
		{"longer than is remembered", messages(10*s, called(long+"b"), called(long+"c")), ""},
		{"unprintable", messages(10*s, called("a"), called("b\x1b[2J")), `calls itself 'b\x1b[2J'`},
		{"cut off", messages(10*s, called("alices-phone"), with(called("kali"), func(d *dhcpSynthetic) {
			d.options = [][]byte{option(43, make([]byte, 200)...), hostName("kali")}
			d.fragment = true
		})), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{dhcpNameChange}, air(fakeAP{bssid: openAP, ssid: "GuestNet", channel: 6}.beacons(0, s), tc.frames))
			checkFirst(t, found, tc.want)
			if tc.want == "" {
				return
			}
			if f := found[0]; f.BSSID.String() != strings.ToUpper(openAP) || f.Source.String() != strings.ToUpper(dhcpAlice) && f.Source.String() != strings.ToUpper(dhcpTom) || len(f.Evidence) != 2 || f.Channel != "6" {
				t.Errorf("BSSID %s, source %s, channel %s, %d frames of evidence", f.BSSID, f.Source, f.Channel, len(f.Evidence))
			}
			if len(found) > 1 && !strings.Contains(found[1].Text, "for the second time: two machines use its address by turns (2 changes)") {
				t.Errorf("then: %s", found[1].Text)
			}
		})
	}
}

func TestRecordedDHCPNames(t *testing.T) {
	checkRecorded(t, dhcpNameChange, map[string]string{
		"dhcp-open-network": "Station F0:18:98:CC:00:33 calls itself 'kali', 7.7s after it called itself 'alices-phone'",
		"clean-joins":       "",
	})
}
