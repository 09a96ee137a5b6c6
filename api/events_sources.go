package api

import (
	"slices"

	"picket/alertcore/tracked"
)

// PublishSource tells listeners of topic about a source: the event has its
// record. It may be called with locks held that Datasources takes.
func (s *Server) PublishSource(topic, uuid string) {
	ok := s.Publish(topic, func() (tracked.Value, bool) {
		list := s.o.Datasources.Datasources()
		i := slices.IndexFunc(list, func(d Datasource) bool { return d.UUID == uuid })
		if i < 0 {
			return tracked.Value{}, false
		}
		return tracked.Nested(sourceObject(&list[i], uint64(s.o.Alerts.Now()/1e6))), true
	})
	if !ok {
		s.o.Log.Warn("an event about a source was not told, as too many wait", "topic", topic, "source", uuid)
	}
}
