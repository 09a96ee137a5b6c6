// Package gps asks gpsd, the daemon that reads receivers of satellite
// navigation, where the machine is. It speaks the JSON protocol of gpsd 3
// (gpsd_json(5)).
package gps

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// A Fix is a place as a receiver found it.
type Fix struct {
	Time                time.Time // by the satellites
	Dimensions          int       // 2: without altitude, or 3
	Latitude, Longitude float64   // degrees, north and east
	Altitude            float64   // metres above mean sea level, or above the ellipsoid if only that is known
	Speed               float64   // metres a second over ground; 0 if unknown
	Course              float64   // degrees from true north, eastwards; 0 if unknown
	Satellites          int       // that it rests on; 0 if unknown

	heard time.Time
}

// A report is what a line of gpsd's says.
type report struct {
	class   string
	fix     *Fix   // of a TPV: where; nil if it doesn't know
	used    int    // of a SKY: satellites that fixes rest on
	message string // of an ERROR
}

// parseReport reads a line, without its end. What classes other than TPV, SKY
// and ERROR say is passed over.
func parseReport(line []byte) (report, error) {
	var head struct {
		Class string `json:"class"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return report{}, fmt.Errorf("report of gpsd: %w", err)
	}
	r := report{class: head.Class}
	var err error
	switch r.class {
	case "TPV":
		r.fix, err = parseTPV(line)
	case "SKY":
		r.used, err = parseSKY(line)
	case "ERROR":
		var e struct {
			Message string `json:"message"`
		}
		err = json.Unmarshal(line, &e)
		r.message = e.Message
	}
	if err != nil {
		return report{}, fmt.Errorf("report %s of gpsd: %w", r.class, err)
	}
	return r, nil
}

func parseTPV(line []byte) (*Fix, error) {
	var t struct {
		Mode  int      `json:"mode"`
		Time  string   `json:"time"`
		Lat   *float64 `json:"lat"`
		Lon   *float64 `json:"lon"`
		MSL   *float64 `json:"altMSL"`
		HAE   *float64 `json:"altHAE"`
		Alt   *float64 `json:"alt"` // before gpsd 3.20
		Speed float64  `json:"speed"`
		Track float64  `json:"track"`
	}
	if err := json.Unmarshal(line, &t); err != nil {
		return nil, err
	}
	if t.Mode < 2 || t.Lat == nil || t.Lon == nil {
		return nil, nil
	}
	if math.Abs(*t.Lat) > 90 || math.Abs(*t.Lon) > 180 {
		return nil, fmt.Errorf("latitude %g, longitude %g: no such place", *t.Lat, *t.Lon)
	}
	f := &Fix{Dimensions: 2, Latitude: *t.Lat, Longitude: *t.Lon, Speed: t.Speed, Course: t.Track}
	for _, altitude := range []*float64{t.MSL, t.Alt, t.HAE} {
		if t.Mode >= 3 && altitude != nil {
			f.Dimensions, f.Altitude = 3, *altitude
			break
		}
	}
	if t.Time != "" {
		at, err := time.Parse(time.RFC3339, t.Time)
		if err != nil {
			return nil, err
		}
		f.Time = at
	}
	return f, nil
}

func parseSKY(line []byte) (used int, err error) {
	var s struct {
		Used       int `json:"uSat"`
		Satellites []struct {
			Used bool `json:"used"`
		} `json:"satellites"`
	}
	if err := json.Unmarshal(line, &s); err != nil {
		return 0, err
	}
	if s.Used > 0 {
		return s.Used, nil
	}
	for _, satellite := range s.Satellites {
		if satellite.Used {
			used++
		}
	}
	return used, nil
}
