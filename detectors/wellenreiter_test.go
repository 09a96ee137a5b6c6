package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("WELLENREITER", row{
	kismet: "Has no such detector any more; up to 2012 it reported probe requests for the SSID that the scanner Wellenreiter uses.",
	picket: "Reports probe, association and reassociation requests for just that SSID, with how often and for how long.",
	holds: []held{
		{"synthetic-wellenreiter", "a scanner that alternates that SSID with names it tries, beside a station that looks for its network"},
	},
})

// wellenreiterCapture is a scanner that tries the names of hidden networks.
func wellenreiterCapture(t testing.TB) []captured {
	const s = time.Second
	probe := func(from, name string) synthetic {
		return synthetic{kind: dot11.ProbeReq, from: from, bssid: "ff:ff:ff:ff:ff:ff", signal: -67, elements: [][]byte{ssidElement(name), ratesElement()}}
	}
	scanner := &scene{now: s, number: 4091} // its numbers wrap
	for _, name := range []string{"linksys", "default", "tsunami", "WLAN", "101"} {
		scanner.send(150*time.Millisecond, asFCS(probe("00:20:a6:4c:d0:1e", "this_is_used_for_wellenreiter")))
		scanner.send(150*time.Millisecond, asFCS(probe("00:20:a6:4c:d0:1e", name)))
	}
	phone := &scene{now: s}
	phone.send(333*time.Millisecond, probe("da:a1:19:0b:4e:02", "this_is_used_for_work"))
	return air(among(t, "clean-hidden"), scanner.frames, phone.frames)
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
