package detectors

import (
	"strings"
	"testing"
)

func TestNewRefusesWhatItCannotUnderstand(t *testing.T) {
	option := func(detector, name, value string) Config {
		return Config{Options: map[string]map[string]string{detector: {name: value}}}
	}
	for _, test := range []struct {
		name string
		cfg  Config
		want string // in the error; "" for none
	}{
		{"in range", option("KARMAOUI", "ssids", "5"), ""},
		{"not a number", option("KARMAOUI", "ssids", "many"), `KARMAOUI option ssids="many": want a whole number from 2 to 8`},
		{"out of range", option("KARMAOUI", "ssids", "1"), `from 2 to 8`},
		{"no such option", option("KARMAOUI", "names", "5"), `KARMAOUI has no option "names"`},
		{"no such detector", option("KARMA", "ssids", "5"), "there is no such detector"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := New(test.cfg, func(*Finding) {})
			switch {
			case test.want == "" && err != nil:
				t.Errorf("error %v, want none", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want one that says %s", err, test.want)
			}
		})
	}
}
