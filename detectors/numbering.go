package detectors

import (
	"time"

	"picket/capture/dot11"
)

// Numbering follows the sequence numbers of one transmitter's management
// frames other than deauthentications and disassociations, which forgers send.
type Numbering struct {
	// Sequence is the last number of a frame that was no beacon, heard at
	// SequenceAt; valid iff HasSequence.
	Sequence    uint16
	HasSequence bool
	SequenceAt  Instant

	// Some hardware counts beacons by themselves, or not at all: inOrder and
	// outOfOrder say how often the numbers of a beacon and of a frame right
	// before or after it have followed each other, and how often not.
	beacon              uint16
	beaconAt            Instant // 0 when none was heard
	inOrder, outOfOrder uint8

	// claimed is the number of the last deauthentication or disassociation in
	// its name, and claimFollows that it follows those before.
	claimed      uint16
	claimedAt    Instant // 0 when none is left to check
	claimFollows bool
	// When its next frame went on from a number claimed, and when it did not;
	// 0 when never.
	confirmed, denied Instant
}

const (
	sequenceModulus = 4096
	// sequenceNear is how far a sender's numbers run on between two frames of
	// it that are heard; chance hits it once in 64. What is ahead by more
	// than sequenceFar does not follow; between the two lies a sender of much
	// group addressed traffic.
	sequenceNear = 64
	sequenceFar  = 512
	// sequenceFresh is how old a number may be to be compared with.
	sequenceFresh = 2 * time.Second
)

// A relation is what one number says of a later one.
type relation uint8

const (
	unrelated relation = iota // nothing
	follows
	apart // it is not of the same counter
)

func relationOf(last, next uint16) relation {
	switch ahead := (next - last) % sequenceModulus; {
	case 0 < ahead && ahead <= sequenceNear:
		return follows
	case 0 < ahead && ahead <= sequenceFar:
		return unrelated
	}
	return apart
}

// numberFresh reports whether a number heard at then can be compared with one at t.
func numberFresh(then, t Instant) bool { return then != 0 && t.Sub(then) <= sequenceFresh }

func (n *Numbering) heard(c *Context) {
	f := c.Frame
	if f.Has(dot11.Retry) {
		return // it has the number of a frame before
	}
	if f.Kind == dot11.Beacon {
		if n.SequenceAt > n.beaconAt && numberFresh(n.SequenceAt, c.Time) {
			n.count(relationOf(n.Sequence, f.Sequence) == follows)
		}
		if n.countsBeacons() == yes {
			n.check(c)
		}
		n.beacon, n.beaconAt = f.Sequence, c.Time
		return
	}
	if n.beaconAt > n.SequenceAt && numberFresh(n.beaconAt, c.Time) {
		n.count(relationOf(n.beacon, f.Sequence) == follows)
	}
	// The hardware may answer probe requests by itself.
	if f.Kind != dot11.ProbeResp || n.countsBeacons() == yes {
		n.check(c)
	}
	n.Sequence, n.HasSequence, n.SequenceAt = f.Sequence, true, c.Time
}

func (n *Numbering) count(inOrder bool) {
	if inOrder {
		n.inOrder++
	} else {
		n.outOfOrder++
	}
	if n.inOrder|n.outOfOrder >= 128 { // the share counts, and the newest most
		n.inOrder, n.outOfOrder = n.inOrder/2, n.outOfOrder/2
	}
}

// answer is yes, no or not known.
type answer uint8

const (
	notKnown answer = iota
	yes
	no
)

// countsBeacons reports whether beacons and other frames share a counter.
func (n *Numbering) countsBeacons() answer {
	const enough = 3
	switch in, out := int(n.inOrder), int(n.outOfOrder); {
	case out*4 > in:
		return no
	case in >= enough:
		return yes
	}
	return notKnown
}

// check holds the number claimed against that of the current frame, which is
// the transmitter's own and would go on from it.
func (n *Numbering) check(c *Context) {
	if n.claimedAt == 0 {
		return
	}
	if numberFresh(n.claimedAt, c.Time) {
		switch relationOf(n.claimed, c.Frame.Sequence) {
		case follows:
			n.confirmed = c.Time
		case apart:
			n.denied = c.Time
		}
	}
	n.claimedAt = 0
}

// claim notes the number of a frame that may not be the transmitter's own.
func (n *Numbering) claim(c *Context) {
	number := c.Frame.Sequence
	if c.Frame.Has(dot11.Retry) || number == n.claimed && numberFresh(n.claimedAt, c.Time) {
		return
	}
	r, _ := n.compare(c)
	n.claimed, n.claimedAt, n.claimFollows = number, c.Time, r == follows
}

// compare holds the number of the current frame, in the transmitter's name,
// against those before. sure is false when it may not be of the same counter.
func (n *Numbering) compare(c *Context) (r relation, sure bool) {
	number := c.Frame.Sequence
	sure = true
	if n.HasSequence && numberFresh(n.SequenceAt, c.Time) {
		r = relationOf(n.Sequence, number)
	}
	if r != follows && numberFresh(n.claimedAt, c.Time) && n.claimFollows && relationOf(n.claimed, number) == follows {
		r = follows
	}
	if numberFresh(n.beaconAt, c.Time) {
		switch beacons := n.countsBeacons(); {
		case beacons == yes && r != follows && n.beaconAt > n.SequenceAt:
			r = relationOf(n.beacon, number)
		case beacons == notKnown && r == unrelated:
			r, sure = relationOf(n.beacon, number), false
		}
	}
	return r, sure
}
