package detectors

import (
	"fmt"
	"time"
)

const (
	// More new transmitters than newcomersMany within newcomersSpan are one
	// tool with random addresses, which are told of together.
	newcomersMany = 8
	newcomersSpan = 10 * time.Second
)

// newcomers are the transmitters that do something for the first time. A tool
// that makes up an address for each frame must not bury the list of alerts.
type newcomers struct {
	recent window
	untold uint64  // that no finding has told of
	told   Instant // when one told of several
}

// add takes in a transmitter, and reports whether it is time to tell of it, and
// of how many others that were not told of.
func (n *newcomers) add(t Instant) (due bool, others uint64) {
	n.recent.add(t)
	if n.recent.reached(newcomersMany+1, newcomersSpan, t) && n.told != 0 && t.Sub(n.told) < newcomersSpan {
		n.untold++
		return false, 0
	}
	if n.recent.reached(newcomersMany, newcomersSpan, t) {
		n.told = t
	}
	others, n.untold = n.untold, 0
	return true, others
}

// othersText tells of others, to be put after a statement.
func othersText(others uint64) string {
	if others == 0 {
		return ""
	}
	return fmt.Sprintf("; %s did so before it, with addresses that are probably made up", plural(others, "other transmitter"))
}
