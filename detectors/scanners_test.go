package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

// agere is a synthetic frame of a station to an access point in the protocol of
// ORiNOCO cards: a SNAP header, four octets and a text.
func agere(text string) synthetic {
	body := append([]byte{0xaa, 0xaa, 3, 0x00, 0x60, 0x1d, 0, 1, 0, 0, 0, 58}, text...)
	return synthetic{kind: dot11.Data, flags: dot11.ToDS, to: "00:02:2d:10:00:01", from: "00:02:2d:aa:bb:cc", bssid: "00:02:2d:10:00:01", body: body, sequence: 3}
}

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

func TestWellenreiter(t *testing.T) {
	for _, test := range []struct {
		kind dot11.Kind
		ssid string
		want []string
	}{
		{dot11.ProbeReq, "this_is_used_for_wellenreiter", []string{`Station 3C:22:FB:AA:00:77 looks for network "this_is_used_for_wellenreiter", as the scanner Wellenreiter does`}},
		{dot11.AssocReq, "this_is_used_for_wellenreiter", []string{"Station 3C:22:FB:AA:00:77"}},
		{dot11.ProbeReq, "this_is_used_for_wellenreiter2", nil},
		{dot11.ProbeReq, "This_is_used_for_wellenreiter", nil},
		{dot11.ProbeReq, "", nil},
	} {
		s := synthetic{
			kind: test.kind, from: "3c:22:fb:aa:00:77", bssid: "ff:ff:ff:ff:ff:ff", sequence: 9,
			elements: [][]byte{ratesElement(), ssidElement(test.ssid)},
		}
		checkOnly(t, replay(t, Config{}, []Spec{wellenreiter}, amid(t, []captured{s.capture(epoch)})), test.want...)
	}
}

func TestNoClientMFPOfARecordedJoin(t *testing.T) {
	found := replay(t, Config{}, []Spec{noClientMFP}, readCapture(t, "testdata/joins-mfp-ft.pcap.gz"))
	checkOnly(t, found, `Client B8:27:EB:DD:00:44 joins 9C:5C:8E:10:00:01 (SSID "HomeNet") without management frame protection (association request), which the access point offers`)
	for _, f := range found {
		if f.Source.String() != "B8:27:EB:DD:00:44" || f.BSSID.String() != "9C:5C:8E:10:00:01" || f.Channel != "6" {
			t.Errorf("source %s, BSSID %s, channel %s", f.Source, f.BSSID, f.Channel)
		}
	}
}

func TestNoClientMFP(t *testing.T) {
	const ap, station = "e0:63:da:40:00:07", "a4:83:e7:bb:00:99"
	rsn := func(akm, bits byte) []byte {
		e := rsnElement(akm)
		e[len(e)-2] |= bits
		return e
	}
	const capable, required = dot11.RSNMFPCapable, dot11.RSNMFPRequired | dot11.RSNMFPCapable
	short := rsnElement(dot11.AKMPSK) // ends before the capabilities, which is legal
	short = element(dot11.ElementRSN, short[2:len(short)-2]...)
	request := func(kind dot11.Kind, elements ...[]byte) synthetic {
		return synthetic{kind: kind, to: ap, from: station, bssid: ap, capability: dot11.CapESS, sequence: 4, elements: append([][]byte{ssidElement("MFPNet"), ratesElement()}, elements...)}
	}
	for _, test := range []struct {
		name  string
		ap    []byte // RSN element of its beacons; nil: none was heard
		frame synthetic
		want  string
	}{
		{"declined", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, rsn(dot11.AKMPSK, 0)), `Client A4:83:E7:BB:00:99 joins E0:63:DA:40:00:07 (SSID "MFPNet") without management frame protection (association request), which the access point offers`},
		{"declined, FCS", rsn(dot11.AKMPSK, capable), asFCS(request(dot11.AssocReq, rsn(dot11.AKMPSK, 0))), "offers"},
		{"declined on reassociation", rsn(dot11.AKMPSK, capable), request(dot11.ReassocReq, rsn(dot11.AKMPSK, 0)), "(reassociation request), which the access point offers"},
		{"declined, in a short element", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, short), "offers"},
		{"declined although it is demanded", rsn(dot11.AKMSAE, required), request(dot11.AssocReq, rsn(dot11.AKMSAE, 0)), "demands: the access point has to refuse it"},
		{"accepted", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, rsn(dot11.AKMPSK, capable)), ""},
		{"not offered", rsn(dot11.AKMPSK, 0), request(dot11.AssocReq, rsn(dot11.AKMPSK, 0)), ""},
		{"access point not heard", nil, request(dot11.AssocReq, rsn(dot11.AKMPSK, 0)), ""},
		{"joins for WPS, without RSN element", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq), ""},
		{"RSN element cut", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, element(dot11.ElementRSN, 1, 0, 0, 0x0f)), ""},
		{"frame cut in an element", rsn(dot11.AKMPSK, capable), request(dot11.AssocReq, rsn(dot11.AKMPSK, 0), []byte{1, 9, 1}), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var frames []captured
			if test.ap != nil {
				frames = append(frames, fakeAP{bssid: ap, ssid: "MFPNet", channel: 6, security: test.ap}.at(dot11.Beacon, 0))
			}
			again := test.frame
			again.sequence = 5
			frames = append(frames, test.frame.capture(epoch.Add(time.Second)), again.capture(epoch.Add(time.Hour)))
			found := replay(t, Config{}, []Spec{noClientMFP}, amid(t, frames))
			if test.want == "" {
				checkOnly(t, found)
			} else {
				checkOnly(t, found, test.want)
			}
		})
	}
}

func TestNoClientMFPTellsOfAccessPointsIfAsked(t *testing.T) {
	frames := fakeAP{bssid: testAP, ssid: "OldNet", channel: 6, security: rsnElement(dot11.AKMPSK)}.beacons(0, 5*time.Second)
	checkOnly(t, replay(t, Config{}, []Spec{noClientMFP}, frames))
	cfg := Config{Options: map[string]map[string]string{"NOCLIENTMFP": {"accesspoints": "1"}}}
	checkOnly(t, replay(t, cfg, []Spec{noClientMFP}, frames), `Access point 9C:5C:8E:10:00:01 (SSID "OldNet") offers no management frame protection`)
}

func TestProbeNoJoinOfMdk4(t *testing.T) {
	found := replay(t, Config{}, []Spec{probeNoJoin}, readCapture(t, "testdata/probes-mdk4.pcap.gz"))
	checkOnly(t, found, `One radio probes for networks from ever new addresses|26 or more within 5s|last it looked for "HomeNet"`)
	for _, f := range found {
		if f.Source.IsZero() || len(f.Evidence) < 4 || f.Frames != 26 {
			t.Errorf("source %s, %d frames, %d of evidence", f.Source, f.Frames, len(f.Evidence))
		}
	}
}

func TestProbeNoJoin(t *testing.T) {
	const station, ap = "00:02:6f:12:34:56", "e0:63:da:40:00:07"
	probe := synthetic{kind: dot11.ProbeReq, from: station, bssid: "ff:ff:ff:ff:ff:ff", elements: [][]byte{ssidElement(""), ratesElement()}}
	answer := synthetic{kind: dot11.ProbeResp, to: station, from: ap, capability: dot11.CapESS, elements: [][]byte{ssidElement("AnyNet"), ratesElement()}}
	data := synthetic{kind: dot11.Data, flags: dot11.ToDS | dot11.Protected, to: ap, from: station, bssid: ap, body: make([]byte, 40)}
	// scans are n scans, one every so often, of so many probes each 20 ms apart.
	scans := func(n int, every time.Duration, probes int, frame synthetic) func(*scene) {
		return func(s *scene) {
			for i := range n {
				s.now = time.Duration(i) * every
				for range probes {
					s.send(20*time.Millisecond, frame)
				}
			}
		}
	}
	// from made-up addresses, with sequence numbers that go up by step.
	madeUp := func(n int, step uint16) func(*scene) {
		return func(s *scene) {
			for i := range n {
				f := probe
				f.from = dot11.Addr{0, 2, 0x2d, 1, byte(i), byte(7 * i)}.String()
				f.sequence = 4000 + uint16(i)*step&0xfff
				f.sequence &= 0xfff
				s.send(200*time.Millisecond, f)
			}
		}
	}
	for _, test := range []struct {
		name string
		play func(s *scene)
		want []string
	}{
		{"25 probes, one a second", scans(25, time.Second, 1, probe), nil},
		{"26 probes, one a second", scans(26, time.Second, 1, probe), []string{"Station 00:02:6F:12:34:56 probes for networks and joins none: 26 or more times within 25s"}},
		{"26 answers, one a second", scans(26, time.Second, 1, answer), []string{`26 or more times within 25s; last it was told of "AnyNet"`}},
		{"26 probes, ten a second, FCS", scans(26, 100*time.Millisecond, 1, asFCS(probe)), []string{"within 2.5s"}},
		{"a phone that scans every ten seconds, with many probes", scans(60, 10*time.Second, 10, probe), nil},
		{"a laptop that looks for its network every five seconds", scans(60, 5*time.Second, 5, probe), nil},
		{"a dense site answers scans", func(s *scene) {
			for i := range 6 {
				s.now = time.Duration(i) * 5 * time.Second
				for range 60 {
					s.send(2*time.Millisecond, answer)
				}
			}
		}, nil},
		{"26 probes, but it has spoken", func(s *scene) {
			s.send(0, data)
			scans(26, time.Second, 1, probe)(s)
		}, nil},
		{"26 probes, and it had spoken long before", func(s *scene) {
			s.send(0, data)
			for range 26 {
				s.send(time.Second, data)
			}
			s.now += 2 * time.Minute
			for range 26 {
				s.send(time.Second, probe)
			}
		}, []string{"26 or more times"}},
		{"from made-up addresses", madeUp(30, 1), []string{"One radio probes for networks from ever new addresses|26 or more within 5s"}},
		{"from made-up addresses, a third not heard", madeUp(30, 3), []string{"One radio"}},
		{"25 made-up addresses", madeUp(25, 1), nil},
		{"made-up addresses, with a pause between", func(s *scene) {
			for i := range 30 {
				f := probe
				f.from, f.sequence = dot11.Addr{0, 2, 0x2d, 2, 2, byte(i)}.String(), uint16(100+i)
				if i == 10 {
					s.now += 6 * time.Second
				}
				s.send(200*time.Millisecond, f)
			}
		}, nil},
		{"a crowd of phones", madeUp(300, 611), nil},
		{"made-up addresses in a crowd", func(s *scene) {
			crowd := &scene{}
			madeUp(30, 1)(s)
			for i := range 60 {
				f := probe
				f.from = dot11.Addr{0xda, 2, 0x2d, 1, byte(i), byte(3 * i)}.String()
				f.sequence = uint16(i*1777) & 0xfff
				crowd.send(95*time.Millisecond, f)
			}
			s.frames = air(s.frames, crowd.frames)
		}, []string{"One radio"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &scene{}
			test.play(s)
			found := replay(t, Config{}, []Spec{probeNoJoin}, amid(t, s.frames))
			checkOnly(t, found, test.want...)
		})
	}
}

func TestProbeNoJoinObeysItsOptions(t *testing.T) {
	frames := series(20, 0, 2*time.Second, func(i int) synthetic {
		return synthetic{kind: dot11.ProbeReq, from: testClient, bssid: "ff:ff:ff:ff:ff:ff", sequence: uint16(i), elements: [][]byte{ssidElement("")}}
	})
	for _, test := range []struct {
		probes, window string
		want           int
	}{{"10", "30", 1}, {"10", "15", 0}, {"25", "30", 0}} {
		cfg := Config{Options: map[string]map[string]string{"PROBENOJOIN": {"probes": test.probes, "window": test.window}}}
		if found := replay(t, cfg, []Spec{probeNoJoin}, frames); len(found) != test.want {
			t.Errorf("probes=%s, window=%s: %d findings, want %d", test.probes, test.window, len(found), test.want)
		}
	}
}
