package detectors

import (
	"time"

	"picket/capture/dot11"
)

// A Finding is what a detector has to say. It owns all that it refers to.
type Finding struct {
	Name string // of the alert
	Text string // for a person, with what there is to act on

	BSSID, Source, Dest, Other dot11.Addr
	// Subject is whom limits are kept for; zero: the BSSID, else the source.
	Subject dot11.Addr

	Channel    string // the primary channel the BSS advertises, else the one heard on
	FreqMHz    uint16 // heard on; 0 when the capture does not say
	SignalDBm  int8   // of the completing frame, valid iff HasSignal
	HasSignal  bool
	Time       time.Time // capture time of the frame that completed the finding
	Frames     uint64    // how many frames it rests on
	RateBased  bool      // see Spec
	Verdict    Verdict   // on the frames' sender; NotJudged by most detectors
	SSID       []byte    // the network it is about, as sent; nil when none is known
	Datasource string    // that heard the completing frame
	Evidence   []Evidence
}

// Evidence is one captured frame that a finding rests on.
type Evidence struct {
	Time       time.Time
	LinkType   dot11.LinkType
	Datasource string // that heard it

	// Those of the frame's MAC header; zero where the frame has none.
	Source, Dest, Transmitter dot11.Addr

	FreqMHz   uint16 // heard on; 0 when the capture does not say
	SignalDBm int8   // valid iff HasSignal
	HasSignal bool

	Data   []byte // as captured, radio header included; cut if it is very long
	Length int    // octets that it had on the air, with that radio header
	Note   string // which of the frames it is and of what kind, and whether it was cut or completed the finding
}

// A Report is what a detector hands to Context.Report. An address left zero
// is taken from the current frame.
type Report struct {
	Text                       string
	BSSID, Source, Dest, Other dot11.Addr
	// Subject is that of Finding, and is not taken from the frame.
	Subject dot11.Addr
	// Frames counts the frames that the finding rests on; 0 means this one.
	Frames uint64
	// Verdict is on who sent the frames.
	Verdict Verdict
	// SSID is that of the network the finding is about; nil means that of the
	// frame, else of the BSS.
	SSID []byte
	// Trail holds kept frames. When it is empty the current frame is the evidence.
	Trail *Trail
}
