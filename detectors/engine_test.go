package detectors

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

const (
	testAP     = "9c:5c:8e:10:00:01"
	testClient = "3c:22:fb:aa:00:11"
)

// A detectorFunc is a detector for tests of the engine.
type detectorFunc func(*Context)

func (f detectorFunc) Frame(c *Context) { f(c) }

func specOf(name string, wants dot11.Kinds, f detectorFunc) Spec {
	return Spec{Name: name, Wants: wants, New: func(Settings) (Detector, error) { return f, nil }}
}

func TestEngineShowsADetectorTheKindsItWants(t *testing.T) {
	var seen []dot11.Kind
	spec := specOf("TEST", dot11.KindsOf(dot11.Deauth, dot11.Beacon), func(c *Context) { seen = append(seen, c.Frame.Kind) })
	var frames []captured
	for _, kind := range []dot11.Kind{dot11.Beacon, dot11.Data, dot11.Deauth, dot11.Disassoc, dot11.Beacon} {
		frames = append(frames, synthetic{kind: kind, from: testAP, body: []byte{7, 0}}.capture(epoch))
	}
	replay(t, Config{}, []Spec{spec}, frames)
	if diff := cmp.Diff([]dot11.Kind{dot11.Beacon, dot11.Deauth, dot11.Beacon}, seen); diff != "" {
		t.Errorf("kinds shown (-want +got):\n%s", diff)
	}
}

func TestEngineSwitchesOffADetectorThatPanicsAndGoesOn(t *testing.T) {
	calls := map[string]int{}
	count := func(name string, panics bool) Spec {
		return specOf(name, dot11.AllKinds, func(*Context) {
			calls[name]++
			if panics {
				panic("out of range")
			}
		})
	}
	var failed []string
	e, err := newEngine([]Spec{count("A", false), count("B", true), count("C", false)},
		Config{OnPanic: func(err *PanicError) { failed = append(failed, err.Error()) }}, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	for range 3 {
		c := synthetic{kind: dot11.Deauth, from: testAP, body: []byte{7, 0}}.capture(epoch)
		f.Parse(c.link, c.data)
		e.Frame(&f, c.at, "test")
	}
	if diff := cmp.Diff(map[string]int{"A": 3, "B": 1, "C": 3}, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if len(failed) != 1 || !strings.Contains(failed[0], "detector B is switched off") || !strings.Contains(failed[0], "out of range") {
		t.Errorf("told of %q", failed)
	}
	want := []Stats{{Name: "A", Frames: 3}, {Name: "B", Frames: 1, Panics: 1, Off: true}, {Name: "C", Frames: 3}}
	if diff := cmp.Diff(want, e.Stats()); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
}

func TestEngineDoesNotBuildDetectorsThatAreOff(t *testing.T) {
	e, err := New(Config{Off: map[string]bool{"DEAUTHFLOOD": true, "NOSUCHALERT": true}}, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range e.Stats() {
		if s.Name == "DEAUTHFLOOD" {
			t.Error("DEAUTHFLOOD was built")
		}
	}
	if got, want := len(e.Stats()), len(All())-1; got != want {
		t.Errorf("%d detectors, want %d", got, want)
	}
}

func TestEngineSaysWhichDetectorCouldNotBeBuilt(t *testing.T) {
	cause := errors.New("no pattern")
	_, err := newEngine([]Spec{{Name: "TEST", New: func(Settings) (Detector, error) { return nil, cause }}}, Config{}, nil)
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), "TEST") {
		t.Errorf("error %v", err)
	}
}

func TestContextHoldsWhatWasKnownBeforeTheFrame(t *testing.T) {
	var beacons []uint64
	var names, known []string
	spec := specOf("TEST", dot11.AllKinds, func(c *Context) {
		if c.BSS == nil {
			beacons = append(beacons, 0)
		} else {
			beacons = append(beacons, c.BSS.Beacons)
			names = append(names, c.BSS.SSID.String())
		}
		for label, r := range map[string]*Station{"station": c.Station, "peer": c.Peer} {
			if r != nil {
				known = append(known, label+" "+r.Addr.String())
			}
		}
	})
	ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}
	frames := air(ap.beacons(0, 250*time.Millisecond))
	up := synthetic{kind: dot11.Data, flags: dot11.ToDS, to: testAP, from: testClient, bssid: "02:00:00:00:00:99"}
	down := synthetic{kind: dot11.Data, flags: dot11.FromDS, to: testClient, from: testAP, bssid: "02:00:00:00:00:99"}
	for i, s := range []synthetic{up, up, down} {
		frames = append(frames, s.capture(epoch.Add(time.Second+time.Duration(i)*time.Millisecond)))
	}
	replay(t, Config{}, []Spec{spec}, frames)
	if diff := cmp.Diff([]uint64{0, 1, 2, 3, 3, 3}, beacons); diff != "" {
		t.Errorf("beacons known before (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"HomeNet", "HomeNet", "HomeNet", "HomeNet", "HomeNet"}, names); diff != "" {
		t.Errorf("SSID (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"station 3C:22:FB:AA:00:11", "peer 3C:22:FB:AA:00:11"}, known); diff != "" {
		t.Errorf("stations (-want +got):\n%s", diff)
	}
}

func TestStateTellsARestartFromASecondTransmitter(t *testing.T) {
	for _, test := range []struct {
		name    string
		next    time.Duration // when the second access point is first heard
		started time.Duration // and when its TSF began
		want    bool
	}{
		{"restart", 20 * time.Second, 18 * time.Second, true},
		{"second transmitter, younger", 20 * time.Second, 5 * time.Second, false},
		{"second transmitter, older", 20 * time.Second, -time.Hour, false},
		{"the same goes on", 20 * time.Second, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			restarted := false
			spec := specOf("TEST", dot11.AllKinds, func(c *Context) { restarted = c.BSS != nil && c.BSS.Restarted != 0 })
			one := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}
			two := one
			two.started = test.started
			replay(t, Config{}, []Spec{spec}, air(one.beacons(10*time.Second, 17*time.Second), two.beacons(test.next, test.next+time.Second)))
			if restarted != test.want {
				t.Errorf("restarted = %t, want %t", restarted, test.want)
			}
		})
	}
}

func TestStateKeepsANameThatIsBeaconedAmongNamesThatComeAndGo(t *testing.T) {
	var since Instant
	spec := specOf("TEST", dot11.KindsOf(dot11.Beacon), func(c *Context) {
		if c.SSID != nil {
			since = c.SSID.First
		}
	})
	ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}
	probes := series(600, 0, 50*time.Millisecond, func(i int) synthetic { // each name twice
		return synthetic{kind: dot11.ProbeReq, from: testClient, elements: [][]byte{element(dot11.ElementSSID, byte(i/2), byte(i>>9), 1)}}
	})
	replay(t, Config{Tables: Sizes{SSIDs: 64}}, []Spec{spec}, air(ap.beacons(0, 30*time.Second), probes))
	if want := Instant(epoch.UnixNano()); since != want {
		t.Errorf("the name is known for %v less than it was heard", since.Sub(want))
	}
}

func TestFindingSaysWhereAndHowTheFrameWasHeard(t *testing.T) {
	spec := specOf("TEST", dot11.KindsOf(dot11.Deauth), func(c *Context) { c.Report(Report{Text: "found"}) })
	ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 11}
	at := epoch.Add(time.Second)
	frame := synthetic{kind: dot11.Deauth, to: testClient, from: testAP, body: []byte{7, 0}, signal: -61, freq: 2437}.capture(at)
	found := replay(t, Config{}, []Spec{spec}, append(ap.beacons(0, time.Second), frame))
	if len(found) != 1 {
		t.Fatalf("%d findings", len(found))
	}
	bssid, _ := dot11.ParseAddr(testAP)
	client, _ := dot11.ParseAddr(testClient)
	want := &Finding{
		Name: "TEST", Text: "found", BSSID: bssid, Source: bssid, Dest: client, SSID: []byte("HomeNet"),
		Channel: "11", FreqMHz: 2437, SignalDBm: -61, HasSignal: true, Time: at, Frames: 1, Datasource: "test",
		Evidence: []Evidence{{
			Time: at, LinkType: dot11.LinkRadiotap, Datasource: "test", Source: bssid, Dest: client, Transmitter: bssid,
			FreqMHz: 2437, SignalDBm: -61, HasSignal: true, Data: frame.data, Length: len(frame.data),
			Note: "the frame: deauthentication, which completed the finding",
		}},
	}
	if diff := cmp.Diff(want, found[0]); diff != "" {
		t.Errorf("finding (-want +got):\n%s", diff)
	}
}

func TestFindingOfABSSThatAdvertisesNothingNamesTheChannelHeardOn(t *testing.T) {
	spec := specOf("TEST", dot11.KindsOf(dot11.Deauth), func(c *Context) { c.Report(Report{}) })
	found := replay(t, Config{}, []Spec{spec}, []captured{
		synthetic{kind: dot11.Deauth, from: testAP, body: []byte{7, 0}, freq: 2462}.capture(epoch),
		{link: dot11.LinkIEEE80211, data: synthetic{kind: dot11.Deauth, from: testAP, body: []byte{7, 0}}.frame(), at: epoch},
	})
	if len(found) != 2 || found[0].Channel != "11" || found[1].Channel != "0" || found[1].HasSignal {
		t.Errorf("got %+v", found)
	}
}

// testdataCaptures are excerpts of recordings on simulated radios.
var testdataCaptures = []string{
	"deauth-aireplay", "deauth-mdk4-slow", "deauth-mdk4-evasive", "longssid-mdk4",
	"karma-airbase", "bcastdiscon-hcxdumptool", "clean-restart", "clean-joins",
	"clean-wps", "wps-reaver", "wps-pixiedust", "joins-mfp-ft", "replayed-m3", "probes-mdk4",
	"adhoc-conflict", "clean-reconfigured", "dhcp-open-network", "disassoc-aireplay",
	"double-clock", "double-country", "double-interval", "double-security",
	"overpowered", "probechan-airbase",
}

func TestReplayingACaptureAgainGivesTheSameFindings(t *testing.T) {
	for _, name := range testdataCaptures {
		frames := readCapture(t, "testdata/"+name+".pcap.gz")
		first := replay(t, Config{}, All(), frames)
		second := replay(t, Config{}, All(), frames)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s: the second replay differs (-first +second):\n%s", name, diff)
		}
	}
}

func TestFramesThatGiveNoFindingCostNoAllocation(t *testing.T) {
	for _, name := range []string{"clean-joins", "clean-restart", "clean-wps"} {
		frames := readCapture(t, "testdata/"+name+".pcap.gz")
		e, err := New(Config{}, func(f *Finding) { t.Errorf("%s: found %s: %s", name, f.Name, f.Text) })
		if err != nil {
			t.Fatal(err)
		}
		var f dot11.Frame
		shift := time.Duration(0)
		if a := testing.AllocsPerRun(5, func() {
			for _, c := range frames {
				if f.Parse(c.link, c.data) == dot11.Sound {
					e.Frame(&f, c.at.Add(shift), "test")
				}
			}
			shift += time.Hour
		}); a != 0 {
			t.Errorf("%s: %v allocations in %d frames", name, a, len(frames))
		}
	}
}

// TestAttackIsFoundInTheMidstOfRandomAddresses buries a deauthentication flood
// under frames of which each has new random addresses. PICKET_LONG=1 makes it
// ten million of them.
func TestAttackIsFoundInTheMidstOfRandomAddresses(t *testing.T) {
	total := 200_000
	if os.Getenv("PICKET_LONG") != "" {
		total = 10_000_000
	}
	var found []*Finding
	e, err := New(Config{}, func(f *Finding) { found = append(found, f) })
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	show := func(c captured) {
		if f.Parse(c.link, c.data) == dot11.Sound {
			e.Frame(&f, c.at, "test")
		}
	}
	ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}
	for _, c := range ap.beacons(0, 5*time.Second) {
		show(c)
	}

	kinds := []dot11.Kind{dot11.Beacon, dot11.ProbeReq, dot11.ProbeResp, dot11.Auth, dot11.Deauth, dot11.Data}
	templates := make([][]byte, len(kinds))
	for i, kind := range kinds {
		template := synthetic{kind: kind, to: "02:11:11:11:11:11", from: "02:22:22:22:22:22", bssid: "02:33:33:33:33:33", capability: dot11.CapESS}
		if kind == dot11.Deauth {
			template.body = []byte{7, 0}
		} else {
			template.elements = [][]byte{ssidElement("abcdefgh"), ratesElement(), dsElement(6)}
		}
		templates[i] = template.frame()
	}
	random := rand.New(rand.NewPCG(1, 2))
	scramble := func(kind dot11.Kind, b []byte) {
		for i := 4; i < 22; i += 6 {
			binary.LittleEndian.PutUint32(b[i+2:], random.Uint32())
			b[i] &^= 1 // no group address
		}
		copy(b[16:22], b[10:16]) // its own BSSID
		ssidAt := 24 + 12 + 2
		if kind == dot11.ProbeReq {
			ssidAt = 24 + 2
		}
		if len(b) > ssidAt+8 {
			binary.LittleEndian.PutUint64(b[ssidAt:], random.Uint64())
		}
	}
	attack := make([]captured, 0, 20)
	for i := range cap(attack) {
		attack = append(attack, synthetic{kind: dot11.Deauth, to: testClient, from: testAP, sequence: uint16(i), body: []byte{7, 0}}.capture(epoch))
	}

	// As many frames a second as one transmitter gets onto a channel of 20 MHz,
	// and 25 a second of the attack.
	const rate, attackEvery = 25_000, 1000
	begin := epoch.Add(5 * time.Second)
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range total {
		at := begin.Add(time.Duration(i) * time.Second / rate)
		b := templates[i%len(templates)]
		scramble(kinds[i%len(kinds)], b)
		show(captured{link: dot11.LinkIEEE80211, data: b, at: at})
		if i%(rate/10) == 0 { // the access point goes on, ten beacons a second
			show(ap.at(dot11.Beacon, at.Sub(epoch)))
		}
		if from := total / 2; i >= from && (i-from)%attackEvery == 0 && (i-from)/attackEvery < len(attack) {
			c := attack[(i-from)/attackEvery]
			c.at = at
			show(c)
		}
	}
	runtime.GC()
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 1<<20 {
		t.Errorf("the heap grew by %d octets", grown)
	}
	floods := 0
	for _, f := range found {
		if f.Name != "DEAUTHFLOOD" {
			t.Errorf("found %s: %s", f.Name, f.Text)
			continue
		}
		floods++
		if f.BSSID.String() != strings.ToUpper(testAP) || !strings.Contains(f.Text, "targeted at 3C:22:FB:AA:00:11") {
			t.Errorf("flood on %s: %s", f.BSSID, f.Text)
		}
	}
	if floods == 0 {
		t.Error("the deauthentication flood was not found")
	}
}

func TestStateFitsASmallMachine(t *testing.T) {
	measure := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := measure()
	e, err := New(Config{}, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	size := measure() - before
	runtime.KeepAlive(e)
	t.Logf("an engine with the default tables takes %.1f MiB", float64(size)/(1<<20))
	if size > 24<<20 {
		t.Errorf("an engine with the default tables takes %d octets", size)
	}
}
