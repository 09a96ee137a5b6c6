package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/api"
	"picket/capture/gps"
)

func TestTheFirstThatKnowsThePlaceCounts(t *testing.T) {
	var log bytes.Buffer
	c := loadConfig(t, flagsOf("gps=gpsd:host=127.0.0.1,port=1", "gps=serial:device=/dev/ttyUSB0", "gps=virtual:lat=52.5163,lon=13.3777,alt=34", "gps=virtual:lat=1,lon=2")...)
	p := newPositions(c.GPS, slog.New(slog.NewTextHandler(&log, nil)))
	got := p.position()
	if got == nil || time.Since(got.Time) > time.Minute {
		t.Fatalf("position %+v", got)
	}
	got.Time = time.Time{}
	want := &api.Position{Location: alertcore.Location{Latitude: 52.5163, Longitude: 13.3777, Altitude: 34, Fix: 3}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(p.clients) != 1 || strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "type=serial") {
		t.Errorf("%d clients; told %s", len(p.clients), &log)
	}
	if nowhere := newPositions(nil, slog.Default()); nowhere.position() != nil || nowhere.location() != nil {
		t.Error("a sensor without GPS is somewhere")
	}
}

func TestPositionOfAFix(t *testing.T) {
	at := time.Unix(1795405906, 0)
	got := positionOf(&gps.Fix{Time: at, Dimensions: 2, Latitude: -33.9, Longitude: 151.2, Speed: 10, Course: 90})
	want := &api.Position{Location: alertcore.Location{Latitude: -33.9, Longitude: 151.2, Fix: 2, Time: at}, SpeedKmh: 36, Heading: 90}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAlertsOfDetectorsCarryThePlace(t *testing.T) {
	c := loadConfig(t, demoFlags(t.TempDir())...)
	core, err := newCore(c, alertcore.Options{Backlog: 50})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPipeline(c, core, listeners{})
	if err != nil {
		t.Fatal(err)
	}
	here := &alertcore.Location{Latitude: 1, Longitude: 2, Fix: 2}
	p.location = func() *alertcore.Location { return here }
	if err := p.run(demoSource()); err != nil {
		t.Fatal(err)
	}
	records, _ := core.All()
	for _, r := range records {
		if r.Alert().Location != here {
			t.Errorf("%s was raised at %+v", r.Definition().Header, r.Alert().Location)
		}
	}
	if len(records) == 0 {
		t.Error("no alerts")
	}
}
