package detectors

import (
	"time"

	"picket/capture/dot11"
)

// A lastFrame is what tells the last frame of a transmitter from the next.
type lastFrame struct {
	kind     dot11.Kind
	sequence uint16
	receiver dot11.Addr
	source   string
	at       Instant
}

// heardTwice is how far apart two data sources may say that they heard one
// frame.
const heardTwice = 5 * time.Millisecond

// repeats reports whether the current frame is the last one again, and takes
// its place. It is when the link layer repeats it (retry bit, same sequence
// number), or when another data source has heard it too. The same octets sent
// anew without the retry bit are not a repetition: tools do so, radios don't.
func (l *lastFrame) repeats(c *Context) bool {
	f := c.Frame
	same := l.at != 0 && l.kind == f.Kind && l.sequence == f.Sequence && l.receiver == f.Receiver
	again := same && (f.Has(dot11.Retry) || l.source != c.Source && c.Time.Sub(l.at) < heardTwice)
	if !again { // a third source is compared with the first one, too
		*l = lastFrame{f.Kind, f.Sequence, f.Receiver, c.Source, c.Time}
	}
	return again
}
