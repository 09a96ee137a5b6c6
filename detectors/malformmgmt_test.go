package detectors

import (
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("MALFORMMGMT", row{
	kismet: "Registered, and never raised.",
	picket: "Counts frames whose elements or fixed fields end where they can't, by transmitter and of all, and tells the fuzzer from damage.",
	holds: []held{
		{"malformmgmt-mdk4", "mdk4 f: the packet fuzzer"},
		{"lab/fuzz", "mdk4 f: the packet fuzzer"},
		{"lab/mesh", "mdk4 s -f 5: the fuzzer of meshes"},
	},
})

func TestMalformMgmt(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	cut := func(id byte, declared byte) []byte { return []byte{id, declared, 1, 2, 3} }
	from := func(frame synthetic, address string) synthetic {
		frame.from, frame.bssid = address, address
		return frame
	}
	numbered := func(frame synthetic, fcs bool) func(int) synthetic {
		return func(i int) synthetic { frame.sequence, frame.fcs = uint16(i), fcs; return frame }
	}
	overrun := beaconWith(cut(dot11.ElementVendor, 90))
	short := synthetic{kind: dot11.AssocResp, to: testClient, from: testAP, body: []byte{1, 0, 0, 0, 1}}
	shortAuth := synthetic{kind: dot11.Auth, to: testAP, from: testClient, bssid: testAP, body: []byte{0, 0, 1, 0, 0}}
	varying := func(fcs bool) func(int) synthetic {
		return func(i int) synthetic {
			frame := beaconWith(cut(dot11.ElementVendor, byte(90+i)))
			frame.sequence, frame.fcs = uint16(i), fcs
			return frame
		}
	}
	anyone := func(i int) synthetic {
		return from(varying(false)(i), dot11.Addr{2, 0x11, byte(i), 3, 4, byte(i)}.String())
	}
	repeated := overrun
	repeated.flags = dot11.Retry

	for _, test := range []struct {
		name   string
		frames []captured
		want   string
	}{
		{"verified", series(3, 5*s, 4*s, numbered(overrun, true)), "Malformed management frames from 00:02:2D:10:00:10: 3 frames within 8s, the last one (beacon to FF:FF:FF:FF:FF:FF in 00:02:2D:10:00:10 (SSID \"Cafe\")) has element 221 at offset 101 of 90 octets, of which 3 are there"},
		{"two", series(2, 5*s, 100*ms, numbered(overrun, true)), ""},
		{"too slow", series(20, 5*s, 5100*ms, numbered(overrun, true)), ""},
		{"verified, each in its way", series(3, 5*s, 100*ms, varying(true)), "3 frames"},
		{"not verified", series(3, 5*s, 100*ms, numbered(overrun, false)), "3 frames"},
		{"not verified, each in its way", series(11, 5*s, 100*ms, varying(false)), ""},
		{"so, and many", series(12, 5*s, 100*ms, varying(false)), "from many addresses, as of a fuzzer: 12 frames within 1.1s, the last one (beacon from 00:02:2D:10:00:10"},
		{"from made-up addresses", series(12, 5*s, 100*ms, anyone), "from many addresses, as of a fuzzer"},
		{"from few", series(11, 5*s, 100*ms, anyone), ""},
		{"repeated by the link layer", series(30, 5*s, ms, func(int) synthetic { return repeated }), ""},
		{"fixed fields", series(3, 5*s, 100*ms, numbered(short, false)), "the last one (association response to 3C:22:FB:AA:00:11 in 9C:5C:8E:10:00:01 (SSID \"HomeNet\")) ends inside of its fixed fields, after 5 octets of body"},
		{"fixed fields of an authentication", series(3, 5*s, 100*ms, numbered(shortAuth, false)), "after 5 octets of body"},
		{"one octet too many", series(3, 5*s, 100*ms, numbered(beaconWith([]byte{0}), false)), "ends after the identifier of element 0 at offset 101"},
		{"elements of odd lengths", series(9, 5*s, 100*ms, numbered(beaconWith(element(dot11.ElementDS, 1, 2, 3)), true)), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{malformMgmt}, air(home.beacons(0, 120*s), test.frames))
			if test.want != "" && len(found) > 1 {
				t.Errorf("%d findings", len(found))
			}
			checkFirst(t, found, test.want)
		})
	}
}

func TestMalformMgmtObeysItsOptions(t *testing.T) {
	frames := series(4, 0, time.Second, func(i int) synthetic {
		s := beaconWith([]byte{dot11.ElementVendor, 90})
		s.sequence = uint16(i)
		return s
	})
	for _, test := range []struct {
		frames, all, window string
		want                int
	}{
		{"4", "12", "4", 1},
		{"5", "12", "10", 0},
		{"4", "12", "3", 0},
		{"32", "4", "4", 1},
	} {
		cfg := Config{Options: map[string]map[string]string{"MALFORMMGMT": {"frames": test.frames, "all": test.all, "window": test.window}}}
		if found := replay(t, cfg, []Spec{malformMgmt}, frames); len(found) != test.want {
			t.Errorf("%+v: %d findings", test, len(found))
		}
	}
}

// Some captures have the FCS of each frame and do not say so.
func TestAnFCSThatNobodyTellsOfIsNoElement(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	frames := series(200, 0, 102400*time.Microsecond, func(i int) synthetic {
		s := beaconWith()
		s.tsf, s.sequence = random.Uint64(), uint16(i)
		return s
	})
	const radio = 15
	for i := range frames {
		f := &frames[i]
		f.data = binary.LittleEndian.AppendUint32(f.data, crc32.ChecksumIEEE(f.data[radio:]))
	}
	if found := replay(t, Config{}, All(), frames); len(found) > 0 {
		t.Errorf("findings: %q", told(found))
	}
}

func TestMalformMgmtIgnoresWhatTheCaptureCut(t *testing.T) {
	e, err := newEngine([]Spec{malformMgmt}, Config{}, func(f *Finding) { t.Errorf("found: %s", f.Text) })
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	for _, c := range home.beacons(0, 5*time.Second) {
		for _, octets := range []int{1, 5, 9} {
			f.ParseTruncated(c.link, c.data[:len(c.data)-octets], len(c.data))
			e.Frame(&f, c.at, "test")
		}
		f.ParseTruncated(c.link, c.data[:15+24+5], len(c.data))
		e.Frame(&f, c.at, "test")
	}
}

func TestMalformMgmtIsReportedOnceAMinute(t *testing.T) {
	found := replay(t, Config{}, []Spec{malformMgmt}, series(1500, 0, 100*time.Millisecond, func(i int) synthetic {
		s := beaconWith([]byte{dot11.ElementVendor, 90})
		s.sequence = uint16(i) & 0xfff
		return s
	}))
	if len(found) != 3 || found[2].Frames != 1203 || !strings.Contains(found[2].Text, "1203 frames within 2m0s") {
		t.Errorf("findings: %q", told(found))
	}
}
