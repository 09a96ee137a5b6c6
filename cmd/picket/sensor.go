package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"picket/alertcore"
	"picket/api"
	"picket/api/auth"
	"picket/capture"
	"picket/capture/dot11"
	"picket/configs"
	"picket/detectors"
)

// shutdownTime is what requests under way get to finish in.
const shutdownTime = 1500 * time.Millisecond

// sensor is all of a running picket but its sources and its listener.
type sensor struct {
	config    *configs.Config
	log       *slog.Logger
	core      *alertcore.Core
	pipeline  *pipeline
	server    *api.Server
	detectors int  // how many run
	hasLogin  bool // somebody can use commands
	started   time.Time
	devices   atomic.Int64 // in the state of the detectors, for the status
}

func newSensor(config *configs.Config, log *slog.Logger) (*sensor, error) {
	s := &sensor{config: config, log: log, started: time.Now()}
	var err error
	if s.core, err = newCore(config, alertcore.Options{Backlog: config.AlertBacklog}); err != nil {
		return nil, err
	}
	if s.pipeline, err = newPipeline(config, s.core, s.detectorPanicked); err != nil {
		return nil, err
	}
	s.pipeline.batched = func() error {
		s.devices.Store(int64(s.pipeline.engine.Devices()))
		return nil
	}
	s.detectors = len(s.pipeline.engine.Stats())
	logins := loginOptions(config)
	logins.Log = log
	store, err := auth.Open(logins)
	if err != nil {
		return nil, err
	}
	s.hasLogin = store.Setup() != auth.NotConfigured
	s.server, err = api.New(serverOptions(s, store))
	return s, err
}

// run serves until ctx ends or the server fails.
func (s *sensor) run(ctx context.Context, src capture.Source, ln net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var failed error
	wg.Go(func() {
		failed = s.server.Serve(ln)
		cancel()
	})
	wg.Go(func() { s.pipeline.run(src) }) // how sources end is told by sourceEnded
	<-ctx.Done()

	src.Close()
	timed, done := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer done()
	if err := s.server.Shutdown(timed); err != nil {
		s.log.Warn("some requests were cut off", "error", err)
	}
	wg.Wait()
	for _, t := range s.pipeline.tallies {
		s.log.Info("heard", t.attributes()...)
	}
	s.log.Info("picket ends")
	return failed
}

// sourceEnded is called by the goroutine of the pipeline.
func (s *sensor) sourceEnded(source *capture.Info, err error) {
	level, text := slog.LevelInfo, "source has ended"
	if !errors.Is(err, io.EOF) {
		level, text = slog.LevelError, "source has failed"
		s.core.Post(alertcore.MessageError, fmt.Sprintf("Source %s has failed: %v", source.Name, err))
	}
	parts := source.Parts
	if parts == nil {
		parts = []*capture.Info{source}
	}
	for _, part := range parts {
		attributes := s.pipeline.tally(part).attributes()
		if level == slog.LevelError {
			attributes = append(attributes, "error", err)
		}
		s.log.Log(context.Background(), level, text, attributes...)
	}
}

// detectorPanicked is called by the goroutine of the pipeline.
func (s *sensor) detectorPanicked(e *detectors.PanicError) {
	s.log.Error(e.Error(), "stack", string(e.Stack))
	s.core.Post(alertcore.MessageError, e.Error())
}

// attributes describe t in a log: bad frames by what is wrong with them.
func (t *tally) attributes() []any {
	sound, bad := t.frames()
	list := []any{"source", t.source.Name, "frames", sound + bad}
	for i, n := range t.bad {
		if n > 0 {
			list = append(list, strings.ReplaceAll(dot11.Defect(i).String(), " ", "_"), n)
		}
	}
	return list
}

func (s *sensor) url(ln net.Listener) string {
	if s.config.HTTPD.SSLCert != "" {
		return "https://" + ln.Addr().String()
	}
	return "http://" + ln.Addr().String()
}
