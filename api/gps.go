package api

import (
	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// Position is where the sensor is and how it moves.
type Position struct {
	alertcore.Location
	SpeedKmh float64
	Heading  float64 // degrees from north, eastwards
}

func (s *Server) gpsLocation(ctx *fasthttp.RequestCtx) { simplified(ctx, s.o.Position().Value()) }

// Value is the position in Kismet's fields. That of nil, which is not known,
// has a fix of 0.
func (p *Position) Value() tracked.Value {
	if p == nil {
		p = &Position{}
	}
	return tracked.Nested(append(p.Object(),
		doubleMember("kismet.common.location.speed", "speed (km/h)", p.SpeedKmh),
		doubleMember("kismet.common.location.heading", "heading (degrees)", p.Heading),
	))
}

// location is where an alert is raised; nil if that is not known.
func (s *Server) location() *alertcore.Location {
	if p := s.o.Position(); p != nil {
		return &p.Location
	}
	return nil
}
