package api

import (
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// connections keeps the number of connections within limits. A new one is
// always let in: at a limit, the one that has been waiting for its client for
// longest is closed to make room. So those who hold connections and send
// nothing, or a byte now and then, take the place of each other, and not of
// those who ask.
//
// It watches the connections from outside, by the server's hooks: a wrapper
// around them would keep fasthttp from sending header and body in one call. It
// watches their time limits too, to the second, as deadlines would have to be
// set three times a request.
type connections struct {
	limits   Limits
	draining atomic.Bool

	open  sync.Map     // net.Conn to *connection
	clock atomic.Int64 // seconds in the upper bits, turns of clients in the lower

	mu     sync.Mutex // held while connections come and go
	count  int
	byPeer map[netip.Prefix]int

	streams       int // of count
	streamsByPeer map[netip.Prefix]int
}

// turnBits leaves room for a billion requests a second.
const turnBits = 30

// connection is the state of one.
type connection struct {
	conn  net.Conn
	peer  netip.Prefix
	doing atomic.Int32
	since atomic.Int64 // clock when the client was of use for the last time

	stream bool // it belongs to an event stream; guarded by connections.mu
}

// What goes on on a connection.
const (
	idle      = iota // the client may send a request
	reading          // the client has to send the rest of it
	answering        // we have to answer
	writing          // the client has to take the answer
	streaming        // it is an event stream, which watches its time limits itself
)

func newConnections(limits Limits) *connections {
	return &connections{limits: limits, byPeer: make(map[netip.Prefix]int), streamsByPeer: make(map[netip.Prefix]int)}
}

// number returns how many connections are open.
func (cs *connections) number() int {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.count
}

// hook is told by the server what becomes of its connections.
func (cs *connections) hook(c net.Conn, state fasthttp.ConnState) {
	switch state {
	case fasthttp.StateNew:
		cs.admit(c)
	case fasthttp.StateActive:
		cs.enter(cs.of(c), reading)
	case fasthttp.StateIdle:
		cs.enter(cs.of(c), idle)
	case fasthttp.StateClosed:
		cs.forget(c)
	case fasthttp.StateHijacked: // it is an event stream's, which forgets it
	}
}

// forget takes c, which is closed or about to be, from the count.
func (cs *connections) forget(c net.Conn) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.remove(c)
}

// of returns the state of c, nil if it is not under limits.
func (cs *connections) of(c net.Conn) *connection {
	state, _ := cs.open.Load(c)
	found, _ := state.(*connection)
	return found
}

// enter notes what goes on on c, which may be nil, from now on.
func (cs *connections) enter(c *connection, doing int32) {
	if c != nil {
		c.since.Store(cs.clock.Add(1))
		c.doing.Store(doing)
	}
}

// tick counts a second, and closes the connections whose clients have taken
// longer than they may.
func (cs *connections) tick() {
	now := cs.clock.Add(1<<turnBits) >> turnBits
	cs.closeIf(func(c *connection) bool {
		var limit time.Duration
		switch c.doing.Load() {
		case idle:
			limit = cs.limits.Idle
		case reading:
			limit = cs.limits.Read
		case writing:
			limit = cs.limits.Write
		default:
			return false
		}
		return time.Duration(now-c.since.Load()>>turnBits)*time.Second > limit
	})
}

// admit makes room for c, or closes it if there is none to be made: every
// connection is being answered, or the server is going down.
func (cs *connections) admit(c net.Conn) {
	added := &connection{conn: c, peer: limitKey(c.RemoteAddr())}
	cs.enter(added, reading) // who connects has to send a request soon

	cs.mu.Lock()
	defer cs.mu.Unlock()
	var victim *connection
	switch {
	case cs.draining.Load():
		victim = added
	case cs.byPeer[added.peer] >= cs.limits.PeerConnections:
		victim = cs.longestWaiting(func(other *connection) bool { return other.peer == added.peer }, added)
	case cs.count >= cs.limits.Connections:
		victim = cs.longestWaiting(func(*connection) bool { return true }, added)
	}
	if victim != nil {
		cs.remove(victim.conn)
		cut(victim.conn) // its goroutine in the server notices and cleans up
	}
	if victim != added {
		cs.open.Store(c, added)
		cs.count++
		cs.byPeer[added.peer]++
	}
}

// longestWaiting returns the connection among those wanted that has waited for
// its client for longest, or fallback if none waits. The caller holds mu.
func (cs *connections) longestWaiting(wanted func(*connection) bool, fallback *connection) *connection {
	longest := fallback
	cs.open.Range(func(_, state any) bool {
		c := state.(*connection)
		if wanted(c) && !c.stream && c.doing.Load() != answering && c.since.Load() < longest.since.Load() {
			longest = c
		}
		return true
	})
	return longest
}

// remove forgets c. The caller holds mu.
func (cs *connections) remove(c net.Conn) {
	state, ok := cs.open.LoadAndDelete(c)
	if !ok {
		return
	}
	peer := state.(*connection).peer
	if c := state.(*connection); c.stream {
		cs.countStream(c, -1)
	}
	cs.count--
	if cs.byPeer[peer]--; cs.byPeer[peer] == 0 {
		delete(cs.byPeer, peer)
	}
}

// drain lets no more connections in and closes those that wait for a request,
// or the rest of one.
func (cs *connections) drain() {
	cs.mu.Lock()
	cs.draining.Store(true)
	cs.mu.Unlock()
	cs.closeIf(func(c *connection) bool { return c.doing.Load() <= reading })
}

// closeAll closes all connections, whatever goes on.
func (cs *connections) closeAll() {
	cs.closeIf(func(*connection) bool { return true })
}

func (cs *connections) closeIf(wanted func(*connection) bool) {
	cs.open.Range(func(_, state any) bool {
		if c := state.(*connection); wanted(c) {
			cut(c.conn)
		}
		return true
	})
}

// cut closes a connection without a farewell, which under TLS could wait for
// the peer.
func cut(c net.Conn) {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	c.Close()
}

// limitKey is the address that limits go by: for IPv6 the /64 that one
// subscriber has at the least.
func limitKey(addr net.Addr) netip.Prefix {
	peer := peerOf(addr).WithZone("")
	bits := peer.BitLen()
	if peer.Is6() {
		bits = 64
	}
	key, err := peer.Prefix(bits)
	if err != nil { // not from a network
		return netip.Prefix{}
	}
	return key
}

// stoppableListener ends at once if it is first asked for a connection when
// the server is going down already, and so not known to its Shutdown. If it just
// is, both close it, which must not look like a fault to the second.
type stoppableListener struct {
	net.Listener
	conns *connections
	close func() error
}

func newStoppableListener(ln net.Listener, conns *connections) *stoppableListener {
	return &stoppableListener{ln, conns, sync.OnceValue(ln.Close)}
}

func (l *stoppableListener) Accept() (net.Conn, error) {
	if l.conns.draining.Load() {
		l.Close()
		return nil, net.ErrClosed
	}
	return l.Listener.Accept()
}

func (l *stoppableListener) Close() error { return l.close() }
