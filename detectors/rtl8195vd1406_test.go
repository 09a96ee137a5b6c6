package detectors

import (
	"testing"
	"time"
)

var _ = expect("RTL8195VD1406", row{
	kismet: "Reports any EAPOL-Key frame whose body is longer than 512 octets, if all of it is there.",
	picket: "Also judges the length that a frame or its first fragment declares; leaves out the keys of all links that a Wi-Fi 7 access point sends.",
	holds: []held{
		{"synthetic-rtl8195vd1406", "a message 2 of 815 octets, and one that declares as much and ends before"},
	},
})

// rtl8195VD1406Capture is a station that answers message 1 with more than the
// access point has room for.
func rtl8195VD1406Capture(t testing.TB) []captured {
	k := &krack{&scene{now: time.Second, number: 70}, "98:03:9b:1a:00:60", "5c:cf:7f:2e:91:04", asQoS}
	ap := fakeAP{bssid: k.ap, ssid: "Ameba", channel: 1, security: rsnElement(2), started: -time.Hour, signal: -63}
	k.message(0, keyM1, 1, 0xc1, 0)
	long := keyPacket{info: infoM2, counter: 1, nonce: 0xd1, data: 720}
	k.send(4*time.Millisecond, asFCS(asQoS(toAP(k.ap, k.station, long.packet()))))
	k.message(time.Second, keyM1, 2, 0xc1, 0)
	long.counter, long.missing = 2, 500
	k.send(4*time.Millisecond, asFCS(toAP(k.ap, k.station, long.packet())))
	return air(among(t, "clean-hidden"), ap.beacons(20*time.Millisecond, 4*time.Second), k.frames)
}
