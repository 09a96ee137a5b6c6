package main

import (
	"picket/alertcore"
	"picket/capture/live"
)

// The alerts about the sources themselves, of Kismet's names. It defines the
// first and raises both past all limits, as picket does: a source that fails
// again and again is tried less and less often.
const (
	alertSourceError = "SOURCEERROR"
	alertSourceOpen  = "SOURCEOPEN"
)

// sourceErrorDefinition is Kismet's.
var sourceErrorDefinition = alertcore.Definition{
	Header: alertSourceError, Class: "SYSTEM", Severity: alertcore.High,
	Description: "A data source has failed.", PhyID: alertcore.PhyUnknown,
	Limit: alertcore.Rate{Count: 1, Unit: alertcore.Second}, Burst: alertcore.Rate{Count: 10, Unit: alertcore.Second},
}

// alert raises one of them.
func (s *sensor) alert(name, text string) {
	s.core.RaiseOneShot(name, "SYSTEM", alertcore.Critical, alertcore.PhyUnknown, text)
}

// sourceEvent tells what happens to adapters.
func (s *sensor) sourceEvent(e live.Event) {
	switch e.Kind {
	case live.Failed:
		s.log.Error(e.Text)
		s.core.Post(alertcore.MessageError, e.Text)
		s.alert(alertSourceError, e.Text)
	case live.Returned:
		s.log.Info(e.Text)
		s.alert(alertSourceOpen, e.Text)
	case live.Opened:
		s.log.Info(e.Text)
		s.core.Post(alertcore.MessageInfo, e.Text)
	default:
		s.log.Warn(e.Text)
		s.core.Post(alertcore.MessageError, e.Text)
	}
}
