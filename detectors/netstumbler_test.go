package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("NETSTUMBLER", row{
	kismet: "Knows the name, and has not looked for the octets since 2022; before, it took any frame of that protocol for one of an unknown version.",
	picket: "Looks for the three known texts, and any text in their place, in data of that protocol, also behind QoS headers and as relayed by an access point; says which version.",
	holds: []held{
		{"synthetic-netstumbler", "a scan with the texts of two versions, one of them relayed by the access point"},
	},
})

// netStumblerCapture is a station that asks two access points for their names.
func netStumblerCapture(t testing.TB) []captured {
	station := &scene{now: time.Second, number: 12}
	for i := range 6 {
		station.send(700*time.Millisecond, synthetic{
			kind: dot11.ProbeReq, from: "00:02:2d:aa:bb:cc", bssid: "ff:ff:ff:ff:ff:ff", signal: -74,
			elements: [][]byte{ssidElement(""), element(dot11.ElementRates, 0x82, 0x84, 0x0b, 0x16)},
		})
		ask := agere("All your 802.11b are belong to us\x00\x00\x00\x00")
		if i > 3 {
			ask = asFCS(agere("          Intentionally blank 1"))
			ask.to, ask.bssid = "00:60:1d:f0:11:22", "00:60:1d:f0:11:22"
		}
		ask.signal, ask.flags = -74, ask.flags|dot11.Flags(i%2)*dot11.Retry
		station.send(3*time.Millisecond, ask)
		if i == 2 {
			ask.flags, ask.to, ask.from, ask.bssid = dot11.FromDS, "ff:ff:ff:ff:ff:ff", ask.bssid, ask.from
			ask.signal = -60
			station.send(2*time.Millisecond, ask)
		}
	}
	return air(among(t, "clean-restart"), station.frames)
}

// agere is a synthetic frame of a station to an access point in the protocol of
// ORiNOCO cards: a SNAP header, four octets and a text.
func agere(text string) synthetic {
	body := append([]byte{0xaa, 0xaa, 3, 0x00, 0x60, 0x1d, 0, 1, 0, 0, 0, 58}, text...)
	return synthetic{kind: dot11.Data, flags: dot11.ToDS, to: "00:02:2d:10:00:01", from: "00:02:2d:aa:bb:cc", bssid: "00:02:2d:10:00:01", body: body, sequence: 3}
}
