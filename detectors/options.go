package detectors

import (
	"fmt"
	"strconv"
	"time"
)

// An Option is one setting of a detector: a whole number with a unit.
type Option struct {
	Name     string
	Default  int
	Min, Max int
	Unit     string // "s", "frames", "SSIDs": what the number counts
	Doc      string // one sentence
}

// Settings is what a detector is built from.
type Settings struct {
	// Tables are the capacities that detectors size their own tables by.
	Tables Sizes
	// APSpoof and Canaries are the SSID rules of the configuration.
	APSpoof, Canaries []SSIDRule
	// Found and Lost are the devices to tell of when they come and go.
	Found, Lost *DeviceList

	options map[string]int
}

// Int is the value of the named option. Asking for an option that the Spec
// does not list is a mistake in the program and panics at construction.
func (s Settings) Int(name string) int {
	v, ok := s.options[name]
	if !ok {
		panic("detectors: no option " + name)
	}
	return v
}

// Seconds is the value of the named option, which counts seconds.
func (s Settings) Seconds(name string) time.Duration {
	return time.Duration(s.Int(name)) * time.Second
}

// An SSIDRule is one apspoof= or ssidcanary= line of the configuration.
type SSIDRule struct {
	Name      string
	Pattern   string   // Perl-compatible regular expression, unanchored
	ValidMACs []string // "aa:bb:cc:dd:ee:ff" or "aa:bb:cc:00:00:00/ff:ff:ff:00:00:00"; none for a canary
	Origin    string   // "file:line", for error messages
}

// parseOptions checks the texts given for a detector's options and fills in
// the defaults of the others.
func (s Spec) parseOptions(given map[string]string) (map[string]int, error) {
	values := make(map[string]int, len(s.Options))
	for _, o := range s.Options {
		values[o.Name] = o.Default
	}
	for name, text := range given {
		o, ok := s.option(name)
		if !ok {
			return nil, fmt.Errorf("%s has no option %q", s.Name, name)
		}
		v, err := strconv.Atoi(text)
		if err != nil || v < o.Min || v > o.Max {
			return nil, fmt.Errorf("%s option %s=%q: want a whole number from %d to %d (%s)",
				s.Name, name, text, o.Min, o.Max, o.Unit)
		}
		values[name] = v
	}
	return values, nil
}

func (s Spec) option(name string) (Option, bool) {
	for _, o := range s.Options {
		if o.Name == name {
			return o, true
		}
	}
	return Option{}, false
}
