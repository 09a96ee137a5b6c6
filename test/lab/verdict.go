package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// An Alert is a record of /alerts/all_alerts.json, by the names of its members.
type Alert map[string]any

const prefix = "kismet.alert."

func (a Alert) header() string { return fmt.Sprint(a[prefix+"header"]) }

func (a Alert) time() time.Time {
	seconds, _ := a[prefix+"timestamp"].(float64)
	return time.UnixMicro(int64(seconds * 1e6))
}

func (a Alert) String() string {
	return fmt.Sprintf("%s %s: %v", a.time().UTC().Format("15:04:05.000"), a.header(), a[prefix+"text"])
}

func (a Alert) says(f Field) bool {
	v, ok := a[prefix+f.Name]
	text := fmt.Sprint(v)
	if f.Part {
		return ok && strings.Contains(text, f.Value)
	}
	return ok && strings.EqualFold(text, f.Value)
}

// readAlerts reads a list of alerts and puts the oldest first.
func readAlerts(r io.Reader) ([]Alert, error) {
	var alerts []Alert
	if err := json.NewDecoder(r).Decode(&alerts); err != nil {
		return nil, err
	}
	slices.SortStableFunc(alerts, func(a, b Alert) int { return a.time().Compare(b.time()) })
	return alerts, nil
}

// judge returns what is wrong with the outcome of a scenario: nothing, if each
// expected alert came within its window, no other came, and the guest found
// nothing wrong itself.
func judge(s Scenario, p Protocol, alerts []Alert) []string {
	faults := slices.Clone(p.Failures)
	if !p.Ended && len(faults) == 0 {
		faults = append(faults, "the scenario did not come to its end")
	}
	for _, e := range s.Expect {
		if !slices.ContainsFunc(alerts, func(a Alert) bool { return p.holds(e, a) }) {
			faults = append(faults, "missing: "+e.String())
		}
	}
	for _, a := range alerts {
		if _, ok := s.Allow[a.header()]; ok {
			continue
		}
		// Any alert of the right name will do: that one with the right fields
		// is among them has been seen to.
		expected := slices.ContainsFunc(s.Expect, func(e Expectation) bool {
			return p.holds(Expectation{Window: e.Window, Alert: e.Alert}, a)
		})
		if !expected {
			faults = append(faults, "not expected: "+a.String())
		}
	}
	return faults
}

// holds is true for an alert that is what e expects.
func (p Protocol) holds(e Expectation, a Alert) bool {
	if e.Window > len(p.Windows) || !p.Windows[e.Window-1].covers(a.time()) || a.header() != e.Alert {
		return false
	}
	return !slices.ContainsFunc(e.Fields, func(f Field) bool { return !a.says(f) })
}
