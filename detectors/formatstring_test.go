package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

func TestFormatStrings(t *testing.T) {
	for ssid, want := range map[string]bool{
		"%p%s%s%s%s%n":        true,
		"%secretclub%power":   true,
		"%s":                  true,
		"Free %n":             true,
		"a%@b%@":              true,
		"%08x.%08x":           true,
		"%1$s":                true,
		"%-10.3lf":            true,
		"%lld":                true,
		"%*.*s":               true,
		"Setup-%d":            true,
		"(%i)":                true,
		"":                    false,
		"100%":                false,
		"100%sugar":           false,
		"100%natural":         false,
		"50%off 20%cheaper":   false,
		"100% free":           false,
		"% discount":          false,
		"%%d%%":               false,
		"%name":               false,
		"Caf%C3%A9":           false,
		"My%20Home%20net":     false,
		"My%20c":              false,
		"%k":                  false,
		"%":                   false,
		"%l":                  false,
		"%ünal %übel":         false,
		"50%-70%":             false,
		"nothing of the kind": false,
	} {
		if got := isFormat([]byte(ssid)); got != want {
			t.Errorf("%q: %v", ssid, got)
		}
	}
}

func TestFormatString(t *testing.T) {
	const name = "%p%s%s%s%s%n"
	frame := func(kind dot11.Kind, name string) synthetic {
		return synthetic{kind: kind, from: "00:02:2d:10:00:10", to: testClient, bssid: testAP, elements: [][]byte{ratesElement(), ssidElement(name), dsElement(1)}}
	}
	for _, test := range []struct {
		name   string
		frames []captured
		want   string
	}{
		{"beacon", series(2, 0, time.Second, func(int) synthetic { return frame(dot11.Beacon, name) }), `Access point 00:02:2D:10:00:10 advertises SSID "%p%s%s%s%s%n", a format string`},
		{"once", series(1, 0, 0, func(int) synthetic { return frame(dot11.Beacon, name) }), ""},
		{"each name once, as a flood has it", series(200, 0, time.Millisecond, func(i int) synthetic {
			return frame(dot11.Beacon, "%s"+string(rune('A'+i%26))+string(rune('0'+i/26)))
		}), ""},
		{"probe response", series(2, 0, time.Second, func(int) synthetic { return frame(dot11.ProbeResp, name) }), `Access point 00:02:2D:10:00:10 answers 3C:22:FB:AA:00:11 for SSID`},
		{"probe request", series(2, 0, time.Second, func(int) synthetic { return frame(dot11.ProbeReq, name) }), `Client 00:02:2D:10:00:10 looks for SSID "%p%s%s%s%s%n"`},
		{"association request", series(2, 0, time.Second, func(int) synthetic { return frame(dot11.AssocReq, name) }), `Client 00:02:2D:10:00:10 asks 3C:22:FB:AA:00:11 to join SSID`},
		{"reassociation request", series(2, 0, time.Second, func(int) synthetic { return frame(dot11.ReassocReq, name) }), `to join SSID`},
		{"with what must not reach a terminal", series(2, 0, time.Second, func(int) synthetic { return frame(dot11.Beacon, "\x1b[2J %s\n") }), `SSID "\x1b[2J %s\x0a", a format string`},
		{"a percentage", series(20, 0, time.Second, func(int) synthetic { return frame(dot11.Beacon, "100%sugar") }), ""},
		{"a usual name", series(20, 0, time.Second, func(int) synthetic { return frame(dot11.Beacon, "HomeNet") }), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkFirst(t, replay(t, Config{}, []Spec{formatString}, air(home.beacons(0, 20*time.Second), test.frames)), test.want)
		})
	}
}
