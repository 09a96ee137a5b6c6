package api

import (
	"maps"
	"slices"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
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
	Fans         map[string]float64 // revolutions per minute
	Temperatures map[string]float64 // degrees Celsius
}

func (s *Server) systemStatus(ctx *fasthttp.RequestCtx) {
	st := s.o.Status()
	now := s.o.Alerts.Now()
	seconds, micros := uint64(now/1e6), uint64(now%1e6)
	count := func(name, description string, n uint64) tracked.Member {
		return tracked.Member{Name: name, Description: description, Value: tracked.Uint(tracked.TypeUint64, n)}
	}
	label := func(name, description, text string) tracked.Member {
		return tracked.Member{Name: name, Description: description, Value: tracked.String(text)}
	}
	simplified(ctx, tracked.Nested(tracked.Object{
		{Name: "kismet.system.battery.percentage", Description: "remaining battery percentage", Value: tracked.Int(tracked.TypeInt32, 0)},
		label("kismet.system.battery.charging", "battery charging state", "charged"),
		{Name: "kismet.system.battery.ac", Description: "on AC power", Value: tracked.Uint(tracked.TypeUint8, 1)},
		{Name: "kismet.system.battery.remaining", Description: "battery remaining in seconds", Value: tracked.Uint(tracked.TypeUint32, 0)},
		count("kismet.system.timestamp.sec", "system timestamp, seconds", seconds),
		count("kismet.system.timestamp.usec", "system timestamp, microseconds", micros),
		count("kismet.system.timestamp.start_sec", "system startup timestamp, seconds", uint64(max(st.Start.Unix(), 0))),
		count("kismet.system.memory.rss", "memory RSS in kbytes", st.MemoryRSS),
		count("kismet.system.devices.count", "number of devices in device list", st.Devices),
		label("kismet.system.user", "user the server runs as", st.User),
		label("kismet.system.version", "version", st.Version),
		label("kismet.system.git", "git commit string", st.Commit),
		label("kismet.system.build_time", "build time", st.BuildTime),
		label("kismet.system.server_name", "configured server name", st.Name),
		label("kismet.system.server_description", "configured server description", st.Description),
		label("kismet.system.server_location", "configured server location", st.Location),
		{Name: "kismet.system.memory.rrd", Description: "memory used", Value: history(seconds, st.MemoryRSS)},
		{Name: "kismet.system.devices.rrd", Description: "number of devices", Value: history(seconds, st.Devices)},
		{Name: "kismet.system.sensors.fan", Description: "fan sensors", Value: sensors(st.Fans)},
		{Name: "kismet.system.sensors.temp", Description: "temperature sensors", Value: sensors(st.Temperatures)},
		count("kismet.system.num_fields", "number of allocated tracked element fields", 0),
		count("kismet.system.num_components", "number of allocated tracked element components", 0),
		count("kismet.system.num_http_connections", "number of current HTTP connections", uint64(s.conns.number())),
		count("kismet.system.string_cache_size", "number of cached strings", 0),
		{Name: "kismet.server.uuid", Description: "UUID of the server", Value: tracked.UUID(st.UUID)},
	}))
}

// history has the shape of Kismet's round-robin records, with the one value
// that is known: no history is kept.
func history(now, value uint64) tracked.Value {
	vector := func(name, description string, n int) tracked.Member {
		list := make([]tracked.Value, n)
		for i := range list {
			list[i] = tracked.Int(tracked.TypeInt64, 0)
		}
		return tracked.Member{Name: name, Description: description, Value: tracked.Vector(list)}
	}
	number := func(name, description string, n uint64) tracked.Member {
		return tracked.Member{Name: name, Description: description, Value: tracked.Int(tracked.TypeInt64, int64(n))}
	}
	return tracked.Nested(tracked.Object{
		number("kismet.common.rrd.last_time", "last time updated", now),
		number("kismet.common.rrd.serial_time", "timestamp of the serialization", now),
		number("kismet.common.rrd.last_value", "last value", value),
		number("kismet.common.rrd.last_value_n1", "value before the last", value),
		vector("kismet.common.rrd.minute_vec", "past minute values per second", 60),
		vector("kismet.common.rrd.hour_vec", "past hour values per minute", 60),
		vector("kismet.common.rrd.day_vec", "past day values per hour", 24),
		number("kismet.common.rrd.blank_val", "blank value", 0),
	})
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
