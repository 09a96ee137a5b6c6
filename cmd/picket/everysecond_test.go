package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/alertcore/tracked"
	"picket/api"
)

func TestListenersAreToldOfWhatThereIs(t *testing.T) {
	var place *api.Position
	var battery *api.Battery
	s := &sensor{positions: &positions{locators: []locator{func() *api.Position { return place }}}}
	s.battery.read = func() *api.Battery { return battery }
	s.trends.packets.Frames.Total = 7
	told := func() map[string]string {
		s.battery.at = s.battery.at.Add(-freshness)
		list := map[string]string{}
		for topic, tell := range s.everySecond() {
			v, ok := tell()
			var fields tracked.Fields
			for _, path := range []string{"picket.packetchain.packets", "kismet.common.location.geopoint", "kismet.system.battery.percentage"} {
				if _, has := v.Object().Lookup([]string{path}); has {
					fields.Add(path, "is")
				}
			}
			if ok {
				list[topic] = string(tracked.AppendJSON(nil, fields.Simplify(v)))
			}
		}
		return list
	}
	want := map[string]string{"PACKETCHAIN_STATS": `{"is": 7}`}
	if diff := cmp.Diff(want, told()); diff != "" {
		t.Errorf("of a machine without (-want +got):\n%s", diff)
	}
	place = &api.Position{Location: alertcore.Location{Latitude: 52.5, Longitude: 13.25, Fix: 2}}
	battery = &api.Battery{Percentage: 47}
	want["GPS_LOCATION"], want["BATTERY"] = `{"is": [13.250000, 52.500000]}`, `{"is": 47}`
	if diff := cmp.Diff(want, told()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
