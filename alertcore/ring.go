package alertcore

import (
	"slices"
	"sync/atomic"
)

// ring keeps the newest values that any number of writers publish, for any
// number of readers, without a lock.
//
// The values form a chain from the newest, head, back to older ones. One
// compare-and-swap of head both fixes a value's place and makes it visible;
// there is no moment in which a value is visible and an older one is not.
// Through the array of slots the writer of a value finds the one that leaves
// the ring in exchange, and cuts the chain there, so that the garbage collector
// can have the rest. A slot is written a moment after its value has become
// visible: readers may look there, but must do without.
//
// The values form a chain forward too, which no one cuts: who holds a value
// reaches all that were published after it, however many, and keeps them from
// the garbage collector.
type ring[T any, P stamped[T]] struct {
	head  atomic.Pointer[node[T]]
	slots []atomic.Pointer[node[T]]
	first atomic.Pointer[node[T]] // stands before the first value, until that is there
	keep  int                     // how many values readers are shown
}

// stamped values fix what depends on their place in the chain when they are
// about to take it. older is nil for the first value. A value may be stamped
// several times before it gets in; the last time counts.
type stamped[T any] interface {
	*T
	stamp(older *T)
}

// node is a value in the chain: one allocation with it.
type node[T any] struct {
	value T
	seq   uint64 // 1, 2, 3 ...
	older atomic.Pointer[node[T]]
	newer atomic.Pointer[node[T]] // set a moment after the newer one became visible
}

// newRing shows readers the newest keep values. The chain is longer, so that
// readers in the midst of their walk are rarely overtaken by its end.
func newRing[T any, P stamped[T]](keep int) *ring[T, P] {
	r := &ring[T, P]{slots: make([]atomic.Pointer[node[T]], keep+keep/4+64), keep: keep}
	r.first.Store(new(node[T]))
	return r
}

// publish makes n the newest value.
func (r *ring[T, P]) publish(n *node[T]) {
	for {
		head := r.head.Load()
		if head == nil {
			n.seq = 1
			P(&n.value).stamp(nil)
		} else {
			n.seq = head.seq + 1
			P(&n.value).stamp(&head.value)
		}
		n.older.Store(head)
		if r.head.CompareAndSwap(head, n) {
			r.link(head, n)
			break
		}
	}
	r.cut(n)
}

// link chains n, the newest value, behind the one before it, nil if there is
// none.
func (r *ring[T, P]) link(before, n *node[T]) {
	if before != nil {
		before.newer.Store(n)
		return
	}
	r.first.Load().newer.Store(n)
	r.first.Store(nil) // else it would hold all values for ever
}

// last returns the newest value, or what stands before the first: the place to
// wait for the next one.
func (r *ring[T, P]) last() *node[T] {
	for {
		if head := r.head.Load(); head != nil {
			return head
		}
		if first := r.first.Load(); first != nil {
			return first
		}
	}
}

// cut ends the chain behind the value that n replaces in the slots.
func (r *ring[T, P]) cut(n *node[T]) {
	slot := &r.slots[n.seq%uint64(len(r.slots))]
	for {
		old := slot.Load()
		if old != nil && old.seq > n.seq {
			// Others published a whole round while this writer slept: n
			// itself has left the ring.
			n.older.Store(nil)
			return
		}
		if slot.CompareAndSwap(old, n) {
			if old != nil {
				old.older.Store(nil)
			}
			return
		}
	}
}

// newest returns the values from the newest back to the first for which more
// does not hold, at most limit of them, oldest first, and the newest of all,
// which is nil while the ring is empty. limit must not exceed len(r.slots).
func (r *ring[T, P]) newest(limit int, more func(*node[T]) bool) ([]*T, *node[T]) {
	for {
		head := r.head.Load()
		if head == nil {
			return nil, nil
		}
		if values, whole := walk(head, limit, more); whole {
			slices.Reverse(values)
			return values, head
		}
	}
}

// all is newest for all that readers are shown. It takes the values from the slots,
// which is faster than to find each one through the next, where their writers
// have got so far as to put them there.
func (r *ring[T, P]) all() ([]*T, *node[T]) {
	head := r.head.Load()
	if head == nil {
		return nil, nil
	}
	values := make([]*T, min(uint64(r.keep), head.seq))
	seq := head.seq - uint64(len(values)) + 1
	slot := int(seq % uint64(len(r.slots)))
	for i := range values {
		n := head
		if seq != head.seq {
			n = r.slots[slot].Load()
		}
		if n == nil || n.seq != seq {
			return r.newest(r.keep, func(*node[T]) bool { return true })
		}
		values[i] = &n.value
		seq++
		if slot++; slot == len(r.slots) {
			slot = 0
		}
	}
	return values, head
}

// walk collects values from n back. It is not whole if writers overtook it and
// cut the chain before it had all it came for.
func walk[T any](n *node[T], limit int, more func(*node[T]) bool) (values []*T, whole bool) {
	for n != nil && len(values) < limit {
		if !more(n) {
			return values, true
		}
		values = append(values, &n.value)
		if n.seq == 1 {
			return values, true
		}
		n = n.older.Load()
	}
	return values, len(values) == limit
}
