package api

import (
	"context"
	"sync"
	"sync/atomic"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// Topics of events, in Kismet's words.
const (
	TopicAlert             = "ALERT"
	TopicMessage           = "MESSAGE"
	TopicTimestamp         = "TIMESTAMP"         // once a second
	TopicBattery           = "BATTERY"           // once a second
	TopicPacketChainStats  = "PACKETCHAIN_STATS" // once a second
	TopicLocation          = "GPS_LOCATION"      // once a second
	TopicStatistics        = "STATISTICS"        // once a second
	TopicNewDatasource     = "NEW_DATASOURCE"
	TopicDatasourceOpened  = "DATASOURCE_OPENED"
	TopicDatasourceClosed  = "DATASOURCE_CLOSED"
	TopicDatasourceError   = "DATASOURCE_ERROR"
	TopicDatasourcePaused  = "DATASOURCE_PAUSED"
	TopicDatasourceResumed = "DATASOURCE_RESUMED"
)

// anyTopic is what a client subscribes to for the events of all topics.
const anyTopic = "*"

// maxBehind is how many bytes of events a client may be behind the newest one.
// As the events are in memory once for all clients, all of them together can
// cost no more.
const maxBehind = 8 << 20

// events hands what happens to the clients that listen to it.
//
// The events form a chain from the older to the newer, and a client is a place
// in it: there are no queues to fill, and what all clients have passed is left
// to the garbage collector. One goroutine, run, follows the alerts and
// messages, so that who raises an alert never waits for a client.
type events struct {
	alerts   Alerts
	secondly []secondly
	maxLag   uint64

	news   atomic.Pointer[chan struct{}] // closed when the chain grows
	posted chan struct{}                 // holds a token while there may be posts

	mu      sync.Mutex
	tail    *event
	unsaid  int            // events that clients were not woken for
	topics  map[string]int // how many clients subscribe to each
	clients map[*streamClient]struct{}
	formats map[string]*sharedSelection // that clients have in common
	posts   []publication               // not yet in the chain
	empty   chan struct{}               // closed when the server goes down and all clients have left
	closed  bool
	slow    uint64 // clients that were let go, as they were

	ctx    context.Context // of all clients; ends when the server goes down
	cancel context.CancelFunc
}

// secondly is an event that there is once a second.
type secondly struct {
	topic string
	value func() (v tracked.Value, ok bool) // called while somebody listens; not ok: there is none now
}

// publication is an event that somebody has published.
type publication struct {
	topic string
	value func() (v tracked.Value, ok bool)
}

// maxPosts is how many posts wait at most. They are rare.
const maxPosts = 1024

// event is a link of the chain.
type event struct {
	topic  string
	record *alertcore.Record // of an ALERT
	value  tracked.Value     // of all others
	end    uint64            // bytes of all events up to the end of this one
	next   atomic.Pointer[event]

	encoding sync.Mutex // held while encoded is extended
	encoded  atomic.Pointer[[]encodedEvent]
}

func newEvents(alerts Alerts) *events {
	e := &events{
		alerts: alerts, maxLag: maxBehind, tail: new(event), posted: make(chan struct{}, 1),
		topics: map[string]int{}, clients: map[*streamClient]struct{}{}, formats: map[string]*sharedSelection{},
		empty: make(chan struct{}),
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.news.Store(new(make(chan struct{})))
	return e
}

// Publish tells the clients that listen to topic of an event. value is called
// only if there are any, later and by another goroutine; if it is not ok,
// there is no event. Publish reports whether there was room for it.
func (s *Server) Publish(topic string, value func() (v tracked.Value, ok bool)) bool {
	return s.events.post(topic, value)
}

func (es *events) post(topic string, value func() (tracked.Value, bool)) bool {
	es.mu.Lock()
	defer es.mu.Unlock()
	if !es.wanted(topic) {
		return true
	}
	if len(es.posts) == maxPosts {
		return false
	}
	es.posts = append(es.posts, publication{topic, value})
	select {
	case es.posted <- struct{}{}:
	default:
	}
	return true
}

// wanted reports whether anybody listens. The caller holds mu.
func (es *events) wanted(topic string) bool {
	return es.topics[topic] > 0 || es.topics[anyTopic] > 0
}

// append chains e, which takes size bytes. The caller holds mu.
func (es *events) append(e *event, size int) {
	e.end = es.tail.end + uint64(size)
	es.tail.next.Store(e)
	es.tail = e
	es.unsaid++
}

// listening is how many clients there are, by how they are connected, and how
// many were let go so far as they were too slow.
func (es *events) listening() (sockets, sse int, slow uint64) {
	es.mu.Lock()
	defer es.mu.Unlock()
	for c := range es.clients {
		if c.wire == overSSE {
			sse++
		} else {
			sockets++
		}
	}
	return sockets, sse, es.slow
}

// wasSlow counts a client that was let go.
func (es *events) wasSlow() {
	es.mu.Lock()
	defer es.mu.Unlock()
	es.slow++
}

// announce wakes the clients, and lets go of those that are too far behind.
// The caller holds mu.
func (es *events) announce() {
	for c := range es.clients {
		if at := c.at.Load(); at != nil && es.tail.end-at.end > es.maxLag {
			c.at.CompareAndSwap(at, nil)
		}
	}
	es.unsaid = 0
	close(*es.news.Swap(new(make(chan struct{}))))
}

// join makes c a client, unless the server goes down.
func (es *events) join(c *streamClient) bool {
	es.mu.Lock()
	defer es.mu.Unlock()
	if es.closed {
		return false
	}
	es.clients[c] = struct{}{}
	return true
}

// leave ends what join began.
func (es *events) leave(c *streamClient) {
	es.mu.Lock()
	defer es.mu.Unlock()
	for topic, selected := range c.subscriptions {
		es.forget(topic, selected)
	}
	c.subscriptions = nil
	delete(es.clients, c)
	if es.closed && len(es.clients) == 0 {
		close(es.empty)
	}
}

// subscribe has c get the events of topic from now on, or get them in another
// format.
func (es *events) subscribe(c *streamClient, topic string, want rendition) {
	es.mu.Lock()
	defer es.mu.Unlock()
	if old := c.subscriptions[topic]; old != nil {
		es.forget(topic, old)
	}
	c.subscriptions[topic] = es.share(want)
	es.topics[topic]++
	if !c.attached {
		c.attached = true
		c.at.Store(es.tail)
	}
}

func (es *events) unsubscribe(c *streamClient, topic string) {
	es.mu.Lock()
	defer es.mu.Unlock()
	if old := c.subscriptions[topic]; old != nil {
		es.forget(topic, old)
		delete(c.subscriptions, topic)
	}
}

// forget takes a subscription back. The caller holds mu.
func (es *events) forget(topic string, selected *sharedSelection) {
	if es.topics[topic]--; es.topics[topic] == 0 {
		delete(es.topics, topic)
	}
	if selected.users.Add(-1) == 0 {
		delete(es.formats, selected.key)
	}
}

// share returns the rendition that all clients who want the same have. The
// caller holds mu.
func (es *events) share(want rendition) *sharedSelection {
	shared := es.formats[want.key]
	if shared == nil {
		shared = &sharedSelection{rendition: want}
		es.formats[want.key] = shared
	}
	shared.users.Add(1)
	return shared
}

// close sends all clients away.
func (es *events) close() {
	es.mu.Lock()
	defer es.mu.Unlock()
	if es.closed {
		return
	}
	es.closed = true
	es.cancel()
	if len(es.clients) == 0 {
		close(es.empty)
	}
}
