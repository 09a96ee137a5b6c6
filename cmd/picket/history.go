package main

import (
	"context"
	"sync"

	"picket/alertcore"
	"picket/alertcore/history"
)

// keepHistory takes up what was kept on disk and goes on keeping it, until end
// is called. It must be called before there are sources and requests. Whatever
// is wrong with the file, the sensor runs, and tells of it.
func (s *sensor) keepHistory() (end func()) {
	h := &s.config.History
	if !h.On {
		return func() {}
	}
	store, err := history.Open(h.File, history.Options{
		Sync: h.Sync, MaxAge: h.MaxAge, MaxSize: h.MaxSize,
		Backlog: s.config.AlertBacklog, Version: "picket " + versionText(),
		Tell: s.historyEvent,
	})
	if err != nil {
		s.historyEvent(history.Event{Kind: history.Stopped, Text: "Alerts are not being kept on disk: " + err.Error() +
			"; history_file names another file, and history=false does without"})
		return func() {}
	}
	s.core.Resume(store.Restored(), store)
	s.history = store
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { store.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// durable waits until what was raised and defined so far is kept as safely as
// it will be.
func (s *sensor) durable(ctx context.Context) error {
	if s.history == nil {
		return history.ErrNotWritten
	}
	return s.history.Sync(ctx)
}

// flushHistory waits until what was raised so far is in the file, for those who
// read it.
func (s *sensor) flushHistory(ctx context.Context) error {
	if s.history == nil {
		return history.ErrNotWritten
	}
	return s.history.Flush(ctx)
}

// historyEvent tells what happens to the history.
func (s *sensor) historyEvent(e history.Event) {
	switch e.Kind {
	case history.Resumed:
		s.log.Info(e.Text)
		s.core.Post(alertcore.MessageInfo, e.Text)
	case history.Stopped:
		s.log.Error(e.Text)
		s.core.Post(alertcore.MessageError, e.Text)
		s.alert(alertLogDisabled, alertcore.Critical, e.Text)
	default:
		s.log.Warn(e.Text)
		s.core.Post(alertcore.MessageError, e.Text)
	}
}
