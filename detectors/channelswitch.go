package detectors

import (
	"time"

	"picket/capture/dot11"
)

// A SwitchNotice is the channel switch that a BSS last announced, by a channel
// switch announcement or an extended one, as an element of beacons and probe
// responses or in action frames (IEEE 802.11-2020, 9.4.2.18, 9.4.2.52,
// 9.6.2.6 and 9.6.7.7). The zero SwitchNotice announces nothing.
type SwitchNotice struct {
	Channel uint8 // to which it wants to go
	Until   Instant
}

// switchGrace is how long after the announced moment the first frame on the
// new channel may come: an access point may have to look for radar there, and
// a receiver that hops has to come by.
const switchGrace = 10 * time.Second

// Covers reports whether the notice explains that the BSS is on a channel at t.
func (n SwitchNotice) Covers(channel uint8, t Instant) bool {
	return n.Channel != 0 && n.Channel == channel && t <= n.Until
}

// noteSwitch takes in the announcement that a frame of b holds.
func (b *BSS) noteSwitch(c *Context) {
	s, ok := announcedSwitch(c.Elements)
	if !ok || s.NewChannel == 0 {
		return
	}
	countdown := time.Duration(s.Count) * beaconInterval(b.Interval)
	b.Switch = SwitchNotice{Channel: s.NewChannel, Until: c.Time.Add(countdown + switchGrace)}
}

func announcedSwitch(es *dot11.ElementSet) (dot11.ChannelSwitch, bool) {
	if es.HasECSA {
		return es.ECSA, true
	}
	return es.CSA, es.HasCSA
}

const (
	timeUnit      = 1024 * time.Microsecond // TU, IEEE 802.11-2020, 3.1
	usualInterval = 100                     // TU
)

// beaconInterval is an advertised interval as a duration; of one that is zero
// or not known, the usual one.
func beaconInterval(tu uint16) time.Duration {
	if tu == 0 {
		tu = usualInterval
	}
	return time.Duration(tu) * timeUnit
}
