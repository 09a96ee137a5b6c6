package main

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"picket/api"
)

const (
	// heavyLoss is the share of a source's frames above which so many are lost
	// that detectors can't be relied on.
	heavyLoss = 0.01
	// lossLasts is for how long picket is ill afterwards.
	lossLasts = time.Minute
)

// lossWatch tells whether the kernel has dropped many frames of late.
type lossWatch struct {
	before map[int]counts // by number of the source; for one goroutine
	latest atomic.Pointer[loss]
}

type loss struct {
	at   time.Time
	text string
}

// look compares the counts of sources with those of the last time.
func (l *lossWatch) look(now time.Time, sources []api.Datasource) {
	if l.before == nil {
		l.before = map[int]counts{}
	}
	var parts []string
	for _, d := range sources {
		before, c := l.before[d.Number], counts{d.Packets, d.KernelDrops}
		l.before[d.Number] = c
		if c.dropped <= before.dropped {
			continue
		}
		dropped, heard := c.dropped-before.dropped, c.heard-before.heard
		if share := float64(dropped) / float64(dropped+heard); share >= heavyLoss {
			parts = append(parts, fmt.Sprintf("%.1f%% of %s", 100*share, d.Name))
		}
	}
	if parts != nil {
		l.latest.Store(&loss{now, strings.Join(parts, ", ")})
	}
}

// ill says what was lost, nil if nothing to speak of.
func (l *lossWatch) ill(now time.Time) error {
	latest := l.latest.Load()
	if latest == nil || now.Sub(latest.at) > lossLasts {
		return nil
	}
	return fmt.Errorf("frames are lost, as they come faster than picket looks at them: %s", latest.text)
}
