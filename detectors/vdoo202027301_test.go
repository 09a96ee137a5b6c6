package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("VDOO202027301", row{
	kismet: "Reports message 3 of RSN, with a key descriptor of a version other than 2, whose key data are longer than 257 octets, whatever the access point needs them for.",
	picket: "Looks at message 1 of the group key handshake and at WPA too; asks what the access point advertises before it calls key data too long.",
	holds: []held{
		{"synthetic-vdoo202027301", "a message 3 with AES-CMAC and 300 octets of key data, of an access point that needs fewer"},
	},
})

// vdoo202027301Capture is an access point that gives a station more keys than
// it has.
func vdoo202027301Capture(t testing.TB) []captured {
	return air(among(t, "clean-restart"), longKeysOf("f0:9f:c2:77:03:15", rsnElement(dot11.AKMPSKSHA256), keyPacket{version: 3, data: 300}))
}

// longKeysOf is an access point that gives a station those keys in a handshake.
func longKeysOf(ap string, security []byte, keys keyPacket) []captured {
	k := &krack{&scene{now: time.Second, number: 4090}, ap, "5c:cf:7f:2e:91:04", asFCS}
	beacons := fakeAP{bssid: ap, ssid: "Ameba", channel: 11, security: security, started: -time.Hour, signal: -58, fcs: true}
	k.message(0, keyM1, 8, 0xc1, 0)
	k.message(3*time.Millisecond, keyM2, 8, 0xd1, 0)
	keys.info, keys.counter, keys.nonce = infoM3, 9, 0xc1
	third := fromAP(k.ap, k.station, keys.packet())
	k.send(5*time.Millisecond, third)
	third.flags |= dot11.Retry
	third.sequence = k.number
	k.send(time.Millisecond, third)
	k.message(5*time.Millisecond, keyM4, 9, 0, 0)
	return air(beacons.beacons(20*time.Millisecond, 3*time.Second), k.frames)
}
