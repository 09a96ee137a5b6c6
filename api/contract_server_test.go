package api

import (
	"testing"
	"time"

	"picket/alertcore"
	"picket/alertcore/tracked"
	"picket/api/auth"
)

// newWholeServer is a server that has all there can be, and a login. Reads are
// guarded. adjust may take something away.
func newWholeServer(t testing.TB, adjust func(*Options, *auth.Options)) *fixture {
	t.Helper()
	f := newFixture(t, func(o *Options, a *auth.Options) {
		o.Reads = ReadsGuarded
		o.Inventory, o.Datasources = heardAir, newFakeSources()
		o.DevicesFound, o.DevicesLost = &fakeDevices{list: []string{"02:00:00:00:00:01"}}, &fakeDevices{}
		o.Position = func() *Position { return &roof }
		o.Channels = func() []ChannelActivity {
			return []ChannelActivity{{FrequencyMHz: 2437, Channel: "6", Frames: seriesOf(90, 120)}}
		}
		o.PacketStats = func() *PacketStats { return &PacketStats{Frames: PacketCount{1000, seriesOf(9, 10)}} }
		battery := Battery{Percentage: 80, Charging: Discharging, Remaining: time.Hour}
		o.Status = func() Status {
			return Status{
				Start: started, Version: "2025.09.0-picket", User: "picket", UUID: atticUUID, MemoryRSS: 12345,
				Battery: &battery, Temperatures: map[string]float64{"cpu": 41.5}, Fans: map[string]float64{"1": 1200},
			}
		}
		o.EverySecond = map[string]func() (tracked.Value, bool){
			TopicBattery:          func() (tracked.Value, bool) { return tracked.Nested(battery.Object()), true },
			TopicLocation:         func() (tracked.Value, bool) { return roof.Value(), true },
			TopicPacketChainStats: func() (tracked.Value, bool) { return o.PacketStats().Value(now), true },
		}
		o.History, o.Packets = &pastAlerts{evidence: map[alertcore.Micros][]alertcore.EvidenceFrame{}}, printEvidence
		o.Parts = []Part{{"sources", func() error { return nil }}}
		o.Start = o.Parts
		if adjust != nil {
			adjust(o, a)
		}
	}).withAlert()
	if f.auth.Password == "" {
		f.withLogin()
	}
	f.raise("Broadcast deauthentication of \"HomeNet\" <script>")
	_, err := f.core.Raise(&alertcore.Alert{
		Name: "SCARYALERT", Text: "heard", BSSID: alertcore.MACOf([]byte{0x9c, 0x5c, 0x8e, 0x10, 0, 1}), Source: alertcore.MACOf([]byte{1, 2}),
		Channel: "6", FrequencyKHz: 2437000, FrameTime: time.Unix(now-1, 500_000_000), Datasource: "attic", SignalDBm: -51, HasSignal: true,
		Frames: 3, Verdict: "spoofed", SSID: []byte("HomeNet"), Location: &roof.Location,
		Evidence: []alertcore.EvidenceFrame{{Time: time.Unix(now, 0), LinkType: 127, Note: "the first", Data: []byte("abc")}},
	})
	must(t, err)
	return f
}

var (
	started = time.Unix(now-3600, 0) // the test server
	roof    = Position{Location: alertcore.Location{Latitude: 52.5, Longitude: 13.4, Altitude: 34, Fix: 3, Time: started}, SpeedKmh: 3, Heading: 90}
)
