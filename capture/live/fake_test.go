package live

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"picket/capture"
	"picket/capture/dot11"
	"picket/capture/radio"
)

// fakeMachine has adapters that tests plug in, break and move.
type fakeMachine struct {
	mu       sync.Mutex
	adapters map[string]*fakeAdapter // by interface
	busy     error                   // of NetworkManager
	released []string
	returned []string
}

// fakeAdapter is an adapter, its monitor interface and the frames on it.
type fakeAdapter struct {
	addr     [6]byte
	mu       sync.Mutex
	fails    error // of every attempt to open it
	refuses  map[radio.Channel]error
	channels []int
	disabled []uint16 // frequencies
	at       radio.Channel
	tuned    []string // every channel that it was told to go to
	opened   int
	closed   int
	attempts []time.Time
	receiver *fakeReceiver
}

func newMachine() *fakeMachine { return &fakeMachine{adapters: map[string]*fakeAdapter{}} }

func (m *fakeMachine) plug(iface string, last byte) *fakeAdapter {
	a := &fakeAdapter{addr: [6]byte{0, 0xc0, 0xca, 0, 0, last}, channels: []int{1, 6, 11}, refuses: map[radio.Channel]error{}}
	m.put(iface, a)
	return a
}

func (m *fakeMachine) put(iface string, a *fakeAdapter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.adapters[iface] = a
}

func (m *fakeMachine) unplug(iface string) {
	m.mu.Lock()
	a := m.adapters[iface]
	delete(m.adapters, iface)
	m.mu.Unlock()
	a.receiver.fail(unix.ENETDOWN)
}

func (m *fakeMachine) get(iface string) *fakeAdapter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.adapters[iface]
}

func (m *fakeMachine) adapter(iface string) ([6]byte, bool) {
	if a := m.get(iface); a != nil {
		return a.addr, true
	}
	return [6]byte{}, false
}

func (m *fakeMachine) interfaceOf(addr [6]byte) (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for iface, a := range m.adapters {
		if a.addr == addr {
			return iface, true
		}
	}
	return "", false
}

func (m *fakeMachine) openMonitor(iface string, o radio.MonitorOptions) (monitor, error) {
	a := m.get(iface)
	if a == nil {
		return nil, fmt.Errorf("there is no interface %s: %w", iface, unix.ENODEV)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.attempts = append(a.attempts, time.Now())
	if a.fails != nil {
		return nil, a.fails
	}
	a.opened++
	return &fakeMonitor{fakeAdapter: a, name: iface + "mon"}, nil
}

func (m *fakeMachine) openReceiver(iface string, o capture.LiveOptions) (receiver, error) {
	a := m.get(strings.TrimSuffix(iface, "mon"))
	r := &fakeReceiver{info: o.Info, frames: make(chan []capture.Frame), failed: make(chan error, 1), closed: make(chan struct{})}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.receiver = r
	return r, nil
}

func (m *fakeMachine) release(iface string) (func(), error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.released = append(m.released, iface)
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.returned = append(m.returned, iface)
	}, m.busy
}

type fakeMonitor struct {
	*fakeAdapter
	name string
}

func (m *fakeMonitor) Interface() radio.Interface { return radio.Interface{Name: m.name} }

func (m *fakeMonitor) Radio() radio.Radio {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := radio.Radio{
		Name: "phy0", Driver: "fake", Country: "DE",
		Bands: []radio.Band{{Band: dot11.Band2G, HT: true, MaxMHz: 40}},
	}
	for _, n := range m.channels {
		freq := uint16(dot11.FreqOf(n, dot11.Band2G))
		r.Channels = append(r.Channels, radio.ChannelInfo{
			Number: n, FreqMHz: freq, Band: dot11.Band2G, Disabled: slices.Contains(m.disabled, freq),
		})
	}
	return r
}

func (m *fakeMonitor) Tune(c radio.Channel) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tuned = append(m.tuned, c.String())
	if err := m.refuses[c]; err != nil {
		return err
	}
	m.at = c
	return nil
}

func (m *fakeMonitor) Channel() (radio.Channel, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at, nil
}

func (m *fakeMonitor) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed++
	return nil
}

// channel is where the adapter is.
func (a *fakeAdapter) channel() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at.String()
}

// move is what another program does.
func (a *fakeAdapter) move(c radio.Channel) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = c
}

func (a *fakeAdapter) refuse(c radio.Channel, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refuses[c] = err
}

func (a *fakeAdapter) failWith(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fails = err
}

// wantOpen checks how often the adapter was opened and given back.
func (a *fakeAdapter) wantOpen(t *testing.T, opened, closed int) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.opened != opened || a.closed != closed {
		t.Errorf("adapter was opened %d times and given back %d times, want %d and %d", a.opened, a.closed, opened, closed)
	}
}

// hear has the adapter hear n frames.
func (a *fakeAdapter) hear(n int) {
	a.mu.Lock()
	r := a.receiver
	a.mu.Unlock()
	frames := make([]capture.Frame, n)
	for i := range frames {
		frames[i].Timestamp = time.Now()
		frames[i].Source = r.info
	}
	r.frames <- frames
}

// fakeReceiver hands out what tests put into frames, until they fail it.
type fakeReceiver struct {
	info   *capture.Info
	frames chan []capture.Frame
	failed chan error
	closed chan struct{}
	once   sync.Once
}

func (r *fakeReceiver) fail(err error) { r.failed <- fmt.Errorf("receive: %w", err) }

func (r *fakeReceiver) Next() ([]capture.Frame, error) {
	select {
	case f := <-r.frames:
		return f, nil
	case err := <-r.failed:
		return nil, err
	case <-r.closed:
		return nil, os.ErrClosed
	}
}

func (r *fakeReceiver) Info() *capture.Info      { return r.info }
func (r *fakeReceiver) Stats() capture.LiveStats { return capture.LiveStats{Drops: 2} }
func (r *fakeReceiver) Plain() error             { return nil }

func (r *fakeReceiver) Close() error {
	r.once.Do(func() { close(r.closed) })
	return nil
}

// bench is a machine, an air over it and what the air reported.
type bench struct {
	*testing.T
	machine *fakeMachine
	air     *Air

	mu     sync.Mutex
	events []string
	got    map[*Source]int // frames
	ended  sync.WaitGroup
}

func newBench(t *testing.T) *bench {
	b := &bench{T: t, machine: newMachine(), got: map[*Source]int{}}
	b.air = newAir(b.machine, usual, func(e Event) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.events = append(b.events, [...]string{"opened", "failed", "returned", "notice"}[e.Kind]+" "+e.Source.Name+": "+e.Text)
	})
	return b
}

// open opens a source and reads it until it is closed.
func (b *bench) open(definition string) *Source {
	b.Helper()
	d, err := capture.ParseDefinition(definition)
	if err != nil {
		b.Fatal(err)
	}
	s, err := b.air.Open(d, len(b.got))
	if err != nil {
		b.Fatal(err)
	}
	b.mu.Lock()
	b.got[s] = 0
	b.mu.Unlock()
	b.ended.Go(func() {
		for {
			frames, err := s.Next()
			if err != nil {
				if !errors.Is(err, os.ErrClosed) {
					b.Errorf("Next: %v", err)
				}
				return
			}
			b.mu.Lock()
			b.got[s] += len(frames)
			b.mu.Unlock()
		}
	})
	return s
}

func (b *bench) frames(s *Source) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got[s]
}

// close ends the sources.
func (b *bench) close() {
	b.mu.Lock()
	var sources []*Source
	for s := range b.got {
		sources = append(sources, s)
	}
	b.mu.Unlock()
	for _, s := range sources {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}
	b.ended.Wait()
}

// told returns the events since it was called last.
func (b *bench) told() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.events
	b.events = nil
	return list
}
