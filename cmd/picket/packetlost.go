package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"picket/alertcore"
	"picket/api"
)

const (
	dropsEvery = 5 * time.Second  // how often the counts are looked at
	lossEvery  = 30 * time.Second // how often an alert is raised at most, as by Kismet
)

// watchDrops raises PACKETLOST and PACKETQUEUE until ctx ends.
func (s *sensor) watchDrops(ctx context.Context) {
	tick := time.NewTicker(dropsEvery)
	defer tick.Stop()
	loss := losses{told: map[int]counts{}}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			sources := s.sources.Datasources()
			s.loss.look(now, sources)
			if text := loss.text(now, sources); text != "" {
				s.log.Warn(text)
				s.alert(alertPacketLost, alertcore.High, text)
			}
			if text := s.queue.text(now); text != "" {
				s.log.Warn(text)
				s.alert(alertPacketQueue, alertcore.Medium, text)
			}
		}
	}
}

// losses remembers what was told of the frames that the kernel has dropped.
type losses struct {
	told map[int]counts // by number of the source
	last time.Time
}

type counts struct{ heard, dropped uint64 }

// text says what was lost since it was told last; nothing if nothing was, or if
// that is too short a time ago.
func (l *losses) text(now time.Time, sources []api.Datasource) string {
	if !l.last.IsZero() && now.Sub(l.last) < lossEvery {
		return ""
	}
	var parts []string
	for _, d := range sources {
		before, c := l.told[d.Number], counts{d.Packets, d.KernelDrops}
		if c.dropped <= before.dropped {
			continue
		}
		dropped, heard := c.dropped-before.dropped, c.heard-before.heard
		parts = append(parts, fmt.Sprintf("%d of %s (%.1f%%)", dropped, d.Name, 100*float64(dropped)/float64(dropped+heard)))
		l.told[d.Number] = c
	}
	if parts == nil {
		return ""
	}
	l.last = now
	return "Frames were lost, as they came faster than picket could look at them: " + strings.Join(parts, ", ") +
		"; what is found may be incomplete. A larger ring= or a filter= of the source, or fewer sources, may help"
}
