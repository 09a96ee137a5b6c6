package detectors

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/capture/dot11"
)

// engineThatHeard is an engine with all detectors after frames.
func engineThatHeard(t testing.TB, cfg Config, frames []captured) *Engine {
	t.Helper()
	e, err := New(cfg, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	feed(e, frames)
	return e
}

func feed(e *Engine, frames []captured) {
	var f dot11.Frame
	for _, c := range frames {
		if f.Parse(c.link, c.data) == dot11.Sound {
			e.Frame(&f, c.at, "test")
		}
	}
}

// alone is for tests in which nobody else uses the engine.
func alone(do func()) { do() }

func addrOf(s string) dot11.Addr { return dot11.Addr(mustAddr(s)) }

func TestInventoryTellsWhatWasHeard(t *testing.T) {
	after := func(d time.Duration) time.Time { return epoch.Add(d) }
	ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6, security: rsnElement(dot11.AKMPSK), signal: -60}
	loud := ap
	loud.signal = -40
	hidden := fakeAP{bssid: "9c:5c:8e:10:00:02", ssid: "", channel: 11, freq: 2462}
	frames := air(
		[]captured{ap.at(dot11.Beacon, 0), loud.at(dot11.Beacon, time.Second), ap.at(dot11.ProbeResp, 2*time.Second)},
		[]captured{hidden.at(dot11.Beacon, 500*time.Millisecond)},
		[]captured{
			synthetic{kind: dot11.ProbeReq, from: testClient, bssid: "ff:ff:ff:ff:ff:ff", elements: [][]byte{ssidElement("CoffeeShop")}, signal: -70, freq: 2412}.capture(after(3 * time.Second)),
			synthetic{kind: dot11.Data, flags: dot11.ToDS, to: testAP, from: testClient, bssid: "02:00:00:00:00:99"}.capture(after(4 * time.Second)),
			synthetic{kind: dot11.Data, flags: dot11.FromDS, to: testClient, from: testAP, bssid: "02:00:00:00:00:99"}.capture(after(5 * time.Second)),
			// Whoever names them as senders may lie.
			synthetic{kind: dot11.Deauth, from: testAP, to: "3c:22:fb:aa:00:99", body: []byte{7, 0}}.capture(after(6 * time.Second)),
		},
	)
	got := engineThatHeard(t, Config{}, frames).TakeInventory(alone)
	want := &Inventory{
		Networks: []NetworkSeen{
			{
				BSSID: addrOf(testAP), First: epoch, Last: after(5 * time.Second), Advertised: after(2 * time.Second), LastBeacon: after(time.Second),
				Channel: 6, FreqMHz: 2437, Interval: 100, Security: SecurityWPA2,
				Signal: SignalSeen{true, -50, -60, -40}, Frames: 4, Beacons: 2,
			},
			{
				BSSID: addrOf("9c:5c:8e:10:00:02"), First: after(500 * time.Millisecond), Last: after(500 * time.Millisecond), LastBeacon: after(500 * time.Millisecond),
				Advertised: after(500 * time.Millisecond), HidesSSID: true, Channel: 11, FreqMHz: 2462, Interval: 100, Security: SecurityOpen,
				Signal: SignalSeen{true, -50, -50, -50}, Frames: 1, Beacons: 1,
			},
		},
		Stations: []StationSeen{{
			Addr: addrOf(testClient), First: after(3 * time.Second), Last: after(4 * time.Second), BSSID: addrOf(testAP), Associated: true,
			FreqMHz: 2437, Signal: SignalSeen{true, -50, -70, -50}, Frames: 2,
		}},
		Names: []NameSeen{
			{First: epoch, Last: after(2 * time.Second), Advertised: after(2 * time.Second), BSSID: addrOf(testAP)},
			{First: after(3 * time.Second), Last: after(3 * time.Second), Probed: after(3 * time.Second)},
		},
	}
	want.Networks[0].SSID, _ = NameOf([]byte("HomeNet"))
	want.Names[0].Name = want.Networks[0].SSID
	want.Names[1].Name, _ = NameOf([]byte("CoffeeShop"))
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(NetworkSeen{}), cmp.AllowUnexported(Name{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEncryptionInWords(t *testing.T) {
	wpa2 := rsnElement(dot11.AKMPSK)
	mixed := append(append([]byte(nil), wpaElement()...), wpa2...)
	for _, c := range []struct {
		want string
		ap   fakeAP
	}{
		{"Open", fakeAP{}},
		{"WEP", fakeAP{privacy: true}},
		{"WPA-PSK", fakeAP{security: wpaElement()}},
		{"WPA2-PSK", fakeAP{security: wpa2}},
		{"WPA2-EAP", fakeAP{security: rsnElement(dot11.AKM8021X)}},
		{"WPA3-SAE", fakeAP{security: rsnElement(dot11.AKMSAE)}},
		{"WPA3-EAP", fakeAP{security: rsnElement(dot11.AKMSuiteB192)}},
		{"OWE", fakeAP{security: rsnElement(dot11.AKMOWE)}},
		{"WPA-PSK WPA2-PSK", fakeAP{security: mixed}},
		{"WPA2", fakeAP{security: rsnElement(dot11.AKMPASN)}},
	} {
		c.ap.bssid, c.ap.ssid, c.ap.channel = testAP, "HomeNet", 6
		v := engineThatHeard(t, Config{}, []captured{c.ap.at(dot11.Beacon, 0)}).TakeInventory(alone)
		if got := v.Networks[0].Encryption(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	unheard := NetworkSeen{}
	if got := unheard.Encryption(); got != "" {
		t.Errorf("%q of a network that was not heard to advertise", got)
	}
}

// crowd is a beacon of each of so many access points, and a frame to each from
// each of so many stations.
func crowd(aps, stations int) []captured {
	frames := make([]captured, 0, aps+stations)
	mac := func(kind string, n int) string { return fmt.Sprintf("%s:%02x:%02x:%02x", kind, n>>16, n>>8&255, n&255) }
	for n := range aps {
		ap := fakeAP{bssid: mac("9c:5c:8e", n), ssid: fmt.Sprint("net", n), channel: 6}
		frames = append(frames, ap.at(dot11.Beacon, time.Duration(n)*time.Millisecond))
	}
	for n := range stations {
		s := synthetic{kind: dot11.Data, flags: dot11.ToDS, to: mac("9c:5c:8e", n%aps), from: mac("3c:22:fb", n), bssid: "02:00:00:00:00:99"}
		frames = append(frames, s.capture(epoch.Add(time.Duration(aps+n)*time.Millisecond)))
	}
	return frames
}

// Frames between the portions bring new stations, which evict others: who is
// there all the time is told once.
func TestInventoryIsTakenWhileFramesCome(t *testing.T) {
	sizes := Sizes{BSS: 2 * portion, Stations: 2*portion + 1, SSIDs: 64}
	frames := crowd(2*portion, 2*portion+1)
	e := engineThatHeard(t, Config{Tables: sizes}, frames)
	var turn sync.Mutex
	inTurn := func(do func()) { turn.Lock(); defer turn.Unlock(); do() }
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			probe := synthetic{kind: dot11.ProbeReq, from: fmt.Sprintf("3c:22:fc:%02x:%02x:%02x", n>>16&255, n>>8&255, n&255), bssid: "ff:ff:ff:ff:ff:ff"}
			inTurn(func() { feed(e, []captured{probe.capture(epoch.Add(time.Hour))}) })
		}
	})
	for range 20 {
		v := e.TakeInventory(inTurn)
		seen := map[dot11.Addr]int{}
		for _, n := range v.Networks {
			seen[n.BSSID]++
		}
		for _, s := range v.Stations {
			seen[s.Addr]++
		}
		for addr, n := range seen {
			if n > 1 {
				t.Fatalf("%v is told %d times", addr, n)
			}
		}
		if len(v.Networks) != sizes.BSS {
			t.Fatalf("%d networks of %d", len(v.Networks), sizes.BSS)
		}
	}
	close(stop)
	wg.Wait()
}

func TestPlacesOfATable(t *testing.T) {
	table := NewTable[int, int](8)
	for k := range 11 { // three are evicted
		v, _ := table.Put(k)
		*v = k
	}
	table.Delete(5)
	table.Delete(9)
	v, _ := table.Put(20)
	*v = 20
	got := map[int]int{}
	for place := range table.Places() {
		if v := table.At(place); v != nil {
			got[*v]++
		}
	}
	want := map[int]int{}
	for k := range table.All() {
		want[k]++
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 7 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// BenchmarkInventory copies full tables of the default sizes. The longest time
// that frames wait meanwhile is reported as well.
func BenchmarkInventory(b *testing.B) {
	e := engineThatHeard(b, Config{}, crowd(DefaultSizes.BSS, DefaultSizes.Stations))
	if n := e.Devices(); n != DefaultSizes.BSS+DefaultSizes.Stations {
		b.Fatalf("%d devices", n)
	}
	var longest, sum time.Duration
	var turns int
	b.ReportAllocs()
	for b.Loop() {
		e.TakeInventory(func(do func()) {
			begun := time.Now()
			do()
			took := time.Since(begun)
			longest, sum, turns = max(longest, took), sum+took, turns+1
		})
	}
	b.ReportMetric(float64(longest.Microseconds()), "µs-longest-turn")
	b.ReportMetric(float64(sum.Microseconds())/float64(turns), "µs/turn")
}
