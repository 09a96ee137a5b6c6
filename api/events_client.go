package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"picket/alertcore"
)

// maxSubscriptions is how many topics a client may listen to.
const maxSubscriptions = 64

// streamClient is a client that is sent events as they come. All that is sent
// is sent by one goroutine, that of run; what else happens on the connection is
// handed to it through inbox.
type streamClient struct {
	hub   *events
	conn  net.Conn
	wire  wire
	log   *slog.Logger
	write time.Duration // what a write may take
	beat  time.Duration // how often the connection is shown to be alive

	older   OlderAlerts // nil: what has left the core is gone
	since   alertcore.Micros
	resumes bool // the first subscription to alerts begins after since

	ctx   context.Context // ends when the client is gone, or the server goes down
	inbox chan func() error
	done  chan struct{}           // closed when run has ended
	bye   atomic.Pointer[closing] // of a client that takes its leave, set before ctx ends

	// at is the last event that was dealt with. It is nil before the first
	// subscription, and after it if the client fell too far behind.
	at atomic.Pointer[event]

	reading sync.Mutex // held while the deadline of reads is set
	ending  bool       // it is the last one

	// Of the goroutine of run:
	subscriptions map[string]*sharedSelection // changed by the hub alone
	attached      bool                        // there was a subscription
	alerted       alertcore.Micros            // time of the newest alert that was sent, or is not to be
	out           [][]byte                    // to be sent
	size          int                         // of out
	until         time.Time                   // deadline of writes
}

// OlderAlerts are those that have left the core.
type OlderAlerts interface {
	// Oldest returns the time from which on no alert is missing.
	Oldest() alertcore.Micros
	// Older calls yield with the alerts between two times, neither included,
	// oldest first. It ends when yield returns an error, and returns that.
	Older(ctx context.Context, after, before alertcore.Micros, yield func(*alertcore.Record) error) error
}

// closing is why a stream ends.
type closing struct {
	code   int
	reason string
	slow   bool // the client's fault, which the log is told of
}

func (c closing) Error() string { return c.reason }

var (
	errClientGone = errors.New("the client is gone")
	errTooSlow    = closing{closePolicy, "too slow: events came faster than they were taken", true}
	errShutdown   = closing{closeGoingAway, "the server goes down", false}
)

// A batch of events is sent in one call.
const (
	batchEvents = 64
	batchBytes  = 64 << 10
)

// lingerAfterClose is what a client gets to take the farewell in.
const lingerAfterClose = 500 * time.Millisecond

// run sends until there is a reason to end, and says farewell. start is what to
// do first.
func (c *streamClient) run(start func() error) {
	defer close(c.done)
	why := c.serve(start)
	// The client may have to read a lot before it sees the farewell, and is
	// read from until then: to close at once could take it away.
	defer func() { c.awaitUntil(time.Now().Add(lingerAfterClose), true) }()
	var end closing
	if !errors.As(why, &end) {
		return // nobody is there
	}
	if end.slow {
		c.hub.wasSlow()
		c.log.Warn("a client of the event stream was dropped", "peer", c.conn.RemoteAddr().String(), "reason", end.reason)
	}
	if !errors.Is(why, os.ErrDeadlineExceeded) { // else it waits in the midst of something
		c.conn.SetWriteDeadline(time.Now().Add(lingerAfterClose))
		c.conn.Write(c.farewell(end)) // the client may be gone
	}
}

// awaitUntil sets the deadline of reads, unless the last one is set.
func (c *streamClient) awaitUntil(deadline time.Time, last bool) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if !c.ending {
		c.ending = last
		c.conn.SetReadDeadline(deadline)
	}
}

func (c *streamClient) farewell(end closing) []byte {
	if c.wire == overSSE {
		return fmt.Appendf(nil, "event: error\ndata: {\"picket.event.error\": %q}\n\n", end.reason)
	}
	return appendClose(nil, end.code, end.reason)
}

func (c *streamClient) serve(start func() error) error {
	beat := time.NewTicker(c.beat)
	defer beat.Stop()
	if err := start(); err != nil {
		return err
	}
	for {
		news := *c.hub.news.Load()
		err := c.deliver()
		if err != nil {
			return err
		}
		select {
		case <-news:
		case do := <-c.inbox:
			err = do()
		case <-beat.C:
			c.queue(c.heartbeat())
		case <-c.ctx.Done():
			return c.ended()
		}
		if err != nil {
			return err
		}
	}
}

// ended returns why there is no more to do, nil if there is.
func (c *streamClient) ended() error {
	switch {
	case c.ctx.Err() == nil:
		return nil
	case c.hub.ctx.Err() != nil:
		return errShutdown
	}
	if bye := c.bye.Load(); bye != nil {
		return *bye
	}
	return errClientGone
}

func (c *streamClient) heartbeat() []byte {
	if c.wire == overSSE {
		return []byte(": alive\n\n")
	}
	return appendFrame(nil, opPing, nil)
}

// deliver sends what is queued, and all events that there are.
func (c *streamClient) deliver() error {
	for {
		more, err := c.collect()
		if err == nil {
			err = c.flush()
		}
		if err == nil {
			err = c.ended()
		}
		if err != nil || !more {
			return err
		}
	}
}

// collect queues the next events. It holds on to none of them, so that while
// they are sent nothing but at keeps later ones in memory.
func (c *streamClient) collect() (more bool, err error) {
	first := c.at.Load()
	if first == nil {
		if c.attached {
			return false, errTooSlow
		}
		return false, nil
	}
	last := first
	for range batchEvents {
		next := last.next.Load()
		if next == nil || c.size >= batchBytes {
			break
		}
		last = next
		c.take(last)
	}
	if !c.at.CompareAndSwap(first, last) {
		return false, errTooSlow
	}
	return last != first, nil
}

// take queues e if it is wanted.
func (c *streamClient) take(e *event) {
	selected := c.selected(e.topic)
	if selected == nil {
		return
	}
	if e.record != nil {
		if e.record.Time() <= c.alerted {
			return
		}
		c.alerted = e.record.Time()
	}
	c.queue(e.encode(selected))
}

// selected returns what is wanted of a topic, nil if nothing is.
func (c *streamClient) selected(topic string) *sharedSelection {
	if s := c.subscriptions[topic]; s != nil {
		return s
	}
	return c.subscriptions[anyTopic]
}

func (c *streamClient) queue(frame []byte) {
	c.out = append(c.out, frame)
	c.size += len(frame)
}

// flush sends what is queued.
func (c *streamClient) flush() error {
	if len(c.out) == 0 {
		return nil
	}
	// To set a deadline costs about as much as a small write.
	if now := time.Now(); c.until.Before(now.Add(c.write / 2)) {
		c.until = now.Add(c.write)
		c.conn.SetWriteDeadline(c.until)
	}
	buffers := net.Buffers(c.out)
	_, err := buffers.WriteTo(c.conn)
	clear(c.out)
	c.out, c.size = c.out[:0], 0
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.Join(errTooSlow, err)
	}
	if err != nil {
		return errors.Join(errClientGone, err)
	}
	return nil
}

// tell queues an event for this client alone.
func (c *streamClient) tell(e *event) { c.queue(e.frame(&rendition{wire: c.wire})) }

// ask has the goroutine of run do something, unless it has ended.
func (c *streamClient) ask(do func() error) {
	select {
	case c.inbox <- do:
	case <-c.done:
	}
}
