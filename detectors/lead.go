package detectors

import (
	"time"

	"picket/capture/dot11"
)

// A Lead says that a detector wants to hear more of a channel: an attack has
// begun there, may be about to, or would hit a network that is to be
// protected. Radios that hop should listen there more.
type Lead struct {
	FreqMHz uint16        // centre of the primary channel
	During  time.Duration // from now on
}

const (
	leadFound     = 30 * time.Second // after a finding
	leadSuspected = 10 * time.Second
	leadProtected = time.Minute // a beacon of a network that is to be protected
)

// leads remembers which leads were told, so that each frame of an attack does
// not tell the same again.
type leads struct {
	tell func(Lead)
	told [64]struct {
		freqMHz uint16
		until   Instant
	}
	next int
}

// Lead says that the channel of the current frame should be listened to for
// some time. It costs little to say it again for each frame.
func (c *Context) Lead(during time.Duration) {
	if l := &c.engine.leads; l.tell != nil {
		if freq := c.frequency(); freq != 0 {
			l.lead(freq, c.Time, during)
		}
	}
}

func (l *leads) lead(freqMHz uint16, now Instant, during time.Duration) {
	i := 0
	for i < len(l.told) && l.told[i].freqMHz != freqMHz {
		i++
	}
	if i == len(l.told) {
		i = l.next
		l.next = (l.next + 1) % len(l.told)
		l.told[i].until = 0
	}
	t := &l.told[i]
	if t.until.Sub(now) > during/2 {
		return
	}
	t.freqMHz, t.until = freqMHz, now.Add(during)
	l.tell(Lead{freqMHz, during})
}

// frequency is that of the channel that the frame's BSS is on, as far as is
// known, else the one that the frame was heard on. They differ where a receiver
// hears its neighbour channels.
func (c *Context) frequency() uint16 {
	radio := &c.Frame.Radio
	if radio.Has&dot11.HasFrequency == 0 {
		return 0
	}
	channel := c.Elements.Channel()
	if channel == 0 && c.BSS != nil {
		channel = c.BSS.Channel
	}
	if freq := dot11.FreqOf(int(channel), radio.Band); freq != 0 {
		return uint16(freq)
	}
	return radio.FreqMHz
}
