package alertcore

import (
	"testing"
	"time"

	"picket/alertcore/tracked"
)

func TestAlertTellsWhereItWasRaised(t *testing.T) {
	at := time.Unix(1757000000, 250_000_000)
	for _, c := range []struct {
		location *Location
		want     string
	}{
		{nil, `{"kismet.common.location.geopoint": [0, 0]}`},
		{&Location{Latitude: 42.361145, Longitude: -71.057083, Altitude: 12.5, Fix: 3, Time: at},
			`{"kismet.common.location.geopoint": [-71.057083, 42.361145],"kismet.common.location.alt": 12.500000,"kismet.common.location.fix": 3,` +
				`"kismet.common.location.time_sec": 1757000000,"kismet.common.location.time_usec": 250000}`},
	} {
		core := New(Options{})
		if err := core.Define(Definition{Header: "HERE", Limit: Rate{10, Minute}, Burst: Rate{5, Second}}); err != nil {
			t.Fatal(err)
		}
		r, err := core.Raise(&Alert{Name: "HERE", Location: c.location})
		if err != nil {
			t.Fatal(err)
		}
		m, _ := r.Object().Lookup([]string{"kismet.alert.location"})
		if got := string(tracked.AppendJSON(nil, m.Value)); got != c.want {
			t.Errorf("location %s\nwant %s", got, c.want)
		}
	}
}
