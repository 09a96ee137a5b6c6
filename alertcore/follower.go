package alertcore

import "slices"

// A Follower is handed every record and every message that is published after
// it was made, each once: records in the order of their times, messages in
// theirs, and an alert's message after its record. It misses nothing, however
// far it falls behind: what it has not taken stays in memory. So it is for who
// takes at once, not for who waits for others. It is for one goroutine at a
// time.
type Follower struct {
	core    *Core
	wake    chan struct{} // holds one token while there may be news
	record  *node[Record]
	message *node[Message]
}

// Follow starts a follower. Close ends it.
func (c *Core) Follow() *Follower {
	f := &Follower{core: c, wake: make(chan struct{}, 1)}
	// The message first: one about a record that the follower is not handed
	// may come, but no record whose message does not.
	f.message = c.messages.last()
	f.record = c.records.last()
	for {
		old := c.followers.Load()
		list := append(slices.Clone(*old), f)
		if c.followers.CompareAndSwap(old, &list) {
			return f
		}
	}
}

// Close ends the follower.
func (f *Follower) Close() {
	for {
		old := f.core.followers.Load()
		list := slices.DeleteFunc(slices.Clone(*old), func(x *Follower) bool { return x == f })
		if f.core.followers.CompareAndSwap(old, &list) {
			return
		}
	}
}

// Wake returns a channel that yields when there may be news.
func (f *Follower) Wake() <-chan struct{} { return f.wake }

// Next returns a record or a message, or neither if there is nothing new.
func (f *Follower) Next() (*Record, *Message) {
	message := f.message.newer.Load()
	if message != nil && message.value.alert <= f.record.value.time {
		f.message = message
		return nil, &message.value
	}
	// If there is a message but not yet its record, then the writer of one
	// before that has yet to link it, and to wake the follower.
	if record := f.record.newer.Load(); record != nil {
		f.record = record
		return &record.value, nil
	}
	return nil, nil
}

// wakeFollowers never waits for one.
func (c *Core) wakeFollowers() {
	for _, f := range *c.followers.Load() {
		select {
		case f.wake <- struct{}{}:
		default: // it has been told already
		}
	}
}

// Missed returns the records that are younger than after, oldest first, as far
// back as there are any: more than Since shows. whole is false if there were
// older ones, or may have been before the core was made.
func (c *Core) Missed(after Micros) (records []*Record, whole bool) {
	n := c.records.head.Load()
	if n == nil {
		return nil, after >= c.start
	}
	for ; n != nil && n.value.time > after; n = n.older.Load() {
		records = append(records, &n.value)
		whole = n.seq == 1 && after >= c.start
	}
	slices.Reverse(records)
	return records, whole || n != nil
}
