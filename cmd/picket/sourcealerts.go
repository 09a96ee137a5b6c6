package main

import (
	"picket/alertcore"
	"picket/capture/live"
)

// sourceEvent tells what happens to adapters.
func (s *sensor) sourceEvent(e live.Event) {
	switch e.Kind {
	case live.Failed:
		s.log.Error(e.Text)
		s.core.Post(alertcore.MessageError, e.Text)
		s.alert(alertSourceError, alertcore.Critical, e.Text)
	case live.Returned:
		s.log.Info(e.Text)
		s.alert(alertSourceOpen, alertcore.Critical, e.Text)
	case live.Opened:
		s.log.Info(e.Text)
		s.core.Post(alertcore.MessageInfo, e.Text)
	default:
		s.log.Warn(e.Text)
		s.core.Post(alertcore.MessageError, e.Text)
	}
}
