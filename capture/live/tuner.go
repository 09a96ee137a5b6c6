package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"picket/capture/radio"
	"picket/capture/radio/hop"
)

// tuner takes the adapter of one session from channel to channel, and keeps it where it should be.
type tuner struct {
	source  *Source
	monitor monitor
	seat    *hop.Seat
	broken  func(error) // the adapter is gone

	retuned atomic.Uint64 // how often somebody else moved the adapter
	recheck atomic.Bool   // what the adapter may be tuned to has changed
	kick    chan struct{}

	// Of the goroutine in run:
	heard   uint64 // frames of the source, when the radio arrived
	noticed time.Time

	mu       sync.Mutex
	o        Options
	radio    radio.Radio
	at       radio.Channel   // zero: not known
	channels []radio.Channel // the candidates
	left     error           // channels that were asked for and can't be had
	failing  map[radio.Channel]error
}

const (
	lookPeriod   = time.Second // how often somebody looks whether the adapter is where it should be
	noticePeriod = time.Minute // at most one notice of those who move it
)

// newTuner checks that the adapter can do what o asks for.
func (s *Source) newTuner(session *session, o Options) (*tuner, error) {
	t := &tuner{
		source:  s,
		monitor: session.monitor,
		broken:  func(err error) { s.breakOff(session, err) },
		kick:    make(chan struct{}, 1),
		failing: map[radio.Channel]error{},
	}
	candidates, err := t.choose(o)
	if err != nil {
		return nil, err
	}
	t.seat = s.air.plan.Join(candidates, o.HopPeriod)
	return t, nil
}

// choose finds the channels to listen to.
func (t *tuner) choose(o Options) ([]hop.Candidate, error) {
	r := t.monitor.Radio()
	var list []hop.Candidate
	var refused []error
	add := func(channels ...radio.Channel) {
		for _, c := range channels {
			if err := r.Supports(c); err != nil {
				refused = append(refused, err)
				continue
			}
			if !slices.ContainsFunc(list, func(o hop.Candidate) bool { return o.Channel.FreqMHz == c.FreqMHz }) {
				list = append(list, hop.Candidate{Channel: c})
			}
		}
	}
	switch {
	case o.Channel != radio.Channel{}:
		if add(o.Channel); !o.Hop {
			break
		}
		fallthrough
	default:
		if add(o.Channels...); o.Channels == nil {
			list = append(list, without(hop.Defaults(r.Channels), list)...)
		}
		add(o.AddChannels...)
	}
	if len(list) == 0 {
		if len(refused) > 0 {
			return nil, errors.Join(refused...)
		}
		return nil, fmt.Errorf("%s has no channel that it may be tuned to", r.Name)
	}
	if !o.Hop {
		list = t.stayOn(list)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.o, t.radio, t.left = o, r, errors.Join(refused...)
	t.channels = nil
	for _, c := range list {
		t.channels = append(t.channels, c.Channel)
	}
	return list, nil
}

// stayOn picks the one channel of an adapter that is not to hop: where it is, if nobody said which.
func (t *tuner) stayOn(list []hop.Candidate) []hop.Candidate {
	at, err := t.monitor.Channel()
	i := slices.IndexFunc(list, func(c hop.Candidate) bool { return err == nil && c.Channel.FreqMHz == at.FreqMHz })
	i = max(i, 0)
	return list[i : i+1]
}

func without(list, others []hop.Candidate) []hop.Candidate {
	return slices.DeleteFunc(list, func(c hop.Candidate) bool {
		return slices.ContainsFunc(others, func(o hop.Candidate) bool { return o.Channel.FreqMHz == c.Channel.FreqMHz })
	})
}

// set changes what the tuner does.
func (t *tuner) set(o Options) error {
	candidates, err := t.choose(o)
	if err != nil {
		return err
	}
	t.seat.Set(candidates, o.HopPeriod)
	t.wake()
	return nil
}

func (t *tuner) wake() {
	select {
	case t.kick <- struct{}{}:
	default:
	}
}

// run tunes the adapter until ctx ends.
func (t *tuner) run(ctx context.Context) {
	for ctx.Err() == nil {
		changed := t.source.air.plan.Changed() // before the plan is asked, so that nothing is missed
		if t.recheck.Swap(false) {
			t.regulate()
		}
		if t.source.paused.Load() {
			t.depart()
			t.wait(ctx, lookPeriod, changed)
			continue
		}
		stop, ok := t.seat.Next(time.Now())
		if !ok {
			t.listenHere() // better than nothing
		} else if !t.tune(stop.Channel) {
			continue
		}
		t.stay(ctx, stop.Stay, changed)
	}
}

// tune is true when the adapter listens to c.
func (t *tuner) tune(c radio.Channel) bool {
	if t.now() == c {
		return true
	}
	t.depart()
	err := t.monitor.Tune(c)
	if err != nil && c.Width != radio.Width20 && errors.Is(err, unix.EINVAL) {
		// Some drivers can't do here what they say they can. The primary channel carries what matters.
		err = t.monitor.Tune(radio.Channel{FreqMHz: c.FreqMHz, Width: radio.Width20})
	}
	switch {
	case err == nil:
		t.arrive(c)
		return true
	case gone(err):
		t.broken(err)
	}
	t.seat.Fail(time.Now(), c)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failing[c] = err
	return false
}

// listenHere takes the adapter as it is.
func (t *tuner) listenHere() {
	if c, err := t.monitor.Channel(); err == nil && c != t.now() {
		t.depart()
		if c != (radio.Channel{}) {
			t.arrive(c)
		}
	}
}

func (t *tuner) arrive(c radio.Channel) {
	t.seat.Arrive(time.Now(), c)
	t.heard = t.source.frames.Load()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at = c
	delete(t.failing, c)
}

func (t *tuner) depart() {
	t.seat.Depart(time.Now(), t.source.frames.Load()-t.heard)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at = radio.Channel{}
}

// leave gives up the seat, once run has ended.
func (t *tuner) leave() { t.seat.Leave(time.Now()) }

func (t *tuner) now() radio.Channel {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at
}

// stay waits, and looks now and then whether the adapter is where it should be.
func (t *tuner) stay(ctx context.Context, during time.Duration, changed <-chan struct{}) {
	until := time.Now().Add(during)
	for {
		left := time.Until(until)
		if left <= 0 || t.wait(ctx, min(left, lookPeriod), changed) {
			return
		}
		if !t.look() {
			return
		}
	}
}

// wait is true when it was cut short.
func (t *tuner) wait(ctx context.Context, during time.Duration, changed <-chan struct{}) bool {
	timer := time.NewTimer(during)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false
	case <-ctx.Done():
	case <-t.kick:
	case <-changed:
	}
	return true
}

// look is false when the adapter is not where it should be.
func (t *tuner) look() bool {
	c, err := t.monitor.Channel()
	switch at := t.now(); {
	case err != nil && gone(err):
		t.broken(err)
	case err != nil, c == radio.Channel{}, c.FreqMHz == at.FreqMHz, at == radio.Channel{}:
		return true // where it is, as far as anybody can tell
	default:
		t.retuned.Add(1)
		t.complain(at, c)
	}
	t.depart()
	return false
}

// complain tells of those who move the adapter.
func (t *tuner) complain(from, to radio.Channel) {
	if now := time.Now(); t.noticed.IsZero() || now.Sub(t.noticed) > noticePeriod {
		t.noticed = now
		t.source.tell(Notice, fmt.Sprintf(
			"Source %s: another program retuned %s from channel %s to %s; it is tuned back. 'picket sources' shows what else uses the adapter",
			t.source.Info().Name, t.monitor.Interface().Name, from, to))
	}
}

// regulate looks again at what the adapter may be tuned to.
func (t *tuner) regulate() {
	t.mu.Lock()
	o := t.o
	t.mu.Unlock()
	if err := t.set(o); err != nil {
		t.source.tell(Notice, fmt.Sprintf("Source %s: the rules of the regulatory domain have changed: %v", t.source.Info().Name, err))
	}
}

// warning says what is not as it was asked for, or nothing.
func (t *tuner) warning() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []string
	if t.left != nil {
		list = append(list, strings.ReplaceAll(t.left.Error(), "\n", "; "))
	}
	channels := slices.SortedFunc(maps.Keys(t.failing), func(a, b radio.Channel) int { return int(a.FreqMHz) - int(b.FreqMHz) })
	for _, c := range channels {
		list = append(list, t.failing[c].Error())
	}
	return strings.Join(list, "; ")
}
