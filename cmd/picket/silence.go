package main

import "time"

// The engine's time is that of the frames. Where adapters listen, it has to be
// told when there are none, and whether that means anything.

const (
	// silence is how long no source has had a frame when that is told: longer
	// than a frame is on its way.
	silence = time.Second
	// clockStep is by how much the clock may depart from the time that has
	// passed without having been set.
	clockStep = 5 * time.Second
)

// heed looks at how the time has passed before the source returned.
func (p *pipeline) heed(frames int) {
	before, now := p.woken, time.Now()
	p.woken = now
	set := !before.IsZero() && wasSet(now.Round(0).Sub(before.Round(0)), now.Sub(before))
	if frames > 0 && !set {
		return
	}
	there, listening := p.adapters()
	switch {
	case !there:
	case set || !listening:
		p.engine.Deaf()
	default:
		p.engine.Silence(now.Add(-silence))
	}
}

// wasSet reports whether the clock was, by what it says has passed, and what
// has. A machine that was asleep for the difference has not listened either.
func wasSet(clock, passed time.Duration) bool { return (clock - passed).Abs() > clockStep }

// adapters tells whether there are adapters, and whether one of them listens.
func (ds *datasources) adapters() (there, listening bool) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, d := range ds.list {
		if d.adapter == nil || d.over {
			continue
		}
		there = true
		if st := d.adapter.State(); st.Open && !st.Paused {
			return true, true
		}
	}
	return there, false
}
