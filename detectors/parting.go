package detectors

import (
	"time"

	"picket/capture/dot11"
)

// A parting is a deauthentication or disassociation, or a row of them, and
// what became of the association. Who has ended it sends no more data in it.
type parting struct {
	at, last Instant // of the first and the last of the row; 0 when none
	// Data frames since, that an access point and a station have sent as if
	// nothing had happened.
	byAP, byStation uint8
}

const (
	// partingQuiet ends a row of frames, and the watch for what comes after.
	partingQuiet = 2 * time.Second
	// partingGrace is for what a sender had put in line before.
	partingGrace = 100 * time.Millisecond
)

func (p *parting) add(t Instant) {
	if p.at == 0 || t.Sub(p.last) > partingQuiet {
		*p = parting{at: t}
	}
	p.last = t
}

// watches reports whether a data frame at t of a station that joined last at
// joined says that the association goes on.
func (p *parting) watches(t, joined Instant) bool {
	return p.at != 0 && joined < p.at && t.Sub(p.at) > partingGrace && t.Sub(p.last) <= partingQuiet
}

// notePartings takes in a deauthentication or disassociation. Only records
// that are there are touched: forgers make up addresses.
func (s *state) notePartings(c *Context) {
	f := c.Frame
	fromAP := c.FromAP()
	switch {
	case fromAP && c.BSS != nil:
		c.BSS.Numbering.claim(c)
	case c.Station != nil:
		c.Station.Numbering.claim(c)
	}
	switch {
	case fromAP && f.Receiver.IsGroup():
		if c.BSS != nil {
			c.BSS.parting.add(c.Time)
		}
	case fromAP && c.Peer != nil && c.Peer.BSSID == f.BSSID:
		c.Peer.parting.add(c.Time)
	case c.Station != nil && c.Station.BSSID == f.BSSID:
		c.Station.parting.add(c.Time)
	}
}

// noteData takes in a data frame between an access point and a station.
func noteData(c *Context, st *Station, byAP bool) {
	var all *parting
	if byAP && c.BSS != nil {
		all = &c.BSS.parting
	}
	one := st.parting.watches(c.Time, st.Joined)
	every := all != nil && st.First < all.at && all.watches(c.Time, st.Joined)
	if !one && !every || c.Frame.Has(dot11.Retry) || !c.Frame.Kind.CarriesData() {
		return
	}
	if c.Protocol == ProtocolEAPOL { // it joins, and how that began was not heard
		st.Joined = c.Time
		return
	}
	if one && byAP {
		countUpTo255(&st.parting.byAP)
	}
	if one && !byAP {
		countUpTo255(&st.parting.byStation)
	}
	if every {
		countUpTo255(&all.byAP)
	}
}

func countUpTo255(n *uint8) {
	if *n < 255 {
		*n++
	}
}
