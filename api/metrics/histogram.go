package metrics

import (
	"math"
	"slices"
	"sync/atomic"
)

// Seconds are bounds for what takes from 100 µs to 10 s.
var Seconds = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// A Histogram counts observations by size. Any number of goroutines may
// observe at once; none waits for another.
type Histogram struct {
	bounds []float64
	counts []atomic.Uint64 // those up to each bound and above the one before; the last are above all
	sum    atomicSum
}

// NewHistogram returns a histogram with the given upper bounds, which rise.
func NewHistogram(bounds []float64) *Histogram {
	return &Histogram{bounds: slices.Clone(bounds), counts: make([]atomic.Uint64, len(bounds)+1)}
}

// Observe counts v.
func (h *Histogram) Observe(v float64) {
	i := 0
	for i < len(h.bounds) && v > h.bounds[i] { // from below: most are small
		i++
	}
	h.counts[i].Add(1)
	if v != 0 {
		h.sum.add(v)
	}
}

// Count returns how many were observed.
func (h *Histogram) Count() (n uint64) {
	for i := range h.counts {
		n += h.counts[i].Load()
	}
	return n
}

// atomicSum is a float64 that many add to.
type atomicSum struct{ bits atomic.Uint64 }

func (s *atomicSum) load() float64 { return math.Float64frombits(s.bits.Load()) }

func (s *atomicSum) add(v float64) {
	for {
		old := s.bits.Load()
		if s.bits.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+v)) {
			return
		}
	}
}
