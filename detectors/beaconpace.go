package detectors

import "time"

// A pace counts by how much beacons of one BSSID keep apart. One access point
// sends a beacon each interval and, when the channel is busy, a little later.
// Where two send, every other pause is less than half of it, whatever a
// receiver misses by hopping or by distance.
type pace struct {
	reminder
	last     Instant
	tsf      uint64
	begun    Instant // when the counts were last halved
	sequence uint16
	pauses   uint16 // of up to one and a half intervals
	short    uint16 // of them
}

const (
	paceSpan     = 10 * time.Second // after which what was counted counts half
	paceShort    = 10               // so many of the pauses, and
	paceShare    = 3                // one in so many, are two transmitters
	paceRepeated = 50 * time.Millisecond
)

// add takes in the current frame, a beacon, and reports whether there were too
// many of late.
func (p *pace) add(c *Context) bool {
	f, ad := c.Frame, &c.ad
	pause, tsf := c.Time.Sub(p.last), time.Duration(ad.fixed.TSF-p.tsf)*time.Microsecond
	if p.last != 0 && f.Sequence == p.sequence && tsf == 0 && pause < paceRepeated {
		return false // the same one, heard by another radio
	}
	first := p.last == 0
	p.last, p.tsf, p.sequence = c.Time, ad.fixed.TSF, f.Sequence
	if first {
		p.begun = c.Time
		return false
	}
	if span := c.Time.Sub(p.begun); span > paceSpan {
		p.begun, p.pauses, p.short = c.Time, p.pauses/2, p.short/2
		if span > 2*paceSpan {
			p.pauses, p.short = 0, 0
		}
	}
	limit := ad.interval * 6 / 10
	// When the sender's clock says that the pause was no shorter than usual,
	// the frame was late in the capture, not on the air.
	late := limit <= tsf && tsf <= 10*ad.interval
	switch {
	case pause < limit && !late:
		p.short++
		p.pauses++
	case pause <= ad.interval*3/2:
		p.pauses++
	}
	return p.short >= paceShort && p.short*paceShare >= p.pauses
}
