package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
	"picket/capture/radio"
)

// someRadios are two adapters: one that can be used, and one that can't.
func someRadios() []radio.Radio {
	return []radio.Radio{{
		Name: "phy0", Addr: dot11.Addr{0x00, 0xc0, 0xca, 1, 2, 3}, Driver: "ath9k_htc", Bus: "usb 0cf3:9271",
		Monitor: true, Injection: true, Country: "DE",
		Bands: []radio.Band{{Band: dot11.Band2G, HT: true, MaxMHz: 40}},
		Channels: []radio.ChannelInfo{
			{Number: 1, FreqMHz: 2412, Band: dot11.Band2G, NoHT40Minus: true},
			{Number: 5, FreqMHz: 2432, Band: dot11.Band2G, NoHT40Plus: true},
			{Number: 12, FreqMHz: 2467, Band: dot11.Band2G, Disabled: true},
			{Number: 13, FreqMHz: 2472, Band: dot11.Band2G, Disabled: true},
			{Number: 14, FreqMHz: 2484, Band: dot11.Band2G, Disabled: true, CanMonitor: true},
		},
		Interfaces: []radio.Interface{
			{Name: "wlan0", Type: radio.TypeManaged, Up: true, SSID: "Home\x1b[2J", Channel: radio.Channel{FreqMHz: 2412}},
			{Name: "ap0", Type: radio.TypeAP, SSID: "Guests"},
			{Name: "wlan0mon", Type: radio.TypeMonitor, Up: true, Channel: radio.Channel{FreqMHz: 2412, Width: radio.Width40Plus}},
		},
	}, {
		Name: "phy1", Driver: "brcmfmac",
		Bands: []radio.Band{{Band: dot11.Band5G, MaxMHz: 80}},
		Channels: []radio.ChannelInfo{
			{Number: 36, FreqMHz: 5180, Band: dot11.Band5G, Disabled: true},
		},
		Block: radio.SoftBlocked,
	}}
}

func managesWlan0(iface string) bool { return iface == "wlan0" }

func TestRadiosAreShownInATable(t *testing.T) {
	var views []radioView
	for _, r := range someRadios() {
		views = append(views, viewOf(&r, managesWlan0))
	}
	var b bytes.Buffer
	if err := printRadios(tabwriter.NewWriter(&b, 0, 0, 1, ' ', tabwriter.Debug), views); err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"RADIO", "INTERFACE", "STATE", "DRIVER", "MONITOR", "INJECTION", "COUNTRY", "CHANNELS, WIDEST", "DISABLED", "USABLE"},
		{
			"phy0", "wlan0", "managed, up, associated to \"Home\ufffd[2J\", channel 1, NetworkManager", "ath9k_htc usb 0cf3:9271",
			"yes", "yes", "DE", "2.4 GHz: 3, 40 MHz", "12-13", "yes",
		},
		{"", "ap0", `AP, down, network "Guests"`},
		{"", "wlan0mon", "monitor, up, channel 1HT40+"},
		{"phy1", "-", "-", "brcmfmac", "no", "not known", "-", "5 GHz: none", "36", "no: its driver has no monitor mode"},
	}
	var got [][]string
	for line := range strings.Lines(b.String()) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		got = append(got, cells)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestRadioIsShownAsJSON(t *testing.T) {
	b, err := json.Marshal(viewOf(&someRadios()[0], managesWlan0))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"name":"phy0","address":"00:C0:CA:01:02:03","driver":"ath9k_htc","bus":"usb 0cf3:9271","usable":true,` +
		`"monitor":true,"active_monitor":false,"injection":true,"country":"DE","self_managed":false,` +
		`"bands":[{"name":"2.4 GHz","widths_mhz":[20,40],"channels":["1","5","14"],"disabled":["12","13"]}],` +
		`"interfaces":[` +
		`{"name":"wlan0","type":"managed","up":true,"channel":"1","ssid":"Home\u001b[2J","manager":"NetworkManager"},` +
		`{"name":"ap0","type":"AP","up":false,"ssid":"Guests"},` +
		`{"name":"wlan0mon","type":"monitor","up":true,"channel":"1HT40+"}]}`
	if diff := cmp.Diff(want, string(b)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestRadioThatCantBeUsedSaysWhy(t *testing.T) {
	wlan := []radio.Interface{{Name: "wlan0"}}
	for _, test := range []struct {
		radio radio.Radio
		want  string
	}{
		{radio.Radio{Monitor: true, Interfaces: wlan}, ""},
		{radio.Radio{Interfaces: wlan}, "no monitor mode"},
		{radio.Radio{Monitor: true, Interfaces: wlan, Block: radio.SoftBlocked}, "'rfkill unblock wifi' switches it on"},
		{radio.Radio{Monitor: true, Interfaces: wlan, Block: radio.HardBlocked}, "hardware switch"},
		{radio.Radio{Name: "phy3", Monitor: true}, "'iw phy phy3 interface add NAME type managed' makes one"},
	} {
		v := viewOf(&test.radio, managesWlan0)
		if v.Usable != (test.want == "") || !strings.Contains(v.Reason, test.want) {
			t.Errorf("usable %v, %q; want %q", v.Usable, v.Reason, test.want)
		}
	}
}
