package detectors

import (
	"testing"

	"picket/capture/dot11"
)

var _ = expect("VDOO202027302", row{
	kismet: "Reports message 3 of RSN, with key descriptor version 2, whose key data are longer than 128 octets, which access points with WPA beside WPA2 or with fast transition have use for.",
	picket: "Looks at message 1 of the group key handshake too; asks what the access point advertises before it calls key data too long.",
	holds: []held{
		{"synthetic-vdoo202027302", "a message 3 of WPA2 with 200 octets of key data, of an access point that needs fewer"},
	},
})

// vdoo202027302Capture is an access point that gives a station more keys than
// it has.
func vdoo202027302Capture(t testing.TB) []captured {
	return air(among(t, "clean-switches-and-restart"), longKeysOf("f0:9f:c2:77:03:16", rsnElement(dot11.AKMPSK), keyPacket{data: 200}))
}
