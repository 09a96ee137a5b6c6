package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"picket/api"
	"picket/capture"
)

// healthParts are those that /healthz tells of.
func (s *sensor) healthParts() []api.Part {
	return []api.Part{
		{Name: "pipeline", Check: func() error { return pipelineIll(time.Since(s.counts.Load().at)) }},
		{Name: "sources", Check: func() error { return sourcesIll(s.sources.Datasources()) }},
		{Name: "detectors", Check: func() error { return detectorsIll(s.counts.Load().off) }},
		{Name: "capture", Check: func() error { return s.loss.ill(time.Now()) }},
		{Name: "history", Check: s.historyIll},
	}
}

// startParts are those that /readyz waits for.
func (s *sensor) startParts() []api.Part {
	return []api.Part{
		{Name: "sources", Check: func() error { return sourcesUnopened(s.sources.Datasources()) }},
	}
}

// stuckAfter is for how long the pipeline may do nothing, not even hear that
// it is silent, once a second.
const stuckAfter = 10 * time.Second

func pipelineIll(idle time.Duration) error {
	if idle <= stuckAfter {
		return nil
	}
	return fmt.Errorf("no frame was handled for %v: a detector does not come back", idle.Round(time.Second))
}

func detectorsIll(off []string) error {
	if len(off) == 0 {
		return nil
	}
	return fmt.Errorf("switched off, as they panicked: %s", strings.Join(off, ", "))
}

// sourcesIll names the sources that have failed. A capture file that was read
// to its end is none of them, nor is an adapter that somebody closed while
// others are open.
func sourcesIll(list []api.Datasource) error {
	running := map[string]bool{} // by UUID: one that failed may have been added anew
	adapters, open := 0, 0
	for _, d := range list {
		if d.Running {
			running[d.UUID] = true
		}
		if d.Type == capture.KindRadio {
			adapters++
			if d.Running {
				open++
			}
		}
	}
	var failed []string
	for _, d := range list {
		if d.Running || d.Error == "" || running[d.UUID] {
			continue
		}
		text := d.Name + ": " + d.Error
		if d.Retry {
			text += fmt.Sprintf(" (tried again %d times)", d.RetryAttempts)
		}
		failed = append(failed, text)
	}
	switch {
	case failed != nil:
		return errors.New(strings.Join(failed, "; "))
	case adapters > 0 && open == 0:
		return errors.New("no adapter is open")
	}
	return nil
}

// sourcesUnopened is nil when there are no sources, as picket serves the alerts
// of others too, or at least one was opened.
func sourcesUnopened(list []api.Datasource) error {
	for _, d := range list {
		ended := d.Type != capture.KindRadio && d.Error == ""
		if d.Running || ended || d.Packets > 0 {
			return nil
		}
	}
	if len(list) == 0 {
		return nil
	}
	return errors.New("none is open")
}
