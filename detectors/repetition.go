package detectors

import "picket/capture/dot11"

// A lastFrame is what tells the last frame of a transmitter from the next.
type lastFrame struct {
	kind     dot11.Kind
	sequence uint16
	receiver dot11.Addr
	at       Instant // 0: there was none
}

// repeats reports whether the current frame is the last one again, and takes
// its place. It is when the link layer repeats it (retry bit, same sequence
// number). The same octets sent anew without the retry bit are not a repetition:
// tools do so, radios don't.
func (l *lastFrame) repeats(c *Context) bool {
	f := c.Frame
	again := l.at != 0 && l.kind == f.Kind && l.sequence == f.Sequence && l.receiver == f.Receiver && f.Has(dot11.Retry)
	if !again {
		*l = lastFrame{f.Kind, f.Sequence, f.Receiver, c.Time}
	}
	return again
}
