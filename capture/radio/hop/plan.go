package hop

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// A Plan is shared by the radios of a sensor. Its methods, and those of its seats, may be called from any goroutine.
//
// Times that it is given should have a monotonic reading, as those of time.Now have: a clock that is set must not
// move radios.
type Plan struct {
	start time.Time

	mu      sync.Mutex
	seats   []*Seat
	spots   map[uint16]*spot // by the centre of the primary channel, in MHz
	changed chan struct{}    // closed and replaced when a lead begins
}

// spot is what is known of one frequency.
type spot struct {
	freqMHz uint16
	radios  int           // that listen there now
	left    time.Duration // when the last one left; valid iff visited
	visited bool
	rate    float64       // frames a second heard there, a running mean; valid iff visited
	lead    time.Duration // until when a lead holds
	watched minute
	since   time.Duration // when the first of radios came
}

// NewPlan returns a plan that begins now.
func NewPlan(now time.Time) *Plan {
	return &Plan{start: now, spots: map[uint16]*spot{}, changed: make(chan struct{})}
}

// Attend says that something goes on at freqMHz that should be heard until the given time.
func (p *Plan) Attend(now time.Time, freqMHz uint16, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.spot(freqMHz)
	begins := s.lead <= now.Sub(p.start)
	s.lead = max(s.lead, until.Sub(p.start))
	if begins {
		close(p.changed)
		p.changed = make(chan struct{})
	}
}

// Changed returns a channel that is closed when a lead begins: radios that stay somewhere should ask where to go.
func (p *Plan) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

// Watched is for how long of the last minute at least one radio listened to a frequency.
type Watched struct {
	FreqMHz uint16 // centre of the primary channel
	Time    time.Duration
}

// Watched returns all frequencies that were listened to in the last minute, lowest first.
func (p *Plan) Watched(now time.Time) []Watched {
	p.mu.Lock()
	defer p.mu.Unlock()
	times := map[uint16]time.Duration{}
	for freq, s := range p.spots {
		times[freq] = s.watchedTime(now.Sub(p.start))
	}
	return sorted(times)
}

func sorted(times map[uint16]time.Duration) []Watched {
	var list []Watched
	for _, freq := range slices.Sorted(maps.Keys(times)) {
		if times[freq] > 0 {
			list = append(list, Watched{freq, times[freq]})
		}
	}
	return list
}

// WatchedAt returns for how long of the last minute freqMHz was listened to.
func (p *Plan) WatchedAt(now time.Time, freqMHz uint16) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.spots[freqMHz]
	if s == nil {
		return 0
	}
	return s.watchedTime(now.Sub(p.start))
}

func (p *Plan) spot(freqMHz uint16) *spot {
	s := p.spots[freqMHz]
	if s == nil {
		s = &spot{freqMHz: freqMHz}
		p.spots[freqMHz] = s
	}
	return s
}

func (s *spot) arrive(now time.Duration) {
	if s.radios == 0 {
		s.since = now
	}
	s.radios++
}

func (s *spot) leave(now time.Duration) {
	s.radios--
	s.left, s.visited = now, true
	if s.radios == 0 {
		s.watched.add(s.since, now)
	}
}

const rateWeight = 0.3 // of the latest visit

// heard notes how many frames a visit brought.
func (s *spot) heard(frames uint64, stay time.Duration) {
	if stay <= 0 {
		return
	}
	rate := float64(frames) / stay.Seconds()
	if s.visited {
		rate = s.rate + rateWeight*(rate-s.rate)
	}
	s.rate = rate
}

func (s *spot) watchedTime(now time.Duration) time.Duration {
	m := s.watched
	if s.radios > 0 {
		m.add(s.since, now)
	}
	return m.sum(now)
}
