package hop

import (
	"slices"
	"time"

	"picket/capture/radio"
)

// A Candidate is a channel that a radio may go to.
type Candidate struct {
	Channel radio.Channel
	// Minor channels are visited less while nothing is heard on them.
	Minor bool
}

// A Seat is one radio's place in a plan. A seat with one candidate is that of a radio that stays there.
type Seat struct {
	plan *Plan

	// Guarded by plan.mu:
	candidates []Candidate
	period     time.Duration
	failures   map[uint16]failure
	at         *spot // where the radio listens, nil while it is on its way
	since      time.Duration
	attends    bool // parked on leads
	followed   bool // the last stop was a lead's
	watched    map[uint16]*minute
}

// failure is a channel that could not be tuned to.
type failure struct {
	count int
	until time.Duration // left out
}

// A Stop is where to go and for how long.
type Stop struct {
	Channel radio.Channel
	Stay    time.Duration
}

const (
	firstFailure = 5 * time.Second // for which a channel is left out; doubles each time
	maxFailure   = 5 * time.Minute
	leadFactor   = 3   // times the period that a stop at a lead lasts
	silentFactor = 2   // times as long that a channel waits on which nothing is heard
	minorFactor  = 4   // times as long that a minor one does
	silentRate   = 0.5 // frames a second; an access point alone sends ten
	parkedStay   = time.Second
	maxAge       = time.Hour
	shortest     = 0.5 // of the period, on a silent channel
	longest      = 2.0 // of the period, on a loud one
)

// Join adds a radio that may go to the candidates, of which there must be at least one, and stays for about the
// period on each.
func (p *Plan) Join(candidates []Candidate, period time.Duration) *Seat {
	s := &Seat{plan: p, watched: map[uint16]*minute{}}
	s.Set(candidates, period)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seats = append(p.seats, s)
	return s
}

// Set replaces the candidates and the period.
func (s *Seat) Set(candidates []Candidate, period time.Duration) {
	s.plan.mu.Lock()
	defer s.plan.mu.Unlock()
	s.candidates, s.period, s.failures = candidates, period, map[uint16]failure{}
}

// Leave gives the seat up.
func (s *Seat) Leave(now time.Time) {
	s.Depart(now, 0)
	s.plan.mu.Lock()
	defer s.plan.mu.Unlock()
	s.plan.seats = slices.DeleteFunc(s.plan.seats, func(o *Seat) bool { return o == s })
}

// Arrive says that the radio listens to c from now on.
func (s *Seat) Arrive(now time.Time, c radio.Channel) {
	p := s.plan
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now.Sub(p.start)
	s.at, s.since = p.spot(c.FreqMHz), at
	s.at.arrive(at)
	delete(s.failures, c.FreqMHz)
}

// Depart says that the radio no longer listens where it was, and how many frames it heard there. It does nothing for
// a radio that is on its way.
func (s *Seat) Depart(now time.Time, frames uint64) {
	p := s.plan
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.at == nil {
		return
	}
	at := now.Sub(p.start)
	s.at.heard(frames, at-s.since)
	s.at.leave(at)
	m := s.watched[s.at.freqMHz]
	if m == nil {
		m = &minute{}
		s.watched[s.at.freqMHz] = m
	}
	m.add(s.since, at)
	s.at = nil
}

// Watched returns what the radio itself listened to in the last minute, lowest frequency first.
func (s *Seat) Watched(now time.Time) []Watched {
	p := s.plan
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now.Sub(p.start)
	times := map[uint16]time.Duration{}
	for freq, m := range s.watched {
		times[freq] = m.sum(at)
	}
	if s.at != nil {
		var m minute
		if known := s.watched[s.at.freqMHz]; known != nil {
			m = *known
		}
		m.add(s.since, at)
		times[s.at.freqMHz] = m.sum(at)
	}
	return sorted(times)
}

// Fail says that the radio could not be tuned to c.
func (s *Seat) Fail(now time.Time, c radio.Channel) {
	p := s.plan
	p.mu.Lock()
	defer p.mu.Unlock()
	f := s.failures[c.FreqMHz]
	wait := min(firstFailure<<min(f.count, 16), maxFailure)
	s.failures[c.FreqMHz] = failure{f.count + 1, now.Sub(p.start) + wait}
}

// Next says where the radio should go. It may be where it is. When there is nowhere to go, because no candidate can
// be tuned to, ok is false and Stay is how long to wait before asking again.
func (s *Seat) Next(now time.Time) (stop Stop, ok bool) {
	p := s.plan
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now.Sub(p.start)
	able := s.able(at)
	if len(able) == 0 {
		return Stop{Stay: s.untilAble(at)}, false
	}
	free := slices.DeleteFunc(slices.Clone(able), func(c Candidate) bool { return s.taken(c) })
	if len(free) == 0 {
		free = able // more radios than channels
	}
	leads, rest := s.split(free, at)
	switch {
	case len(leads) > 0 && s.mayAttend(leads):
		s.attends = true
		c := s.mostUrgent(leads, at)
		return Stop{c.Channel, max(parkedStay, s.stay(c))}, true
	case len(rest) == 0, s.attended(leads):
		rest = free
	case len(leads) > 0 && !s.followed:
		s.attends, s.followed = false, true
		return Stop{s.mostUrgent(leads, at).Channel, leadFactor * s.period}, true
	}
	s.attends, s.followed = false, false
	c := s.mostUrgent(rest, at)
	return Stop{c.Channel, s.stay(c)}, true
}

// able returns the candidates that are not left out for having failed.
func (s *Seat) able(now time.Duration) []Candidate {
	return slices.DeleteFunc(slices.Clone(s.candidates), func(c Candidate) bool {
		return s.failures[c.Channel.FreqMHz].until > now
	})
}

func (s *Seat) untilAble(now time.Duration) time.Duration {
	wait := maxFailure
	for _, f := range s.failures {
		wait = min(wait, f.until-now)
	}
	return wait
}

// taken reports whether another radio listens to c.
func (s *Seat) taken(c Candidate) bool {
	spot := s.plan.spots[c.Channel.FreqMHz]
	if spot == nil {
		return false
	}
	others := spot.radios
	if s.at == spot {
		others--
	}
	return others > 0
}

// split parts the candidates on which there is a lead from the rest.
func (s *Seat) split(list []Candidate, now time.Duration) (leads, rest []Candidate) {
	for _, c := range list {
		if spot := s.plan.spots[c.Channel.FreqMHz]; spot != nil && spot.lead > now {
			leads = append(leads, c)
		} else {
			rest = append(rest, c)
		}
	}
	return leads, rest
}

// mayAttend reports whether the radio can be parked on the leads: another one that is not parked itself, and could be
// here, does the rounds.
func (s *Seat) mayAttend(leads []Candidate) bool {
	return slices.ContainsFunc(s.plan.seats, func(o *Seat) bool {
		return o != s && !o.attends && len(o.candidates) > 1 && slices.ContainsFunc(leads, o.reaches)
	})
}

// attended reports whether another radio is parked on any of the leads.
func (s *Seat) attended(leads []Candidate) bool {
	return slices.ContainsFunc(s.plan.seats, func(o *Seat) bool {
		return o != s && o.attends && slices.ContainsFunc(leads, o.reaches)
	})
}

func (s *Seat) reaches(c Candidate) bool {
	return slices.ContainsFunc(s.candidates, func(o Candidate) bool { return o.Channel.FreqMHz == c.Channel.FreqMHz })
}

// mostUrgent is the candidate that has waited for longest, the first of equals. The list must not be empty.
func (s *Seat) mostUrgent(list []Candidate, now time.Duration) Candidate {
	best, most := list[0], time.Duration(-1)
	for _, c := range list {
		if age := s.age(c, now); age > most {
			best, most = c, age
		}
	}
	return best
}

// age is how long c has not been listened to, less for one that matters less.
func (s *Seat) age(c Candidate, now time.Duration) time.Duration {
	age := maxAge
	spot := s.plan.spots[c.Channel.FreqMHz]
	if spot != nil && spot.radios > 0 {
		return 0
	}
	if spot != nil && spot.visited {
		age = min(age, now-spot.left)
	}
	known := spot != nil && spot.visited
	switch silent := !known || spot.rate < silentRate; {
	case c.Minor && silent:
		age /= minorFactor
	case known && silent:
		age /= silentFactor
	}
	return age
}

// stay is how long to listen to c: the period, more where more is heard than elsewhere and less where less is.
func (s *Seat) stay(c Candidate) time.Duration {
	var sum float64
	known := 0
	for _, o := range s.candidates {
		if spot := s.plan.spots[o.Channel.FreqMHz]; spot != nil && spot.visited {
			sum += spot.rate
			known++
		}
	}
	spot := s.plan.spots[c.Channel.FreqMHz]
	if sum == 0 || spot == nil || !spot.visited {
		return s.period
	}
	share := spot.rate * float64(known) / sum
	return time.Duration(float64(s.period) * min(longest, shortest+share*(1-shortest)))
}
