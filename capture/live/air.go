package live

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"picket/capture"
	"picket/capture/radio"
	"picket/capture/radio/hop"
)

// An Air holds what the adapters of one sensor share: who listens where, what was watched, which adapters are taken,
// and the news about them.
type Air struct {
	machine machine
	usual   Defaults
	report  func(Event)
	plan    *hop.Plan

	mu      sync.Mutex
	sources []*Source
	holders map[[6]byte]*Source // by permanent address

	watcher *radio.Watcher // nil where there is no nl80211
	watched sync.WaitGroup
}

// An Event is something about a source that its user should know.
type Event struct {
	Kind   EventKind
	Source *capture.Info
	Text   string // one sentence
}

// EventKind tells events apart.
type EventKind uint8

// The events.
const (
	Opened   EventKind = iota // frames come
	Failed                    // no frames come any more, or none yet
	Returned                  // frames come, after a failure
	Notice                    // it goes on, but somebody should know
)

// NewAir returns an air without sources. Events go to report, which is called from any goroutine and must not block.
// Close ends it after its sources were closed.
func NewAir(usual Defaults, report func(Event)) *Air {
	a := newAir(linux{}, usual, report)
	w, err := radio.NewWatcher()
	if err != nil {
		return a // adapters that come back are found by trying
	}
	a.watcher = w
	a.watched.Go(a.watch)
	return a
}

func newAir(m machine, usual Defaults, report func(Event)) *Air {
	return &Air{machine: m, usual: usual, report: report, plan: hop.NewPlan(time.Now()), holders: map[[6]byte]*Source{}}
}

// Open returns the source of an adapter. Nothing is done to the adapter until the first Next. The error is about the
// definition: what is wrong with the adapter is told by events, as it may be mended.
func (a *Air) Open(d capture.Definition, number int) (*Source, error) {
	o, err := ParseOptions(&d, a.usual)
	if err != nil {
		return nil, err
	}
	s := newSource(a, d, o, number)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sources = append(a.sources, s)
	return s, nil
}

// Attend has radios listen more to a frequency for a while: a detector wants to hear more of what goes on there.
func (a *Air) Attend(freqMHz uint16, during time.Duration) {
	now := time.Now()
	a.plan.Attend(now, freqMHz, now.Add(during))
}

// Watched tells for how long of the last minute each channel was listened to.
func (a *Air) Watched() []hop.Watched { return a.plan.Watched(time.Now()) }

// WatchedAt tells it of one frequency.
func (a *Air) WatchedAt(freqMHz uint16) time.Duration { return a.plan.WatchedAt(time.Now(), freqMHz) }

// Close ends the watch over the adapters.
func (a *Air) Close() error {
	if a.watcher == nil {
		return nil
	}
	err := a.watcher.Close()
	a.watched.Wait()
	return err
}

// watch passes on what happens to adapters.
func (a *Air) watch() {
	for {
		e, err := a.watcher.Next()
		if err != nil {
			if !errors.Is(err, os.ErrClosed) {
				a.report(Event{Kind: Notice, Source: &capture.Info{}, Text: fmt.Sprintf("Adapters are no longer watched: %v", err)})
			}
			return
		}
		a.mu.Lock()
		sources := a.sources
		a.mu.Unlock()
		for _, s := range sources {
			s.heed(e)
		}
	}
}

// claim takes the adapter for s. An adapter serves one source: two would retune it against each other.
func (a *Air) claim(addr [6]byte, s *Source) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if holder := a.holders[addr]; holder != nil && holder != s {
		return fmt.Errorf("the adapter is in use by source %s already", holder.Info().Name)
	}
	a.holders[addr] = s
	return nil
}

// disclaim gives up what s has claimed.
func (a *Air) disclaim(s *Source) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for addr, holder := range a.holders {
		if holder == s {
			delete(a.holders, addr)
		}
	}
}
