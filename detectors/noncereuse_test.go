package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("NONCEREUSE", row{
	kismet: "Reports a nonce that comes again with a replay counter that has not grown, by receiver; KRACK has the access point repeat message 3 with a greater one.",
	picket: "Follows each handshake to its end and reports message 3, message 1 or a fast reassociation that is played again after it, packet numbers that come again, and a handshake on two channels.",
	holds: []held{
		{"replayed-m3", "message 3 of a recorded handshake, injected five times 23 s later"},
		{"vanhoefm_krackattacks-scripts/krackattack__example-captures__example-ft.pcapng", "fast reassociation requests played again, after which the access point reuses packet numbers"},
	},
})

// Message 3 of a recorded handshake, injected five times 23 s later.
func TestNonceReuseOfAReplayedMessage3(t *testing.T) {
	found := replay(t, Config{}, []Spec{nonceReuse}, readCapture(t, "testdata/replayed-m3.pcap.gz"))
	checkOnly(t, found, `message 3 of the 4-way handshake from 9C:5C:8E:10:00:01 (SSID "HomeNet") to B8:27:EB:DD:00:44, nonce 0CC97B9E…|it comes again 23s after the handshake was over (1 time so far): the access point has sent encrypted data since`)
	checkOnly(t, replay(t, Config{}, []Spec{nonceReuse}, readCapture(t, "testdata/joins-mfp-ft.pcap.gz")))
}

func TestNonceReuseOfARecordedFastTransition(t *testing.T) {
	path := sharedCapture(t, "vanhoefm_krackattacks-scripts/krackattack__example-captures__example-ft.pcapng")
	checkOnly(t, replay(t, Config{}, []Spec{nonceReuse}, readCaptureNG(t, path)),
		`Fast reassociation request in the name of 00:C0:CA:75:D3:27 to C4:E9:84:1D:A5:BC (SSID "simulnet") comes again 1s after it was answered`,
		`C4:E9:84:1D:A5:BC uses packet numbers again under the same key`)
}

// A krack is a synthetic handshake, of which a test plays parts.
type krack struct {
	*scene
	ap, station string
	how         func(synthetic) synthetic
}

func (k *krack) message(pause time.Duration, number handshakeNumber, counter uint64, nonce byte, flags dot11.Flags) {
	p := keyPacket{counter: counter, nonce: nonce}
	var s synthetic
	switch number {
	case keyM1:
		p.info = infoM1
		s = fromAP(k.ap, k.station, p.packet())
	case keyM2:
		p.info, p.data = infoM2, 22
		s = toAP(k.ap, k.station, p.packet())
	case keyM3:
		p.info, p.data = infoM3, 56
		s = fromAP(k.ap, k.station, p.packet())
	case keyM4:
		p.info, p.nonce = infoM4, 0
		s = toAP(k.ap, k.station, p.packet())
	}
	s = k.how(s)
	s.flags |= flags
	if flags&dot11.Retry != 0 {
		s.sequence = k.number
	}
	k.send(pause, s)
}

// join is a whole handshake, whose access point's nonce is a and station's s.
func (k *krack) join(a, s byte) {
	k.message(time.Millisecond, keyM1, 1, a, 0)
	k.message(time.Millisecond, keyM2, 1, s, 0)
	k.message(time.Millisecond, keyM3, 2, a, 0)
	k.message(time.Millisecond, keyM4, 2, 0, 0)
}

func (k *krack) m3(pause time.Duration, counter uint64) { k.message(pause, keyM3, counter, 0xa1, 0) }

// up and down are encrypted data of the station and of the access point.
func (k *krack) up(pause time.Duration, number uint32) {
	k.send(pause, encryptedData(synthetic{kind: dot11.QoSData, qos: []byte{0, 0}, flags: dot11.ToDS, to: k.ap, from: k.station, bssid: k.ap}, number))
}

func (k *krack) down(pause time.Duration, number uint32) {
	k.send(pause, encryptedData(synthetic{kind: dot11.Data, flags: dot11.FromDS, to: k.station, from: k.ap, bssid: testClient}, number))
}

func TestNonceReuse(t *testing.T) {
	const second = time.Second
	for _, test := range []struct {
		name string
		play func(k *krack)
		want []string
	}{
		{"a handshake and data", func(k *krack) {
			k.join(0xa1, 0xb1)
			for i := range uint32(20) {
				k.up(100*time.Millisecond, i+1)
				k.down(time.Millisecond, i+1)
			}
		}, nil},
		{"message 3 twice before message 4", func(k *krack) {
			k.message(0, keyM1, 1, 0xa1, 0)
			k.message(0, keyM2, 1, 0xb1, 0)
			k.m3(0, 2)
			k.m3(second, 3)
			k.message(0, keyM4, 3, 0, 0)
			k.up(0, 1)
			k.down(0, 1)
		}, nil},
		{"message 3 and 4 cross", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.up(0, 1)
			k.m3(40*time.Millisecond, 3)
			k.m3(40*time.Millisecond, 4)
			k.message(0, keyM4, 3, 0, 0)
			k.up(0, 2)
			k.down(0, 1)
		}, nil},
		{"message 4 is lost to the access point, once", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.up(0, 1)
			k.m3(second, 3)
			k.message(0, keyM4, 3, 0, 0)
			k.up(0, 2)
			k.up(0, 3)
		}, nil},
		{"link-layer repetitions of message 3", func(k *krack) {
			k.message(0, keyM1, 1, 0xa1, 0)
			k.m3(0, 2)
			number := k.number
			k.message(0, keyM4, 2, 0, 0)
			k.down(0, 1)
			k.number = number
			k.message(150*time.Millisecond, keyM3, 2, 0xa1, dot11.Retry)
		}, nil},
		{"message 3 after the access point's data", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.down(0, 1)
			k.m3(200*time.Millisecond, 3)
		}, []string{`message 3 of the 4-way handshake from E0:63:DA:40:00:07 to A4:83:E7:BB:00:99, nonce A1A1A1A1…: it comes again 200ms after the handshake was over (1 time so far): the access point has sent encrypted data since`}},
		{"its replay counter was used, late", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.m3(1100*time.Millisecond, 2)
		}, []string{"with replay counter 2 after 2: not by the access point"}},
		{"its answers are kept from the access point", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.up(0, 1)
			k.m3(second, 3)
			k.message(0, keyM4, 3, 0, 0)
			k.up(0, 2)
			k.m3(second, 4)
		}, []string{"(2 times so far): the station has answered and sends encrypted data"}},
		{"the key is reinstalled", func(k *krack) {
			k.join(0xa1, 0xb1)
			for i := range uint32(30) {
				k.up(10*time.Millisecond, i+1)
			}
			k.m3(300*time.Millisecond, 3)
			k.up(10*time.Millisecond, 31) // was under way
			k.up(10*time.Millisecond, 1)
			k.up(10*time.Millisecond, 2)
			k.up(10*time.Millisecond, 3)
		}, []string{"A4:83:E7:BB:00:99 uses packet numbers again under the same key, 2 after 30|it has reinstalled the key"}},
		{"link-layer repetitions of data", func(k *krack) {
			k.join(0xa1, 0xb1)
			for i := range uint32(30) {
				k.up(10*time.Millisecond, i+1)
			}
			k.m3(300*time.Millisecond, 3)
			for i := range uint32(5) {
				s := encryptedData(synthetic{kind: dot11.QoSData, qos: []byte{0, 0}, flags: dot11.ToDS | dot11.Retry, to: k.ap, from: k.station, bssid: k.ap}, 20+i)
				k.send(time.Millisecond, s)
			}
		}, nil},
		{"packet numbers start anew, long after and unheard", func(k *krack) {
			k.join(0xa1, 0xb1)
			for i := range uint32(30) {
				k.up(10*time.Millisecond, i+1)
			}
			k.m3(300*time.Millisecond, 3)
			station := k.station
			k.station = "a4:83:e7:bb:00:98" // lets encrypted frames be looked at
			k.now += 15 * second
			k.join(0xa3, 0xb3)
			k.station = station
			for i := range uint32(5) {
				k.up(10*time.Millisecond, i+1)
			}
		}, nil},
		{"packet numbers start anew with another handshake", func(k *krack) {
			k.join(0xa1, 0xb1)
			for i := range uint32(30) {
				k.up(10*time.Millisecond, i+1)
			}
			k.join(0xa2, 0xb2)
			k.up(10*time.Millisecond, 1)
			k.up(10*time.Millisecond, 2)
		}, nil},
		{"another handshake with the same nonce of the access point", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.down(0, 1)
			k.message(5*second, keyM2, 3, 0xb2, 0)
			k.m3(0, 4)
			k.message(0, keyM4, 4, 0, 0)
			k.up(0, 1)
			k.down(0, 1)
		}, nil},
		{"another station", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.down(0, 1)
			k.station = "a4:83:e7:bb:00:98"
			k.m3(second, 3)
		}, nil},
		{"message 1 of a handshake that is over", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.message(2*second, keyM1, 1, 0xa1, 0)
		}, []string{"message 1 of the 4-way handshake|its nonce begins a handshake again 2s after that was over, with replay counter 1 after 2"}},
		{"message 1 with another nonce", func(k *krack) {
			k.join(0xa1, 0xb1)
			k.message(2*second, keyM1, 1, 0xa2, 0)
		}, nil},
	} {
		for way, how := range map[string]func(synthetic) synthetic{
			"data": func(s synthetic) synthetic { return s }, "QoS with FCS": func(s synthetic) synthetic { return asFCS(asQoS(s)) }, "A-MSDU": asAMSDU,
		} {
			t.Run(test.name+", "+way, func(t *testing.T) {
				k := &krack{&scene{}, "e0:63:da:40:00:07", "a4:83:e7:bb:00:99", how}
				test.play(k)
				found := replay(t, Config{}, []Spec{nonceReuse}, amid(t, k.frames))
				checkOnly(t, found, test.want...)
				for _, f := range found {
					if f.BSSID.String() != "E0:63:DA:40:00:07" || f.Other.String() != "A4:83:E7:BB:00:99" || len(f.Evidence) < 2 {
						t.Errorf("BSSID %s, station %s, %d frames of evidence", f.BSSID, f.Other, len(f.Evidence))
					}
				}
			})
		}
	}
}

func TestNonceReuseHearsOneHandshakeOnTwoChannels(t *testing.T) {
	for freq, want := range map[uint16][]string{
		2462: {"one handshake is heard on 2412 MHz and on 2462 MHz: somebody stands in the middle"},
		2432: nil, // a receiver on a neighbouring channel
	} {
		var frames []captured
		for i, f := range []uint16{2412, freq} {
			s := fromAP(testAP, testClient, keyPacket{info: infoM3, counter: uint64(2 + i), nonce: 9, data: 56}.packet())
			s.freq, s.sequence = f, uint16(i)
			frames = append(frames, s.capture(epoch.Add(time.Duration(i)*20*time.Millisecond)))
		}
		checkOnly(t, replay(t, Config{}, []Spec{nonceReuse}, frames), want...)
	}
}

func TestNonceReuseInAFastTransition(t *testing.T) {
	request := func(snonce byte) synthetic {
		fte := make([]byte, 2+16+64)
		for i := range 32 {
			fte[18+i], fte[50+i] = 0xa1, snonce
		}
		return synthetic{
			kind: dot11.ReassocReq, to: testAP, from: testClient, bssid: testAP,
			elements: [][]byte{ssidElement("Fast"), ratesElement(), element(dot11.ElementFastTransition, fte...)},
		}
	}
	granted := synthetic{kind: dot11.ReassocResp, to: testClient, from: testAP, body: []byte{1, 0, 0, 0, 1, 0xc0}}
	for _, test := range []struct {
		name   string
		spoke  bool
		snonce byte
		want   []string
	}{
		{"again, after the station's data", true, 5, []string{"Fast reassociation request in the name of 3C:22:FB:AA:00:11 to 9C:5C:8E:10:00:01 comes again 2s after it was answered"}},
		{"again, as the answer was lost", false, 5, nil},
		{"another transition", true, 6, nil},
	} {
		k := &krack{scene: &scene{}, ap: testAP, station: testClient}
		k.send(0, request(5))
		k.send(10*time.Millisecond, granted)
		if test.spoke {
			k.up(time.Second, 1)
		} else {
			k.now += time.Second
		}
		k.send(time.Second, request(test.snonce))
		t.Run(test.name, func(t *testing.T) {
			checkOnly(t, replay(t, Config{}, []Spec{nonceReuse}, k.frames), test.want...)
		})
	}
}
