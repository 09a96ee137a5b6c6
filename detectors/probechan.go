package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var probeChan = Spec{
	Name:        "PROBECHAN",
	Class:       "SPOOF",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An access point's probe responses name another channel than its beacons.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	OnChange:    true,
	New: func(s Settings) (Detector, error) {
		return &probeChanDetector{NewAddrTable[oddResponses](s.Tables.BSS / 8)}, nil
	},
}

// PROBECHAN: probe responses that call stations to another channel.
//
// # What it sees
//
// Beacons and probe responses of an access point name the channel it is on.
// Where the responses of one address name another channel than its beacons,
// they are those of an impostor, which answers stations that look for the network
// and waits for them on a channel that the real access point does not hear.
//
// # Source
//
// Kismet's alert of the same name, by intent. Multi-channel machine in the
// middle: M. Vanhoef and F. Piessens, ACSAC 2014.
//
// # Trigger
//
// Two probe responses within a minute, link-layer repetitions not counted,
// name a channel that is not the one of the last beacon of their BSSID, which
// came no more than ten seconds before; and a beacon with the old channel is
// heard more than a second after the first of them, so that the access point
// has not gone there. Announced switches and restarts are left out. The
// channels are those that are advertised (HE operation in the 6 GHz band, HT
// operation, DSSS parameter set); on which the frames were heard is of no
// account.
//
// One finding a minute for a BSSID while it goes on.
//
// # Cannot see
//
// An impostor on the channel of the real access point, or one that does not say
// on which it is. Beacons of the impostor: for these there is CHANCHANGE.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type probeChanDetector struct {
	odd *Table[dot11.Addr, oddResponses]
}

// oddResponses are the probe responses of a BSSID that name a channel other
// than that of its beacons.
type oddResponses struct {
	reminder
	beaconed, named uint8 // channels
	first, last     Instant
	frames          uint64
	stayed          bool // beacons with the old channel came after the first
	response        lastFrame
	trail           Trail
}

const (
	probeChanFresh  = 10 * time.Second
	probeChanMemory = time.Minute
	probeChanFrames = 2
)

func (d *probeChanDetector) Frame(c *Context) {
	ad, b := &c.ad, c.BSS
	if !c.advertises || ad.channel == 0 || b == nil || b.BeaconChannel == 0 {
		c.Explain("it is no access point's that names its channel and did so in beacons before")
		return
	}
	odd := c.Frame.Kind == dot11.ProbeResp && uint8(ad.channel) != b.BeaconChannel &&
		c.Time.Sub(b.LastBeacon) <= probeChanFresh && !ad.notified && !ad.restart
	if !odd && b.watched&watchedByProbeChan == 0 {
		c.Explain("no probe response of late names another channel than the beacons")
		return
	}
	o, _ := d.odd.Put(b.BSSID)
	b.watched |= watchedByProbeChan
	switch {
	case odd:
		o.add(c, uint8(ad.channel), b.BeaconChannel)
	case o.frames == 0 || c.Time.Sub(o.last) > probeChanMemory:
		d.odd.Delete(b.BSSID)
		b.watched &^= watchedByProbeChan
		return
	case c.Frame.Kind == dot11.Beacon && uint8(ad.channel) == o.beaconed:
		o.stayed = o.stayed || c.Time.Sub(o.first) > disorder
	}
	if c.Explaining() {
		c.Explain("%s named channel %d where beacons have channel %d, the last %s ago; it takes %d, and a beacon that is still on its channel %s after the first (%t)",
			plural(o.frames, "probe response"), o.named, o.beaconed, rough(c.Time.Sub(o.last)), probeChanFrames, disorder, o.stayed)
	}
	switch {
	case !o.stayed || o.frames < probeChanFrames || c.Time.Sub(o.last) > probeChanFresh:
	case o.due(c.Time):
		o.report(c)
	default:
		c.Explain("told of within the last minute")
	}
}

// add takes in the current frame, a response for the channel named while
// beacons are for another. Of two access points that both beacon and respond,
// the channel that was odd first is the odd one.
func (o *oddResponses) add(c *Context, named, beaconed uint8) {
	if o.frames > 0 && (c.Time.Sub(o.last) > probeChanMemory || named != o.named && named != o.beaconed) {
		*o = oddResponses{reminder: o.reminder}
	}
	if o.frames == 0 {
		o.named, o.beaconed, o.first = named, beaconed, c.Time
	}
	if named != o.named || o.response.repeats(c) {
		return
	}
	o.last = c.Time
	o.frames++
	o.trail.Add(c)
}

func (o *oddResponses) report(c *Context) {
	c.Report(Report{
		Text: fmt.Sprintf("Probe responses of access point %s%s name channel %d, its beacons before and after them channel %d: %s within %s; one of the two is an impostor that draws stations to its channel",
			c.Frame.BSSID, named(c), o.named, o.beaconed, plural(o.frames, "response"), rough(o.last.Sub(o.first))),
		Frames: o.frames,
		Trail:  &o.trail,
	})
}
