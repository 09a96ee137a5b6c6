package detectors

import (
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

func TestDetectorsOfHandshakesAndScannersSayWhatTheyDecideAndWhy(t *testing.T) {
	const s = time.Second
	data := func(k keyPacket) []captured { return []captured{fromAP(testAP, testClient, k.packet()).capture(epoch)} }
	played := func(play func(*krack)) []captured {
		k := &krack{&scene{}, testAP, testClient, asQoS}
		play(k)
		return k.frames
	}
	r := &registrar{scene: &scene{}, ap: testAP, station: testClient, how: asQoS}
	r.fail()
	r.begin() // message 3 comes twice
	guesses := r.frames
	probes := series(9, 0, s, func(i int) synthetic {
		return synthetic{kind: dot11.ProbeReq, from: testClient, bssid: "ff:ff:ff:ff:ff:ff", sequence: uint16(i), elements: [][]byte{ssidElement("")}}
	})
	join := synthetic{kind: dot11.AssocReq, to: testAP, from: testClient, bssid: testAP, elements: [][]byte{ssidElement("HomeNet"), rsnElement(dot11.AKMPSK)}}
	secure := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6, security: rsnElement(dot11.AKMPSK)}.beacons(0, 1)
	open := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}.beacons(0, s)

	for _, test := range []struct {
		name, detector string
		frames         []captured
		want           string // in one of the reasons
	}{
		{"not known", "NOCLIENTMFP", []captured{join.capture(epoch)}, "what the access point offers is not known"},
		{"not offered", "NOCLIENTMFP", append(open, join.capture(epoch.Add(s))), "offers no management frame protection"},
		{"sound", "NONCEDEGRADE", data(keyPacket{info: infoM3, nonce: 1, data: 56}), "message 3 of the 4-way handshake is protected as it has to be"},
		{"a handshake", "NONCEREUSE", played(func(k *krack) { k.join(1, 2) }), "the handshake is over"},
		{"crossing", "NONCEREUSE", played(func(k *krack) { k.join(0xa1, 2); k.m3(9*time.Millisecond, 3) }), "it may have crossed message 4"},
		{"short", "RTL8195VD1406", data(keyPacket{info: infoM3, data: 56}), "151 octets, more than 512 are too long"},
		{"short", "VDOO202027302", data(keyPacket{info: infoM3, data: 56}), "56 octets of key data, more than 128 are too long"},
		{"long", "VDOO202027302", append(secure, data(keyPacket{info: infoM3, data: 136})...), "136 octets of key data, and by what the access point advertises it has use for"},
		{"AES", "VDOO202027301", data(keyPacket{info: infoM3, data: 300}), "VDOO202027302's matter"},
		{"not AES", "VDOO202027302", data(keyPacket{info: infoM3, version: 3, data: 300}), "VDOO202027301's matter"},
		{"two guesses", "WPSBRUTE", guesses[:len(guesses)-1], "2 attempts, 6 are too many"},
		{"told again", "WPSBRUTE", guesses, "its exchange was counted as an attempt before"},
		{"beacon", "WPSBRUTE", open, "no access point with WPS is being tried"},
		{"nine probes", "PROBENOJOIN", probes, "probe number 9 of the last 30s, 26 are too many"},
		{"another name", "WELLENREITER", probes, "it is not for the network that Wellenreiter looks for"},
		{"no text", "NETSTUMBLER", []captured{agere("\x00\x01\x02\x03\x04").capture(epoch)}, "without a text"},
		{"no test", "LUCENTTEST", []captured{agere("All your").capture(epoch)}, "do not count up from zero"},
	} {
		t.Run(test.detector+" "+test.name, func(t *testing.T) {
			for _, d := range explained(t, Config{}, test.frames).Decisions {
				if d.Detector != test.detector {
					continue
				}
				if why := strings.Join(d.Why, "\n"); !d.Shown || why == "" && len(d.Findings) == 0 || !strings.Contains(why, test.want) {
					t.Errorf("shown: %t, reasons:\n%s\nwant %q", d.Shown, why, test.want)
				}
			}
		})
	}
}
