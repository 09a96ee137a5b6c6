package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var disassocTraffic = Spec{
	Name:        "DISASSOCTRAFFIC",
	Class:       "DENIAL",
	Severity:    10,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "Whoever has just taken leave goes on sending data: the disconnecting frame was forged.",
	Wants: leaverData | dot11.KindsOf(dot11.Deauth, dot11.Disassoc, dot11.Auth,
		dot11.AssocReq, dot11.AssocResp, dot11.ReassocReq, dot11.ReassocResp),
	New: func(s Settings) (Detector, error) {
		return &disassocTrafficDetector{leavers: newMemberTable[leavers](s.Tables.Stations / 32)}, nil
	},
}

// leaverData are the kinds of frame that carry data: one that carries none may
// be sent to say that the station sleeps.
var leaverData = dot11.KindsOf(
	dot11.Data, dot11.DataCFAck, dot11.DataCFPoll, dot11.DataCFAckCFPoll,
	dot11.QoSData, dot11.QoSDataCFAck, dot11.QoSDataCFPoll, dot11.QoSDataCFAckCFPoll,
)

const (
	// leaverSpan is for how long after the last disconnecting frame data are
	// looked at, leaverFlush how long they may have been on their way.
	leaverSpan  = 10 * time.Second
	leaverFlush = 100 * time.Millisecond
	// leaverFrames data frames are not stragglers.
	leaverFrames = 3
)

// DISASSOCTRAFFIC: data from one who has taken leave.
//
// # What it sees
//
// A deauthentication or disassociation ends what two stations have to do with
// each other. When the one that it names as its sender goes on sending data to
// the other, as if nothing had happened, it did not send the frame: somebody
// else forged it, to disconnect the other.
//
// # Source
//
// Kismet's former alert of the same name. J. Bellardo and S. Savage, "802.11
// Denial-of-Service Attacks", 2003, who hold back the effect of such frames for
// some seconds to see whether data follow.
//
// # Trigger
//
// A deauthentication or disassociation in the name of a station to its access
// point, or of an access point to one station or to all; then three data frames
// to the other side, from 0.1 s after the first to ten seconds after the last
// of such frames; no authentication, (re)association or EAPOL frame between
// these two; and most of the access point's beacons were heard meanwhile, so
// that no such frame was missed. Data that are group addressed or repeated, and
// null frames, do not count, nor do disconnecting frames that management frame
// protection proves genuine. One finding a minute for each pair and direction.
//
// # Cannot see
//
// A forged frame that works: its victim falls silent, or joins anew.
//
// # Known false positives
//
// An access point that goes on serving a station that it told to go elsewhere.
//
// # Options
//
// None.
type disassocTrafficDetector struct {
	leavers *Table[member, leavers]
	last    Instant // disconnecting frame of anybody
}

// leavers are the two who can take leave of each other.
type leavers struct{ accessPoint, station leaver }

func (two *leavers) of(byStation bool) *leaver {
	if byStation {
		return &two.station
	}
	return &two.accessPoint
}

// A leaver is one who was said to have taken leave.
type leaver struct {
	reminder
	first, last Instant // disconnecting frame; 0: it has joined again
	frames      uint64  // of them
	beacons     uint64  // of the BSS, up to the first
	reason      uint16
	hasReason   bool
	kind        dot11.Kind
	data        uint64 // frames that should not be
	peer        dot11.Addr
	trail       Trail
}

func (d *disassocTrafficDetector) Frame(c *Context) {
	f := c.Frame
	if f.Kind == dot11.Deauth || f.Kind == dot11.Disassoc {
		d.leave(c)
		return
	}
	if d.last == 0 || c.Time.Sub(d.last) > leaverSpan {
		c.Explain("nobody has taken leave of late")
		return // nobody has left: the usual case costs no more than this
	}
	if !f.Kind.IsData() {
		c.Explain("somebody joins, and what is said of its leave is forgotten")
		d.join(f)
		return
	}
	if c.Protocol == ProtocolEAPOL {
		c.Explain("somebody joins, and what is said of its leave is forgotten")
		d.join(f)
		return
	}
	if f.Receiver.IsGroup() || f.BSSID.IsZero() || f.Has(dot11.ToDS|dot11.FromDS) {
		c.Explain("it is not from a station to its access point or the other way round")
		return
	}
	switch {
	case f.Has(dot11.ToDS):
		d.data(c, member{f.BSSID, f.Transmitter}, true)
	case f.Has(dot11.FromDS):
		d.data(c, member{f.BSSID, f.Receiver}, false)
		d.data(c, member{f.BSSID, dot11.Broadcast}, false)
	}
}

// leave takes in a disconnecting frame.
func (d *disassocTrafficDetector) leave(c *Context) {
	f := c.Frame
	b := c.BSS
	if !isStation(f.Transmitter) || f.BSSID != f.Transmitter && f.BSSID != f.Receiver {
		c.Explain("it is neither from a station to its access point nor the other way round")
		return
	}
	if b != nil && b.MFPCapable() && (f.Has(dot11.Protected) || f.Receiver.IsGroup() && len(c.Elements.MMIE) > 0) {
		c.Explain("management frame protection proves it genuine")
		return
	}
	key := member{f.BSSID, f.Transmitter}
	if c.FromAP() {
		key.station = f.Receiver
		if f.Receiver.IsGroup() {
			key.station = dot11.Broadcast
		}
	}
	d.last = c.Time
	two, _ := d.leavers.Put(key)
	l := two.of(!c.FromAP())
	if l.first == 0 || c.Time.Sub(l.last) > leaverSpan {
		*l = leaver{reminder: l.reminder, first: c.Time, kind: f.Kind}
		l.reason, l.hasReason = f.Reason()
		if b != nil {
			l.beacons = b.Beacons
		}
		l.trail.Add(c)
	}
	l.last = c.Time
	l.frames++
	if c.Explaining() {
		c.Explain("%s of leave so far; the data of the next %s decide", plural(l.frames, "frame"), leaverSpan)
	}
}

// join takes in a frame that a station joins a BSS by.
func (d *disassocTrafficDetector) join(f *dot11.Frame) {
	station := f.Transmitter
	if station == f.BSSID {
		station = f.Receiver
	}
	if two := d.leavers.Peek(member{f.BSSID, station}); two != nil {
		two.accessPoint.first, two.station.first = 0, 0
	}
	if all := d.leavers.Peek(member{f.BSSID, dot11.Broadcast}); all != nil {
		all.accessPoint.first = 0
	}
}

// data takes in a data frame of one side to the other.
func (d *disassocTrafficDetector) data(c *Context, key member, byStation bool) {
	two := d.leavers.Peek(key)
	if two == nil {
		c.Explain("nobody here has taken leave of late")
		return
	}
	l := two.of(byStation)
	if l.first == 0 || c.Time.Sub(l.last) > leaverSpan || c.Time.Sub(l.first) < leaverFlush {
		c.Explain("its sender has not taken leave of late, or so shortly ago that it was on its way")
		return
	}
	if c.Frame.Has(dot11.Retry) {
		c.Explain("it is repeated, as what was on its way may be for a while")
		return // what was queued is repeated for a while
	}
	l.data++
	l.peer = c.Frame.Receiver
	l.trail.Add(c)
	if c.Explaining() {
		c.Explain("%s from one who took leave %s ago, %d are no stragglers; the beacons since were heard: %t",
			plural(l.data, "data frame"), rough(c.Time.Sub(l.first)), leaverFrames, l.listened(c))
	}
	if l.data < leaverFrames || !l.listened(c) {
		return
	}
	if !l.due(c.Time) {
		c.Explain("told of within the last minute")
		return
	}
	who, to := fmt.Sprintf("access point %s%s", key.bssid, named(c)), fmt.Sprintf("station %s", l.peer)
	if byStation {
		who, to = fmt.Sprintf("station %s", key.station), who
	}
	reason := ""
	if l.hasReason {
		reason = " (" + reasonText(l.reason) + ")"
	}
	all := ""
	if key.station == dot11.Broadcast {
		all = " of all stations"
	}
	c.Report(Report{
		Text: fmt.Sprintf("%s%s%s in the name of %s was forged: %s later it still sends data to %s, %s so far, and nobody has joined anew",
			capital(l.kind.String()), all, reason, who, rough(c.Time.Sub(l.first)), to, plural(l.data, "frame")),
		Source: c.Frame.Transmitter,
		Dest:   c.Frame.Receiver,
		Frames: l.frames + l.data,
		Trail:  &l.trail,
	})
}

// listened reports whether the receiver can have missed nothing since the first
// disconnecting frame: most of the beacons that were due have been heard. Where
// there were none at all, it can't be told.
func (l *leaver) listened(c *Context) bool {
	b := c.BSS
	if b == nil || b.Beacons == 0 {
		return true
	}
	due := float64(c.Time.Sub(l.first)) / float64(beaconInterval(b.Interval))
	return float64(b.Beacons-l.beacons)+1 >= due*0.6
}

// capital is s with a capital first letter.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
