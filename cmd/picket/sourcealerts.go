package main

import (
	"picket/alertcore"
	"picket/api"
	"picket/capture"
	"picket/capture/live"
)

// sourceEvent tells what happens to adapters.
func (s *sensor) sourceEvent(e live.Event) {
	switch e.Kind {
	case live.Failed:
		s.log.Error(e.Text)
		s.core.Post(alertcore.MessageError, e.Text)
		s.alert(alertSourceError, alertcore.Critical, e.Text)
		s.tellListeners(api.TopicDatasourceError, e.Source)
	case live.Returned:
		s.log.Info(e.Text)
		s.alert(alertSourceOpen, alertcore.Critical, e.Text)
		s.tellListeners(api.TopicDatasourceOpened, e.Source)
	case live.Opened:
		s.log.Info(e.Text)
		s.core.Post(alertcore.MessageInfo, e.Text)
		s.tellListeners(api.TopicDatasourceOpened, e.Source)
	default:
		s.log.Warn(e.Text)
		s.core.Post(alertcore.MessageError, e.Text)
	}
}

// tellListeners tells the event streams about a source.
func (s *sensor) tellListeners(topic string, source *capture.Info) {
	if s.server != nil { // which comes after all that it serves
		s.server.PublishSource(topic, source.UUID)
	}
}
