package live

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"picket/capture"
	"picket/capture/radio"
)

// A Source is an adapter as a source of frames, which never ends by itself. All methods but Next may be called from
// any goroutine.
type Source struct {
	air        *Air
	definition capture.Definition
	number     int
	info       atomic.Pointer[capture.Info]

	frames atomic.Uint64
	paused atomic.Bool

	mu      sync.Mutex
	o       Options
	addr    [6]byte // of the adapter, once it was seen
	closed  bool
	reading bool // somebody is in Next
	wanted  bool // to be open
	session *session
	drops   uint64 // by the kernel, in sessions that are over
	retuned uint64 // by others, likewise
	err     error  // why it is not open
	told    bool   // of the failure that lasts
	pause   time.Duration
	due     time.Time // of the next attempt to open
	retries uint64    // since it was open last
	retried uint64    // in all
	wake    chan struct{}
}

// Pauses between attempts to open an adapter.
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

func newSource(a *Air, d capture.Definition, o Options, number int) *Source {
	s := &Source{air: a, definition: d, o: o, number: number, wanted: true, pause: firstPause, wake: make(chan struct{}, 1)}
	s.addr, _ = a.machine.adapter(d.Interface)
	s.describe()
	return s
}

// describe sets what the source is called, by the adapter as far as it is known.
func (s *Source) describe() {
	name, uuid := s.definition.Name, s.definition.UUID
	if name == "" {
		name = s.definition.Interface
	}
	if uuid == "" && s.addr != [6]byte{} {
		uuid = capture.RadioUUID(s.addr)
	}
	if uuid == "" {
		uuid = capture.UnseenRadioUUID(s.definition.Interface)
	}
	if old := s.info.Load(); old != nil && old.UUID == uuid {
		return
	}
	s.info.Store(&capture.Info{
		Name: name, UUID: uuid, Definition: s.definition.Text, Kind: capture.KindRadio, Number: s.number,
	})
}

// Info names the source. The UUID is the adapter's; of one that was never seen it is made from the interface's name,
// until it is.
func (s *Source) Info() *capture.Info { return s.info.Load() }

// Next returns frames as the adapter hears them, and opens it as often as that takes. The error is os.ErrClosed,
// after Close.
func (s *Source) Next() ([]capture.Frame, error) {
	s.mu.Lock()
	s.reading = true
	s.mu.Unlock()
	defer s.read()
	for {
		session, err := s.ensureOpen()
		if err != nil {
			return nil, err
		}
		frames, err := session.receiver.Next()
		if err != nil {
			s.end(session, err)
			continue
		}
		s.frames.Add(uint64(len(frames)))
		if !s.paused.Load() {
			return frames, nil
		}
	}
}

// read ends a Next. Of a source that was closed meanwhile it gives the adapter back.
func (s *Source) read() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reading = false
	if s.closed {
		s.giveBack()
	}
}

// giveBack takes down the session of a source that is closed. s.mu is held; it is not while that is done.
func (s *Source) giveBack() {
	session := s.session
	if session == nil {
		return
	}
	s.session = nil
	s.mu.Unlock()
	session.close()
	s.air.disclaim(s)
	s.mu.Lock()
}

// ensureOpen returns the open session, and waits until there is one.
func (s *Source) ensureOpen() (*session, error) {
	for {
		s.mu.Lock()
		session, closed, wanted, due := s.session, s.closed, s.wanted, s.due
		s.mu.Unlock()
		switch {
		case closed:
			return nil, os.ErrClosed
		case session != nil:
			return session, nil
		case !wanted:
			<-s.wake
		default:
			if s.waitUntil(due) {
				s.open()
			}
		}
	}
}

// waitUntil is true when the time has come, and false when something else has.
func (s *Source) waitUntil(due time.Time) bool {
	wait := time.Until(due)
	if wait <= 0 {
		return true
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.wake:
		return false
	}
}

// open makes one attempt.
func (s *Source) open() {
	s.mu.Lock()
	o := s.o
	if s.told {
		s.retries++
		s.retried++
	}
	s.mu.Unlock()
	session, err := s.openSession(o)

	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && (s.closed || !s.wanted) {
		s.mu.Unlock()
		session.close()
		s.air.disclaim(s)
		s.mu.Lock()
		return
	}
	if err != nil {
		s.failed(err)
		return
	}
	s.session = session
	kind, text := Opened, "Source %s captures on %s"
	if s.told {
		kind, text = Returned, "Source %s has recovered: it captures on %s"
	}
	s.told, s.err = false, nil
	s.pause, s.retries = firstPause, 0
	s.tell(kind, fmt.Sprintf(text, s.Info().Name, session.where()))
	if reason := session.receiver.Plain(); reason != nil {
		s.tell(Notice, fmt.Sprintf("Source %s captures without a ring and may lose frames when it is busy: %v", s.Info().Name, reason))
	}
}

// failed notes that there is no session. s.mu is held.
func (s *Source) failed(err error) {
	if !s.told || root(s.err) != root(err) {
		kind, then := Failed, "it is tried again"
		if s.told {
			kind = Notice
		}
		if !s.o.Retry {
			then = "it is given up, as retry=false says"
		}
		s.tell(kind, fmt.Sprintf("Source %s has failed: %v; %s", s.Info().Name, err, then))
	}
	s.told, s.err = true, err
	s.wanted = s.o.Retry
	s.due = time.Now().Add(s.pause)
	s.pause = min(2*s.pause, maxPause)
}

// root is what is at the bottom of err, in words.
func root(err error) string {
	for err != nil {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
	return ""
}

func (s *Source) tell(kind EventKind, text string) {
	s.air.report(Event{Kind: kind, Source: s.Info(), Text: text})
}

// end takes down a session whose receiver has ended with err.
func (s *Source) end(session *session, err error) {
	session.close()
	s.air.disclaim(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = nil
	if session.broken != nil {
		err = session.broken
	}
	s.drops += session.receiver.Stats().Drops
	if session.tuner != nil {
		s.retuned += session.tuner.retuned.Load()
	}
	if s.closed || !s.wanted {
		return
	}
	if errors.Is(err, os.ErrClosed) {
		s.due = time.Time{} // it is to be opened anew
		return
	}
	s.failed(err)
}

// Close ends the source: a Next that waits returns os.ErrClosed. When both have returned, the adapter is as it was
// found.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.interrupt()
	if !s.reading {
		s.giveBack()
	}
	return nil
}

// interrupt ends a Next that waits, for frames or for an adapter. s.mu is held.
func (s *Source) interrupt() {
	if s.session != nil {
		s.session.receiver.Close()
	}
	s.kick()
}

func (s *Source) kick() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// heed looks at what has happened to some adapter.
func (s *Source) heed(e radio.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.session != nil:
		s.session.heed(e)
	case e.Kind == radio.RadioAdded, e.Kind == radio.Lost,
		(e.Kind == radio.InterfaceAdded || e.Kind == radio.InterfaceRenamed) && s.knows(e.Name):
		s.due, s.pause = time.Time{}, firstPause
		s.kick()
	}
}

// knows reports whether an interface that has appeared may be the one to open. It is not when the source itself made
// it, in an attempt to open the adapter.
func (s *Source) knows(iface string) bool {
	if iface == s.definition.Interface {
		return true
	}
	addr, ok := s.air.machine.adapter(iface)
	return ok && addr == s.addr && iface != s.o.Monitor.VIF && iface != s.definition.Interface+"mon"
}
