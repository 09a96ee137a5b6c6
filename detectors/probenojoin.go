package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var probeNoJoin = Spec{
	Name:        "PROBENOJOIN",
	Class:       "PROBE",
	Severity:    5,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "A station goes on asking what networks there are and joins none: somebody maps the networks.",
	Wants:       dot11.KindsOf(dot11.ProbeReq, dot11.ProbeResp),
	RateBased:   true,
	Options: []Option{
		{Name: "probes", Default: 25, Min: 2, Max: windowSize - 1, Unit: "probes", Doc: "How many probes within the window are the most that a station looking for its network needs."},
		{Name: "window", Default: 30, Min: 1, Max: 3600, Unit: "s", Doc: "The time in which they are counted."},
	},
	New: func(s Settings) (Detector, error) {
		return &probeNoJoinDetector{
			probes:   s.Int("probes"),
			window:   s.Seconds("window"),
			stations: NewAddrTable[prober](s.Tables.Stations / 16),
		}, nil
	},
}

const (
	// probeApart is how long after one probe another one counts. What a
	// station does on a channel within a scan comes closer together.
	probeApart = 80 * time.Millisecond
	// probeJoined is for how long a station counts as part of a network after
	// it last said something but a probe.
	probeJoined = time.Minute
	// A chain of probes from made-up addresses ends when none comes for
	// probeChain. Up to probeMissed of it are not heard. So many may be
	// begun at a time, by other newcomers most of them.
	probeChain  = 5 * time.Second
	probeMissed = 8
	probeChains = 8
)

// PROBENOJOIN: a station that looks at all networks and joins none.
//
// # What it sees
//
// Somebody who maps networks actively: a station that sends probe requests, or
// is sent probe responses, far more often than one does that looks for its
// network, and has no other business. Also one that takes a new address for
// each probe: their sequence numbers give away that a single radio sends them.
//
// # Source
//
// Kismet's alert of the same name, of 2003 to 2012. NetStumbler and its like
// probe once a second; mdk4 p with a new address each time.
//
// # Trigger
//
// More probe requests of one station, or probe responses to it, than the option
// probes says, within as many seconds as the option window says. Those that
// come within 80 ms of one that was counted are not: they belong to the same
// scan. A station that in the last minute sent something else than probe
// requests does not count. Or as many probe requests of addresses that were
// never heard before, with sequence numbers that run on from each to the next.
// One finding a minute while it goes on.
//
// # Cannot see
//
// A passive scanner, which sends nothing. One that probes no more often than
// phones do, or goes over many channels while the receiver stays on one.
//
// # Known false positives
//
// A station made to scan without a pause, such as a laptop with its list of
// networks open in a program that asks for it again and again.
//
// # Options
//
//   - probes: how many probes a station may send within the window (25).
//   - window: the seconds in which they are counted (30).
type probeNoJoinDetector struct {
	probes   int
	window   time.Duration
	stations *Table[dot11.Addr, prober]
	// What may be chains of probes that come from ever new addresses.
	chains [probeChains]probeLine
}

// A probeLine is a series of probes whose sequence numbers run on.
type probeLine struct {
	prober
	sequence uint16 // of the last one
}

type prober struct {
	reminder
	counted window
	last    Instant // counted
	frames  uint64  // since the last finding
	trail   Trail
}

func (d *probeNoJoinDetector) Frame(c *Context) {
	f := c.Frame
	station, known := f.Transmitter, c.Station
	if f.Kind == dot11.ProbeResp {
		station, known = f.Receiver, c.Peer
	}
	if !isStation(station) {
		c.Explain("it is not to one station")
		return
	}
	if known != nil && known.Spoke != 0 && c.Time.Sub(known.Spoke) < probeJoined {
		c.Explain("within the last minute the station has sent something else than probe requests")
		return
	}
	if f.Kind == dot11.ProbeReq && known == nil {
		d.newcomer(c)
	}
	p, _ := d.stations.Put(station)
	p.frames++
	if p.last != 0 && c.Time.Sub(p.last) < probeApart {
		c.Explain("it belongs to the same scan as the one before")
		return
	}
	if d.count(p, c) {
		p.report(c, station, fmt.Sprintf("Station %s probes for networks and joins none: %d or more times within %s",
			station, d.probes+1, rough(c.Time.Sub(p.counted.begin(d.probes+1)))))
	}
}

// newcomer takes in the first probe request of an address.
func (d *probeNoJoinDetector) newcomer(c *Context) {
	f := c.Frame
	line := d.lineOf(c)
	line.sequence = f.Sequence
	line.frames++
	if d.count(&line.prober, c) {
		line.report(c, f.Transmitter, fmt.Sprintf("One radio probes for networks from ever new addresses (sequence numbers run on from one to the next) and joins none: %d or more within %s, the last from %s",
			d.probes+1, rough(c.Time.Sub(line.counted.begin(d.probes+1))), f.Transmitter))
	}
}

// lineOf is the chain that the current frame goes on with, else a new one in
// the place of that which was quiet for the longest time.
func (d *probeNoJoinDetector) lineOf(c *Context) *probeLine {
	oldest := &d.chains[0]
	for i := range d.chains {
		line := &d.chains[i]
		ahead := (c.Frame.Sequence - line.sequence) % sequenceModulus
		if line.last != 0 && c.Time.Sub(line.last) <= probeChain && 0 < ahead && ahead <= probeMissed {
			return line
		}
		if line.last < oldest.last {
			oldest = line
		}
	}
	*oldest = probeLine{}
	return oldest
}

// count takes in the current frame and reports whether it is time to tell. What
// is not yet more than a scan is not worth a cell of evidence.
func (d *probeNoJoinDetector) count(p *prober, c *Context) bool {
	p.last = c.Time
	p.counted.add(c.Time)
	if c.Explaining() {
		c.Explain("probe number %d of the last %s, %d are too many", p.counted.since(d.window, c.Time), d.window, d.probes+1)
	}
	if p.counted.reached(d.probes/2+1, d.window, c.Time) {
		p.trail.Add(c)
	}
	return p.counted.reached(d.probes+1, d.window, c.Time) && p.due(c.Time)
}

func (p *prober) report(c *Context, station dot11.Addr, text string) {
	if c.HasName {
		what := "looked for"
		if c.Frame.Kind == dot11.ProbeResp {
			what = "was told of"
		}
		text += fmt.Sprintf("; last it %s %s", what, quoteSSID(c.Name.Bytes()))
	}
	c.Report(Report{Text: text, Source: station, Frames: p.frames, Trail: &p.trail})
	p.frames, p.trail = 0, Trail{}
}
