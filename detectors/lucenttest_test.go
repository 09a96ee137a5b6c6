package detectors

import (
	"testing"
	"time"
)

var _ = expect("LUCENTTEST", row{
	kismet: "Knows the name, and has not looked for the octets since 2022.",
	picket: "Looks for the octets that count up in data of the cards' protocol, also behind QoS headers and as relayed by an access point; says who surveys which network, and for how long.",
	holds: []held{
		{"synthetic-lucenttest", "a link test of 40 frames, and what else such a card says"},
	},
})

// lucentTestCapture is a card that tests the link for four seconds.
func lucentTestCapture(t testing.TB) []captured {
	card := &scene{now: time.Second, number: 900}
	card.send(0, agere("\x81\x02\x00\x2a\x01\x00\x00\x00"))
	for i := range 40 {
		octets := make([]byte, 20+40*(i%3))
		for n := range octets {
			octets[n] = byte(n)
		}
		test := agere(string(octets))
		test.signal, test.freq, test.fcs = int8(-70+i%5), 2412, i%2 == 0
		card.send(100*time.Millisecond, test)
	}
	return air(among(t, "clean-switches-and-restart"), card.frames)
}
