package detectors

import "picket/capture/dot11"

// A Spec describes one detector: its alert definition, the frames it wants to
// see and how to build it. It is a value: nothing registers itself.
type Spec struct {
	// Name is the alert's name (its header): Kismet's where Kismet has the alert.
	Name string
	// Class is the alert's class: DENIAL, EXPLOIT, OTHER, PROBE, SPOOF or SYSTEM.
	Class string
	// Severity is 0 (info), 5 (low), 10 (medium), 15 (high) or 20 (critical).
	Severity uint8
	// Limit and Burst are the rates the alert ships with, as "5/min" and "2/sec".
	Limit, Burst string
	// Description is the one sentence of the alert's definition.
	Description string
	// Wants are the kinds of frame the detector is handed.
	Wants dot11.Kinds
	// Odd, unless it is 0, is what those frames must have of: the detector is
	// handed none whose elements have no such oddity.
	Odd dot11.Oddities
	// Protocols are what data frames have to carry to be handed to the
	// detector, which then must not want data frames by their kind. Most have
	// no use for the data of a network, which are most of its frames.
	Protocols Protocols
	// RateBased detectors count frames, so that what they find depends on how
	// much of the time their channel is listened to.
	RateBased bool
	// Presence detectors look for the devices on the engine's lists, and are
	// handed frames as long as there are any.
	Presence bool
	// OnChange detectors compare what an access point advertises with what it
	// advertised before. Of the advertisements of a BSS that nobody watches
	// they are handed only those that differ from the one before.
	OnChange bool
	// Options are the settings a user may change.
	Options []Option
	// New builds a detector with its whole memory.
	New func(Settings) (Detector, error)
}

// A Detector looks for one attack. Frame is called for each sound frame of the
// kinds its Spec wants, in time order and from one goroutine. It must keep
// neither c nor anything reached from it, and must not allocate unless it
// reports.
type Detector interface {
	Frame(c *Context)
}

// An Idler is a detector that may have nothing to look for, such as one that
// goes by rules of which there are none. The engine asks it once, and hands it
// no frames if it is idle.
type Idler interface {
	Idle() bool
}
