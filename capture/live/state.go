package live

import (
	"time"

	"picket/capture"
	"picket/capture/radio"
	"picket/capture/radio/hop"
)

// State is what a source does at the moment, and what became of it so far.
type State struct {
	Info     *capture.Info
	Adapter  string // the interface of the definition
	Captured string // the interface that frames come from; empty when it is not open
	Hardware string // the driver

	Open    bool
	Paused  bool
	Retry   bool
	Err     error  // why it is not open, nil if somebody closed it
	Warning string // what is not as it was asked for

	Hopping  bool
	Rate     float64 // channels a second
	Channel  radio.Channel
	Channels []radio.Channel // that are listened to
	Able     []radio.Channel // that the adapter can be tuned to
	Watched  []hop.Watched

	Drops   uint64 // frames that the kernel had no room for
	Retries uint64 // attempts to open it since it was open last
	Retried uint64 // in all
	Retuned uint64 // times that another program moved it
}

// State returns what the source does.
func (s *Source) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := State{
		Info: s.Info(), Adapter: s.definition.Interface,
		Open: s.session != nil, Paused: s.paused.Load(), Retry: s.o.Retry, Err: s.err,
		Hopping: s.o.Hop && s.o.Link == 0, Rate: float64(time.Second) / float64(s.o.HopPeriod),
		Drops: s.drops, Retries: s.retries, Retried: s.retried, Retuned: s.retuned,
	}
	if s.session == nil {
		return st
	}
	st.Drops += s.session.receiver.Stats().Drops
	st.Captured = s.definition.Interface
	if s.session.monitor == nil {
		return st
	}
	st.Captured = s.session.monitor.Interface().Name
	t := s.session.tuner
	st.Retuned += t.retuned.Load()
	st.Warning = t.warning()
	st.Watched = t.seat.Watched(time.Now())
	t.mu.Lock()
	defer t.mu.Unlock()
	st.Hardware, st.Channel, st.Channels = t.radio.Driver, t.at, t.channels
	for _, c := range t.radio.Channels {
		if c.Listens() {
			st.Able = append(st.Able, radio.Channel{FreqMHz: c.FreqMHz, Width: radio.Width20})
		}
	}
	return st
}
