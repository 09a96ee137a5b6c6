package main

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"picket/alertcore"
	"picket/api/metrics"
	"picket/capture"
	"picket/capture/dot11"
	"picket/configs"
	"picket/detectors"
)

// pipeline takes frames from a source through the frame view and the detectors
// to the alert core. One goroutine at a time has it.
type pipeline struct {
	core   *alertcore.Core
	engine *detectors.Engine
	// published, when not nil, is shown every alert that passed its limit.
	published func(*alertcore.Record)
	// batched, when not nil, is called after every batch of frames.
	batched func() error
	// watched, when not nil, tells for how much of the last minute a frequency
	// in MHz was listened to.
	watched func(freqMHz uint16) time.Duration
	// adapters, when not nil, tells whether there are any, and whether one of
	// them listens.
	adapters func() (there, listening bool)
	// badFrames, when not nil, is where bad frames of a source are counted for
	// others to see.
	badFrames func(*capture.Info) *atomic.Uint64

	// live, when not nil, tells whether the capture times of a source are those
	// of now. queue, when not nil, is told how long frames of such sources wait;
	// latency is how long findings of such sources took from the
	// capture of the frame to the record.
	live    func(*capture.Info) bool
	queue   *queueWatch
	latency *metrics.Histogram

	// location, when not nil, tells where the sensor is, nil if it isn't known.
	location func() *alertcore.Location

	found, lost *detectors.DeviceList // that the engine goes by

	// frequencies, when not nil, counts what is heard by frequency.
	frequencies *frequencyCounts

	frame   dot11.Frame
	number  uint64    // of the frame in hand, from 1
	woken   time.Time // when the source returned last
	now     time.Time // capture time of the frame in hand
	tallies map[*capture.Info]*tally
	last    *tally
	silent  bool // there is no frame in hand: time has passed
}

// tally counts the frames of one source.
type tally struct {
	source *capture.Info
	sound  [dot11.NumBands][64]uint64 // by band and kind
	bad    [dot11.NumDefects]uint64
	seen   *atomic.Uint64 // all of bad, for others to see; nil if nobody looks
	live   bool           // see pipeline
}

func (t *tally) add(o *tally) {
	for band := range o.sound {
		for kind, n := range o.sound[band] {
			t.sound[band][kind] += n
		}
	}
	for i, n := range o.bad {
		t.bad[i] += n
	}
}

// byKind counts the sound frames of all bands.
func (t *tally) byKind() (n [64]uint64) {
	for band := range t.sound {
		for kind := range n {
			n[kind] += t.sound[band][kind]
		}
	}
	return n
}

func (t *tally) frames() (sound, bad uint64) {
	for _, n := range t.byKind() {
		sound += n
	}
	for _, n := range t.bad {
		bad += n
	}
	return sound, bad
}

// listeners are told what detectors have to say besides findings; see
// detectors.Config.
type listeners struct {
	onPanic func(*detectors.PanicError)
	onLead  func(detectors.Lead)
}

// newPipeline builds the detectors that c asks for in front of core.
func newPipeline(c *configs.Config, core *alertcore.Core, l listeners) (*pipeline, error) {
	p := &pipeline{
		core: core, tallies: map[*capture.Info]*tally{}, now: time.Unix(0, 0),
		latency: metrics.NewHistogram(metrics.Seconds),
	}
	d, err := detectorConfig(c)
	if err != nil {
		return nil, configError(err)
	}
	d.OnPanic, d.OnLead = l.onPanic, l.onLead
	p.found, p.lost = d.Found, d.Lost
	if p.engine, err = detectors.New(d, p.raise); err != nil {
		return nil, configError(err)
	}
	return p, nil
}

// run reads src to its end. The error is nil at the end of all frames,
// os.ErrClosed after src was closed, else what went wrong in reading.
func (p *pipeline) run(src capture.Source) error {
	for {
		frames, err := src.Next()
		if err := p.handle(frames); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// handle takes a batch of frames, or the time that has passed without any.
func (p *pipeline) handle(frames []capture.Frame) error {
	p.silent = len(frames) == 0
	if p.adapters != nil {
		p.heed(len(frames))
	}
	if p.queue != nil && len(frames) > 0 && p.tally(frames[0].Source).live {
		p.queue.waited(time.Since(frames[0].Timestamp))
	}
	for i := range frames {
		p.take(&frames[i])
	}
	if p.batched != nil {
		return p.batched()
	}
	return nil
}

func (p *pipeline) take(f *capture.Frame) {
	p.number++
	t := p.tally(f.Source)
	if defect := p.frame.ParseTruncated(f.Link, f.Data, f.Length); defect != dot11.Sound {
		t.bad[defect]++
		if t.seen != nil {
			t.seen.Add(1)
		}
		return
	}
	t.sound[p.frame.Radio.Band][p.frame.Kind]++
	p.now = f.Timestamp
	if p.frequencies != nil {
		p.frequencies.count(&p.frame, f.Length)
	}
	p.engine.Frame(&p.frame, f.Timestamp, f.Source.Name)
}

func (p *pipeline) tally(source *capture.Info) *tally {
	if p.last != nil && p.last.source == source {
		return p.last
	}
	t := p.tallies[source]
	if t == nil {
		t = &tally{source: source}
		if p.badFrames != nil {
			t.seen = p.badFrames(source)
		}
		t.live = p.live != nil && p.live(source)
		p.tallies[source] = t
	}
	p.last = t
	return t
}

// clock is the time in the capture.
func (p *pipeline) clock() time.Time {
	if p == nil {
		return time.Unix(0, 0)
	}
	return p.now
}

// raise hands a finding to the core, which knows its name for certain; what the
// limits refuse, the core counts.
func (p *pipeline) raise(f *detectors.Finding) {
	alert := alertOf(f)
	alert.Text += p.unwatched(f)
	if p.location != nil {
		alert.Location = p.location()
	}
	record, err := p.core.Raise(alert)
	if err != nil {
		return
	}
	if p.last != nil && p.last.live && !p.silent {
		p.latency.Observe(max(0, (record.Time() - alertcore.MicrosOf(p.now)).Seconds()))
	}
	if p.published != nil {
		p.published(record)
	}
}

// unwatched says how much was missed of the channel of a finding that rests on
// a count of frames, if anything was.
func (p *pipeline) unwatched(f *detectors.Finding) string {
	if p.watched == nil || !f.RateBased || f.FreqMHz == 0 {
		return ""
	}
	if p.adapters != nil {
		if there, _ := p.adapters(); !there { // the frames are a file's
			return ""
		}
	}
	watched := p.watched(f.FreqMHz).Round(time.Second)
	if watched >= time.Minute {
		return ""
	}
	return fmt.Sprintf("; the sensor listened to %d MHz for %d of the last 60 s", f.FreqMHz, watched/time.Second)
}

// alertOf puts a finding in the terms of the API.
func alertOf(f *detectors.Finding) *alertcore.Alert {
	a := &alertcore.Alert{
		Name: f.Name, Text: f.Text,
		BSSID: macOf(f.BSSID), Source: macOf(f.Source), Dest: macOf(f.Dest), Other: macOf(f.Other), Subject: macOf(f.Subject),
		Channel: f.Channel, FrequencyKHz: float64(f.FreqMHz) * 1000,
		FrameTime: f.Time, Datasource: f.Datasource, Frames: f.Frames,
		SignalDBm: int(f.SignalDBm), HasSignal: f.HasSignal,
		Verdict: string(f.Verdict), SSID: f.SSID,
	}
	for _, e := range f.Evidence {
		a.Evidence = append(a.Evidence, alertcore.EvidenceFrame{
			Time: e.Time, LinkType: uint16(e.LinkType), Datasource: e.Datasource, Note: e.Note, Data: e.Data, Length: e.Length,
			Source: macOf(e.Source), Dest: macOf(e.Dest), Transmitter: macOf(e.Transmitter),
			FrequencyKHz: float64(e.FreqMHz) * 1000, SignalDBm: int(e.SignalDBm),
		})
	}
	return a
}

func macOf(a dot11.Addr) alertcore.MAC { return alertcore.MACOf(a[:]) }
