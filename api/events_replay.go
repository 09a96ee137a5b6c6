package api

import (
	"fmt"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// Topics of events that Kismet does not have. They answer what its clients do
// not send.
const (
	topicError = "ERROR"     // a message of the client was not heeded
	topicGap   = "ALERT_GAP" // alerts between two times are no longer known
)

// subscribe has the client get a topic from now on; alerts, if it resumes,
// from where it left off.
func (c *streamClient) subscribe(topic string, want rendition) error {
	if c.subscriptions[topic] == nil && len(c.subscriptions) == maxSubscriptions {
		c.refuse(fmt.Errorf("there are %d subscriptions already, which is the most", maxSubscriptions))
		return nil
	}
	had := c.selected(TopicAlert) != nil
	getsAlerts := topic == TopicAlert || topic == anyTopic
	if had || !getsAlerts {
		c.hub.subscribe(c, topic, want)
		return nil
	}
	if !c.resumes {
		// Those that the hub is just about to hand out were before this.
		if newest := c.hub.alerts.Latest(); newest != nil {
			c.alerted = newest.Time()
		}
		c.hub.subscribe(c, topic, want)
		return nil
	}
	// A time to come, from before the clock was set back, must not hide what
	// is raised until then.
	_, newest := c.hub.alerts.All()
	c.resumes, c.alerted = false, min(c.since, newest)
	return c.resume(topic, want)
}

// resume sends the alerts since the time alerted, and goes live: without a
// gap, as the events of all that is not replayed come after the subscription,
// and without a repeat, as they are told by their times.
func (c *streamClient) resume(topic string, want rendition) error {
	// While there is a lot, it is sent first, so that no events wait meanwhile.
	const little = 64
	for range 8 {
		n, err := c.replayMissed(&want)
		if err != nil {
			return err
		}
		if n <= little {
			break
		}
	}
	c.hub.subscribe(c, topic, want)
	_, err := c.replayMissed(&want)
	return err
}

// replayMissed sends the alerts that came after the time alerted.
func (c *streamClient) replayMissed(s *rendition) (n int, err error) {
	_, newest := c.hub.alerts.All()
	records, whole := c.hub.alerts.Missed(c.alerted)
	if !whole {
		before := newest + 1 // there was no alert yet
		if len(records) > 0 {
			before = records[0].Time()
		}
		if err := c.replayOlder(before, s); err != nil {
			return 0, err
		}
	}
	for _, r := range records {
		if err := c.replayOne(r, s); err != nil {
			return 0, err
		}
	}
	return len(records), c.flush()
}

// replayOlder sends the alerts after the time alerted that the core has no
// longer, and says which are gone.
func (c *streamClient) replayOlder(before alertcore.Micros, s *rendition) error {
	known := before
	if c.older != nil {
		known = min(c.older.Oldest(), before)
	}
	if c.alerted < known-1 {
		c.tellOfGap(c.alerted, known)
		c.alerted = known - 1
	}
	if c.older != nil && known < before {
		var stopped error
		err := c.older.Older(c.ctx, c.alerted, before, func(r *alertcore.Record) error {
			stopped = c.replayOne(r, s)
			return stopped
		})
		if stopped != nil {
			return stopped
		}
		if err != nil {
			c.log.Error("older alerts were not read for a client of the event stream", "error", err)
			c.tellOfGap(c.alerted, before)
		}
	}
	c.alerted = max(c.alerted, before-1)
	return nil
}

func (c *streamClient) tellOfGap(after, before alertcore.Micros) {
	c.tell(&event{topic: topicGap, value: tracked.Nested(tracked.Object{
		{Name: "picket.event.after", Description: "Time after which alerts may be missing", Value: tracked.Double(after.Seconds())},
		{Name: "picket.event.before", Description: "Time from which on none is", Value: tracked.Double(before.Seconds())},
	})})
}

func (c *streamClient) replayOne(r *alertcore.Record, s *rendition) error {
	if r.Time() <= c.alerted {
		return nil
	}
	c.alerted = r.Time()
	c.queue((&event{topic: TopicAlert, record: r}).frame(s))
	if len(c.out) < batchEvents && c.size < batchBytes {
		return nil
	}
	if err := c.flush(); err != nil {
		return err
	}
	return c.ended()
}

// refuse tells the client what was wrong with its message.
func (c *streamClient) refuse(err error) {
	c.tell(&event{topic: topicError, value: tracked.Nested(tracked.Object{
		{Name: "picket.event.error", Description: "Why a message was not heeded", Value: tracked.String(err.Error())},
	})})
}
