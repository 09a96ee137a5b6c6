package main

import (
	"slices"
	"strings"
	"testing"
)

const protocolText = `2026-11-24T10:00:00.000Z 1795514400.000 scenario x, kernel 6.1
2026-11-24T10:00:10.000Z 1795514410.000 ATTACK BEGIN
2026-11-24T10:00:10.100Z 1795514410.100 run: mdk4 atk0 d
2026-11-24T10:00:20.000Z 1795514420.000 ATTACK END
2026-11-24T10:00:40.000Z 1795514440.000 FAULT BEGIN: phy3 is pulled out
2026-11-24T10:00:50.000Z 1795514450.000 FAULT END
2026-11-24T10:00:55.000Z 1795514455.000 FIGURE: 12 frames
2026-11-24T10:01:00.000Z 1795514460.000 END
not a line of ours
`

const (
	flood = `{"kismet.alert.header": "DEAUTHFLOOD", "kismet.alert.timestamp": 1795514412.5, "kismet.alert.channel": "6", "kismet.alert.transmitter_mac": "9C:5C:8E:10:00:01", "kismet.alert.text": "looks forged"}`
	late  = `{"kismet.alert.header": "DEAUTHFLOOD", "kismet.alert.timestamp": 1795514424.9, "kismet.alert.channel": "6", "kismet.alert.text": ""}`
	after = `{"kismet.alert.header": "DEAUTHFLOOD", "kismet.alert.timestamp": 1795514425.1, "kismet.alert.channel": "6", "kismet.alert.text": ""}`
	spoof = `{"kismet.alert.header": "APSPOOF", "kismet.alert.timestamp": 1795514413.0, "kismet.alert.text": ""}`
	lost  = `{"kismet.alert.header": "SOURCEERROR", "kismet.alert.timestamp": 1795514441.0, "kismet.alert.text": "attic: no such device"}`
)

func TestVerdict(t *testing.T) {
	const end = " END\nnot"
	for _, c := range []struct {
		name, directives, alerts string
		protocol                 string
		want                     []string // how each fault begins
	}{
		{name: "all as expected", directives: "#: expect 1 DEAUTHFLOOD transmitter_mac=9c:5c:8e:10:00:01 text~forged\n#: expect 2 SOURCEERROR text~attic",
			alerts: flood + "," + lost},
		{name: "silence is expected", alerts: ""},
		{name: "a later alert of the same attack may differ", directives: "#: expect 1 DEAUTHFLOOD text~forged", alerts: flood + "," + late},
		{name: "missing", directives: "#: expect 1 DEAUTHFLOOD", want: []string{"missing: 1 DEAUTHFLOOD"}},
		{name: "in another window", directives: "#: expect 2 DEAUTHFLOOD", alerts: flood,
			want: []string{"missing: 2 DEAUTHFLOOD", "not expected: 10:00:12.500 DEAUTHFLOOD"}},
		{name: "in a window that never was", directives: "#: expect 3 DEAUTHFLOOD", want: []string{"missing: 3 DEAUTHFLOOD"}},
		{name: "another field", directives: "#: expect 1 DEAUTHFLOOD channel=11", alerts: flood, want: []string{"missing: 1 DEAUTHFLOOD channel=11"}},
		{name: "no such field", directives: "#: expect 1 DEAUTHFLOOD colour=<nil>", alerts: flood, want: []string{"missing"}},
		{name: "after the grace", directives: "#: expect 1 DEAUTHFLOOD", alerts: flood + "," + after, want: []string{"not expected: 10:00:25.100"}},
		{name: "another alert in the window", directives: "#: expect 1 DEAUTHFLOOD", alerts: flood + "," + spoof, want: []string{"not expected: 10:00:13.000 APSPOOF"}},
		{name: "another alert that is allowed", directives: "#: expect 1 DEAUTHFLOOD\n#: allow APSPOOF why not", alerts: flood + "," + spoof},
		{name: "a check in the guest failed", protocol: " CHECK FAILED: the radio hops\n2026-11-24T10:01:00.000Z 1795514460.000" + end,
			want: []string{"the radio hops"}},
		{name: "broken", protocol: " BROKEN: AP ap1: hostapd failed\nnot", want: []string{"AP ap1"}},
		{name: "cut short", protocol: " nothing\nnot", want: []string{"the scenario did not come to its end"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := parseScenario("x.sh", []byte(c.directives))
			if err != nil {
				t.Fatal(err)
			}
			text := protocolText
			if c.protocol != "" {
				text = strings.Replace(text, end, c.protocol, 1)
			}
			p, err := readProtocol(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			alerts, err := readAlerts(strings.NewReader("[" + c.alerts + "]"))
			if err != nil {
				t.Fatal(err)
			}
			got := judge(s, p, alerts)
			if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
				t.Errorf("faults: %q, want ones that begin with %q", got, c.want)
			}
		})
	}
}

func TestProtocolHasWindowsAndFigures(t *testing.T) {
	p, err := readProtocol(strings.NewReader(protocolText))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Windows) != 2 || !p.Ended || !slices.Equal(p.Figures, []string{"12 frames"}) {
		t.Errorf("got %d windows, ended %t, figures %q", len(p.Windows), p.Ended, p.Figures)
	}
}

func TestAlertsAreInOrderOfTime(t *testing.T) {
	alerts, err := readAlerts(strings.NewReader("[" + lost + "," + flood + "]"))
	if err != nil {
		t.Fatal(err)
	}
	if len(alerts) != 2 || alerts[0].header() != "DEAUTHFLOOD" {
		t.Errorf("got %v, want the older one first", alerts)
	}
}
