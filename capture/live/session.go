package live

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"picket/capture"
	"picket/capture/radio"
)

// session is an adapter from its opening to its end.
type session struct {
	monitor  monitor // nil for an interface that is no adapter, as is the tuner
	receiver receiver
	tuner    *tuner
	giveBack func()
	stop     context.CancelFunc
	running  sync.WaitGroup
	broken   error // why the tuner ended it; guarded by Source.mu
}

// openSession opens the adapter.
func (s *Source) openSession(o Options) (*session, error) {
	session := &session{giveBack: func() {}, stop: func() {}}
	if err := s.openParts(session, o); err != nil {
		session.close()
		s.air.disclaim(s)
		return nil, err
	}
	return session, nil
}

func (s *Source) openParts(session *session, o Options) error {
	iface := s.definition.Interface
	if o.Link != 0 {
		return s.openReceiver(session, iface, o)
	}
	iface = s.locate(iface)
	if addr, ok := s.air.machine.adapter(iface); ok {
		if err := s.air.claim(addr, s); err != nil {
			return err
		}
		s.mu.Lock()
		s.addr = addr
		s.mu.Unlock()
		s.describe()
	}
	giveBack, err := s.air.machine.release(iface)
	if err == nil {
		session.giveBack = giveBack
	} else if s.State().Retries == 0 { // once is enough
		s.tell(Notice, fmt.Sprintf("Source %s: NetworkManager may retune %s: %v", s.Info().Name, iface, err))
	}
	if session.monitor, err = s.air.machine.openMonitor(iface, o.Monitor); err != nil {
		session.monitor = nil
		return err
	}
	// What the adapter can't do is told before anything is captured.
	if session.tuner, err = s.newTuner(session, o); err != nil {
		return err
	}
	if err := s.openReceiver(session, session.monitor.Interface().Name, o); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	session.stop = stop
	session.running.Go(func() { session.tuner.run(ctx) })
	return nil
}

// locate returns the interface to open: one of the adapter that was open before, if it is there under whatever name,
// else the one that the definition names.
func (s *Source) locate(iface string) string {
	s.mu.Lock()
	addr := s.addr
	s.mu.Unlock()
	if addr == [6]byte{} {
		return iface
	}
	if got, ok := s.air.machine.adapter(iface); ok && got == addr {
		return iface
	}
	if other, ok := s.air.machine.interfaceOf(addr); ok {
		return other
	}
	return iface
}

func (s *Source) openReceiver(session *session, iface string, o Options) error {
	r, err := s.air.machine.openReceiver(iface, capture.LiveOptions{
		Info: s.Info(), Link: o.Link, Ring: o.Ring, Filter: o.Filter,
	})
	if err != nil {
		return err
	}
	session.receiver = r
	return nil
}

// close takes the session down and leaves the adapter as it was found.
func (session *session) close() {
	session.stop()
	session.running.Wait()
	if session.tuner != nil {
		session.tuner.leave()
	}
	if session.receiver != nil {
		session.receiver.Close()
	}
	if session.monitor != nil {
		session.monitor.Close()
	}
	session.giveBack()
}

// where names the interface that frames come from.
func (session *session) where() string {
	if session.monitor == nil {
		return session.receiver.Info().Name
	}
	r := session.monitor.Radio()
	return fmt.Sprintf("%s (%s, %s)", session.monitor.Interface().Name, r.Name, r.Driver)
}

// breakOff ends the session because of an error that its receiver does not see.
func (s *Source) breakOff(session *session, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session.broken = err
	session.receiver.Close()
}

// heed looks at what has happened to some adapter.
func (session *session) heed(e radio.Event) {
	if e.Kind == radio.RegulatoryChanged && session.tuner != nil {
		session.tuner.recheck.Store(true)
		session.tuner.wake()
	}
}

// gone reports whether err says that the interface is no more, or is down.
func gone(err error) bool {
	return errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ENETDOWN) || errors.Is(err, unix.ENXIO)
}
