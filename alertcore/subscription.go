package alertcore

import (
	"context"
	"slices"
)

// A Subscription hands one reader every record published after it was made, in
// order. Its queue is the ring itself: a reader that falls behind by more than
// the ring holds skips what has left it, and the skipped records are counted.
// It is for one goroutine at a time.
type Subscription struct {
	core    *Core
	wake    chan struct{} // holds one token while there may be news
	queue   []*Record
	seq     uint64 // of the newest record taken into queue
	dropped uint64
}

// Subscribe starts a subscription. Close ends it.
func (c *Core) Subscribe() *Subscription {
	s := &Subscription{core: c, wake: make(chan struct{}, 1)}
	if head := c.records.head.Load(); head != nil {
		s.seq = head.seq
	}
	for {
		old := c.subscriptions.Load()
		list := append(slices.Clone(*old), s)
		if c.subscriptions.CompareAndSwap(old, &list) {
			return s
		}
	}
}

// Close ends the subscription.
func (s *Subscription) Close() {
	for {
		old := s.core.subscriptions.Load()
		list := slices.DeleteFunc(slices.Clone(*old), func(x *Subscription) bool { return x == s })
		if s.core.subscriptions.CompareAndSwap(old, &list) {
			return
		}
	}
}

// Next waits for the next record, or for the end of ctx.
func (s *Subscription) Next(ctx context.Context) (*Record, error) {
	for {
		if len(s.queue) > 0 {
			r := s.queue[0]
			s.queue = s.queue[1:]
			return r, nil
		}
		if s.fill(); len(s.queue) > 0 {
			continue
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Dropped returns how many records left the ring before they were read.
func (s *Subscription) Dropped() uint64 { return s.dropped }

func (s *Subscription) fill() {
	ring := s.core.records
	list, head := ring.newest(len(ring.slots), func(n *node[Record]) bool { return n.seq > s.seq })
	if head == nil || head.seq == s.seq {
		return
	}
	s.dropped += head.seq - s.seq - uint64(len(list))
	s.queue, s.seq = list, head.seq
}

// notify wakes the subscribers. It never waits for one.
func (c *Core) notify() {
	for _, s := range *c.subscriptions.Load() {
		select {
		case s.wake <- struct{}{}:
		default: // it has been told already
		}
	}
	c.wakeFollowers()
}
