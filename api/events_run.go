package api

import (
	"time"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// run makes events of what a follower is handed, and of what happens besides,
// until ended is closed. The follower has to be older than the first client.
func (es *events) run(follower *alertcore.Follower, ended <-chan struct{}) {
	defer follower.Close()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	pause := time.NewTimer(0) // between two announcements
	defer pause.Stop()
	var announced time.Time
	for {
		for es.follow(follower) {
			announced = time.Now()
		}
		if wait, unsaid := es.rest(announced); unsaid && wait > 0 {
			pause.Reset(wait)
		} else if unsaid {
			es.mu.Lock()
			es.announce()
			es.mu.Unlock()
			announced = time.Now()
		}
		select {
		case <-pause.C:
		case <-follower.Wake():
		case <-es.posted:
			es.mu.Lock()
			posts := es.posts
			es.posts = nil
			es.mu.Unlock()
			for _, p := range posts {
				es.publish(p.topic, p.value)
			}
		case <-second.C:
			for _, s := range es.secondly {
				es.publish(s.topic, s.value)
			}
		case <-ended:
			return
		}
	}
}

// publish appends an event that is not about an alert, if anybody listens.
func (es *events) publish(topic string, value func() (tracked.Value, bool)) {
	es.mu.Lock()
	wanted := es.wanted(topic)
	es.mu.Unlock()
	if !wanted {
		return
	}
	if v, ok := value(); ok {
		es.mu.Lock()
		defer es.mu.Unlock()
		es.append(&event{topic: topic, value: v}, eventSize)
	}
}

// eventSize is about what an event takes with little in it.
const eventSize = 1024

// Many clients that are woken for each of many events, and send it alone, cost
// more than all else. So after an announcement the next one waits a moment for
// each client, and for no more than a person would notice.
const (
	restPerClient = 50 * time.Microsecond
	maxRest       = 50 * time.Millisecond
)

// rest returns how long the next announcement has to wait, and whether there is
// something to announce.
func (es *events) rest(announced time.Time) (wait time.Duration, unsaid bool) {
	es.mu.Lock()
	defer es.mu.Unlock()
	pause := min(time.Duration(len(es.clients))*restPerClient, maxRest)
	return pause - time.Since(announced), es.unsaid > 0
}

// follow appends some of what a follower has, few enough that those who come
// and go need not wait for long. If that was not all, then it is announced, so
// that no client falls behind for being kept waiting.
func (es *events) follow(f *alertcore.Follower) (more bool) {
	es.mu.Lock()
	defer es.mu.Unlock()
	for range batchEvents {
		record, message := f.Next()
		switch {
		case record != nil && es.wanted(TopicAlert):
			es.append(&event{topic: TopicAlert, record: record}, eventSize+2*len(record.JSON()))
		case message != nil && es.wanted(TopicMessage):
			es.append(&event{topic: TopicMessage, value: tracked.Nested(message.Object())}, eventSize+2*len(message.Text()))
		case record == nil && message == nil:
			return false
		}
	}
	es.announce()
	return true
}
