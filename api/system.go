package api

import (
	"maps"
	"slices"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
	"picket/api/rrd"
)

// Status is what /system/status tells about the machine and the program.
type Status struct {
	Start       time.Time
	Version     string // as in 2025.09.0-8b4e1c2
	Commit      string
	BuildTime   string
	User        string // that the program runs as
	Name        string // of the server, as configured
	Description string
	Location    string
	UUID        string

	MemoryRSS    uint64             // kB
	Devices      uint64             // stations and access points in the tables
	MemoryTrend  rrd.Series         // of MemoryRSS
	DevicesTrend rrd.Series         // of Devices
	Battery      *Battery           // nil: the machine has none
	Fans         map[string]float64 // revolutions per minute
	Temperatures map[string]float64 // degrees Celsius
}

// Battery is what the machine runs on when nothing else feeds it.
type Battery struct {
	Percentage int
	Charging   ChargeState
	OnAC       bool
	Remaining  time.Duration // until it is empty; 0 if that is not known, or not near
}

// ChargeState is Kismet's word for what goes on in a battery.
type ChargeState string

// The states of charge.
const (
	Charging    ChargeState = "charging"
	Charged     ChargeState = "charged"
	Discharging ChargeState = "discharging"
)

// Object returns the battery in Kismet's fields. That of nil, a machine
// without, is charged and fed.
func (b *Battery) Object() tracked.Object {
	if b == nil {
		b = &Battery{Charging: Charged, OnAC: true}
	}
	return tracked.Object{
		numberMember("kismet.system.battery.percentage", "remaining battery percentage", int64(b.Percentage)),
		textMember("kismet.system.battery.charging", "battery charging state", string(b.Charging)),
		flag("kismet.system.battery.ac", "on AC power", b.OnAC),
		{Name: "kismet.system.battery.remaining", Description: "battery remaining in seconds", Value: tracked.Uint(tracked.TypeUint32, uint64(b.Remaining/time.Second))},
	}
}

func (s *Server) systemStatus(ctx *fasthttp.RequestCtx) {
	st := s.o.Status()
	now := s.o.Alerts.Now()
	seconds, micros := uint64(now/1e6), uint64(now%1e6)
	simplified(ctx, tracked.Nested(append(st.Battery.Object(), tracked.Object{
		countMember("kismet.system.timestamp.sec", "system timestamp, seconds", seconds),
		countMember("kismet.system.timestamp.usec", "system timestamp, microseconds", micros),
		countMember("kismet.system.timestamp.start_sec", "system startup timestamp, seconds", uint64(max(st.Start.Unix(), 0))),
		countMember("kismet.system.memory.rss", "memory RSS in kbytes", st.MemoryRSS),
		countMember("kismet.system.devices.count", "number of devices in device list", st.Devices),
		textMember("kismet.system.user", "user the server runs as", st.User),
		textMember("kismet.system.version", "version", st.Version),
		textMember("kismet.system.git", "git commit string", st.Commit),
		textMember("kismet.system.build_time", "build time", st.BuildTime),
		textMember("kismet.system.server_name", "configured server name", st.Name),
		textMember("kismet.system.server_description", "configured server description", st.Description),
		textMember("kismet.system.server_location", "configured server location", st.Location),
		{Name: "kismet.system.memory.rrd", Description: "memory used", Value: st.MemoryTrend.Value(int64(seconds))},
		{Name: "kismet.system.devices.rrd", Description: "number of devices", Value: st.DevicesTrend.Value(int64(seconds))},
		{Name: "kismet.system.sensors.fan", Description: "fan sensors", Value: sensors(st.Fans)},
		{Name: "kismet.system.sensors.temp", Description: "temperature sensors", Value: sensors(st.Temperatures)},
		countMember("kismet.system.num_fields", "number of allocated tracked element fields", 0),
		countMember("kismet.system.num_components", "number of allocated tracked element components", 0),
		countMember("kismet.system.num_http_connections", "number of current HTTP connections", uint64(s.conns.number())),
		countMember("kismet.system.string_cache_size", "number of cached strings", 0),
		{Name: "kismet.server.uuid", Description: "UUID of the server", Value: tracked.UUID(st.UUID)},
	}...)))
}

func sensors(readings map[string]float64) tracked.Value {
	var o tracked.Object
	for _, name := range slices.Sorted(maps.Keys(readings)) {
		o = append(o, tracked.Member{Name: name, Value: tracked.Double(readings[name])})
	}
	return tracked.Strings(o)
}

func (s *Server) systemTimestamp(ctx *fasthttp.RequestCtx) {
	now := s.o.Alerts.Now()
	simplified(ctx, tracked.Nested(tracked.Object{
		{Name: "kismet.system.timestamp.sec", Description: "system timestamp, seconds", Value: tracked.Uint(tracked.TypeUint64, uint64(now/1e6))},
		{Name: "kismet.system.timestamp.usec", Description: "system timestamp, microseconds", Value: tracked.Uint(tracked.TypeUint64, uint64(now%1e6))},
	}))
}

func (s *Server) userStatus(ctx *fasthttp.RequestCtx) {
	simplified(ctx, tracked.Nested(tracked.Object{
		{Name: "kismet.system.user", Description: "user the server runs as", Value: tracked.String(s.o.Status().User)},
	}))
}
