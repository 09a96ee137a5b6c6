package main

import (
	"errors"

	"picket/api/metrics"
)

// historyIll says why alerts are not being kept on disk. Nobody who has switched
// the history off has an ill picket.
func (s *sensor) historyIll() error {
	switch {
	case !s.config.History.On:
		return nil
	case s.history == nil:
		return errors.New("the file can't be used; the messages say why")
	case !s.history.Written():
		return errors.New("alerts are not being written; the messages say why, and that they are again")
	}
	return nil
}

// collectHistory writes how the history fares, if there is one.
func (s *sensor) collectHistory(w *metrics.Writer) {
	if s.history == nil {
		return
	}
	w.Queue("history", s.history.Waiting(), s.history.Room())
	w.Gauge("picket_history_lag_seconds", "For how long the oldest of what is to be written to the history has waited.", s.history.Lag().Seconds())
	w.Gauge("picket_history_written", "Whether the history is being written.", oneIf(s.history.Written()))
}
