package history

import (
	"sync/atomic"

	"picket/alertcore"
)

// queue is what was journalled and not taken yet: a stack that any number of
// goroutines push to without a lock, and that the writer takes whole.
type queue struct {
	head atomic.Pointer[entry]
	wake chan struct{} // holds one token while there may be news
}

// entry is one thing to write, or somebody who waits for all before it.
type entry struct {
	below      *entry
	record     *alertcore.Record
	message    *alertcore.Message
	definition *alertcore.Definition
	waiter     chan error // has room for the one error that is sent
	flush      bool       // waiter waits for the database
}

func newQueue() queue { return queue{wake: make(chan struct{}, 1)} }

// push never blocks. The writer is woken by the first entry, which may wait for
// company, and by everybody who waits.
func (q *queue) push(e *entry) {
	for {
		head := q.head.Load()
		e.below = head
		if q.head.CompareAndSwap(head, e) {
			if head == nil || e.waiter != nil {
				q.rouse()
			}
			return
		}
	}
}

func (q *queue) rouse() {
	select {
	case q.wake <- struct{}{}:
	default: // it has been told already
	}
}

// take empties the queue and returns its newest entry, above all others.
func (q *queue) take() *entry { return q.head.Swap(nil) }
