package alertcore

import (
	"time"

	"picket/alertcore/tracked"
)

// Location is where the sensor was.
type Location struct {
	Latitude, Longitude float64   // degrees, north and east
	Altitude            float64   // metres; 0 if Fix is less than 3
	Fix                 uint8     // dimensions that are known, 2 or 3
	Time                time.Time // of the fix
}

// Object returns the location in Kismet's fields. That of nil, which is
// nowhere, has the null point alone.
func (l *Location) Object() tracked.Object {
	if l == nil {
		return nowhere
	}
	return tracked.Object{
		{Name: "kismet.common.location.geopoint", Description: "[lon, lat] point", Value: tracked.Pair(l.Longitude, l.Latitude)},
		{Name: "kismet.common.location.alt", Description: "altitude (m)", Value: tracked.Double(l.Altitude)},
		{Name: "kismet.common.location.fix", Description: "gps fix", Value: tracked.Uint(tracked.TypeUint8, uint64(l.Fix))},
		{Name: "kismet.common.location.time_sec", Description: "timestamp (seconds)", Value: tracked.Uint(tracked.TypeUint64, uint64(max(l.Time.Unix(), 0)))},
		{Name: "kismet.common.location.time_usec", Description: "timestamp (usec)", Value: tracked.Uint(tracked.TypeUint64, uint64(l.Time.Nanosecond()/1000))},
	}
}
