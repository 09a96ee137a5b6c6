package detectors

import (
	"encoding/binary"
	"hash/maphash"
	"iter"
	"math/bits"
	"math/rand/v2"

	"picket/capture/dot11"
)

// A Table maps keys to records within a fixed memory. All of it is allocated
// by NewTable; no operation allocates.
//
// When it is full a new key takes the place of an old one. The order is that
// of a segmented LRU: a new key enters the probation part and a key that is
// heard again moves to the protected part, whose least recently heard keys
// fall back to probation. Only probation is evicted from while it has
// records, so a flood of addresses that are heard once churns probation and
// leaves those that are there to stay alone.
//
// Keys are hashed with a seed drawn at random for each table: who chooses
// addresses can't choose collisions. The seed has no influence on what is
// kept.
type Table[K comparable, V any] struct {
	hash    func(K) uint32
	index   []int32 // open addressing: entry number + 1, 0 is empty
	mask    uint32
	entries []entry[K, V] // the first two are the rings' heads
	used    int           // entries ever handed out, heads included
	free    int32         // chain through next of deleted entries, 0 ends it

	protected    int
	maxProtected int
	promotions   uint32 // to the front of the protected ring
	live         int
	evicted      uint64
}

type entry[K comparable, V any] struct {
	key        K
	hash       uint32
	prev, next int32
	promoted   uint32 // the Table's promotions when it came to the front
	protected  bool
	value      V
}

// Ring heads. Each ring runs from the most recently heard (head.next) to the
// least (head.prev).
const (
	probationRing = 0
	protectedRing = 1
	ringHeads     = 2
)

// deleted is what a deleted entry has in place of one before it.
const deleted = -1

// NewTable makes a table of the given capacity, at least 4 records.
func NewTable[K comparable, V any](capacity int) *Table[K, V] {
	seed := maphash.MakeSeed()
	return newTable[K, V](capacity, func(k K) uint32 { return uint32(maphash.Comparable(seed, k)) })
}

// NewAddrTable makes a table of the given capacity, at least 4 records, keyed
// by addresses. It hashes them in a fraction of the time that NewTable's takes.
func NewAddrTable[V any](capacity int) *Table[dot11.Addr, V] {
	seed := rand.Uint64()
	return newTable[dot11.Addr, V](capacity, func(a dot11.Addr) uint32 {
		return uint32(mix(number(&a) ^ seed))
	})
}

// A member is a station and the BSS that it has to do with; the broadcast
// address stands for all of the BSS's stations.
type member struct{ bssid, station dot11.Addr }

// newMemberTable is NewAddrTable for members.
func newMemberTable[V any](capacity int) *Table[member, V] {
	seed := rand.Uint64()
	return newTable[member, V](capacity, func(m member) uint32 {
		return uint32(mix(mix(number(&m.bssid)^seed) ^ number(&m.station)))
	})
}

// number is the octets of a as one number.
func number(a *dot11.Addr) uint64 {
	return uint64(binary.LittleEndian.Uint32(a[:4])) | uint64(binary.LittleEndian.Uint16(a[4:]))<<32
}

// NewNameTable is NewTable for network names, of which most are short.
func NewNameTable[V any](capacity int) *Table[Name, V] {
	seed := maphash.MakeSeed()
	return newTable[Name, V](capacity, func(n Name) uint32 { return uint32(maphash.Bytes(seed, n.Bytes())) })
}

// mix spreads every bit of n over all of the result: the finalizer of
// MurmurHash3 (A. Appleby). Multiplying by random factors would be as fast, but
// for some of them leaves addresses that count up in a few places.
func mix(n uint64) uint64 {
	n ^= n >> 33
	n *= 0xff51afd7ed558ccd
	n ^= n >> 33
	n *= 0xc4ceb9fe1a85ec53
	return n ^ n>>33
}

func newTable[K comparable, V any](capacity int, hash func(K) uint32) *Table[K, V] {
	capacity = max(capacity, 4)
	slots := 1 << bits.Len(uint(2*capacity-1))
	t := &Table[K, V]{
		hash:         hash,
		index:        make([]int32, slots),
		mask:         uint32(slots - 1),
		entries:      make([]entry[K, V], capacity+ringHeads),
		used:         ringHeads,
		maxProtected: capacity * 3 / 4,
	}
	for ring := range int32(ringHeads) {
		t.entries[ring].prev, t.entries[ring].next = ring, ring
	}
	return t
}

// Len is the number of records held.
func (t *Table[K, V]) Len() int { return t.live }

// Cap is the number of records the table has room for.
func (t *Table[K, V]) Cap() int { return len(t.entries) - ringHeads }

// All yields every record with its key, of each part the least recently heard
// first. The table must not be changed meanwhile.
func (t *Table[K, V]) All() iter.Seq2[K, *V] {
	return func(yield func(K, *V) bool) {
		for ring := range int32(ringHeads) {
			for n := t.entries[ring].prev; n != ring; n = t.entries[n].prev {
				if e := &t.entries[n]; !yield(e.key, &e.value) {
					return
				}
			}
		}
	}
}

// Places is how many places there may be records in; they are numbered from 0.
// A record stays in its place for as long as it is held.
func (t *Table[K, V]) Places() int { return t.used - ringHeads }

// At returns the record in a place, nil when there is none. It leaves the
// order of eviction as it is. The pointer is good until the next Put or Delete.
func (t *Table[K, V]) At(place int) *V {
	e := &t.entries[place+ringHeads]
	if e.prev == deleted {
		return nil
	}
	return &e.value
}

// Evicted counts the records that had to make room for others.
func (t *Table[K, V]) Evicted() uint64 { return t.evicted }

// Peek returns the record of k, nil when there is none, and leaves its place
// in the order of eviction as it is. The pointer is good until the next Put
// or Delete.
func (t *Table[K, V]) Peek(k K) *V {
	_, n := t.find(k, t.hash(k))
	if n == 0 {
		return nil
	}
	return &t.entries[n].value
}

// Get returns the record of k, nil when there is none, and counts as hearing
// k again. The pointer is good until the next Put or Delete.
func (t *Table[K, V]) Get(k K) *V {
	_, n := t.find(k, t.hash(k))
	if n == 0 {
		return nil
	}
	t.heard(n)
	return &t.entries[n].value
}

// Put returns the record of k, a zero one when k is new, and counts as hearing
// k. The pointer is good until the next Put or Delete.
func (t *Table[K, V]) Put(k K) (v *V, isNew bool) {
	h := t.hash(k)
	slot, n := t.find(k, h)
	if n != 0 {
		t.heard(n)
		return &t.entries[n].value, false
	}
	switch {
	case t.free != 0:
		n = t.free
		t.free = t.entries[n].next
	case t.used < len(t.entries):
		n = int32(t.used)
		t.used++
	default:
		n = t.evict()
		// Closing the gap may have moved other keys into the slot found.
		slot, _ = t.find(k, h)
	}
	e := &t.entries[n]
	*e = entry[K, V]{key: k, hash: h}
	t.link(n, probationRing)
	t.index[slot] = n + 1
	t.live++
	return &e.value, true
}

// Delete forgets k.
func (t *Table[K, V]) Delete(k K) {
	slot, n := t.find(k, t.hash(k))
	if n == 0 {
		return
	}
	t.remove(slot, n)
	t.entries[n].prev = deleted
	t.entries[n].next = t.free
	t.free = n
}

// find returns the entry of k, or 0 and the empty slot where it would go.
func (t *Table[K, V]) find(k K, h uint32) (slot uint32, n int32) {
	for slot = h & t.mask; ; slot = (slot + 1) & t.mask {
		n = t.index[slot] - 1
		if n < 0 {
			return slot, 0
		}
		if e := &t.entries[n]; e.hash == h && e.key == k {
			return slot, n
		}
	}
}

// heard moves entry n to the front of the protected ring, unless it is in the
// first part of it already: to be exact there would cost every frame the move.
func (t *Table[K, V]) heard(n int32) {
	e := &t.entries[n]
	if e.protected && t.promotions-e.promoted < uint32(t.maxProtected/8) {
		return // fewer have come to the front since
	}
	t.unlink(n)
	t.link(n, protectedRing)
	t.promotions++
	e.promoted = t.promotions
	if e.protected {
		return
	}
	e.protected = true
	t.protected++
	if t.protected > t.maxProtected {
		oldest := t.entries[protectedRing].prev
		t.unlink(oldest)
		t.link(oldest, probationRing)
		t.entries[oldest].protected = false
		t.protected--
	}
}

// evict removes the least recently heard record of probation, of the
// protected part when probation is empty, and returns its entry.
func (t *Table[K, V]) evict() int32 {
	n := t.entries[probationRing].prev
	if n == probationRing {
		n = t.entries[protectedRing].prev
	}
	slot := t.entries[n].hash & t.mask
	for t.index[slot] != n+1 {
		slot = (slot + 1) & t.mask
	}
	t.remove(slot, n)
	t.evicted++
	return n
}

// remove takes entry n out of its ring and of the index.
func (t *Table[K, V]) remove(slot uint32, n int32) {
	t.unlink(n)
	if t.entries[n].protected {
		t.protected--
	}
	t.live--
	// Shift back the keys that probed past the slot, so that no probe for
	// them ends in the gap.
	gap := slot
	for next := (gap + 1) & t.mask; t.index[next] != 0; next = (next + 1) & t.mask {
		home := t.entries[t.index[next]-1].hash & t.mask
		if (next-home)&t.mask >= (next-gap)&t.mask {
			t.index[gap] = t.index[next]
			gap = next
		}
	}
	t.index[gap] = 0
}

func (t *Table[K, V]) unlink(n int32) {
	e := &t.entries[n]
	t.entries[e.prev].next = e.next
	t.entries[e.next].prev = e.prev
}

func (t *Table[K, V]) link(n, ring int32) {
	head, e := &t.entries[ring], &t.entries[n]
	e.prev, e.next = ring, head.next
	t.entries[head.next].prev = n
	head.next = n
}
