package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/api/auth"
	"picket/api/rrd"
)

// seriesOf has values for the last seconds, the last of them for now.
func seriesOf(values ...int64) (s rrd.Series) {
	for i, n := range values {
		s.Add(now-int64(len(values)-1-i), n)
	}
	return s
}

// chart is what clients read of a series most.
type chart struct {
	LastTime int64   `json:"kismet.common.rrd.last_time"`
	Last     int64   `json:"kismet.common.rrd.last_value"`
	Before   int64   `json:"kismet.common.rrd.last_value_n1"`
	Minute   []int64 `json:"kismet.common.rrd.minute_vec"`
}

func (c chart) values(t *testing.T) [2]int64 {
	t.Helper()
	if len(c.Minute) != 60 || c.Minute[now%60] != c.Last || c.Minute[(now-1)%60] != c.Before || c.LastTime != now {
		t.Errorf("%+v", c)
	}
	return [2]int64{c.Before, c.Last}
}

func TestChannels(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) {
		o.Channels = func() []ChannelActivity {
			return []ChannelActivity{
				{FrequencyMHz: 2437, Channel: "6", Devices: seriesOf(2, 3), Frames: seriesOf(90, 120), Bytes: seriesOf(9000, 12000)},
				{FrequencyMHz: 5955, Channel: "1W6e", Devices: seriesOf(0, 1)},
			}
		}
	})
	var got struct {
		Map map[string]struct {
			Channel   string  `json:"kismet.channelrec.channel"`
			Frequency float64 `json:"kismet.channelrec.frequency"`
			Devices   chart   `json:"kismet.channelrec.device_rrd"`
			Frames    chart   `json:"kismet.channelrec.packets_rrd"`
			Bytes     chart   `json:"kismet.channelrec.data_rrd"`
		} `json:"kismet.channeltracker.frequency_map"`
	}
	must(t, json.Unmarshal([]byte(f.do(read("/channels/channels.json")).body), &got))
	six := got.Map["2437000"]
	if len(got.Map) != 2 || six.Channel != "6" || six.Frequency != 2437000 || got.Map["5955000"].Devices.Last != 1 {
		t.Errorf("%+v", got)
	}
	want := [][2]int64{{2, 3}, {90, 120}, {9000, 12000}}
	if diff := cmp.Diff(want, [][2]int64{six.Devices.values(t), six.Frames.values(t), six.Bytes.values(t)}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	f.want(form("/channels/channels.json", posted(`{"fields":[["kismet.channeltracker.frequency_map/2437000/kismet.channelrec.channel","c"]]}`)), 200, `{"c": "6"}`)
}

func TestPacketStats(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) {
		o.PacketStats = func() *PacketStats {
			return &PacketStats{
				Frames: PacketCount{1000, seriesOf(9, 10)}, Bad: PacketCount{20, seriesOf(0, 2)},
				Duplicates: PacketCount{5, seriesOf(1, 2)},
				Processed:  PacketCount{980, seriesOf(9, 8)}, Dropped: PacketCount{7, seriesOf(7, 0)},
			}
		}
	})
	var got map[string]json.RawMessage
	must(t, json.Unmarshal([]byte(f.do(read("/packetchain/packet_stats.json")).body), &got))
	rates := map[string][2]int64{}
	totals := map[string]string{}
	for name, raw := range got {
		short, isRate := strings.CutPrefix(name, "kismet.packetchain.")
		if !isRate {
			totals[strings.TrimPrefix(name, "picket.packetchain.")] = string(raw)
			continue
		}
		var c chart
		must(t, json.Unmarshal(raw, &c))
		rates[short] = c.values(t)
	}
	wantRates := map[string][2]int64{
		"packets_rrd": {9, 10}, "error_packets_rrd": {0, 2}, "dupe_packets_rrd": {1, 2}, "queued_packets_rrd": {}, "dropped_packets_rrd": {7, 0}, "processed_packets_rrd": {9, 8},
	}
	if diff := cmp.Diff(wantRates, rates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantTotals := map[string]string{"packets": "1000", "error_packets": "20", "dupe_packets": "5", "processed_packets": "980", "dropped_packets": "7"}
	if diff := cmp.Diff(wantTotals, totals); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// As python-kismet-rest asks.
	f.want(form("/packetchain/packet_stats.json", posted(`{"fields":["kismet.packetchain.packets_rrd/kismet.common.rrd.last_value"]}`)), 200, `{"kismet.common.rrd.last_value": 10}`)
}

func TestLocation(t *testing.T) {
	var at *Position
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Position = func() *Position { return at } }).withLogin()
	const fixless = `{"kismet.common.location.geopoint": [0, 0],"kismet.common.location.alt": 0,"kismet.common.location.fix": 0,"kismet.common.location.time_sec": 0,` +
		`"kismet.common.location.time_usec": 0,"kismet.common.location.speed": 0,"kismet.common.location.heading": 0}`
	f.want(read("/gps/location.json"), 200, fixless)

	raised := func() string {
		f.want(form("/alerts/raise_alerts.cmd", posted(`{"name":"HERE","text":"x"}`), basicAdmin), 200, "Alert raised\n")
		f.clock.add(time.Minute)
		m, _ := f.core.Latest().Object().Lookup([]string{"kismet.alert.location", "kismet.common.location.geopoint"})
		text, _ := json.Marshal(f.core.Latest().Alert().Location)
		return m.Value.Type.String() + " " + string(text)
	}
	must(t, f.core.Define(alertcore.Definition{Header: "HERE", Limit: alertcore.Rate{Count: 10, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: 5, Unit: alertcore.Second}}))
	if got := raised(); got != "pair[double, double] null" {
		t.Errorf("without a place an alert is raised at %s", got)
	}
	at = &Position{
		Location: alertcore.Location{Latitude: 52.5163, Longitude: 13.3777, Altitude: 34, Fix: 3, Time: time.Unix(1757000000, 500_000_000).UTC()},
		SpeedKmh: 5.5, Heading: 90,
	}
	f.want(read("/gps/location.json"), 200, `{"kismet.common.location.geopoint": [13.377700, 52.516300],"kismet.common.location.alt": 34,"kismet.common.location.fix": 3,`+
		`"kismet.common.location.time_sec": 1757000000,"kismet.common.location.time_usec": 500000,"kismet.common.location.speed": 5.500000,"kismet.common.location.heading": 90}`)
	if got := raised(); got != `pair[double, double] {"Latitude":52.5163,"Longitude":13.3777,"Altitude":34,"Fix":3,"Time":"2025-09-04T15:33:20.5Z"}` {
		t.Errorf("an alert is raised at %s", got)
	}
}

func TestStatusOfTheMachine(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) {
		o.Status = func() Status {
			return Status{
				Start: time.Unix(now, 0), MemoryRSS: 22000, Devices: 7, MemoryTrend: seriesOf(21000, 22000), DevicesTrend: seriesOf(6, 7),
				Fans: map[string]float64{"pwmfan fan1": 2970}, Temperatures: map[string]float64{"cpu_thermal temp1": 48.312, "acpitz": 27},
				Battery: &Battery{Percentage: 47, Charging: Discharging, Remaining: 2 * time.Hour},
			}
		}
	})
	// As ha-kismet asks.
	const battery = `"kismet.system.battery.percentage","kismet.system.battery.charging","kismet.system.battery.ac","kismet.system.battery.remaining"`
	f.want(jsonPost("/system/status.json", `{"fields":[`+battery+`,"kismet.system.memory.rss","kismet.system.sensors.fan","kismet.system.sensors.temp",`+
		`["kismet.system.memory.rrd/kismet.common.rrd.last_value_n1","before"],["kismet.system.devices.rrd/kismet.common.rrd.last_value","devices"]]}`), 200,
		`{"kismet.system.battery.percentage": 47,"kismet.system.battery.charging": "discharging","kismet.system.battery.ac": 0,"kismet.system.battery.remaining": 7200,`+
			`"kismet.system.memory.rss": 22000,"kismet.system.sensors.fan": {"pwmfan fan1": 2970},"kismet.system.sensors.temp": {"acpitz": 27,"cpu_thermal temp1": 48.312000},`+
			`"before": 21000,"devices": 7}`)
	mains := newFixture(t, nil)
	mains.want(jsonPost("/system/status.json", `{"fields":[`+battery+`]}`), 200,
		`{"kismet.system.battery.percentage": 0,"kismet.system.battery.charging": "charged","kismet.system.battery.ac": 1,"kismet.system.battery.remaining": 0}`)
}
