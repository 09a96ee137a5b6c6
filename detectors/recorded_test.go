package detectors

import (
	"strings"
	"testing"
)

// Recordings on simulated radios: access points of hostapd with elements that
// their configuration adds (its commands for the neighbor report and the
// reason codes), and mdk4's fuzzer. All detectors look at each.
var recordedExploits = map[string][]struct{ alert, text string }{
	"airjackssid-hostapd": {{"AIRJACKSSID", `beacon from 00:02:2D:10:00:10 with SSID "AirJack"`}},
	"formatstring-hostapd": {
		{"FORMATSTRING", `Access point 00:02:2D:10:00:11 advertises SSID "%p%s%s%s%s%n"`},
		{"FORMATSTRING", `Client B8:27:EB:DD:00:44 looks for SSID "%p%s%s%s%s%n"`},
	},
	"badfixlenie-hostapd":  {{"BADFIXLENIE", "beacon from 00:02:2D:10:00:12 to FF:FF:FF:FF:FF:FF: element 3 of 4 octets at offset 172, where the standard has 1"}},
	"msfdlinkrate-hostapd": {{"MSFDLINKRATE", "beacon from 00:02:2D:10:00:13 to FF:FF:FF:FF:FF:FF with 75 octets of rates at offset 171, just as Metasploit's"}},
	"rsnloop-hostapd":      {{"RSNLOOP", "beacon from 00:02:2D:10:00:14 to FF:FF:FF:FF:FF:FF: its RSN element counts 65535 pairwise ciphers and has room for 2"}},
	"qcomextended-hostapd": {{"QCOMEXTENDED", "beacon from 00:02:2D:10:00:15 to FF:FF:FF:FF:FF:FF with 32 octets of extended capabilities"}},
	"rtlwifip2p-hostapd":   {{"RTLWIFIP2P", "beacon from 00:02:2D:10:00:16 to FF:FF:FF:FF:FF:FF with a Wi-Fi Direct notice of absence of 41 octets"}},
	"msfbcomssid-hostapd": {
		{"MSFBCOMSSID", "beacon from 90:E9:75:00:00:00 to FF:FF:FF:FF:FF:FF"},
		{"LONGSSID", "SSID element of 93 octets"},
	},
	"msfnetgearbeacon-hostapd": {{"MSFNETGEARBEACON", "beacon from 00:02:2D:10:00:17 to FF:FF:FF:FF:FF:FF of 1259 octets, with the code"}},
	"wmmoverflow-hostapd":      {{"WMMOVERFLOW", "association response from 00:02:2D:10:00:18 to B8:27:EB:DD:00:44 with a WMM element (subtype 1) of 60 octets"}},
	"wmmtspec-hostapd":         {{"WMMTSPEC", "association response from 00:02:2D:10:00:19 to B8:27:EB:DD:00:44 with 5 WMM traffic specifications"}},
	"bcom11kchan-hostapd":      {{"BCOM11KCHAN", `Neighbor report from 00:02:2D:10:00:1A to B8:27:EB:DD:00:44 in 00:02:2D:10:00:1A (SSID "Neighbor") with channel 240`}},
	"badreasons-hostapd": {
		{"DISCONCODEINVALID", "disassociation from 00:02:2D:10:00:1A to B8:27:EB:DD:00:44 in 00:02:2D:10:00:1A"},
		{"DEAUTHCODEINVALID", "deauthentication from 00:02:2D:10:00:1A to B8:27:EB:DD:00:44 in 00:02:2D:10:00:1A"},
	},
	"malformmgmt-mdk4": {
		{"MALFORMMGMT", "Malformed management frames from D8:07:B6:20:00:02: 8 frames within 983ms, the last one (beacon to FF:FF:FF:FF:FF:FF"},
	},
	"clean-hidden": nil, // an access point that hides its name, and who joins it
}

func TestRecordedExploits(t *testing.T) {
	for name, want := range recordedExploits {
		t.Run(name, func(t *testing.T) {
			found := replay(t, Config{}, All(), readCapture(t, "testdata/"+name+".pcap.gz"))
			for i, f := range found {
				if i < len(want) && f.Name == want[i].alert && strings.Contains(f.Text, want[i].text) && len(f.Evidence) > 0 && f.Channel == "6" {
					continue
				}
				t.Errorf("finding %d, channel %s: %s %s", i, f.Channel, f.Name, f.Text)
			}
			if len(found) < len(want) {
				t.Errorf("%d findings, want %d", len(found), len(want))
			}
		})
	}
}
