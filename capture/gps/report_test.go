package gps

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestReports(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 250_000_000, time.UTC)
	const place = `"lat":52.516275,"lon":13.377704,"time":"2026-03-01T12:00:00.250Z"`
	for _, c := range []struct {
		line string
		want report
	}{
		{`{"class":"VERSION","release":"3.25","proto_major":3}`, report{class: "VERSION"}},
		{`{"class":"TPV","device":"/dev/ttyAMA0","mode":1}`, report{class: "TPV"}},
		{`{"class":"TPV","mode":3}`, report{class: "TPV"}},
		{`{"class":"TPV","mode":1,` + place + `}`, report{class: "TPV"}},
		{`{"class":"TPV","mode":2,` + place + `,"altMSL":5}`,
			report{class: "TPV", fix: &Fix{Time: at, Dimensions: 2, Latitude: 52.516275, Longitude: 13.377704}}},
		{`{"class":"TPV","mode":3,` + place + `,"altHAE":76.1,"altMSL":34.5,"alt":1,"speed":1.5,"track":90.25}`,
			report{class: "TPV", fix: &Fix{Time: at, Dimensions: 3, Latitude: 52.516275, Longitude: 13.377704, Altitude: 34.5, Speed: 1.5, Course: 90.25}}},
		{`{"class":"TPV","mode":3,` + place + `,"alt":34}`,
			report{class: "TPV", fix: &Fix{Time: at, Dimensions: 3, Latitude: 52.516275, Longitude: 13.377704, Altitude: 34}}},
		{`{"class":"TPV","mode":3,"lat":0,"lon":0}`, report{class: "TPV", fix: &Fix{Dimensions: 2}}},
		{`{"class":"SKY","uSat":7,"nSat":12}`, report{class: "SKY", used: 7}},
		{`{"class":"SKY","satellites":[{"PRN":1,"used":true},{"PRN":2,"used":false},{"PRN":3,"used":true}]}`, report{class: "SKY", used: 2}},
		{`{"class":"ERROR","message":"unrecognized request"}`, report{class: "ERROR", message: "unrecognized request"}},
	} {
		got, err := parseReport([]byte(c.line))
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(report{}), cmpopts.IgnoreUnexported(Fix{})); err != nil || diff != "" {
			t.Errorf("%s: error %v (-want +got):\n%s", c.line, err, diff)
		}
	}
}

func TestReportsThatMakeNoSense(t *testing.T) {
	for _, line := range []string{
		"", "$GPGGA,123519", "[]", `{"class":"TPV"`, `{"class":7}`,
		`{"class":"TPV","mode":"3D"}`,
		`{"class":"TPV","mode":3,"lat":91,"lon":0}`,
		`{"class":"TPV","mode":3,"lat":0,"lon":-181}`,
		`{"class":"TPV","mode":3,"lat":1e999,"lon":0}`,
		`{"class":"TPV","mode":3,"lat":1,"lon":0,"time":"yesterday"}`,
		`{"class":"SKY","satellites":7}`,
	} {
		if r, err := parseReport([]byte(line)); err == nil {
			t.Errorf("%s is read as %+v", line, r)
		}
	}
}

func FuzzReport(f *testing.F) {
	f.Add([]byte(`{"class":"TPV","mode":3,"lat":52.5,"lon":13.4,"alt":34,"time":"2026-03-01T12:00:00Z","speed":1,"track":2}`))
	f.Add([]byte(`{"class":"SKY","satellites":[{"used":true}]}`))
	f.Add([]byte(`{"class":"ERROR","message":"x"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := parseReport(line)
		if err != nil || r.fix == nil {
			return
		}
		if !(math.Abs(r.fix.Latitude) <= 90 && math.Abs(r.fix.Longitude) <= 180) || r.fix.Dimensions < 2 || r.fix.Dimensions > 3 {
			t.Errorf("%q is at %+v", line, r.fix)
		}
	})
}
