package detectors

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"hash"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("NONCEDEGRADE", row{
	kismet: "Reports message 2 of a group key handshake in the clear, with no key data and a nonce of zeros, which any such message has.",
	picket: "Reports messages 1 to 3 with a nonce of zeros, any with the MIC of a key of zeros, and a group key handshake in the clear; says which and between whom.",
	holds: []held{
		{"synthetic-noncedegrade", "an impostor that goes from message 1 to the group key handshake, with the MIC of a key of zeros"},
		{"domienschepers_wifi-deauthentication/framework__example-pmf-deauth-pmkid-tag-length.pcapng", "a forged message 1 with a nonce of zeros, which makes a station leave"},
	},
})

// nonceDegradeCapture is an impostor that skips the messages that take the
// password, and a station that goes along.
func nonceDegradeCapture(t testing.TB) []captured {
	k := &krack{&scene{now: 2 * time.Second, number: 300}, "00:c0:ca:66:00:0b", "b8:8a:60:0e:33:21", asFCS}
	ap := fakeAP{bssid: k.ap, ssid: "Workshop", channel: 6, security: rsnElement(dot11.AKMPSK), started: -time.Minute, signal: -49}
	k.message(0, keyM1, 1, 0xc1, 0)
	k.message(6*time.Millisecond, keyM2, 1, 0xd1, 0)
	for counter := range uint64(2) {
		first := signedWithZeros(keyPacket{info: infoG1, counter: 2 + counter, nonce: 0xc1, data: 40}, sha1.New)
		k.send(9*time.Millisecond, asFCS(fromAP(k.ap, k.station, first)))
		second := signedWithZeros(keyPacket{info: infoG2, counter: 2 + counter}, sha1.New)
		k.send(4*time.Millisecond, asQoS(toAP(k.ap, k.station, second)))
	}
	return air(among(t, "clean-joins"), ap.beacons(10*time.Millisecond, 3*time.Second), k.frames)
}

// signedWithZeros is the packet with the MIC of a key of zeros.
func signedWithZeros(k keyPacket, h func() hash.Hash) []byte {
	k.mic = make([]byte, 16)
	m := hmac.New(h, make([]byte, 16))
	m.Write(k.packet())
	k.mic = m.Sum(nil)[:16]
	return k.packet()
}

func TestNonceDegrade(t *testing.T) {
	const ap, station = "e0:63:da:40:00:07", "a4:83:e7:bb:00:99"
	down := func(k keyPacket) synthetic { return fromAP(ap, station, k.packet()) }
	up := func(k keyPacket) synthetic { return toAP(ap, station, k.packet()) }
	const wpa = dot11.DescriptorWPA
	for _, test := range []struct {
		name  string
		frame synthetic
		want  string // in the text; "" for silence
	}{
		{"message 1", down(keyPacket{info: infoM1, nonce: 1, mic: make([]byte, 16)}), ""},
		{"message 2", up(keyPacket{info: infoM2, nonce: 2, data: 22}), ""},
		{"message 3", down(keyPacket{info: infoM3, nonce: 1, data: 56}), ""},
		{"message 4", up(keyPacket{info: infoM4}), ""},
		{"message 4 with encryption and authentication", up(keyPacket{info: infoM4&^dot11.KeyInfoMIC | dot11.KeyInfoEncrypted, akmVersion: true, mic: []byte{}, data: 16}), ""},
		{"message 1 with a zero nonce", down(keyPacket{info: infoM1, mic: make([]byte, 16)}), "message 1 of the 4-way handshake from E0:63:DA:40:00:07 to A4:83:E7:BB:00:99 has a nonce of zeros"},
		{"message 2 with a zero nonce", up(keyPacket{info: infoM2, data: 22}), "message 2 of the 4-way handshake from A4:83:E7:BB:00:99 to E0:63:DA:40:00:07 has a nonce of zeros"},
		{"message 3 with a zero nonce, QoS, FCS", asFCS(asQoS(down(keyPacket{info: infoM3, data: 56}))), "message 3 of the 4-way handshake"},
		{"message 3 of WPA", down(keyPacket{info: infoM3, version: 1, descriptor: wpa, data: 24}), ""},
		{"group message 2 in the clear", up(keyPacket{info: infoG2}), "message 2 of the group key handshake from A4:83:E7:BB:00:99 to E0:63:DA:40:00:07 is in the clear, with no key data and a nonce of zeros"},
		{"group message 2 in the clear, A-MSDU", asAMSDU(up(keyPacket{info: infoG2})), "message 2 of the group key handshake"},
		{"group message 1 in the clear", down(keyPacket{info: infoG1, nonce: 3, data: 40}), "message 1 of the group key handshake from E0:63:DA:40:00:07 to A4:83:E7:BB:00:99 is in the clear: it takes place"},
		{"group message of WPA", up(keyPacket{info: infoG2, version: 1, descriptor: wpa}), ""},
		{"group message, encrypted", encryptedData(up(keyPacket{info: infoG2}), 7), ""},
		{"report of a MIC failure", up(keyPacket{info: infoG2 | dot11.KeyInfoRequest | dot11.KeyInfoError}), ""},
		{"cut", up(keyPacket{info: infoM2, data: 22, missing: 3}), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.frame.sequence = 5
			found := replay(t, Config{}, []Spec{nonceDegrade}, amid(t, []captured{test.frame.capture(epoch)}))
			if test.want == "" {
				checkOnly(t, found)
				return
			}
			checkOnly(t, found, test.want)
			if len(found) > 0 && (found[0].BSSID.String() != "E0:63:DA:40:00:07" || found[0].Source.IsZero()) {
				t.Errorf("BSSID %s, source %s", found[0].BSSID, found[0].Source)
			}
		})
	}
}

func TestNonceDegradeKnowsTheMICOfAZeroKey(t *testing.T) {
	zero, err := newZeroKey()
	if err != nil {
		t.Fatal(err)
	}
	withCMAC := func(k keyPacket) []byte {
		k.mic = make([]byte, 16)
		k.mic = append([]byte(nil), zero.aesCMAC(k.packet())...)
		return k.packet()
	}

	for name, packet := range map[string][]byte{
		"HMAC-SHA-1":          signedWithZeros(keyPacket{info: infoM3, nonce: 1, data: 56}, sha1.New),
		"HMAC-MD5":            signedWithZeros(keyPacket{info: infoM3, version: 1, descriptor: dot11.DescriptorWPA, nonce: 1, data: 24}, md5.New),
		"AES-CMAC":            withCMAC(keyPacket{info: infoM3, version: 3, nonce: 1, data: 88}),
		"AES-CMAC, whole":     withCMAC(keyPacket{info: infoM3, akmVersion: true, nonce: 1, data: 93}),
		"of the longest kind": signedWithZeros(keyPacket{info: infoM3, nonce: 1, data: 920}, sha1.New),
	} {
		frames := series(3, 0, time.Second, func(i int) synthetic {
			s := fromAP(testAP, testClient, packet)
			s.sequence = uint16(i)
			return s
		})
		t.Run(name, func(t *testing.T) {
			checkOnly(t, replay(t, Config{}, []Spec{nonceDegrade}, frames), "message 3 of the 4-way handshake|a MIC that was made with a key of zeros")
		})
	}
	long := signedWithZeros(keyPacket{info: infoM3, nonce: 1, data: 930}, sha1.New)
	checkOnly(t, replay(t, Config{}, []Spec{nonceDegrade}, []captured{fromAP(testAP, testClient, long).capture(epoch)}))
}

// AES-CMAC of RFC 4493 with a key of zeros, as computed by OpenSSL.
func TestAESCMACWithAKeyOfZeros(t *testing.T) {
	zero, err := newZeroKey()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range cmacVectors {
		if got := hex.EncodeToString(zero.aesCMAC([]byte(text))); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

var cmacVectors = map[string]string{
	"a":                                "acea9ececb9fec3d7950989f9246470a",
	"0123456789abcdef":                 "ce9c9015e775cef644e208e5510e5c1b",
	"0123456789abcdefXYZ":              "a573d4e31fc4ffecdf6e73a3fe45f205",
	"0123456789abcdef0123456789abcdef": "d35977920dc25ba3f0228e9c6a106ff9",
}
