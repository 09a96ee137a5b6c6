package detectors

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

var _ = expect("SSIDCANARY", row{
	kismet: "Reports the first sight of a matching SSID record, of a client's probe as that of an access point.",
	picket: "Reports every way of using the name, tells access points from clients, and repeats it once a minute while it lasts.",
	holds: []held{
		{"karma-airbase", "a client looks for the planted name, and airbase-ng answers"},
		{"karma-coffeeshop", "a client looks for the planted name, and airbase-ng answers"},
		{"lab/karma", "a client looks for the planted name, and airbase-ng answers"},
	},
})

var canaryRules = Config{Canaries: []SSIDRule{
	{Name: "vault", Pattern: "^Vault$"},
	{Name: "old", Pattern: "(?<!Not )Coffee"},
	{Name: "any vault", Pattern: "(?i)vault"},
}}

func TestSSIDCanaryTellsEveryWayOfUsingAName(t *testing.T) {
	const ap, client = "9c:5c:8e:10:00:01", "3c:22:fb:aa:00:11"
	const tail = " (^Vault$), which nobody should use: 1 frame so far"
	for _, tc := range []struct {
		frame synthetic
		want  string
	}{
		{synthetic{kind: dot11.Beacon, from: ap}, "Access point 9C:5C:8E:10:00:01 advertises"},
		{synthetic{kind: dot11.ProbeResp, from: ap, to: client}, "Access point 9C:5C:8E:10:00:01 answers 3C:22:FB:AA:00:11 for"},
		{synthetic{kind: dot11.ProbeReq, from: client, bssid: "ff:ff:ff:ff:ff:ff"}, "Client 3C:22:FB:AA:00:11 probes for"},
		{synthetic{kind: dot11.AssocReq, from: client, to: ap, bssid: ap}, "Client 3C:22:FB:AA:00:11 associates with 9C:5C:8E:10:00:01 for"},
		{synthetic{kind: dot11.ReassocReq, from: client, to: ap, bssid: ap}, "Client 3C:22:FB:AA:00:11 reassociates with 9C:5C:8E:10:00:01 for"},
	} {
		t.Run(tc.frame.kind.String(), func(t *testing.T) {
			rules := Config{Canaries: canaryRules.Canaries[:1]}
			s := tc.frame
			s.elements = [][]byte{ratesElement(), ssidElement("Vault")}
			found := replay(t, rules, []Spec{ssidCanary}, []captured{s.capture(epoch)})
			want := []string{tc.want + " canary SSID 'Vault', matching SSIDCANARY rule vault" + tail}
			var got []string
			for _, f := range found {
				got = append(got, f.Text)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("texts (-want +got):\n%s", diff)
			}
			s.elements = [][]byte{ratesElement(), ssidElement("Vaults")}
			if found := replay(t, rules, []Spec{ssidCanary}, []captured{s.capture(epoch)}); len(found) > 0 {
				t.Errorf("another name: %q", told(found))
			}
		})
	}
}

func TestSSIDCanaryReportsEachAddressRuleAndWayOnceAMinute(t *testing.T) {
	probe := func(from string, at time.Duration) captured {
		return synthetic{kind: dot11.ProbeReq, from: from, bssid: "ff:ff:ff:ff:ff:ff", elements: [][]byte{ssidElement("Vault")}}.capture(epoch.Add(at))
	}
	ap := fakeAP{bssid: "9c:5c:8e:10:00:01", ssid: "Vault", channel: 6}
	var frames []captured
	for i := range 150 {
		at := time.Duration(i) * time.Second
		frames = append(frames, probe("3c:22:fb:aa:00:11", at), probe("3c:22:fb:aa:00:22", at))
	}
	frames = air(frames, ap.beacons(0, 150*time.Second), []captured{ap.at(dot11.ProbeResp, 30*time.Second)})

	count := map[string]int{}
	for _, f := range replay(t, canaryRules, []Spec{ssidCanary}, frames) {
		count[f.Source.String()]++
	}
	want := map[string]int{
		"3C:22:FB:AA:00:11": 6, // three minutes, two rules
		"3C:22:FB:AA:00:22": 6,
		"9C:5C:8E:10:00:01": 8, // and the answer
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("findings by transmitter (-want +got):\n%s", diff)
	}
}

// A client looks for an open network of old, and airbase-ng answers it.
func TestSSIDCanaryTellsARecordedKarmaAccessPoint(t *testing.T) {
	frames := readCapture(t, filepath.Join("testdata", "karma-coffeeshop.pcap.gz"))
	want := []string{
		"SSIDCANARY B8:27:EB:DD:00:44 ch 6: Client B8:27:EB:DD:00:44 probes for canary SSID 'CoffeeShop', matching SSIDCANARY rule old ((?<!Not )Coffee), which nobody should use: 1 frame so far",
		"SSIDCANARY 00:C0:CA:66:00:09 ch 6: Access point 00:C0:CA:66:00:09 answers B8:27:EB:DD:00:44 for canary SSID 'CoffeeShop', matching SSIDCANARY rule old ((?<!Not )Coffee), which nobody should use: 1 frame so far",
	}
	if diff := cmp.Diff(want, told(replay(t, canaryRules, []Spec{ssidCanary}, frames))); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
