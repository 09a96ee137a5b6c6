package configs

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestGPS(t *testing.T) {
	c, warnings := loadText(t, `
gps=gpsd:host=pi.local,port=2948,reconnect=true
gps=GPSD:
gps=gpsd
gps=virtual:lat=-33.8568,lon=151.2153,name="the opera"
gps=virtual:lat=0,lon=0,alt=12.5
gps=serial:device=/dev/ttyUSB0
gpsquit=true
`)
	want := []GPS{
		{Type: GPSD, Name: "gpsd", Host: "pi.local", Port: 2948},
		{Type: GPSD, Name: "gpsd", Host: "localhost", Port: 2947},
		{Type: GPSD, Name: "gpsd", Host: "localhost", Port: 2947},
		{Type: GPSVirtual, Name: "the opera", Host: "localhost", Port: 2947, Latitude: -33.8568, Longitude: 151.2153},
		{Type: GPSVirtual, Name: "virtual", Host: "localhost", Port: 2947, Altitude: 12.5, HasAltitude: true},
		{Type: "serial", Name: "serial", Host: "localhost", Port: 2947},
	}
	if diff := cmp.Diff(want, c.GPS, cmpopts.IgnoreFields(GPS{}, "Origin")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(warnings) != 1 { // of gpsquit
		t.Errorf("warnings: %v", warnings)
	}
	for i, heeded := range []bool{true, true, true, true, true, false} {
		if c.GPS[i].Heeded() != heeded {
			t.Errorf("%s heeded: %t", c.GPS[i].Name, !heeded)
		}
	}
}

func TestGPSThatMakesNoSense(t *testing.T) {
	for line, reason := range map[string]string{
		"gps=":                              "expected gpsd:host=",
		"gps=gpds:host=localhost":           "expected gpsd:host=",
		"gps=gpsd:host":                     "no key=value",
		"gps=gpsd:port=0":                   "port: expected a number from 1 to 65535",
		"gps=gpsd:lat=1":                    "lat: no such option of gpsd",
		"gps=gpsd:host=":                    "host: expected a name or an address",
		"gps=virtual:lat=1":                 "no lat or no lon",
		"gps=virtual:lat=91,lon=1":          "lat: expected a number from -90 to 90",
		"gps=virtual:lat=NaN,lon=1":         "lat: expected a number",
		"gps=virtual:lat=1,lon=2,port=2947": "port: no such option of virtual",
	} {
		file := filepath.Join(write(t, map[string]string{"x.conf": line}), "x.conf")
		_, _, err := Load(Places{Home: "/home/pi", Files: []string{file}})
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: error %v, want one with %q", line, err, reason)
		}
	}
}
