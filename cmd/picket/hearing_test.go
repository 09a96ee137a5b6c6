package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/api"
	"picket/api/rrd"
	"picket/capture"
	"picket/capture/dot11"
	"picket/detectors"
)

// An endTold source closes a channel when it is closed.
type endTold struct {
	capture.Source
	ended chan struct{}
}

func (s endTold) Close() error {
	defer close(s.ended)
	return s.Source.Close()
}

// hear has a new sensor read the capture of the demonstration to its end.
func hear(t *testing.T) *sensor {
	t.Helper()
	s, err := newSensor(loadConfig(t, demoFlags(t.TempDir())...), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	ended := make(chan struct{})
	s.fan.Add(endTold{s.sources.adopt(demoSource()), ended})
	<-ended
	return s
}

// demoFrames is what is in the capture: sound frames and their octets by
// frequency, and how many frames there are of which nothing can be made.
func demoFrames(t *testing.T) (frames, octets map[int]int64, all, bad int64) {
	t.Helper()
	frames, octets = map[int]int64{}, map[int]int64{}
	src := demoSource()
	var f dot11.Frame
	for {
		list, err := src.Next()
		if errors.Is(err, io.EOF) {
			return frames, octets, all, bad
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			all++
			if f.ParseTruncated(c.Link, c.Data, c.Length) != dot11.Sound {
				bad++
				continue
			}
			frames[int(f.Radio.FreqMHz)]++
			octets[int(f.Radio.FreqMHz)] += int64(c.Length)
		}
	}
}

// newest is the value of the last second of a series.
func newest(s *rrd.Series) int64 { n, _ := s.Last(); return n }

func TestTrendsTellWhatWasHeard(t *testing.T) {
	s := hear(t)
	frames, octets, all, bad := demoFrames(t)
	const second = 1795405906
	s.noteTrends(second)

	gotFrames, gotOctets := map[int]int64{}, map[int]int64{}
	for _, c := range s.trends.activity() {
		gotFrames[c.FrequencyMHz], gotOctets[c.FrequencyMHz] = newest(&c.Frames), newest(&c.Bytes)
		if newest(&c.Devices) < 3 || c.Channel == "" {
			t.Errorf("%d devices on channel %q", newest(&c.Devices), c.Channel)
		}
	}
	if diff := cmp.Diff(frames, gotFrames); diff != "" {
		t.Errorf("frames by frequency (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(octets, gotOctets); diff != "" {
		t.Errorf("octets by frequency (-want +got):\n%s", diff)
	}
	p := s.trends.packetStats()
	for name, c := range map[string]struct {
		got  api.PacketCount
		want int64
	}{"frames": {p.Frames, all}, "bad": {p.Bad, bad}, "processed": {p.Processed, all - bad}, "dropped": {p.Dropped, 0}} {
		if int64(c.got.Total) != c.want || newest(&c.got.Rate) != c.want {
			t.Errorf("%s: %d, of which %d in the last second, want %d", name, c.got.Total, newest(&c.got.Rate), c.want)
		}
	}
	source := s.sources.Datasources()[0]
	if newest(&source.PacketRate) != all || newest(&source.ByteRate) < all*14 {
		t.Errorf("the source has %d frames and %d octets in the last second, want %d", newest(&source.PacketRate), newest(&source.ByteRate), all)
	}

	s.noteTrends(second + 1) // in which nothing came
	if p := s.trends.packetStats(); int64(p.Frames.Total) != all || newest(&p.Frames.Rate) != 0 {
		t.Errorf("%d frames, of which %d in a second without any", p.Frames.Total, newest(&p.Frames.Rate))
	}
	for _, c := range s.trends.activity() {
		if newest(&c.Devices)+newest(&c.Frames)+newest(&c.Bytes) != 0 {
			t.Errorf("%s is not silent in a second without frames", c.Channel)
		}
	}
	st := s.status()
	devices, memory := newest(&st.DevicesTrend), newest(&st.MemoryTrend)
	if devices != int64(st.Devices) || devices < 3 || memory < 1000 {
		t.Errorf("%d devices of %d, %d kB", devices, st.Devices, memory)
	}
}

func TestGainOfACount(t *testing.T) {
	var before uint64
	for _, step := range []struct {
		now  uint64
		want int64
	}{{5, 5}, {5, 0}, {9, 4}, {3, 3}, {4, 1}} {
		if got := gain(&before, step.now); got != step.want {
			t.Errorf("to %d: %d, want %d", step.now, got, step.want)
		}
	}
}

func TestTrendsAreLookedAtOnceInEachSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sensor{sources: &datasources{}, pipeline: &pipeline{frequencies: new(frequencyCounts)}, fan: capture.NewFan(nil, nil)}
		s.counts.Store(new(pipelineCounts))
		time.Sleep(1234 * time.Millisecond)
		var wg sync.WaitGroup
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		wg.Go(func() { s.watchTrends(ctx) })
		wg.Wait()
		seconds := 0
		value := s.trends.memory.Value(time.Now().Unix())
		m, _ := value.Object().Lookup([]string{"kismet.common.rrd.minute_vec"})
		for _, v := range m.Value.List() {
			if n, _ := v.Number(); n > 0 {
				seconds++
			}
		}
		if seconds != 10 {
			t.Errorf("memory is known for %d of 10 seconds", seconds)
		}
	})
}

func TestTheNextMiddleOfASecond(t *testing.T) {
	second := time.Unix(1795405906, 0)
	for at, want := range map[time.Duration]time.Duration{
		0: 500 * time.Millisecond, 499 * time.Millisecond: time.Millisecond, 500 * time.Millisecond: time.Second, 999 * time.Millisecond: 501 * time.Millisecond,
	} {
		if got := toMidSecond(second.Add(at)); got != want {
			t.Errorf("%v after a full second: %v, want %v", at, got, want)
		}
	}
}

func TestInventoryShowsWhoIsOnTheAir(t *testing.T) {
	v := hear(t).inventory.get()
	clients := 0
	byAddress := map[string]api.Device{}
	for _, d := range v.Devices {
		if _, twice := byAddress[d.Address.String()]; twice {
			t.Errorf("%v is there twice", d.Address)
		}
		byAddress[d.Address.String()] = d
		if d.Type == api.Client && d.BSSID.String() == "9C:5C:8E:10:00:01" {
			clients++
		}
	}
	home := byAddress["9C:5C:8E:10:00:01"]
	want := api.Device{
		Address: home.Address, BSSID: home.Address, Type: api.AccessPoint, Channel: "6", FrequencyKHz: 2437000,
		SSID: "HomeNet", SSIDHex: "486f6d654e6574", Encryption: "WPA2-PSK", Interval: 100, HasSignal: true, Clients: clients,
	}
	varies := cmpopts.IgnoreFields(api.Device{}, "First", "Last", "LastBeacon", "LastDBm", "MinDBm", "MaxDBm", "Frames", "Beacons")
	if diff := cmp.Diff(want, home, varies); diff != "" || clients == 0 {
		t.Errorf("%d clients (-want +got):\n%s", clients, diff)
	}
	if !(home.First > 0 && home.First < home.Last && home.Last >= home.LastBeacon && home.Beacons > 100 && home.Frames > home.Beacons &&
		home.MinDBm <= home.LastDBm && home.LastDBm <= home.MaxDBm && home.MinDBm < home.MaxDBm) {
		t.Errorf("%+v", home)
	}
	for _, n := range v.SSIDs {
		// It has an evil twin, which lets everybody in.
		if n.Text == "HomeNet" && n.Advertisers == 2 && n.Encryption == "WPA2-PSK" && n.LastAdvertisedBy == home.Address {
			return
		}
	}
	t.Errorf("HomeNet is not as it should be among %+v", v.SSIDs)
}

func TestAStationThatIsANetworkIsShownOnce(t *testing.T) {
	now := time.Unix(1795405906, 0)
	ap, client := dot11.Addr{2, 0, 0, 0, 0, 1}, dot11.Addr{2, 0, 0, 0, 0, 2}
	got := inventoryOf(&detectors.Inventory{
		Networks: []detectors.NetworkSeen{{BSSID: ap, First: now, Last: now, Channel: 36, FreqMHz: 5180}},
		Stations: []detectors.StationSeen{{Addr: ap, BSSID: client}, {Addr: client, First: now, Last: now, BSSID: ap}},
	})
	want := []api.Device{
		{Address: api.DeviceAddress(ap), BSSID: api.DeviceAddress(ap), Type: api.OtherDevice, First: now.Unix(), Last: now.Unix(), Channel: "36", FrequencyKHz: 5180000, Clients: 1},
		// Its radio did not tell where it was heard.
		{Address: api.DeviceAddress(client), BSSID: api.DeviceAddress(ap), Type: api.Client, First: now.Unix(), Last: now.Unix(), Channel: "36", FrequencyKHz: 5180000},
	}
	if diff := cmp.Diff(want, got.Devices); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Who asks for devices all the time while frames come neither stops them nor is
// a data race.
func TestInventoryIsTakenWhileTheSensorHears(t *testing.T) {
	s, err := newSensor(loadConfig(t, demoFlags(t.TempDir())...), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	ended := make(chan struct{})
	s.fan.Add(endTold{s.sources.adopt(capture.NewReader(bytes.NewReader(demoCapture), capture.FileOptions{Name: "demo"})), ended})
	for second := int64(1795405906); ; second++ {
		s.takeInventory()
		s.noteTrends(second)
		select {
		case <-ended:
			if n := len(s.takeInventory().Devices); n < 5 {
				t.Errorf("%d devices", n)
			}
			return
		default:
		}
	}
}

// BenchmarkInventory is what a request for devices costs, once a second, with
// full tables of the default sizes: the copy, and its way into the API's terms.
func BenchmarkInventory(b *testing.B) {
	v := &detectors.Inventory{}
	for n := range detectors.DefaultSizes.BSS {
		name, _ := detectors.NameOf(fmt.Appendf(nil, "net %d", n))
		v.Networks = append(v.Networks, detectors.NetworkSeen{BSSID: dot11.Addr{2, 0, 1, 0, byte(n >> 8), byte(n)}, SSID: name, Channel: 6, FreqMHz: 2437})
		v.Names = append(v.Names, detectors.NameSeen{Name: name})
	}
	for n := range detectors.DefaultSizes.Stations {
		v.Stations = append(v.Stations, detectors.StationSeen{Addr: dot11.Addr{2, 0, 2, 0, byte(n >> 8), byte(n)}, BSSID: v.Networks[n%len(v.Networks)].BSSID, FreqMHz: 2437})
	}
	b.ReportAllocs()
	for b.Loop() {
		inventoryOf(v)
	}
}
