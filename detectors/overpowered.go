package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var overpowered = Spec{
	Name:        "OVERPOWERED",
	Class:       "OTHER",
	Severity:    15,
	Limit:       "0/min",
	Burst:       "0/sec",
	Description: "A transmitter is heard so strongly that it stands right beside the sensor, or its amplifier or the sensor's is misadjusted.",
	Wants:       dot11.AllKinds,
	RateBased:   true,
	Options: []Option{
		{Name: "dot11_max_signal", Default: -10, Min: -100, Max: 100, Unit: "dBm", Doc: "The signal above which a frame is too strong."},
		{Name: "frames", Default: 5, Min: 1, Max: windowSize, Unit: "frames", Doc: "How many such frames of one transmitter within ten seconds are told of."},
	},
	New: func(s Settings) (Detector, error) {
		return &overpoweredDetector{
			limit:   s.Int("dot11_max_signal"),
			frames:  s.Int("frames"),
			senders: NewAddrTable[loudSender](s.Tables.Stations / 64),
		}, nil
	},
}

const overpoweredSpan = 10 * time.Second

// OVERPOWERED: a transmitter that is far too loud.
//
// # What it sees
//
// Frames that arrive more strongly than any radio a few metres away can send
// them: a transmitter that was put right beside the sensor, to blind it or to
// be preferred by the clients there, or an amplifier that drives the receiver out
// of its range, so that it hears little else.
//
// # Source
//
// Kismet's alert of the same name.
//
// # Trigger
//
// As many frames of one transmitter as the option frames says, within ten
// seconds, with a signal above the option dot11_max_signal. A signal of exactly
// 0 dBm is how some drivers say that they have not measured it, and is left
// out. Control frames that name no transmitter are counted together. One
// finding a minute for each transmitter.
//
// It is switched off as shipped, as in Kismet, for in a small flat a signal
// like that may be usual.
//
// # Cannot see
//
// Frames of which the capture has no signal in dBm.
//
// # Known false positives
//
// A phone that is laid on the sensor. Drivers that report numbers that are not
// dBm.
//
// # Options
//
//   - dot11_max_signal: the signal in dBm above which a frame is too strong
//     (-10).
//   - frames: how many such frames of one transmitter within ten seconds are
//     told of (5).
type overpoweredDetector struct {
	limit, frames int
	senders       *Table[dot11.Addr, loudSender]
}

// A loudSender is a transmitter that was too loud.
type loudSender struct {
	episode
	loud window
	peak int8 // of the episode
}

func (d *overpoweredDetector) Frame(c *Context) {
	radio := &c.Frame.Radio
	if radio.Has&dot11.HasSignal == 0 || radio.SignalDBm == 0 {
		c.Explain("the capture does not say how strong it was")
		return
	}
	if int(radio.SignalDBm) <= d.limit {
		if c.Explaining() {
			c.Explain("%d dBm is not above %d dBm", radio.SignalDBm, d.limit)
		}
		return
	}
	s, _ := d.senders.Put(c.Frame.Transmitter)
	if s.add(c); s.frames == 1 {
		s.peak = radio.SignalDBm
	}
	s.peak = max(s.peak, radio.SignalDBm)
	s.loud.add(c.Time)
	if c.Explaining() {
		c.Explain("%d dBm is above %d dBm: %d such frames within %s, %d are told of",
			radio.SignalDBm, d.limit, s.loud.since(overpoweredSpan, c.Time), overpoweredSpan, d.frames)
	}
	if !s.loud.reached(d.frames, overpoweredSpan, c.Time) {
		return
	}
	if !s.due(c.Time) {
		c.Explain("told of within the last minute")
		return
	}
	who := c.Frame.Transmitter.String()
	if c.Frame.Transmitter.IsZero() {
		who = "a transmitter that does not name itself"
	}
	c.Report(Report{
		Text: fmt.Sprintf("Frames from %s arrive with up to %d dBm, above %d dBm: it is right beside the sensor, or an amplifier is misadjusted; %s",
			who, s.peak, d.limit, &s.episode),
		Source: c.Frame.Transmitter,
		Frames: s.frames,
		Trail:  &s.trail,
	})
}
