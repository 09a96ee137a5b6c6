package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var nonceReuse = Spec{
	Name:        "NONCEREUSE",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "0/min",
	Burst:       "0/sec",
	Description: "A handshake that was over is played again, which makes a careless station reuse its keys (KRACK).",
	Wants:       dot11.KindsOf(dot11.Data, dot11.QoSData, dot11.ReassocReq, dot11.ReassocResp),
	New: func(s Settings) (Detector, error) {
		return &nonceReuseDetector{clients: NewAddrTable[handshake](s.Tables.Stations / 16)}, nil
	},
}

const (
	// reuseCrossing is for how long after message 4 one more message 3 may be
	// an answer to its delay.
	reuseCrossing = 100 * time.Millisecond
	// reuseSettled is when an access point that got message 4 is done for sure.
	reuseSettled = time.Second
	// reuseWatch is for how long encrypted frames are looked at after a
	// handshake or a repetition of it.
	reuseWatch = 10 * time.Second
	// reuseRepeats is how many repetitions are too many after message 4 while
	// the station goes on to send data: its answers are kept from the access point.
	reuseRepeats = 2
	// reuseNumbers is how many packet numbers have to come again.
	reuseNumbers = 2
	// reuseChannels is how far apart in MHz one handshake is heard on two
	// channels, and not on one by a receiver that is tuned to the next.
	reuseChannels = 25
)

// NONCEREUSE: a handshake is played again after it was over.
//
// # What it sees
//
// Message 3 of a 4-way handshake, or the reassociation request of a fast
// transition (802.11r), once more after the handshake was over. A careless
// station, or access point, then installs the key that it has in use anew and
// begins to count its packets from the start: with the same key and the same
// packet numbers, what it sends can be decrypted and forged (KRACK). Also the
// reuse itself, where it follows: packet numbers that come again. And one
// handshake heard on two channels, which takes somebody in the middle.
//
// # Source
//
// M. Vanhoef and F. Piessens, "Key Reinstallation Attacks: Forcing Nonce Reuse
// in WPA2", 2017; CVE-2017-13077 to 13082.
//
// # Trigger
//
// For a station: message 3 with the nonce of a handshake whose message 4 was
// heard at least 100 ms before, when the access point has sent it encrypted
// data since, for which it needed message 4; or when it bears a replay counter
// that was used before, and is a second late; or the second time while the
// station sends encrypted data. A fast reassociation request with the nonces of
// one that was answered and after which the station sent encrypted data.
// Message 1 with the nonce and not a greater counter, a second after message 4.
// After any of these, two frames with packet numbers that were used before.
// Message 1 or 3 of one handshake on two channels 25 MHz apart. Link-layer
// repetitions are not counted. One finding when it begins, one when packet
// numbers come again, and one a minute while it goes on.
//
// # Cannot see
//
// Handshakes that are encrypted, as when a network renews its keys, and those
// of the group key and of TDLS, which always are. What happened while the
// receiver was on another channel.
//
// # Known false positives
//
// An access point that repeats message 3 although it got message 4.
//
// # Options
//
// None. It is off (rate 0) as long as the configuration does not say otherwise.
type nonceReuseDetector struct {
	clients  *Table[dot11.Addr, handshake]
	watching Instant // until when encrypted frames matter
}

// A handshake is the last one of a station whose keys came into use.
type handshake struct {
	reminder
	bssid      dot11.Addr
	anonce     [32]byte
	snonce     [32]byte
	transition bool   // a fast one, without messages
	counter    uint64 // greatest replay counter of message 3
	freqMHz    uint16 // of the channel heard on; 0 unknown
	tkip       bool
	frame      lastFrame

	done     Instant // message 4 or the reassociation response; 0 not yet
	served   Instant // the access point's last encrypted frame to it since
	spoke    Instant // and its own
	repeats  uint64
	repeated Instant
	to, from packetNumbers // of the access point to the station, of the station
	trail    Trail
}

// packetNumbers are those of one sender under one key.
type packetNumbers struct {
	greatest uint64
	before   uint64 // the greatest before the handshake was repeated
	again    int    // how many came again since
	told     bool
}

func (d *nonceReuseDetector) Frame(c *Context) {
	f := c.Frame
	switch {
	case f.Kind == dot11.ReassocReq:
		d.reassociation(c)
	case f.Kind == dot11.ReassocResp:
		d.response(c)
	case f.Has(dot11.Protected):
		if c.Time < d.watching {
			d.encrypted(c)
		} else {
			c.Explain("encrypted data matter for 10s after a handshake, which is longer ago")
		}
	case c.Protocol == ProtocolEAPOL:
		if m := c.keyMessage(); m != nil && isStation(m.station) {
			d.message(c, m)
		}
	}
}

// message takes in one message of the 4-way handshake.
func (d *nonceReuseDetector) message(c *Context, m *keyMessage) {
	h := d.clients.Get(m.station)
	ours := h != nil && h.bssid == m.bssid && !h.transition
	switch m.number {
	case keyM1:
		if ours && h.anonce == m.Nonce && !h.frame.repeats(c) {
			d.repeatedFirst(c, h, m)
		}
	case keyM2:
		// A new nonce of the station makes another key, whatever the access
		// point's.
		if ours && h.snonce != m.Nonce {
			h.snonce, h.done = m.Nonce, 0
		}
	case keyM3:
		if !ours || h.anonce != m.Nonce {
			d.begin(c, m)
		} else if !h.frame.repeats(c) {
			d.repeatedThird(c, h, m)
		} else {
			c.Explain("it is the same frame again, by the link layer")
		}
	case keyM4:
		if ours && h.done == 0 {
			c.Explain("the handshake is over")
			h.done = c.Time
			h.served, h.spoke, h.repeats, h.repeated = 0, 0, 0, 0
			h.to, h.from = packetNumbers{}, packetNumbers{}
			d.watch(c)
		}
	}
}

func (d *nonceReuseDetector) begin(c *Context, m *keyMessage) {
	c.Explain("message 3 with a nonce that is new: a handshake goes on")
	h, _ := d.clients.Put(m.station)
	*h = handshake{
		bssid: m.bssid, anonce: m.Nonce, counter: m.ReplayCounter,
		freqMHz: heardOn(c), tkip: m.Info&dot11.KeyInfoVersion == 1,
	}
	h.frame.repeats(c)
	h.trail.Add(c)
}

func (d *nonceReuseDetector) watch(c *Context) { d.watching = c.Time.Add(reuseWatch) }

// heardOn is the frequency that the frame was heard on, 0 when the capture does
// not say.
func heardOn(c *Context) uint16 {
	if c.Frame.Radio.Has&dot11.HasFrequency == 0 {
		return 0
	}
	return c.Frame.Radio.FreqMHz
}

// otherChannel reports whether the current frame belongs to a handshake of
// another channel.
func (h *handshake) otherChannel(c *Context) bool {
	freq := heardOn(c)
	return freq != 0 && h.freqMHz != 0 && max(freq, h.freqMHz)-min(freq, h.freqMHz) >= reuseChannels
}

func (d *nonceReuseDetector) repeatedFirst(c *Context, h *handshake, m *keyMessage) {
	h.trail.Add(c)
	switch {
	case h.otherChannel(c):
		h.tell(c, m, h.channels(c))
	case h.done != 0 && c.Time.Sub(h.done) > reuseSettled && m.ReplayCounter <= h.counter:
		h.repeats++
		h.tell(c, m, fmt.Sprintf("its nonce begins a handshake again %s after that was over, with replay counter %d after %d",
			rough(c.Time.Sub(h.done)), m.ReplayCounter, h.counter))
	}
}

func (d *nonceReuseDetector) repeatedThird(c *Context, h *handshake, m *keyMessage) {
	counter := h.counter
	h.counter = max(counter, m.ReplayCounter)
	h.trail.Add(c)
	if h.otherChannel(c) {
		h.tell(c, m, h.channels(c))
		return
	}
	if h.done == 0 {
		c.Explain("message 3 again, and message 4 was not heard")
		return
	}
	late := c.Time.Sub(h.done)
	if late < reuseCrossing {
		c.Explain("message 3 again, so soon that it may have crossed message 4")
		return
	}
	h.repeat(c)
	d.watch(c)
	again := fmt.Sprintf("it comes again %s after the handshake was over (%s so far)", rough(late), plural(h.repeats, "time"))
	switch {
	case h.served != 0:
		h.tell(c, m, again+": the access point has sent encrypted data since, so it had the answer to it")
	case m.ReplayCounter <= counter && late > reuseSettled:
		h.tell(c, m, fmt.Sprintf("%s, with replay counter %d after %d: not by the access point, which never uses one twice",
			again, m.ReplayCounter, counter))
	case h.spoke != 0 && h.repeats >= reuseRepeats:
		h.tell(c, m, again+": the station has answered and sends encrypted data, but its answers are kept from the access point")
	default:
		c.Explain("message 3 again after the handshake was over; nothing shows that the access point had message 4")
	}
}

// repeat notes that what gave the key was played again.
func (h *handshake) repeat(c *Context) {
	h.repeats++
	if h.repeated == 0 || c.Time.Sub(h.repeated) > reuseWatch {
		h.to.before, h.from.before = h.to.greatest, h.from.greatest
		h.to.again, h.from.again = 0, 0
	}
	h.repeated = c.Time
}

func (h *handshake) channels(c *Context) string {
	return fmt.Sprintf("one handshake is heard on %d MHz and on %d MHz: somebody stands in the middle", h.freqMHz, heardOn(c))
}

func (h *handshake) tell(c *Context, m *keyMessage, what string) {
	if h.due(c.Time) {
		h.report(c, m.station, fmt.Sprintf("%s from %s to %s, nonce %X…: %s; key reinstallation (KRACK)",
			m.number, nameBSS(h.bssid, c.LookupBSS(h.bssid)), m.station, h.anonce[:4], what))
	} else {
		c.Explain("the handshake is played again; it was told of within the last minute")
	}
}

func (h *handshake) report(c *Context, station dot11.Addr, text string) {
	c.Report(Report{
		Text:   text,
		BSSID:  h.bssid,
		Source: c.Frame.Transmitter,
		Dest:   c.Frame.Receiver,
		Other:  station,
		Frames: max(h.repeats, 1),
		Trail:  &h.trail,
	})
}

// encrypted takes in a protected data frame between a station and its access
// point.
func (d *nonceReuseDetector) encrypted(c *Context) {
	f := c.Frame
	bssid, station, fromAP := c.sides(true)
	h := d.clients.Peek(station)
	if h == nil || h.bssid != bssid || h.done == 0 {
		c.Explain("no handshake of these two was heard")
		return
	}
	numbers := &h.from
	if fromAP {
		numbers, h.served = &h.to, c.Time
	} else {
		h.spoke = c.Time
	}
	number, _, ok := f.PacketNumber(h.tkip)
	if !ok {
		return
	}
	repeated := h.repeated != 0 && c.Time.Sub(h.repeated) < reuseWatch
	if !repeated || number > numbers.before {
		numbers.greatest = max(numbers.greatest, number)
		c.Explain("the handshake was not played again, or the packet number is greater than any before that")
		return
	}
	if f.Has(dot11.Retry) || numbers.told {
		c.Explain("a packet number of before the handshake was played again, but a repetition or told of before")
		return
	}
	numbers.again++
	h.trail.Add(c)
	if numbers.again < reuseNumbers {
		c.Explain("a packet number of before the handshake was played again, the first: it takes two")
		return
	}
	numbers.told = true
	h.reminder.last = c.Time
	h.report(c, station, fmt.Sprintf("%s uses packet numbers again under the same key, %d after %d, now that the handshake of %s and %s was played again: it has reinstalled the key (KRACK), and what it sends can be read",
		f.Transmitter, number, numbers.before, nameBSS(h.bssid, c.LookupBSS(h.bssid)), station))
}
