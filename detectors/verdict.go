package detectors

import (
	"fmt"
	"strings"
	"time"

	"picket/capture/dot11"
)

// A Verdict says whether the frames of a finding come from whom they name as
// their sender.
type Verdict string

// The verdicts.
const (
	NotJudged Verdict = "" // the finding is not about that
	Genuine   Verdict = "genuine"
	Spoofed   Verdict = "spoofed"
	Unknown   Verdict = "unknown" // too little was heard to tell
)

// A testimony is what is known of the sender of one or more frames that end
// an association: what they are like, and what the one that they name does
// before, between and after them. The zero testimony has heard nothing.
type testimony struct {
	begun  Instant
	last   Instant
	frames uint64

	receiver dot11.Addr // of all frames, if sole
	sole     bool

	// Of the frames that the receiver had something to compare with: how many
	// bear a sequence number that follows the named sender's last. doubtful:
	// all that there was were beacons, which may be counted by themselves.
	sequenced, continuing uint64
	doubtful              bool
	// How often the named sender itself went on from a number of the frames,
	// and how often it did not.
	confirmed, denied     uint64
	confirmedAt, deniedAt Instant
	// shared counts frames whose sequence number follows that of the frame
	// before, which named another sender: one counter behind two addresses.
	// stuck counts those that bear the number of the one before, not as
	// repetitions.
	shared, stuck uint64
	sender        dot11.Addr
	sequence      uint16
	// Sums of the frames' signal and of the mean of those that they name as
	// senders.
	signals, signal, expected int64

	// bare counts frames without the protection that is due, sealed those
	// with it.
	bare, sealed uint64
	due          dueProtection
	// data counts what the named sender has sent as if it had sent none of
	// the frames.
	data uint8
}

const (
	// signalFar is a difference in dB that one sender at rest does not show
	// in the mean of signalMany frames.
	signalFar  = 8
	signalMany = 4
	// More frames than repeatMany at repeatRate a second to one receiver are
	// more than anybody needs to end an association.
	repeatMany = 8
	repeatRate = 10
	// dataEnough frames show that the sender goes on; one may be old.
	dataEnough = 2
)

// add takes in the current frame, which is about bss; nil when that is not
// known.
func (t *testimony) add(c *Context, bss *BSS) {
	f := c.Frame
	if t.frames == 0 {
		t.begun, t.receiver, t.sole = c.Time, f.Receiver, true
	} else {
		if f.Transmitter != t.sender && f.Sequence == (t.sequence+1)%sequenceModulus {
			t.shared++
		}
		if f.Transmitter == t.sender && f.Sequence == t.sequence && f.Receiver == t.receiver && !f.Has(dot11.Retry) {
			t.stuck++
		}
	}
	t.sole = t.sole && f.Receiver == t.receiver
	t.frames++
	t.last = c.Time
	t.sender, t.sequence = f.Transmitter, f.Sequence
	t.protection(c, bss)
	t.compare(c, bss)
	t.review(c, bss)
}

// A dueProtection says why a frame should have been protected.
type dueProtection uint8

const (
	notDue dueProtection = iota
	dueToAll
	dueInBSS
	dueToStation
)

var dueTexts = [...]string{
	notDue:       "",
	dueToAll:     "without the integrity element (MMIE) that frames of this BSS carry",
	dueInBSS:     "unprotected although the BSS demands management frame protection",
	dueToStation: "unprotected although the station has asked for management frame protection",
}

// keyless reports whether the access point may have just started, when it has
// to dismiss stations without protection: it has no keys for them.
func (b *BSS) keyless(t Instant) bool {
	const known, restarted = 3 * time.Second, 10 * time.Second
	return t.Sub(b.First) < known || b.Restarted != 0 && t.Sub(b.Restarted) < restarted
}

// protection looks at what management frame protection makes of the frame.
func (t *testimony) protection(c *Context, bss *BSS) {
	if bss == nil || !bss.MFPCapable() {
		return
	}
	f := c.Frame
	if f.Has(dot11.Protected) || f.Receiver.IsGroup() && len(c.Elements.MMIE) > 0 {
		t.sealed++
		return
	}
	if bss.keyless(c.Time) {
		return
	}
	station := c.Peer
	if f.Transmitter != bss.BSSID {
		station = c.Station
	}
	switch {
	case f.Receiver.IsGroup():
		t.due = dueToAll
	case bss.MFPRequired():
		t.due = dueInBSS
	case station != nil && station.MFP && station.BSSID == bss.BSSID:
		t.due = dueToStation
	default:
		return
	}
	t.bare++
}

// compare holds the frame against what was heard of the sender it names.
func (t *testimony) compare(c *Context, bss *BSS) {
	f := c.Frame
	var numbers *Numbering
	var signal *Signal
	switch {
	case bss != nil && bss.BSSID == f.Transmitter:
		numbers, signal = &bss.Numbering, &bss.Signal
	case c.Station != nil:
		numbers, signal = &c.Station.Numbering, &c.Station.Signal
	default:
		return
	}
	if relation, sure := numbers.compare(c); relation != unrelated && !f.Has(dot11.Retry) {
		t.sequenced++
		t.doubtful = t.doubtful || !sure
		if relation == follows {
			t.continuing++
		}
	}
	if f.Radio.Has&dot11.HasSignal == 0 {
		return
	}
	if mean, ok := signal.DBm(c.Source); ok {
		t.signals++
		t.signal += int64(f.Radio.SignalDBm)
		t.expected += int64(mean)
	}
}

// review takes in what the named sender has done since the first frame. The
// current frame is one of them, or a later frame of the sender.
func (t *testimony) review(c *Context, bss *BSS) {
	if bss != nil {
		t.checked(&bss.Numbering)
		if bss.parting.at >= t.begun {
			t.data = max(t.data, bss.parting.byAP)
		}
	}
	if st := c.Peer; st != nil && st.parting.at >= t.begun && c.FromAP() {
		t.data = max(t.data, st.parting.byAP)
	}
	if st := c.Station; st != nil {
		t.checked(&st.Numbering)
		if st.parting.at >= t.begun {
			t.data = max(t.data, st.parting.byStation)
		}
	}
}

// checked takes in what the named sender's own numbers say of the frames'.
func (t *testimony) checked(n *Numbering) {
	if n.confirmed > max(t.begun, t.confirmedAt) {
		t.confirmed++
		t.confirmedAt = n.confirmed
	}
	if n.denied > max(t.begun, t.deniedAt) {
		t.denied++
		t.deniedAt = n.denied
	}
}

// numbered reports whether the frames' numbers are the named sender's.
func (t *testimony) numbered() bool {
	return t.confirmed > t.denied || t.sequenced > 0 && !t.doubtful && t.continuing*2 >= t.sequenced
}

// A sign is something that speaks for forgery.
type sign struct {
	text  string
	proof bool // by itself; of others it takes two
}

// A judgement is a verdict and what it rests on.
type judgement struct {
	verdict Verdict
	reasons []string
}

// String is the judgement as part of a finding's text.
func (j judgement) String() string {
	return fmt.Sprintf("verdict %s: %s", j.verdict, strings.Join(j.reasons, "; "))
}

// judge weighs the testimony, and what more the detector knows. The reasons
// are for a person to judge by: an attacker can copy sequence numbers and
// stand beside the access point.
func (t *testimony) judge(more ...sign) judgement {
	if t.sealed > 0 && t.sealed == t.frames {
		return judgement{Genuine, []string{"protected as the BSS demands (management frame protection)"}}
	}
	weight := 0
	var reasons []string
	for _, s := range append(more, t.signs()...) {
		reasons = append(reasons, s.text)
		weight++
		if s.proof {
			weight++
		}
	}
	const enough = 2
	switch {
	case weight >= enough:
		return judgement{Spoofed, reasons}
	case weight > 0:
		return judgement{Unknown, append(reasons, "that alone does not prove it")}
	case t.numbered() && t.signals > 0:
		return judgement{Genuine, []string{"sequence numbers and signal are the named sender's, unless they are forged with care"}}
	case t.numbered():
		return judgement{Genuine, []string{"sequence numbers are the named sender's, unless they are forged with care"}}
	case t.signals > 0:
		return judgement{Unknown, []string{"the signal is like the named sender's, its sequence numbers can't be compared"}}
	}
	return judgement{Unknown, []string{"nothing was heard of the named sender to compare with"}}
}

// signs lists what speaks for forgery.
func (t *testimony) signs() []sign {
	var list []sign
	add := func(proof bool, format string, args ...any) {
		list = append(list, sign{fmt.Sprintf(format, args...), proof})
	}
	if t.bare > 0 {
		list = append(list, sign{dueTexts[t.due], true})
	}
	if t.shared >= 2 {
		add(true, "one sequence counter behind several addresses")
	}
	if t.stuck >= 2 {
		add(true, "the same sequence number in frame after frame")
	}
	if t.continuing*2 < t.sequenced && t.confirmed <= t.denied {
		add(!t.doubtful, "sequence numbers do not follow the named sender's (%d of %d do)", t.continuing, t.sequenced)
	}
	if t.denied > t.confirmed {
		add(t.denied > 1, "the named sender does not go on from their sequence numbers")
	}
	if t.signals > 0 {
		signal, expected := t.signal/t.signals, t.expected/t.signals
		if d := signal - expected; d >= signalFar || d <= -signalFar {
			add(t.signals >= signalMany, "signal %d dBm where the named sender's is %d dBm", signal, expected)
		}
	}
	if t.data >= dataEnough {
		add(true, "the named sender goes on to send data as if it had sent none of them")
	}
	// An access point may answer each of many frames of a station that it does
	// not know.
	answers := t.numbered() && !t.receiver.IsGroup()
	if rate := t.rate(); t.sole && t.frames > repeatMany && rate >= repeatRate && !answers {
		add(t.receiver.IsGroup(), "repeated %.0f times a second, which nobody needs", rate)
	}
	return list
}

// rate is how many frames a second there were.
func (t *testimony) rate() float64 {
	span := t.last.Sub(t.begun).Seconds()
	if span <= 0 {
		return 0
	}
	return float64(t.frames-1) / span
}
