package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("ADVCRYPTCHANGE", row{
	kismet: "Reports any change of an SSID record's set of ciphers and key managements but one to none, better or worse.",
	picket: "Reports what is weaker, what changes without a restart, and two protections that take turns; knows management frame protection.",
	holds: []held{
		{"double-security", "a second hostapd with the BSSID of the access point, offering WPA in place of WPA2"},
	},
})

// rsn is an RSN element with those suites and capabilities.
func rsn(pairwise, akms []byte, capabilities byte) []byte {
	data := []byte{1, 0, 0x00, 0x0f, 0xac, pairwise[0]}
	for _, list := range [][]byte{pairwise, akms} {
		data = append(data, byte(len(list)), 0)
		for _, suite := range list {
			data = append(data, 0x00, 0x0f, 0xac, suite)
		}
	}
	return element(dot11.ElementRSN, append(data, capabilities, 0)...)
}

func TestAdvCryptChange(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	const capable, required = dot11.RSNMFPCapable, dot11.RSNMFPCapable | dot11.RSNMFPRequired
	ccmp := []byte{dot11.CipherCCMP128}
	psk := secured(rsn(ccmp, []byte{2}, 0), true)
	ftPSK := secured(rsn(ccmp, []byte{4}, 0), true)
	both := secured(rsn(ccmp, []byte{2, 8}, capable), true)
	swapped := secured(rsn(ccmp, []byte{8, 2}, capable), true)
	sae := secured(rsn(ccmp, []byte{8}, required), true)
	saeOptional := secured(rsn(ccmp, []byte{8}, capable), true)
	enterprise := secured(rsn(ccmp, []byte{1}, 0), true)
	suiteB := secured(rsn([]byte{dot11.CipherGCMP256}, []byte{12}, required), true)
	weakerB := secured(rsn([]byte{dot11.CipherGCMP256, dot11.CipherCCMP128}, []byte{12}, required), true)
	tkip := secured(rsn([]byte{dot11.CipherTKIP}, []byte{2}, 0), true)
	wpa := secured(wpaElement(), true)
	open, wep := secured(nil, false), secured(nil, true)
	hidden := func(ap fakeAP) fakeAP { ap.ssid = ""; return ap }
	guest := func(ap fakeAP) fakeAP { ap.ssid = "GuestNet"; return ap }
	restarted := func(ap fakeAP, at time.Duration) fakeAP { ap.started = at; return ap }
	cut := wpa.beacons(5*s+40*ms, 20*s)
	for i := range cut {
		cut[i].data = cut[i].data[:len(cut[i].data)-20]
	}
	// down is from one to the other at a time when it may have restarted.
	down := func(from, to fakeAP) []captured { return air(from.beacons(0, 10*s), to.beacons(14*s, 20*s)) }

	checkHistories(t, advCryptChange, []historyCase{
		{"stays", psk.beacons(0, 100*s), ""},
		{"WPA3 to transition mode", down(sae, both), "is offered with WPA2 (PSK, SAE; CCMP; MFP optional) (-40 dBm) where 4.1s before it was WPA3 (SAE; CCMP; MFP required) (-40 dBm), which is weaker: security WPA2 instead of WPA3, management frame protection optional instead of required"},
		{"transition mode to WPA2", down(both, psk), "which is weaker: no WPA3 any more, management frame protection off instead of optional"},
		{"transition mode to WPA2, without MFP", down(secured(rsn(ccmp, []byte{2, 8}, 0), true), psk), "which is weaker: no WPA3 any more"},
		{"MFP no longer required", down(sae, saeOptional), "which is weaker: management frame protection optional instead of required"},
		{"CCMP to TKIP", down(psk, tkip), "with WPA (PSK; TKIP; MFP off)"},
		{"RSN to WPA", down(psk, wpa), "security WPA instead of WPA2"},
		{"802.1X to a password", down(enterprise, psk), "which is weaker: not only 802.1X any more"},
		{"256 bits to fewer", down(suiteB, weakerB), "which is weaker: ciphers with less than 256 bits"},
		{"weaker after a restart", air(sae.beacons(0, 10*s), restarted(psk, 10*s).beacons(10*s+50*ms, 20*s)), "security WPA2 instead of WPA3"},
		{"weaker after minutes", air(sae.beacons(0, 10*s), psk.beacons(300*s, 310*s)), "security WPA2 instead of WPA3"},
		{"weaker, hidden", air(hidden(sae).beacons(0, 10*s), hidden(psk).beacons(14*s, 20*s)), "security WPA2 instead of WPA3"},
		{"weaker, hidden, of known name", air([]captured{sae.at(dot11.ProbeResp, 0)}, hidden(sae).beacons(50*ms, 10*s), hidden(psk).beacons(14*s, 20*s)), "Network 'HomeNet' of"},
		{"neither weaker nor better", air(psk.beacons(0, 10*s), ftPSK.beacons(10*s, 20*s)), "with WPA2 (FT-PSK; CCMP; MFP off) (-40 dBm) where 67ms before it was WPA2 (PSK; CCMP; MFP off) (-40 dBm), without a restart"},
		{"neither, after a restart", air(psk.beacons(0, 10*s), restarted(ftPSK, 10*s).beacons(10*s+50*ms, 20*s)), ""},
		{"neither, while away", down(psk, ftPSK), ""},
		{"better", air(psk.beacons(0, 10*s), both.beacons(10*s, 20*s), sae.beacons(20*s, 30*s)), ""},
		{"open to better", air(open.beacons(0, 10*s), psk.beacons(10*s, 20*s)), ""},
		{"by turns", air(sae.beacons(0, 20*s), psk.beacons(5*s+40*ms, 20*s)), "with WPA2 (PSK; CCMP; MFP off) (-40 dBm) and with WPA3 (SAE; CCMP; MFP required) (-40 dBm) by turns: there are two access points"},
		{"by turns, in probe responses", air(sae.beacons(0, 20*s), []captured{
			psk.at(dot11.ProbeResp, 5*s+40*ms), psk.at(dot11.ProbeResp, 5*s+60*ms), psk.at(dot11.ProbeResp, 7*s+40*ms), psk.at(dot11.ProbeResp, 7*s+60*ms),
		}), "by turns"},
		{"suites in another order", air(both.beacons(0, 20*s), swapped.beacons(5*s+40*ms, 20*s)), ""},
		{"to open, which is CRYPTODROP's", down(psk, open), ""},
		{"to WEP, which is CRYPTODROP's", down(psk, wep), ""},
		{"open by turns, which is CRYPTODROP's", air(psk.beacons(0, 20*s), open.beacons(5*s+40*ms, 20*s)), ""},
		{"another network on the same BSSID", air(sae.beacons(0, 20*s), guest(psk).beacons(40*ms, 20*s)), ""},
		{"one of two networks on the same BSSID", air(sae.beacons(0, 10*s), guest(open).beacons(40*ms, 20*s), both.beacons(14*s, 20*s)), "Network 'HomeNet' of BSSID 9C:5C:8E:10:00:01 is offered with WPA2"},
		{"one damaged frame", air(sae.beacons(0, 20*s), []captured{psk.at(dot11.Beacon, 5*s+40*ms)}), ""},
		{"two damaged frames alike at the end", air(sae.beacons(0, 10*s), []captured{psk.at(dot11.Beacon, 10*s), psk.at(dot11.Beacon, 11*s)}), ""},
		{"frames that are not whole", air(sae.beacons(0, 20*s), cut), ""},
	})
}

func TestWeakerProtectionIsReportedOnceAndNotForever(t *testing.T) {
	sae, psk := secured(rsn([]byte{4}, []byte{8}, 0xc0), true), secured(rsn([]byte{4}, []byte{2}, 0), true)
	found := replay(t, Config{}, []Spec{advCryptChange}, air(sae.beacons(0, 10*time.Second), psk.beacons(14*time.Second, 300*time.Second)))
	if len(found) != 1 {
		t.Errorf("findings: %q", told(found))
	}
	found = replay(t, Config{}, []Spec{advCryptChange}, air(sae.beacons(0, 200*time.Second), psk.beacons(10*time.Second, 200*time.Second)))
	if len(found) != 4 {
		t.Errorf("of two at once for 190 s: %q", told(found))
	}
}

func TestRecordedProtections(t *testing.T) {
	checkRecorded(t, advCryptChange, map[string]string{
		"double-security":    "with WPA (PSK; TKIP; MFP off) (-30 dBm) and with WPA2 (PSK; CCMP; MFP off) (-47 dBm) by turns",
		"clean-reconfigured": "", "clean-joins": "", "clean-switches-and-restart": "", "evil-twin-beacons": "", "double-interval": "",
	})
}

func TestProtectionNamesSuitesThatItDoesNotKnow(t *testing.T) {
	p := protection{level: SecurityWPA2, akms: 1<<40 | 1<<41, pairwise: 0}
	if got := p.String(); !strings.Contains(got, "(other suites; no suite; MFP off)") {
		t.Error(got)
	}
}
