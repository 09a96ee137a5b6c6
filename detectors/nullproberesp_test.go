package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

func TestNullProbeResp(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	null := synthetic{
		kind: dot11.ProbeResp, from: testAP, to: testClient, capability: dot11.CapESS,
		elements: [][]byte{ssidElement(""), ratesElement(), dsElement(6)},
	}
	with := func(change func(*synthetic)) synthetic { frame := null; change(&frame); return frame }
	send := func(n int, every time.Duration, frame synthetic) []captured {
		return series(n, 5*s, every, func(i int) synthetic { frame.sequence = uint16(i); return frame })
	}
	hidden := home
	hidden.ssid = ""
	blank := home
	blank.ssid = "\x00\x00\x00\x00"
	stranger := with(func(f *synthetic) { f.from = "00:02:2d:10:00:1d" })
	verified := with(func(f *synthetic) { f.fcs = true })
	mesh := with(func(f *synthetic) {
		f.elements = append([][]byte{}, append(f.elements, element(dot11.ElementMeshID, 'm'), element(dot11.ElementMeshConfig, 1, 1, 0, 1, 0, 0, 9))...)
	})
	someone := func(i int) synthetic {
		frame := stranger
		frame.from = dot11.Addr{0, 2, 0x2d, 9, 9, byte(i)}.String()
		return frame
	}

	for _, test := range []struct {
		name   string
		frames [][]captured
		want   string
	}{
		{"in the name of a network", [][]captured{home.beacons(0, 20*s), send(2, s, null)}, `Probe response from 9C:5C:8E:10:00:01 to 3C:22:FB:AA:00:11 with an SSID of no length in the name of 9C:5C:8E:10:00:01 (SSID "HomeNet"), which is not hidden`},
		{"once", [][]captured{home.beacons(0, 20*s), send(1, 0, null)}, ""},
		{"once, verified", [][]captured{home.beacons(0, 20*s), send(1, 0, verified)}, "which is not hidden"},
		{"twice, far apart", [][]captured{home.beacons(0, 20*s), send(2, 11*s, null)}, ""},
		{"of a hidden network", [][]captured{hidden.beacons(0, 20*s), send(30, 100*ms, verified)}, ""},
		{"of a network that shows blanks", [][]captured{blank.beacons(0, 20*s), send(30, 100*ms, verified)}, ""},
		{"of a mesh", [][]captured{send(30, 100*ms, mesh)}, ""},
		{"to all", [][]captured{home.beacons(0, 20*s), send(30, 100*ms, with(func(f *synthetic) { f.to = "" }))}, ""},
		{"with a name", [][]captured{home.beacons(0, 20*s), send(30, 100*ms, with(func(f *synthetic) { f.elements = [][]byte{ssidElement("HomeNet")} }))}, ""},
		{"without an SSID", [][]captured{home.beacons(0, 20*s), send(30, 100*ms, with(func(f *synthetic) { f.elements = [][]byte{ratesElement()} }))}, ""},
		{"of nobody who beacons", [][]captured{send(3, 600*ms, stranger)}, "of which no beacons are heard"},
		{"so, and shortly", [][]captured{send(8, 100*ms, stranger)}, ""},
		{"so, and few", [][]captured{send(2, 2*s, stranger)}, ""},
		{"so, and rarely", [][]captured{send(20, 11*s, stranger)}, ""},
		{"from made-up addresses", [][]captured{series(3, 5*s, 600*ms, someone)}, "of which no beacons are heard"},
		{"a hidden network that was not heard at first", [][]captured{hidden.beacons(5050*ms, 20*s), send(30, 60*ms, verified)}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkFirst(t, replay(t, Config{}, []Spec{nullProbeResp}, air(test.frames...)), test.want)
		})
	}
}
