package auth

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// freeAttempts may fail without delay: people mistype.
	freeAttempts = 3
	// maxDelay is the longest that an address has to wait. The delay starts
	// with a second and doubles with every failure.
	maxDelay = time.Minute
	// forgiveAfter is how long after its last attempt an address is forgotten.
	forgiveAfter = 15 * time.Minute
	// maxAddresses bounds the table. Beyond it, the address that was silent
	// for longest is forgotten.
	maxAddresses = 1024
)

// failures slows down who guesses passwords.
type failures struct {
	mu     *sync.Mutex
	byPeer map[netip.Prefix]*attempts
}

type attempts struct {
	count int
	last  time.Time
	until time.Time // no attempt is looked at before
}

func newFailures() failures {
	return failures{mu: new(sync.Mutex), byPeer: make(map[netip.Prefix]*attempts)}
}

// begin counts an attempt of peer as failed, until forget says otherwise, so
// that attempts side by side are slowed like ones in a row. It returns how
// long the attempt is too early; then it does not count.
func (f failures) begin(peer netip.Addr, now time.Time) (wait time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := peerKey(peer)
	a := f.byPeer[key]
	if a != nil && now.Sub(a.last) > forgiveAfter {
		*a = attempts{}
	}
	if a == nil {
		if len(f.byPeer) >= maxAddresses {
			f.dropOldest()
		}
		a = new(attempts)
		f.byPeer[key] = a
	}
	if wait := a.until.Sub(now); wait > 0 {
		return wait
	}
	a.count++
	a.last = now
	if n := a.count - freeAttempts; n >= 0 {
		a.until = now.Add(min(time.Second<<min(n, 16), maxDelay))
	}
	return 0
}

// forget clears peer's record after a right password.
func (f failures) forget(peer netip.Addr) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.byPeer, peerKey(peer))
}

func (f failures) dropOldest() {
	var oldest netip.Prefix
	var last time.Time
	for key, a := range f.byPeer {
		if last.IsZero() || a.last.Before(last) {
			oldest, last = key, a.last
		}
	}
	delete(f.byPeer, oldest)
}

// peerKey is the address, or for IPv6 the /64 that one subscriber has at the
// least (RFC 6177).
func peerKey(peer netip.Addr) netip.Prefix {
	peer = peer.Unmap().WithZone("")
	bits := peer.BitLen()
	if peer.Is6() {
		bits = 64
	}
	key, err := peer.Prefix(bits)
	if err != nil { // no address at all: those share one record
		return netip.Prefix{}
	}
	return key
}
