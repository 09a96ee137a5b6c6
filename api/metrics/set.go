// Package metrics writes what a program counts in Prometheus' text format
// (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).
//
// Nothing is counted here but what Histogram is for: the counts are where they
// are made, as plain numbers or atomics, and a Collector reads them when
// somebody asks. So a count costs its owner nothing beyond itself, and no lock.
package metrics

import "sync"

// ContentType is that of a scrape.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// A Collector writes what it knows at the moment. It may be called by several
// goroutines at once, and must not wait for what may take long.
type Collector func(*Writer)

// A Set is what one scrape shows. The zero Set is empty and ready for use, by
// any number of goroutines.
//
// A part of the program that has something to show registers a Collector when
// it is made:
//
//	set.Register(func(w *metrics.Writer) {
//		w.Queue("history", len(queue), cap(queue))
//		w.Gauge("picket_history_lag_seconds", "Age of the oldest record not yet on disk.", lag())
//	})
//
// Several may write to one family, as all queues do.
type Set struct {
	mu         sync.Mutex
	collectors []Collector
}

// Register adds a collector.
func (s *Set) Register(c Collector) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.collectors = append(s.collectors[:len(s.collectors):len(s.collectors)], c)
}

// Append appends what all collectors have to say.
func (s *Set) Append(b []byte) []byte {
	s.mu.Lock()
	collectors := s.collectors
	s.mu.Unlock()
	w := Writer{families: map[string]*family{}}
	for _, collect := range collectors {
		collect(&w)
	}
	return w.appendTo(b)
}
