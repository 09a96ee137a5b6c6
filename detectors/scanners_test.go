package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

func TestNetStumblerAndLucentTest(t *testing.T) {
	relayed := agere("All your 802.11b are belong to us")
	relayed.flags, relayed.to, relayed.from, relayed.bssid = dot11.FromDS, "ff:ff:ff:ff:ff:ff", "00:02:2d:10:00:01", "00:02:2d:aa:bb:cc"
	type2 := agere("All your 802.11b are belong to us")
	type2.body[7] = 2
	protected := agere("All your 802.11b are belong to us")
	protected.flags |= dot11.Protected
	other := agere("All your 802.11b are belong to us")
	other.body[5] = 0x1e

	const station = "Station 00:02:2D:AA:BB:CC asks access point 00:02:2D:10:00:01 for its name with NetStumbler, "
	for _, test := range []struct {
		name  string
		frame synthetic
		alert string // "" for silence
		want  string
	}{
		{"version 3.22", agere("Flurble gronk bloopit, bnip Frundletrune\x00\x00"), "NETSTUMBLER", station + `version 3.22 (it says "Flurble gronk bloopit, bnip Frundletrune"): 1 frame so far`},
		{"version 3.23, FCS", asFCS(agere("All your 802.11b are belong to us")), "NETSTUMBLER", station + "version 3.23"},
		{"version 3.30, QoS", asQoS(agere("          Intentionally blank 1")), "NETSTUMBLER", station + "version 3.30"},
		{"another version", agere("Nothing to see here"), "NETSTUMBLER", station + "unknown version"},
		{"relayed by the access point", relayed, "NETSTUMBLER", station + "version 3.23"},
		{"link test", agere("\x00\x01\x02\x03\x04\x05\x06\x07"), "LUCENTTEST", "00:02:2D:AA:BB:CC tests the link with 00:02:2D:10:00:01"},
		{"what else the cards say", agere("\x81\x02\x00\x2a\x01\x00\x00\x00"), "", ""},
		{"letters too few", agere("abc"), "", ""},
		{"no text at all", agere(""), "", ""},
		{"another protocol of the organization", type2, "", ""},
		{"of another organization", other, "", ""},
		{"encrypted", protected, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{lucentTest, netStumbler}, amid(t, []captured{test.frame.capture(epoch)}))
			if test.alert == "" {
				checkOnly(t, found)
				return
			}
			checkOnly(t, found, test.want)
			for _, f := range found {
				if f.Name != test.alert || f.Source.String() != "00:02:2D:AA:BB:CC" || f.BSSID.String() != "00:02:2D:10:00:01" {
					t.Errorf("%s: source %s, BSSID %s", f.Name, f.Source, f.BSSID)
				}
			}
		})
	}
}

func TestScannersAreReportedOnceAMinute(t *testing.T) {
	for name, frame := range map[string]synthetic{
		"NETSTUMBLER":  agere("All your 802.11b are belong to us"),
		"LUCENTTEST":   agere("\x00\x01\x02\x03"),
		"WELLENREITER": {kind: dot11.ProbeReq, from: testClient, elements: [][]byte{ssidElement("this_is_used_for_wellenreiter")}},
	} {
		frames := series(150, 0, time.Second, func(i int) synthetic {
			s := frame
			s.sequence = uint16(i)
			return s
		})
		if found := replay(t, Config{}, []Spec{lucentTest, netStumbler, wellenreiter}, frames); len(found) != 3 || found[0].Name != name {
			t.Errorf("%s: %d findings in 150 s, want 3", name, len(found))
		}
	}
}
