package api

import (
	"maps"
	"slices"

	"picket/alertcore/tracked"
)

// eventsEverySecond lists what there is once a second.
func (s *Server) eventsEverySecond() []secondly {
	list := []secondly{
		{TopicTimestamp, s.timestampEvent},
		{TopicStatistics, s.statisticsEvent},
	}
	for _, topic := range slices.Sorted(maps.Keys(s.o.EverySecond)) {
		list = append(list, secondly{topic, s.o.EverySecond[topic]})
	}
	return list
}

func (s *Server) timestampEvent() (tracked.Value, bool) {
	now := s.o.Alerts.Now()
	return tracked.Nested(tracked.Object{
		{Name: "kismet.system.timestamp.sec", Description: "system timestamp, seconds", Value: tracked.Uint(tracked.TypeUint64, uint64(now/1e6))},
		{Name: "kismet.system.timestamp.usec", Description: "system timestamp, microseconds", Value: tracked.Uint(tracked.TypeUint64, uint64(now%1e6))},
	}), true
}

func (s *Server) statisticsEvent() (tracked.Value, bool) {
	st := s.o.Status()
	count := func(name, description string, n uint64) tracked.Member {
		return tracked.Member{Name: name, Description: description, Value: tracked.Uint(tracked.TypeUint64, n)}
	}
	return tracked.Nested(tracked.Object{
		count("kismet.system.num_fields", "number of allocated tracked element fields", 0),
		count("kismet.system.num_components", "number of allocated tracked element components", 0),
		count("kismet.system.num_http_connections", "number of current HTTP connections", uint64(s.conns.number())),
		count("kismet.system.memory.rss", "memory RSS in kbytes", st.MemoryRSS),
		count("kismet.system.devices.count", "number of devices in device list", st.Devices),
	}), true
}
