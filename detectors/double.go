package detectors

import (
	"fmt"
	"strings"
)

// A double watches one BSSID for a second access point behind it.
type double struct {
	reminder
	channel  alternation[shownChannel]
	security alternation[Security]
	clock    alternation[clockLine]
	trail    Trail
}

// adopt begins with what b has advertised so far.
func (d *double) adopt(b *BSS, source string) {
	if b.Channel != 0 {
		d.channel.now.adopt(shownChannel(b.Channel), b, source)
	}
	if b.Security != SecurityUnknown {
		d.security.now.adopt(b.Security, b, source)
	}
	d.clock.now.adopt(b.clock(), b, source)
}

// remembers reports whether anything changed of late.
func (d *double) remembers(t Instant) bool {
	return d.channel.remembers(t) || d.security.remembers(t) || d.clock.remembers(t)
}

// show takes in what the current frame advertises and reports whether it
// proves a double.
func (d *double) show(ad *advertisement, c *Context) bool {
	if !d.remembers(c.Time) {
		d.trail = Trail{}
	}
	d.trail.Add(c)
	channel := ad.channel != 0 && proves(&d.channel, "channel", ad.channel, c, ad.notified || ad.restart)
	security := ad.security != SecurityUnknown && proves(&d.security, "security", ad.security, c, ad.restart)
	clock := ad.hasClock && proves(&d.clock, "clock (TSF)", ad.clock, c, ad.restart)
	return channel || security || clock
}

func proves[T sameness[T]](a *alternation[T], name string, v T, c *Context, explained bool) bool {
	t := a.show(v, c, explained)
	a.explain(c, name, t)
	return t == returned && a.proven(c.Time)
}

// frames is how many frames of either access point there were since they were
// first told apart.
func (d *double) frames() uint64 {
	var n uint64
	if d.channel.count > 0 {
		n = max(n, d.channel.frames)
	}
	if d.security.count > 0 {
		n = max(n, d.security.frames)
	}
	if d.clock.count > 0 {
		n = max(n, d.clock.frames)
	}
	return n
}

// differences says by what the two are told apart.
func (d *double) differences(t Instant) string {
	var list []string
	if a := &d.channel; a.recent(t) > 0 {
		list = append(list, fmt.Sprintf("one is on channel %d%s and one on channel %d%s",
			a.now.value, a.now.dBm(), a.before.value, a.before.dBm()))
	}
	if a := &d.security; a.recent(t) > 0 {
		list = append(list, fmt.Sprintf("one has security %s%s and one %s%s",
			a.now.value, a.now.dBm(), a.before.value, a.before.dBm()))
	}
	if a := &d.clock; a.recent(t) > 0 {
		list = append(list, fmt.Sprintf("one%s has its clock (TSF) %s away from that of the other%s",
			a.now.dBm(), rough(a.now.value.apart(a.before.value)), a.before.dBm()))
	}
	return strings.Join(list, ", ")
}
