package main

import (
	"log/slog"
	"net"
	"strconv"
	"time"

	"picket/alertcore"
	"picket/api"
	"picket/capture/gps"
	"picket/configs"
)

// A locator tells where the sensor is, nil if it does not know.
type locator func() *api.Position

// positions is what may know where the sensor is: the first that does counts.
type positions struct {
	locators []locator
	clients  []*gps.Client // to be run
}

// newPositions is what the configuration asks for.
func newPositions(list []configs.GPS, log *slog.Logger) *positions {
	p := &positions{}
	for _, g := range list {
		switch g.Type {
		case configs.GPSD:
			c := gps.NewClient(net.JoinHostPort(g.Host, strconv.Itoa(g.Port)), log)
			p.clients = append(p.clients, c)
			p.locators = append(p.locators, func() *api.Position { return positionOf(c.Fix()) })
		case configs.GPSVirtual:
			p.locators = append(p.locators, givenPosition(g))
		default:
			log.Warn("a GPS of this type is not read; gpsd reads it, and picket asks gpsd", "type", string(g.Type), "at", g.Origin.String())
		}
	}
	return p
}

// position is where the sensor is, nil if nobody knows.
func (p *positions) position() *api.Position {
	for _, locate := range p.locators {
		if at := locate(); at != nil {
			return at
		}
	}
	return nil
}

// location is the position as alerts carry it.
func (p *positions) location() *alertcore.Location {
	if at := p.position(); at != nil {
		return &at.Location
	}
	return nil
}

// positionOf puts a fix in the terms of the API.
func positionOf(f *gps.Fix) *api.Position {
	if f == nil {
		return nil
	}
	const kmh = 3.6 // in m/s
	return &api.Position{
		Location: alertcore.Location{
			Latitude: f.Latitude, Longitude: f.Longitude, Altitude: f.Altitude,
			Fix: uint8(f.Dimensions), Time: f.Time,
		},
		SpeedKmh: f.Speed * kmh, Heading: f.Course,
	}
}

// givenPosition is always where the configuration says.
func givenPosition(g configs.GPS) locator {
	fix := uint8(2)
	if g.HasAltitude {
		fix = 3
	}
	return func() *api.Position {
		return &api.Position{Location: alertcore.Location{
			Latitude: g.Latitude, Longitude: g.Longitude, Altitude: g.Altitude, Fix: fix, Time: time.Now(),
		}}
	}
}
