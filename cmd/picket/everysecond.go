package main

import (
	"time"

	"picket/alertcore/tracked"
)

// everySecond is what listeners are told of once a second, by the topics of
// Kismet's event bus. A function is not ok when there is nothing to tell.
func (s *sensor) everySecond() map[string]func() (v tracked.Value, ok bool) {
	return map[string]func() (tracked.Value, bool){
		"PACKETCHAIN_STATS": func() (tracked.Value, bool) {
			return s.trends.packetStats().Value(time.Now().Unix()), true
		},
		"GPS_LOCATION": func() (tracked.Value, bool) {
			at := s.positions.position()
			return at.Value(), at != nil
		},
		"BATTERY": func() (tracked.Value, bool) {
			b := s.battery.get()
			return tracked.Nested(b.Object()), b != nil
		},
	}
}
