package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

// Config is what an Engine is built from.
type Config struct {
	// Tables are the capacities of the state; zero fields mean DefaultSizes.
	Tables Sizes
	// APSpoof and Canaries are SSID rules of the configuration.
	APSpoof, Canaries []SSIDRule
	// Found and Lost are the devices to tell of when they come and go. They
	// may be changed while the engine runs; nil is an empty list.
	Found, Lost *DeviceList
	// Options are given as detector name, option name, text.
	Options map[string]map[string]string
	// Off names the detectors not to run.
	Off map[string]bool
	// OnPanic, when not nil, is told of a detector that panicked and was
	// switched off.
	OnPanic func(*PanicError)
	// OnLead, when not nil, is told where detectors want to hear more.
	OnLead func(Lead)
}

// PanicError says that a detector panicked on a frame and was switched off.
type PanicError struct {
	Detector string
	Value    any // what it panicked with
	Stack    []byte
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("detector %s is switched off: it panicked: %v", e.Detector, e.Value)
}

// Stats counts what one detector has done.
type Stats struct {
	Name     string
	Frames   uint64 // handed to it
	Findings uint64
	Panics   uint64
	Off      bool // switched off by a panic
}

// An Engine hands frames to detectors and keeps what the air has said for
// them. It knows no clock but the frames' and is not safe for concurrent use:
// one goroutine owns it and all of its state.
type Engine struct {
	dispatch [64]audience // by kind
	steady   [64]audience // those among them for advertisements without news
	presence [64]audience // by kind, as long as there are devices on the lists
	odd      [64][]*slot  // of those that want oddities alone
	carriers [protocols]audience
	slots    []*slot
	report   func(*Finding)
	onPanic  func(*PanicError)

	found, lost *DeviceList

	state    *state
	twice    twice
	evidence arena
	leads    leads
	line     timeline
	clock    clock
	elements dot11.ElementSet
	repeated [repeatedMemos]dot11.ElementMemo // of others than beacons, by transmitter and kind
	none     dot11.ElementSet                 // stays empty
	ctx      Context
}

type slot struct {
	spec     *Spec
	detector Detector
	stats    Stats    // Frames without those of the audiences that it is in
	alone    audience // of it, for oddities
}

// New builds an engine with every detector that cfg does not switch off.
// Findings go to report, on the goroutine that calls Frame.
func New(cfg Config, report func(*Finding)) (*Engine, error) {
	return newEngine(All(), cfg, report)
}

func newEngine(specs []Spec, cfg Config, report func(*Finding)) (*Engine, error) {
	cfg.Tables = cfg.Tables.orDefault()
	cfg.Found, cfg.Lost = orEmpty(cfg.Found), orEmpty(cfg.Lost)
	if err := checkNames(specs, cfg); err != nil {
		return nil, err
	}
	e := &Engine{
		report:   report,
		onPanic:  cfg.OnPanic,
		state:    newState(cfg.Tables),
		evidence: newArena(evidenceFrames, evidenceOctets),
		found:    cfg.Found,
		lost:     cfg.Lost,
		leads:    leads{tell: cfg.OnLead},
	}
	e.ctx = Context{engine: e}
	for i := range specs {
		spec := &specs[i]
		if cfg.Off[spec.Name] {
			continue
		}
		options, err := spec.parseOptions(cfg.Options[spec.Name])
		if err != nil {
			return nil, err
		}
		d, err := spec.New(Settings{
			Tables: cfg.Tables, APSpoof: cfg.APSpoof, Canaries: cfg.Canaries,
			Found: cfg.Found, Lost: cfg.Lost, options: options,
		})
		if err != nil {
			return nil, fmt.Errorf("build detector %s: %w", spec.Name, err)
		}
		s := &slot{spec: spec, detector: d, stats: Stats{Name: spec.Name}}
		e.slots = append(e.slots, s)
		e.clock.add(s)
		if i, ok := d.(Idler); !ok || !i.Idle() {
			e.seat(s)
		}
	}
	return e, nil
}

func checkNames(specs []Spec, cfg Config) error {
	known := make(map[string]bool, len(specs))
	for _, s := range specs {
		known[s.Name] = true
	}
	for name := range cfg.Options {
		if !known[name] {
			return fmt.Errorf("options for %s: there is no such detector", name)
		}
	}
	return nil
}

// Frame shows one sound frame, captured at the given time by the named data
// source, to the detectors that want it and then takes it into the state.
// Frames must come in time order; neither f nor its bytes are kept. A frame that
// another source has heard already is shown again only to those that look for
// oddities: it proves that the frame was not damaged on the way.
func (e *Engine) Frame(f *dot11.Frame, at time.Time, source string) {
	c := &e.ctx
	e.pass(at)
	c.Frame, c.Source = f, source
	e.state.lookupAddresses(c)
	c.again = e.twice.again(c)
	c.Elements = e.elementsOf(c)
	e.state.lookupName(c)
	if c.again {
		c.advertises, c.Protocol, c.Payload = false, NoProtocol, nil
		e.state.heardAgain(c)
		e.showOdd(e.odd[f.Kind&63])
		return
	}
	c.advertises = c.ad.read(c)
	c.readProtocol()

	list := &e.dispatch[f.Kind&63]
	if c.advertises && c.ad.steady {
		list = &e.steady[f.Kind&63]
	}
	e.show(list)
	if !e.found.empty() || !e.lost.empty() {
		e.show(&e.presence[f.Kind&63])
	}
	e.showOdd(e.odd[f.Kind&63])
	if c.Protocol != NoProtocol {
		e.show(&e.carriers[c.Protocol])
	}
	e.state.update(c)
}

func (e *Engine) elementsOf(c *Context) *dot11.ElementSet {
	f := c.Frame
	c.repeats = false
	switch {
	case !f.Kind.IsManagement():
		return &e.none
	case f.Kind == dot11.Beacon && c.BSS != nil && c.FromAP():
		b := c.BSS
		elements := b.beacon.Fill(f)
		c.repeats = b.ofBeacon && b.beacon.Same()
		return elements
	}
	if c.BSS == nil && c.Station == nil {
		e.elements.Fill(f) // of a newcomer
		return &e.elements
	}
	place := mix(number(&f.Transmitter) ^ uint64(f.Kind)<<48)
	return e.repeated[place%repeatedMemos].Fill(f)
}

// repeatedMemos are enough for the stations that join or scan at one time.
const repeatedMemos = 256

// Devices is how many access points and stations the state holds. Like Frame
// it is for the engine's owner.
func (e *Engine) Devices() int { return e.state.bss.Len() + e.state.stations.Len() }

// HeardTwice is how many frames another source had heard before. Like Frame it
// is for the engine's owner.
func (e *Engine) HeardTwice() uint64 { return e.twice.frames }

// Stats returns the counters of every detector that was built. Like Frame it
// is for the engine's owner.
func (e *Engine) Stats() []Stats {
	list := make([]Stats, len(e.slots))
	for i, s := range e.slots {
		list[i] = s.stats
		list[i].Frames = e.frames(s)
	}
	return list
}

// frames is how many frames s was shown.
func (e *Engine) frames(s *slot) uint64 {
	n := s.stats.Frames
	for a := range e.audiences {
		n += a.frames(s)
	}
	return n
}
