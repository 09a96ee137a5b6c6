package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var bssTimestamp = Spec{
	Name:        "BSSTIMESTAMP",
	Class:       "SPOOF",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "The clock of an access point fluctuates: two access points with the same address.",
	Wants:       dot11.KindsOf(dot11.Beacon),
	OnChange:    true,
	New: func(s Settings) (Detector, error) {
		return &bssTimestampDetector{
			coarse: newWatch[clockLine]("clock (TSF)", watchedByBSSTimestamp, s.Tables.BSS/8),
			fine:   newWatch[radioLine]("clock (TSF) by the radio's own", watchedByBSSTimestampFine, s.Tables.BSS/8),
		}, nil
	},
}

// BSSTIMESTAMP: an access point with two clocks.
//
// # What it sees
//
// Each beacon bears the access point's clock (TSF), which counts microseconds
// since the access point started. An impostor that uses its address has
// started at another time, and few tools take the trouble to follow the real
// one's clock. So the clocks of two take turns where one should run on.
//
// # Source
//
// Kismet's alert of the same name, by intent. The timing synchronisation
// function is that of IEEE 802.11-2020, 11.1.
//
// # Trigger
//
// By how much the TSF in beacons of a BSSID is ahead of the receiver's clock:
// of the capture time, to two seconds, and, where the radio stamps frames
// with a clock of its own (TSFT), of that, to 25 milliseconds, for each BSSID
// with one data source.
//
// Two clocks: two values, each shown more than once, take turns, and one is
// back twice within a minute, or once after no more than five seconds. What a
// restart explains (the TSF begins at 0) does not count, nor what happens in
// the first second, when frames of several receivers may be out of order.
//
// A step back: three beacons over at least a second show a clock that is more
// than two seconds behind the capture time's, the TSF did not begin at 0, and
// no more than three beacon intervals passed between the two.
//
// At most one finding a minute for a BSSID and each of the clocks.
//
// # Cannot see
//
// An impostor whose clock follows that of the real access point, and one that
// is not heard together with it. A step forward.
//
// # Known false positives
//
// A repeater that sets its clock back to that of the access point it has
// joined. Receivers whose clocks are seconds apart.
//
// # Options
//
// None.
type bssTimestampDetector struct {
	coarse watch[clockLine]
	fine   watch[radioLine]
}

func (d *bssTimestampDetector) Frame(c *Context) {
	b := c.BSS
	if !c.advertises || !c.ad.hasClock || b == nil || b.LastBeacon == 0 {
		c.Explain("it is no access point's that beaconed before, or its clock (TSF) is 0")
		return
	}
	h, said := d.coarse.observe(c.ad.clock, b.clock(), c, c.ad.restart)
	switch {
	case said == takesTurns:
		reportTwoClocks(h.now.dBm(), h.before.dBm(), h.now.value.apart(h.before.value), h.frames, &h.trail, c)
	case said == changedOnce && h.now.value < h.before.value:
		c.Report(Report{
			Text: fmt.Sprintf("The clock (TSF) of access point %s%s stepped back by %s%s without a restart and without a pause in its beacons: another access point has taken its place",
				b.BSSID, named(c), rough(h.now.value.apart(h.before.value)), h.now.dBm()),
			Frames: uint64(h.now.stretch),
			Trail:  &h.trail,
		})
	}
	line, ok := radioLineOf(c)
	if !ok || !b.radio.comparable(c) {
		c.Explain("the radio that heard the beacon before has not stamped this one with its clock")
		return
	}
	fine, said := d.fine.observe(line, b.radio.line, c, c.ad.restart)
	// Clocks that are seconds apart were told of already.
	if said == takesTurns && (h == nil || !h.remembers(c.Time)) {
		reportTwoClocks(fine.now.dBm(), fine.before.dBm(), fine.now.value.apart(fine.before.value), fine.frames, &fine.trail, c)
	}
}

func reportTwoClocks(now, before string, apart time.Duration, frames uint64, trail *Trail, c *Context) {
	c.Report(Report{
		Text: fmt.Sprintf("Two access points with BSSID %s%s: two clocks (TSF), %s apart, are advertised by turns, one%s and one%s",
			c.Frame.BSSID, named(c), rough(apart), now, before),
		Frames: frames,
		Trail:  trail,
	})
}

// A radioLine is by how much an access point's TSF is ahead of the clock of
// the radio that heard it, in microseconds. Some radios' clocks have 32 bits,
// so that only as many of it mean something.
type radioLine uint32

// radioTolerance keeps frames of one access point on one line: what the
// drivers of both sides are late, and what their clocks drift apart in a
// minute.
const radioTolerance = 25 * time.Millisecond

func (a radioLine) same(b radioLine) bool { return a.apart(b) <= radioTolerance }

func (a radioLine) apart(b radioLine) time.Duration {
	return (time.Duration(int32(a-b)) * time.Microsecond).Abs()
}

// radioLineOf is the line of the current frame, a beacon. Drivers that do not
// know when they heard a frame say 0.
func radioLineOf(c *Context) (line radioLine, ok bool) {
	radio := &c.Frame.Radio
	fields, ok := c.Frame.Beacon()
	return radioLine(fields.TSF - radio.TSFT), ok && radio.Has&dot11.HasTSFT != 0 && radio.TSFT != 0
}

// A radioClock is the line that a BSS's beacons were last on, as one data
// source hears them. Clocks of several have nothing to do with each other.
type radioClock struct {
	source string
	line   radioLine
	at     Instant // 0: never heard with a radio's clock
}

// radioStale is after how much silence another data source may take over.
const radioStale = 10 * time.Second

// note takes in the current frame, a beacon.
func (r *radioClock) note(c *Context) {
	line, ok := radioLineOf(c)
	if !ok || r.at != 0 && r.source != c.Source && c.Time.Sub(r.at) < radioStale {
		return
	}
	r.source, r.line, r.at = c.Source, line, c.Time
}

// comparable reports whether the current frame was heard by the same radio as
// the last one.
func (r *radioClock) comparable(c *Context) bool { return r.at != 0 && r.source == c.Source }
