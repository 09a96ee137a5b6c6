package main

import (
	"time"

	"picket/detectors"
)

// countsEvery is how often others get to see what the pipeline has counted.
const countsEvery = time.Second

// pipelineCounts is what the pipeline had counted at one moment. The pipeline counts
// in plain numbers, which only its goroutine may look at, and publishes a copy:
// that costs a frame nothing, and who reads waits for nobody, even if a
// detector never comes back.
type pipelineCounts struct {
	at      time.Time
	tallies []tally
	tables  []detectors.TableFill
	running int      // detectors
	off     []string // those that were switched off by a panic
	devices int
	twice   uint64 // frames that another source had heard before
}

// count returns what p has counted up to now.
func (p *pipeline) count(now time.Time) *pipelineCounts {
	c := &pipelineCounts{at: now, tables: p.engine.Tables(), devices: p.engine.Devices(), twice: p.engine.HeardTwice(), tallies: make([]tally, 0, len(p.tallies))}
	for _, t := range p.tallies {
		c.tallies = append(c.tallies, *t)
	}
	for _, d := range p.engine.Stats() {
		if d.Off {
			c.off = append(c.off, d.Name)
		} else {
			c.running++
		}
	}
	return c
}

// showCounts publishes the counts if those that others see are old. It is
// called by the goroutine that has the pipeline, after every batch and in every
// second of silence.
func (s *sensor) showCounts() error {
	if now := s.pipeline.woken; now.Sub(s.counts.Load().at) >= countsEvery {
		s.counts.Store(s.pipeline.count(now))
	}
	return nil
}
