package live

import (
	"errors"
	"fmt"
	"time"

	"picket/capture/radio"
)

// Lock has the adapter stay on one channel.
func (s *Source) Lock(c radio.Channel) error {
	return s.change(func(o *Options) { o.Hop, o.Channel = false, c })
}

// Hop has the adapter hop: over the channels, or those that it was configured with if there are none, and staying on
// each for the period, or as long as before if that is 0.
func (s *Source) Hop(channels []radio.Channel, period time.Duration) error {
	return s.change(func(o *Options) {
		o.Hop, o.Channel = true, radio.Channel{}
		if len(channels) > 0 {
			o.Channels, o.AddChannels = channels, nil
		}
		if period > 0 {
			o.HopPeriod = period
		}
	})
}

var errNotTunable = errors.New("it is no adapter that can be tuned")

// change changes the options if the adapter, where it is open, can do what they say.
func (s *Source) change(change func(*Options)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.o
	change(&o)
	err := errNotTunable
	if o.Link == 0 {
		err = nil
		if s.session != nil {
			err = s.session.tuner.set(o)
		}
	}
	if err != nil {
		return fmt.Errorf("tune source %s: %w", s.Info().Name, err)
	}
	s.o = o
	return nil
}

// Pause drops what the adapter hears, and keeps it where it is, until Resume.
func (s *Source) Pause() { s.setPaused(true) }

// Resume ends a pause.
func (s *Source) Resume() { s.setPaused(false) }

func (s *Source) setPaused(on bool) {
	s.paused.Store(on)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != nil && s.session.tuner != nil {
		s.session.tuner.wake()
	}
}

// SetOpen closes the adapter, and gives it back, or opens it. It does not end the source.
func (s *Source) SetOpen(open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wanted == open {
		return
	}
	s.wanted = open
	s.due, s.pause = time.Time{}, firstPause
	s.err, s.told = nil, false
	s.interrupt()
}
