package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("KARMAOUI", row{
	kismet: "Reports probe responses from addresses of the block 00:13:37.",
	picket: "Reports that block in beacons too, and by its conduct any access point that answers for, or advertises, names that are not its own.",
	holds: []held{
		{"karma-airbase", "airbase-ng -P -C, which answers every probe"},
		{"lab/karma", "airbase-ng -P -C, which answers every probe"},
	},
})

func TestKarmaOUIOfAirbase(t *testing.T) {
	found := replay(t, Config{}, []Spec{karmaOUI}, readCapture(t, "testdata/karma-airbase.pcap.gz"))
	if len(found) != 1 {
		t.Fatalf("%d findings, want 1", len(found))
	}
	f := found[0]
	if want := `00:C0:CA:66:00:09 beacons "default" and answers stations that look for "CoffeeShop"`; !strings.Contains(f.Text, want) {
		t.Errorf("found: %s\nwants %s", f.Text, want)
	}
	if f.Source.String() != "00:C0:CA:66:00:09" || len(f.Evidence) == 0 {
		t.Errorf("source %s, %d frames of evidence", f.Source, len(f.Evidence))
	}
}

func TestKarmaOUI(t *testing.T) {
	const (
		beacon = dot11.Beacon
		answer = dot11.ProbeResp
	)
	// A sequence of frames of one transmitter, one a second: "b:Name" is a
	// beacon, "a:Name" a probe response.
	frames := func(from string, every time.Duration, script string) []captured {
		words := strings.Fields(script)
		return series(len(words), 0, every, func(i int) synthetic {
			s := synthetic{kind: beacon, from: from, capability: dot11.CapESS}
			if words[i][0] == 'a' {
				s.kind, s.to = answer, testClient
			}
			s.elements = [][]byte{ssidElement(words[i][2:]), ratesElement()}
			return s
		})
	}
	withFCS := func(list []captured) []captured {
		var verified []captured
		for i, c := range list {
			var f dot11.Frame
			f.Parse(c.link, c.data)
			var es dot11.ElementSet
			es.Fill(&f)
			verified = append(verified, synthetic{kind: f.Kind, to: testClient, from: testAP, capability: dot11.CapESS,
				elements: [][]byte{ssidElement(string(es.SSID))}, fcs: true}.capture(list[i].at))
		}
		return verified
	}
	pineapple, local := "00:13:37:a5:01:02", "02:13:37:a5:01:02"

	for _, test := range []struct {
		name   string
		frames []captured
		want   string // in the text of the first finding; "" for silence
	}{
		{"Pineapple answers", frames(pineapple, 1, "a:Cafe"), `probe response from 00:13:37:A5:01:02, SSID "Cafe": the address is in the block of the WiFi Pineapple`},
		{"Pineapple beacons", frames(pineapple, 1, "b:Cafe"), "beacon from 00:13:37:A5:01:02"},
		{"Pineapple with a local address", frames(local, 1, "b:Cafe"), "beacon from 02:13:37:A5:01:02"},
		{"not a Pineapple", frames("04:13:37:a5:01:02", 1, "b:Cafe"), ""},
		{"one name", frames(testAP, time.Second, "b:Home b:Home a:Home a:Home b:Home"), ""},
		{"hidden name", frames(testAP, time.Second, "b: a:Home b: a:Home a:Home b:"), ""},
		{"renamed", frames(testAP, time.Second, "b:Home b:Home b:New a:New a:New b:New"), ""},
		{"renamed after it answered", frames(testAP, time.Second, "a:Old a:Old b:New b:New"), ""},
		{"renamed twice", frames(testAP, time.Second, "b:A b:A a:B a:B b:C b:C"), ""},
		{"three names answered", frames(testAP, time.Second, "a:Home a:Cafe a:Work a:Home a:Cafe a:Work"), `3 networks within 60 s: "Home", "Cafe", "Work"`},
		{"three names beaconed", frames(testAP, time.Second, "b:Home b:Cafe b:Work b:Home b:Cafe b:Work"), "3 networks within 60 s"},
		{"three names, each once", frames(testAP, time.Second, "b:Home b:Home b:Hpme b:Home b:Hgme b:Home b:Home"), ""},
		{"three names, each once, FCS verified", withFCS(frames(testAP, time.Second, "a:Home a:Cafe a:Work")), "3 networks"},
		{"three names, too slowly", frames(testAP, 25*time.Second, "a:Home a:Home a:Cafe a:Cafe a:Work a:Work"), ""},
		{"answers for a name it does not beacon", frames(testAP, time.Second, "b:Home b:Home a:Cafe a:Cafe b:Home"), `beacons "Home" and answers stations that look for "Cafe"`},
		{"one damaged answer", frames(testAP, time.Second, "b:Home b:Home a:Hgme b:Home b:Home"), ""},
		{"Wi-Fi Direct", frames(testAP, time.Second, "b:DIRECT-xy b:DIRECT-xy a:DIRECT- a:DIRECT- b:DIRECT-xy"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{karmaOUI}, test.frames)
			if test.want == "" {
				for _, f := range found {
					t.Errorf("found: %s", f.Text)
				}
				return
			}
			if len(found) != 1 {
				t.Fatalf("%d findings, want 1", len(found))
			}
			if !strings.Contains(found[0].Text, test.want) {
				t.Errorf("found: %s\nwants %s", found[0].Text, test.want)
			}
		})
	}
}

func TestKarmaOUIObeysItsOptions(t *testing.T) {
	frames := series(8, 0, time.Second, func(i int) synthetic {
		name := []string{"Home", "Cafe", "Work", "Shop"}[i%4]
		return synthetic{kind: dot11.ProbeResp, to: testClient, from: testAP, elements: [][]byte{ssidElement(name)}}
	})
	for _, test := range []struct {
		ssids, window string
		want          int
	}{
		{"4", "60", 1},
		{"5", "60", 0},
		{"4", "2", 0},
	} {
		cfg := Config{Options: map[string]map[string]string{"KARMAOUI": {"ssids": test.ssids, "window": test.window}}}
		if found := replay(t, cfg, []Spec{karmaOUI}, frames); len(found) != test.want {
			t.Errorf("ssids=%s, window=%s: %d findings, want %d", test.ssids, test.window, len(found), test.want)
		}
	}
}

func TestKarmaOUIIsReportedOnceAMinute(t *testing.T) {
	frames := series(1500, 0, 100*time.Millisecond, func(int) synthetic {
		return synthetic{kind: dot11.Beacon, from: "00:13:37:00:00:01", elements: [][]byte{ssidElement("Cafe")}}
	})
	var counts []uint64
	for _, f := range replay(t, Config{}, []Spec{karmaOUI}, frames) {
		counts = append(counts, f.Frames)
	}
	if len(counts) != 3 || counts[0] != 1 || counts[1] != 600 || counts[2] != 600 {
		t.Errorf("findings with %v frames, want 1, 600 and 600", counts)
	}
}
