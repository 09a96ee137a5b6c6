package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"picket/alertcore"
	"picket/alertcore/history"
	"picket/api"
	"picket/api/auth"
	"picket/api/metrics"
	"picket/capture"
	"picket/capture/dot11"
	"picket/capture/live"
	"picket/configs"
	"picket/detectors"
)

// shutdownTime is what requests under way get to finish in.
const shutdownTime = 1500 * time.Millisecond

// sensor is all of a running picket but its listener.
type sensor struct {
	config    *configs.Config
	log       *slog.Logger
	core      *alertcore.Core
	history   *history.Store // nil: none is kept
	past      *pastAlerts    // nil: none is read
	air       *live.Air
	fan       *capture.Fan
	sources   *datasources
	pipeline  *pipeline
	server    *api.Server
	ui        *os.Root // of Kismet's web interface; nil: not served
	detectors int      // how many run
	hasLogin  bool     // somebody can use commands
	started   time.Time
	counts    atomic.Pointer[pipelineCounts] // never nil
	loss      lossWatch
	queue     queueWatch
	metrics   metrics.Set // what /metrics shows
	trends    trends
	positions *positions
	inventory lately[*api.Inventory]
	hardware  lately[hardwareSensors]
	battery   lately[*api.Battery]
}

func newSensor(config *configs.Config, log *slog.Logger) (*sensor, error) {
	s := &sensor{config: config, log: log, started: time.Now(), positions: newPositions(config.GPS, log)}
	s.inventory.read = s.takeInventory
	sys := os.DirFS("/sys")
	s.hardware.read = func() hardwareSensors { return readSensors(sys) }
	s.battery.read = func() *api.Battery { return readBattery(sys) }
	var err error
	if s.core, err = newCore(config, alertcore.Options{Backlog: config.AlertBacklog}); err != nil {
		return nil, err
	}
	if config.History.On {
		s.past = &pastAlerts{path: config.History.File, log: log, flush: s.flushHistory}
	}
	s.air = live.NewAir(adapterDefaults(config), s.sourceEvent)
	s.fan = capture.NewFan(func(frames []capture.Frame) {
		_ = s.pipeline.handle(frames) // fails only where something is printed
	}, s.sourceEnded)
	s.sources = &datasources{air: s.air, fan: s.fan}
	s.pipeline, err = newPipeline(config, s.core, listeners{
		onPanic: s.detectorPanicked,
		onLead:  func(l detectors.Lead) { s.air.Attend(l.FreqMHz, l.During) },
	})
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.pipeline.adapters = s.sources.adapters
	s.pipeline.location = s.positions.location
	s.pipeline.frequencies = new(frequencyCounts)
	s.pipeline.watched, s.pipeline.badFrames = s.air.WatchedAt, s.sources.badFrames
	s.pipeline.live, s.pipeline.queue = s.sources.live, &s.queue
	s.counts.Store(s.pipeline.count(s.started))
	s.pipeline.batched = s.showCounts
	s.metrics.Register(s.collect)
	s.metrics.Register(collectProcess(s.started))
	s.detectors = len(s.pipeline.engine.Stats())
	s.fan.KeepAwake(silence)
	logins := loginOptions(config)
	logins.Log = log
	store, err := auth.Open(logins)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.hasLogin = store.Setup() != auth.NotConfigured
	if s.ui, err = openUI(config); err != nil {
		s.tellOfUI(err)
	}
	if s.server, err = api.New(serverOptions(s, store)); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// close ends the sources: adapters are given back as they were found.
func (s *sensor) close() error {
	err := errors.Join(s.fan.Close(), s.air.Close())
	if s.ui != nil {
		err = errors.Join(err, s.ui.Close())
	}
	return err
}

// run serves until ctx ends or the server fails.
func (s *sensor) run(ctx context.Context, ln net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var failed error
	wg.Go(func() {
		failed = s.server.Serve(ln)
		cancel()
	})
	wg.Go(func() { s.watchDrops(ctx) })
	wg.Go(func() { s.watchTrends(ctx) })
	for _, c := range s.positions.clients {
		wg.Go(func() { c.Run(ctx) })
	}
	<-ctx.Done()

	if err := s.close(); err != nil {
		s.log.Warn("some sources did not close", "error", err)
	}
	timed, done := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer done()
	if err := s.server.Shutdown(timed); err != nil {
		s.log.Warn("some requests were cut off", "error", err)
	}
	wg.Wait()
	if s.past != nil {
		if err := s.past.close(); err != nil {
			s.log.Warn("the history was not closed by its readers", "error", err)
		}
	}
	for _, t := range s.pipeline.tallies {
		s.log.Info("heard", t.attributes()...)
	}
	s.log.Info("picket ends")
	return failed
}

// sourceEnded is called by the goroutine that has the pipeline. What it logs last is
// what others can see by then.
func (s *sensor) sourceEnded(source *capture.Info, err error) {
	failed := !errors.Is(err, io.EOF)
	if failed {
		s.alert(alertSourceError, alertcore.Critical, fmt.Sprintf("Source %s has failed: %v", source.Name, err))
	}
	s.counts.Store(s.pipeline.count(time.Now()))
	parts := source.Parts
	if parts == nil {
		parts = []*capture.Info{source}
	}
	for _, part := range parts {
		s.sources.ended(part, err)
		attributes := s.pipeline.tally(part).attributes()
		if failed {
			s.log.Error("source has failed", append(attributes, "error", err)...)
			s.tellListeners(api.TopicDatasourceError, part)
		} else {
			s.log.Info("source has ended", attributes...)
			s.tellListeners(api.TopicDatasourceClosed, part)
		}
	}
}

// detectorPanicked is called by the goroutine that has the pipeline.
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
