package detectors

import (
	"time"

	"picket/capture/dot11"
)

var deauthFlood = Spec{
	Name:        "DEAUTHFLOOD",
	Class:       "DENIAL",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "2/sec",
	Description: "So many deauthentications or disassociations that stations are kept off the network.",
	Wants:       dot11.KindsOf(dot11.Deauth, dot11.Disassoc),
	RateBased:   true,
	Options: []Option{
		{Name: "frames", Default: 8, Min: 2, Max: windowSize, Unit: "frames", Doc: "How many attempts within the window make a flood."},
		{Name: "window", Default: 2, Min: 1, Max: 60, Unit: "s", Doc: "The time in which they are counted."},
		{Name: "sustained", Default: 30, Min: 2, Max: windowSize, Unit: "frames", Doc: "How many attempts on the same station, or on all, make a slow flood within a minute."},
	},
	New: func(s Settings) (Detector, error) {
		return &deauthFloodDetector{
			frames:    s.Int("frames"),
			window:    s.Seconds("window"),
			sustained: s.Int("sustained"),
			senders:   NewAddrTable[deauthSender](s.Tables.Stations / 16),
			pairs:     newMemberTable[deauthPair](s.Tables.Stations / 8),
			bss:       NewAddrTable[window](s.Tables.BSS / 4),
			floods:    NewAddrTable[flood](s.Tables.BSS / 8),
		}, nil
	},
}

const (
	deauthSlow   = time.Minute
	deauthQuiet  = 5 * time.Second // after which a flood is over
	deauthRepeat = time.Second
	// deauthFirst is for how long a further frame to a station counts as
	// meant for it in particular. The first one may be part of an access
	// point's farewell to each.
	deauthFirst = 10 * time.Second

	// An answer comes at once to a frame of a station that the access point
	// has not served of late. So many within the span are excused.
	answerDelay  = 100 * time.Millisecond
	answerUnheld = time.Second
	answerSpan   = 5 * time.Second
	answerMax    = 24
)

// DEAUTHFLOOD: stations are thrown off a network and kept off it.
//
// # What it sees
//
// Bursts of deauthentication and disassociation frames: to one station or in
// its name (targeted), to a group address (broadcast), or to many stations of
// an access point; and those of one station's address to many access points.
// Frames of this kind are believed by every station without management frame
// protection. They deny service, push stations to an impostor, or make them
// repeat the handshake that a password is then searched from.
//
// # Source
//
// J. Bellardo and S. Savage, "802.11 Denial-of-Service Attacks", 2003.
// aireplay-ng -0, mdk4 d, bettercap, the ESP8266 and ESP32 deauthers.
//
// # Trigger
//
// As many attempts as the option frames says, within as many seconds as the
// option window says, between a BSS and one station (either direction) or a
// group address, or in the whole BSS, or from one station's address. Or as many
// as the option sustained says within a minute between a BSS and one station or
// a group address. An attempt is a frame; its link-layer repetitions (retry
// bit, same sequence number) are not, nor is it two when two radios hear it.
// Not counted are: frames that management frame protection proves genuine; in
// the count of a BSS the first frame to each station within ten seconds, for an
// access point may bid its stations farewell; and up to 24 times in five
// seconds an access point's prompt answer (reason 6, 7 or 9) to a station that
// it does not know. One finding when it begins and one a second while it lasts.
//
// The verdict weighs what speaks for forgery: a sequence number that does not
// follow the named sender's, or that it does not go on from; the signal; one
// counter behind several addresses; a number that stands still; a rate that
// nobody needs; protection that is due and missing (management frame
// protection, MMIE); and data that the named sender goes on to send.
//
// # Cannot see
//
// A single frame, and repetitions slower than one every two seconds: enough to
// disconnect a station, but no more than networks do of themselves. A frame that
// the receiver did not hear.
//
// # Known false positives
//
// A station that goes on sending for seconds after its access point has forgotten
// it, when the receiver hears the access point's answers and not the station.
// Access points that insist on moving a station elsewhere many times a second.
//
// # Options
//
//   - frames: how many attempts within the window make a flood (8).
//   - window: the seconds in which they are counted (2).
//   - sustained: how many attempts on the same station, or on all, make a slow
//     flood within a minute (30).
type deauthFloodDetector struct {
	frames    int
	window    time.Duration
	sustained int

	senders *Table[dot11.Addr, deauthSender]
	pairs   *Table[member, deauthPair]
	bss     *Table[dot11.Addr, window]
	floods  *Table[dot11.Addr, flood]
}

type deauthSender struct {
	attempts window
	last     lastFrame
}

type deauthPair struct {
	attempts window
	answers  window
	attempt  Instant // the last one
	flooded  bool    // the attempts were enough for a flood
	told     Instant // the last frame from the BSS to the station, counted or excused
}

// add notes an attempt. Those of a flood that is over don't count towards the
// next one: else a single frame would do for it.
func (p *deauthPair) add(t Instant) {
	if p.flooded && t.Sub(p.attempt) > deauthQuiet {
		p.attempts, p.flooded = window{}, false
	}
	p.attempt = t
	p.attempts.add(t)
}

func (d *deauthFloodDetector) Frame(c *Context) {
	f := c.Frame
	if !isStation(f.Transmitter) {
		c.Explain("its transmitter is no address of one station")
		return
	}
	sender, _ := d.senders.Put(f.Transmitter)
	if sender.last.repeats(c) {
		c.Explain("it is the frame before, repeated or heard by another source")
		return
	}
	bssid, bss := subjectBSS(c)
	if bss != nil && bss.MFPCapable() && (f.Has(dot11.Protected) || f.Receiver.IsGroup() && len(c.Elements.MMIE) > 0) {
		c.Explain("management frame protection proves it genuine")
		return
	}

	key := member{bssid, stationOf(f, bssid)}
	pair, newPair := d.pairs.Put(key)
	fromBSS := f.Transmitter == bssid
	answer := fromBSS && pair.excuses(c)
	first := newPair || c.Time.Sub(pair.told) > deauthFirst
	if fromBSS {
		pair.told = c.Time
	}
	if answer {
		c.Explain("it is the access point's prompt answer to a station that it does not know")
		return
	}
	pair.add(c.Time)
	if !newPair {
		c.Lead(leadSuspected)
	}
	trigger := pair.attempts.reached(d.frames, d.window, c.Time) ||
		pair.attempts.reached(d.sustained, deauthSlow, c.Time)
	pair.flooded = pair.flooded || trigger
	if !first || f.Receiver.IsGroup() || !fromBSS {
		attempts, _ := d.bss.Put(bssid)
		attempts.add(c.Time)
		trigger = trigger || attempts.reached(d.frames, d.window, c.Time)
	}
	subject := bssid
	if !fromBSS {
		sender.attempts.add(c.Time)
		if !trigger && sender.attempts.reached(d.frames, d.window, c.Time) {
			trigger, subject = true, f.Transmitter
		}
	}

	if c.Explaining() {
		c.Explain("BSS %s, station %s: %d attempts within %s, %d make a flood; %d within %s, %d make a slow one; flood: %t",
			bssid, key.station, pair.attempts.since(d.window, c.Time), d.window, d.frames,
			pair.attempts.since(deauthSlow, c.Time), deauthSlow, d.sustained, trigger)
	}

	fl, isNew := d.floods.Put(subject)
	if isNew || c.Time.Sub(fl.last) > deauthQuiet {
		*fl = flood{begun: c.Time}
		if subject != bssid { // what came before was noted with each BSS
			before := sender.attempts.since(d.window, c.Time)
			*fl = flood{byStation: true, begun: sender.attempts.begin(before), frames: uint64(before - 1)}
		}
	}
	fl.add(c, bss, key.station)
	// A lone frame about strangers, as random addresses bring them by the
	// thousand, is not worth a cell of evidence.
	if !newPair || bss != nil || trigger {
		fl.trail.Add(c)
	}
	fl.active = fl.active || trigger
	if c.Explaining() {
		c.Explain("of the %s so far, flood or not: %s", plural(fl.frames, "frame"), fl.testimony.judge())
	}
	if !fl.active {
		return
	}
	if fl.reported != 0 && c.Time.Sub(fl.reported) < deauthRepeat {
		c.Explain("the flood was told of within the last second")
		return
	}
	fl.reported = c.Time
	j := fl.testimony.judge()
	c.Report(Report{
		Text:    fl.text(subject, bss, j),
		BSSID:   bssid,
		Source:  f.Transmitter,
		Dest:    f.Receiver,
		Frames:  fl.frames,
		Verdict: j.verdict,
		Trail:   &fl.trail,
	})
}

// subjectBSS is the BSS that the frame is about. Some tools write a station's
// address where the BSSID belongs, so a BSS that is known goes first.
func subjectBSS(c *Context) (dot11.Addr, *BSS) {
	f := c.Frame
	if c.BSS != nil {
		return f.BSSID, c.BSS
	}
	for _, a := range [2]dot11.Addr{f.Transmitter, f.Receiver} {
		if b := c.LookupBSS(a); b != nil {
			return a, b
		}
	}
	if isStation(f.BSSID) {
		return f.BSSID, nil
	}
	return f.Transmitter, nil
}

// stationOf is the side of the frame that is not the BSS.
func stationOf(f *dot11.Frame, bssid dot11.Addr) dot11.Addr {
	switch {
	case f.Receiver.IsGroup():
		return dot11.Broadcast
	case f.Transmitter == bssid:
		return f.Receiver
	case f.Receiver == bssid:
		return f.Transmitter
	}
	return f.Receiver
}

// excuses reports whether the frame is an access point's answer to a frame
// that the station sent since the last one: it does not know the station, and
// so has sent it no data either. A storm of them is no longer excused.
func (p *deauthPair) excuses(c *Context) bool {
	const (
		class2           = 6
		class3           = 7
		assocWithoutAuth = 9
	)
	station := c.Peer
	if station == nil || station.Last <= p.told || c.Time.Sub(station.Last) > answerDelay ||
		station.Served != 0 && c.Time.Sub(station.Served) < answerUnheld {
		return false
	}
	switch reason, _ := c.Frame.Reason(); reason {
	case class2, class3, assocWithoutAuth:
	default:
		return false
	}
	if p.answers.reached(answerMax, answerSpan, c.Time) {
		return false
	}
	p.answers.add(c.Time)
	return true
}
