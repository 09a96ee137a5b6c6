package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("WPSBRUTE", row{
	kismet: "Is meant to count the messages 3 that an access point sends, and never does: it looks at senders that are not the BSSID, and reads a packet that it has not parsed.",
	picket: "Follows each exchange by access point and station, counts those that fail, and tells of wrong PINs, a setup that gets locked, Pixie Dust, and a PIN that is found.",
	holds: []held{
		{"wps-reaver", "reaver, which guesses PINs until the access point locks its setup"},
		{"wps-pixiedust", "reaver -K, which breaks off after message 3"},
		{"lab/wps", "reaver, once with the PIN and once with -K, which breaks off after message 3"},
	},
})

func TestWPSBruteOfReaver(t *testing.T) {
	for capture, want := range map[string][]string{
		"wps-reaver":    {`WPS PIN of access point 9C:5C:8E:10:00:01 (SSID "HomeNet") under attack by 00:C0:CA:66:00:09: 3 attempts within 2.2s|2 were told that the PIN is wrong|has locked its setup`},
		"wps-pixiedust": {`under attack by 00:C0:CA:66:00:09: 1 attempt; the station broke off after message 3|(Pixie Dust)`},
		"clean-wps":     nil, // joins by button and by PIN, a registrar that mistypes once
	} {
		t.Run(capture, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{wpsBrute}, readCapture(t, "testdata/"+capture+".pcap.gz"))
			checkOnly(t, found, want...)
			for _, f := range found {
				if f.Source.String() != "00:C0:CA:66:00:09" || f.Dest != f.BSSID || f.Channel != "6" || len(f.Evidence) < 2 {
					t.Errorf("source %s, dest %s, BSSID %s, channel %s, %d frames of evidence", f.Source, f.Dest, f.BSSID, f.Channel, len(f.Evidence))
				}
			}
		})
	}
}

// A registrar is a synthetic station that tries the PIN of an access point.
type registrar struct {
	*scene
	ap, station string
	id          byte
	how         func(synthetic) synthetic
}

func (r *registrar) ask(message byte, operation byte, configError uint16) {
	r.id++
	r.send(10*time.Millisecond, r.how(fromAP(r.ap, r.station, wsc(dot11.EAPRequest, r.id, operation, message, configError))))
}

func (r *registrar) answer(message byte, operation byte) {
	r.send(10*time.Millisecond, r.how(toAP(r.ap, r.station, wsc(dot11.EAPResponse, r.id, operation, message, 0))))
}

// begin is an exchange up to message 3, which is sent twice.
func (r *registrar) begin() {
	r.send(time.Second, r.how(toAP(r.ap, r.station, []byte{1, dot11.EAPOLTypeStart, 0, 0})))
	r.ask(dot11.WSCM1, dot11.WSCMsg, 0)
	r.answer(dot11.WSCM2, dot11.WSCMsg)
	r.ask(dot11.WSCM3, dot11.WSCMsg, 0)
	r.id--
	r.ask(dot11.WSCM3, dot11.WSCMsg, 0)
}

func (r *registrar) end() {
	r.send(10*time.Millisecond, r.how(fromAP(r.ap, r.station, eapPacket(dot11.EAPFailure, r.id))))
}

// fail is an attempt with a wrong PIN.
func (r *registrar) fail() {
	r.begin()
	r.answer(dot11.WSCM4, dot11.WSCMsg)
	r.ask(dot11.WSCMsgNack, dot11.WSCNack, dot11.WSCWrongPIN)
	r.id-- // it is sent again
	r.ask(dot11.WSCMsgNack, dot11.WSCNack, dot11.WSCWrongPIN)
	r.answer(dot11.WSCMsgNack, dot11.WSCNack)
	r.end()
}

// succeed is one with the right PIN.
func (r *registrar) succeed() {
	r.begin()
	r.answer(dot11.WSCM4, dot11.WSCMsg)
	r.ask(dot11.WSCM5, dot11.WSCMsg, 0)
	r.answer(dot11.WSCM6, dot11.WSCMsg)
	r.ask(dot11.WSCM7, dot11.WSCMsg, 0)
	r.answer(dot11.WSCM8, dot11.WSCMsg)
	r.end()
}

// breakOff is one that ends with message 3.
func (r *registrar) breakOff() {
	r.begin()
	r.answer(dot11.WSCMsgNack, dot11.WSCNack)
	r.end()
}

// beacon says whether the access point has locked its setup.
func (r *registrar) beacon(locked bool) {
	element := []byte{0xdd, 14, 0, 0x50, 0xf2, 4, 0x10, 0x4a, 0, 1, 0x10, 0x10, 0x57, 0, 1, 0}
	if locked {
		element[15] = 1
	}
	ap := fakeAP{bssid: r.ap, ssid: "PINNet", channel: 11, security: rsnElement(dot11.AKMPSK), extra: [][]byte{element}}
	r.frames = append(r.frames, ap.at(dot11.Beacon, r.now+time.Millisecond))
}

func TestWPSBrute(t *testing.T) {
	const ap, station = "58:11:22:33:44:55", "00:c0:ca:12:34:56"
	times := func(n int, f func()) {
		for range n {
			f()
		}
	}
	const plain = `WPS PIN of access point 58:11:22:33:44:55 (SSID "PINNet") under attack by 00:C0:CA:12:34:56`
	for _, test := range []struct {
		name string
		play func(r *registrar)
		want []string
	}{
		{"five attempts", func(r *registrar) { times(5, r.fail) }, nil},
		{"six attempts", func(r *registrar) { times(6, r.fail) }, []string{plain + ": 6 attempts within 5.5s|5 were told that the PIN is wrong"}},
		{"slow, and it rests between", func(r *registrar) {
			times(10, func() { r.now += 290 * time.Second; r.fail() })
		}, []string{": 6 attempts", ": 7 attempts", ": 8 attempts", ": 9 attempts", ": 10 attempts"}},
		{"too slow to be one attack", func(r *registrar) { times(10, func() { r.now += 310 * time.Second; r.fail() }) }, nil},
		{"an address of its own for each", func(r *registrar) {
			for i := range 6 {
				r.station = dot11.Addr{0, 0xc0, 0xca, 9, 9, byte(i)}.String()
				r.fail()
			}
		}, []string{"under attack by 00:C0:CA:09:09:05 and others: 6 attempts"}},
		{"three, and the access point locks its setup", func(r *registrar) {
			times(2, r.fail)
			r.beacon(false)
			r.fail()
			r.beacon(true)
		}, []string{": 3 attempts|has locked its setup"}},
		{"two, and it locks", func(r *registrar) {
			times(2, r.fail)
			r.beacon(false)
			r.beacon(true)
		}, nil},
		{"three, and it was locked all the time", func(r *registrar) {
			times(3, func() { r.beacon(true); r.fail() })
		}, nil},
		{"mistyped twice, then right, again and again", func(r *registrar) {
			times(5, func() { times(2, r.fail); r.succeed() })
		}, nil},
		{"found", func(r *registrar) { times(7, r.fail); r.succeed() }, []string{": 6 attempts", ": 8 attempts|the PIN is found: message 7"}},
		{"Pixie Dust", func(r *registrar) { r.breakOff() }, []string{": 1 attempt|(Pixie Dust)"}},
		{"message 4, and then no answer", func(r *registrar) {
			r.begin()
			r.answer(dot11.WSCM4, dot11.WSCMsg)
			r.answer(dot11.WSCMsgNack, dot11.WSCNack)
			r.end()
		}, nil},
		{"message 4 was not heard", func(r *registrar) {
			r.begin()
			r.id++ // of the access point's answer to it
			r.answer(dot11.WSCMsgNack, dot11.WSCNack)
			r.end()
		}, nil},
		{"message 3 only, of which the rest is not heard", func(r *registrar) {
			times(6, func() { r.now += time.Second; r.ask(dot11.WSCM3, dot11.WSCMsg, 0) })
		}, []string{": 6 attempts"}},
		{"the access point is the registrar", func(r *registrar) {
			times(10, func() {
				r.send(time.Second, toAP(r.ap, r.station, wsc(dot11.EAPResponse, 1, dot11.WSCMsg, dot11.WSCM1, 0)))
				r.send(0, fromAP(r.ap, r.station, wsc(dot11.EAPRequest, 2, dot11.WSCMsg, dot11.WSCM2, 0)))
				r.send(0, toAP(r.ap, r.station, wsc(dot11.EAPResponse, 2, dot11.WSCMsg, dot11.WSCM3, 0)))
				r.send(0, fromAP(r.ap, r.station, wsc(dot11.EAPRequest, 3, dot11.WSCNack, dot11.WSCMsgNack, dot11.WSCWrongPIN)))
			})
		}, nil},
	} {
		for way, how := range map[string]func(synthetic) synthetic{
			"data": func(s synthetic) synthetic { return s }, "QoS with FCS": func(s synthetic) synthetic { return asFCS(asQoS(s)) }, "A-MSDU": asAMSDU,
		} {
			t.Run(test.name+", "+way, func(t *testing.T) {
				r := &registrar{scene: &scene{}, ap: ap, station: station, how: how}
				r.beacon(false)
				r.now = 100 * time.Millisecond
				if test.name == "three, and it was locked all the time" {
					r.frames = nil
				}
				test.play(r)
				checkOnly(t, replay(t, Config{}, []Spec{wpsBrute}, amid(t, air(r.frames))), test.want...)
			})
		}
	}
}

func TestWPSBruteRemindsOnceAMinute(t *testing.T) {
	r := &registrar{scene: &scene{}, ap: testAP, station: testClient, how: asQoS}
	for range 150 {
		r.fail()
	}
	if found := replay(t, Config{}, []Spec{wpsBrute}, r.frames); len(found) != 3 {
		t.Errorf("%d findings in %s, want 3", len(found), r.now)
	}
	cfg := Config{Options: map[string]map[string]string{"WPSBRUTE": {"attempts": "1000"}}}
	if found := replay(t, cfg, []Spec{wpsBrute}, r.frames); len(found) != 0 {
		t.Errorf("%d findings, although 1000 attempts are allowed", len(found))
	}
}
