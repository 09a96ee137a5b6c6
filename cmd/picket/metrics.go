package main

import (
	"maps"
	"runtime"
	"slices"
	"strings"

	"picket/alertcore"
	"picket/api"
	"picket/api/metrics"
	"picket/capture/dot11"
)

// collect writes what the sensor knows of frames, sources, detectors and
// alerts. docs/metrics.md describes all metrics.
func (s *sensor) collect(w *metrics.Writer) {
	c := s.counts.Load()
	collectFrames(w, c.tallies)
	collectSources(w, s.sources.Datasources())
	collectDetectors(w, c)
	collectAlerts(w, s.core.Tallies())
	w.Histogram("picket_frame_to_record_seconds", "Time from the capture of the frame that completed a finding to the record of its alert, of sources whose frames are of now.", s.pipeline.latency)
	w.Queue("turn", s.fan.Waiting(), 0)
	s.collectHistory(w)
	w.Gauge("picket_counts_timestamp_seconds", "When the counts of frames, tables and detectors were taken.", float64(c.at.UnixMilli())/1000)
	w.Gauge("picket_build_info", "The program that runs.", 1, "version", versionText(), "goversion", runtime.Version())
}

// collectFrames sums by the name of the source, which several may have had one
// after the other.
func collectFrames(w *metrics.Writer, tallies []tally) {
	byName := map[string]*tally{}
	for i := range tallies {
		t := &tallies[i]
		sum := byName[t.source.Name]
		if sum == nil {
			sum = &tally{source: t.source}
			byName[t.source.Name] = sum
		}
		sum.add(t)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		t := byName[name]
		for band := range t.sound {
			for kind, n := range t.sound[band] {
				if n > 0 {
					w.Counter("picket_frames_total", "Sound frames by source, kind and band.", n,
						"source", name, "kind", dot11.Kind(kind).String(), "band", bandLabel(dot11.Band(band)))
				}
			}
		}
		for defect, n := range t.bad {
			if defect := dot11.Defect(defect); defect != dot11.Sound {
				w.Counter("picket_bad_frames_total", "Frames that no detector is shown, by what is wrong with them.", n,
					"source", name, "defect", strings.ReplaceAll(defect.String(), " ", "_"))
			}
		}
	}
}

func bandLabel(b dot11.Band) string {
	if b == dot11.BandUnknown {
		return "unknown"
	}
	return b.String()
}

// collectSources sums by the name, too: of a source that was closed and opened
// anew both are listed.
func collectSources(w *metrics.Writer, list []api.Datasource) {
	byName := map[string]api.Datasource{}
	for _, d := range list {
		if before, again := byName[d.Name]; again {
			d.Packets += before.Packets
			d.KernelDrops += before.KernelDrops
			d.TotalRetries += before.TotalRetries
			d.Retuned += before.Retuned
			d.Running = d.Running || before.Running
			if d.LastFrame.Before(before.LastFrame) {
				d.LastFrame = before.LastFrame
			}
		}
		byName[d.Name] = d
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		d := byName[name]
		w.Gauge("picket_source_up", "Whether frames come from a source, or would if there were some on the air.", oneIf(d.Running), "source", name, "type", d.Type)
		w.Counter("picket_source_frames_total", "Frames that a source delivered, bad ones included.", d.Packets, "source", name)
		w.Counter("picket_source_kernel_drops_total", "Frames that the kernel had no room for.", d.KernelDrops, "source", name)
		w.Counter("picket_source_retries_total", "Attempts to open an adapter again.", d.TotalRetries, "source", name)
		w.Counter("picket_source_retuned_total", "Times that another program has moved an adapter to another channel.", d.Retuned, "source", name)
		if !d.LastFrame.IsZero() {
			w.Gauge("picket_source_last_frame_timestamp_seconds", "Capture time of the latest frame.", float64(d.LastFrame.UnixMilli())/1000, "source", name)
		}
	}
}

func collectDetectors(w *metrics.Writer, c *pipelineCounts) {
	for _, t := range c.tables {
		w.Gauge("picket_table_records", "Records in a table of what was heard.", float64(t.Records), "table", t.Name)
		w.Gauge("picket_table_capacity", "Records for which a table has room.", float64(t.Room), "table", t.Name)
		w.Counter("picket_table_evictions_total", "Records that had to make room for others.", t.Evicted, "table", t.Name)
	}
	w.Gauge("picket_detectors", "Detectors that run, and those that were switched off as they panicked.", float64(c.running), "state", "running")
	w.Gauge("picket_detectors", "", float64(len(c.off)), "state", "off")
}

func collectAlerts(w *metrics.Writer, list []alertcore.Tally) {
	for _, t := range list {
		w.Counter("picket_alerts_raised_total", "Alerts published, by name.", t.Raised, "alert", t.Header)
		w.Counter("picket_alerts_suppressed_total", "Alerts that limits refused, by name.", t.Suppressed, "alert", t.Header)
	}
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
