package configs

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// GPS is something that knows where the sensor is.
type GPS struct {
	Type GPSType
	Name string // name=, else that of the type

	Host string // of gpsd
	Port int

	Latitude, Longitude float64 // of a virtual one, degrees
	Altitude            float64 // metres
	HasAltitude         bool

	Origin Origin
}

// GPSType is how the place is known.
type GPSType string

// The types that picket has: to ask the daemon gpsd, and to be told by the
// configuration.
const (
	GPSD       GPSType = "gpsd"
	GPSVirtual GPSType = "virtual"
)

// Heeded reports whether picket has the type of g. Kismet has more.
func (g GPS) Heeded() bool { return g.Type == GPSD || g.Type == GPSVirtual }

const gpsForm = "expected gpsd:host=localhost,port=2947 or virtual:lat=52.5163,lon=13.3777,alt=34"

// setGPS reads TYPE:key=value,key=value.
func setGPS(c *Config, value string, at Origin) error {
	kind, rest, _ := strings.Cut(value, ":")
	g := GPS{Type: GPSType(strings.ToLower(strings.TrimSpace(kind))), Host: "localhost", Port: 2947, Origin: at}
	g.Name = string(g.Type)
	if !g.Heeded() && !slices.Contains([]GPSType{"serial", "tcp", "web", "meta"}, g.Type) {
		return errors.New(gpsForm)
	}
	if !g.Heeded() {
		c.GPS = append(c.GPS, g)
		return nil
	}
	given := map[string]bool{}
	for rest != "" {
		key, text, after, err := cutPair(rest)
		if err != nil {
			return fmt.Errorf("%w; %s", err, gpsForm)
		}
		if err := g.set(key, text); err != nil {
			return fmt.Errorf("%s: %w; %s", key, err, gpsForm)
		}
		rest, given[key] = after, true
	}
	if g.Type == GPSVirtual && !(given["lat"] && given["lon"]) {
		return fmt.Errorf("no lat or no lon; %s", gpsForm)
	}
	c.GPS = append(c.GPS, g)
	return nil
}

// set stores an option. That of another type is an error; reconnect=, which
// Kismet has, is not: a lost gpsd is always tried again.
func (g *GPS) set(key, text string) (err error) {
	switch {
	case key == "name":
		g.Name = text
	case key == "reconnect":
	case key == "host" && g.Type == GPSD:
		if g.Host = text; text == "" {
			return errors.New("expected a name or an address")
		}
	case key == "port" && g.Type == GPSD:
		if g.Port, err = strconv.Atoi(text); err != nil || g.Port < 1 || g.Port > 65535 {
			return errors.New("expected a number from 1 to 65535")
		}
	case key == "lat" && g.Type == GPSVirtual:
		g.Latitude, err = within(text, 90)
	case key == "lon" && g.Type == GPSVirtual:
		g.Longitude, err = within(text, 180)
	case key == "alt" && g.Type == GPSVirtual:
		g.Altitude, err = within(text, 100_000)
		g.HasAltitude = true
	default:
		return fmt.Errorf("no such option of %s", g.Type)
	}
	return err
}

// within reads a number whose absolute value is most at most.
func within(text string, most float64) (float64, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(math.Abs(f) <= most) {
		return 0, fmt.Errorf("expected a number from -%g to %g", most, most)
	}
	return f, nil
}
