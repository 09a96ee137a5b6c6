package main

import (
	"crypto/sha1"
	"encoding/hex"
	"os"
	"os/user"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"

	"picket/api"
	"picket/api/auth"
	"picket/configs"
)

// serverOptions maps the configuration to that of the API.
func serverOptions(s *sensor, store *auth.Store) api.Options {
	c, h := s.config, &s.config.HTTPD
	o := api.Options{
		Alerts: s.core, Messages: s.core, Auth: store, Status: s.status, Datasources: s.sources,
		Durable:       s.durable,
		Packets:       writePackets,
		LastTimeArray: c.LastTimeFormat == configs.LastTimeArray,
		AllowCORS:     h.AllowCORS, AllowedOrigin: h.AllowedOrigin, URIPrefix: h.URIPrefix,
		FixedKeys: !h.AllowAuthCreation,
		CertFile:  h.SSLCert, KeyFile: h.SSLKey,
		Pages: s.pages(),
		Log:   s.log,
	}
	o.Inventory, o.Channels, o.PacketStats, o.Position = s.inventory.get, s.trends.activity, s.trends.packetStats, s.positions.position
	o.EverySecond = s.everySecond()
	if p := s.pipeline; p != nil {
		o.DevicesFound, o.DevicesLost = p.found, p.lost
		o.Metrics, o.Parts, o.Start = &s.metrics, s.healthParts(), s.startParts()
	}
	if s.past != nil {
		o.History, o.OlderAlerts = s.past, s.past
	}
	if h.OpenReads {
		o.Reads = api.ReadsOpen
	}
	for _, a := range c.Alerts {
		o.ReservedNames = append(o.ReservedNames, a.Name)
	}
	return o
}

// status is what /system/status shows.
func (s *sensor) status() api.Status {
	st := api.Status{
		Start: s.started, Version: versionText(),
		Name: s.config.ServerName, Description: s.config.ServerDescription, Location: s.config.ServerLocation,
		UUID:      serverUUID(s.config.DataFolder),
		MemoryRSS: residentMemory() / 1024,
	}
	if c := s.counts.Load(); c != nil {
		st.Devices = uint64(c.devices)
	}
	s.trends.status(&st)
	st.Battery = s.battery.get()
	hardware := s.hardware.get()
	st.Temperatures, st.Fans = hardware.temperatures, hardware.fans
	if u, err := user.Current(); err == nil {
		st.User = u.Username
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				st.Commit = setting.Value
			case "vcs.time":
				st.BuildTime = setting.Value
			}
		}
	}
	return st
}

// serverUUID names this picket: the same for the same data folder of the same
// machine. It is a UUID of version 5 (RFC 9562, 5.5).
func serverUUID(dataFolder string) string {
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	sum := sha1.Sum([]byte("picket server " + name + " " + dataFolder))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	x := strings.ToUpper(hex.EncodeToString(b))
	return strings.Join([]string{x[:8], x[8:12], x[12:16], x[16:20], x[20:]}, "-")
}

// residentMemory returns the bytes of memory that the process occupies, where
// the system tells, else what the Go runtime has taken from it.
func residentMemory() uint64 {
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			if pages, err := strconv.ParseUint(fields[1], 10, 64); err == nil {
				return pages * uint64(os.Getpagesize())
			}
		}
	}
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
