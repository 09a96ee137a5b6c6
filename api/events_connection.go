package api

import (
	"context"
	"net"

	"github.com/valyala/fasthttp"
)

// keptForRequests is how many of the connections allowed event streams leave to
// others: streams stay, and are not closed to make room.
const keptForRequests = 16

// claimStream makes c an event stream, if there is room for one more.
func (cs *connections) claimStream(c net.Conn) bool {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	state := cs.of(c)
	if state == nil {
		return false
	}
	if cs.streams >= streamsOf(cs.limits.Connections) || cs.streamsByPeer[state.peer] >= streamsOf(cs.limits.PeerConnections) {
		return false
	}
	cs.countStream(state, 1)
	return true
}

// disclaimStream takes back what claimStream began.
func (cs *connections) disclaimStream(c net.Conn) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if state := cs.of(c); state != nil {
		cs.countStream(state, -1)
	}
}

// countStream notes that c is a stream, or with -1, that it is none any more.
// The caller holds mu.
func (cs *connections) countStream(c *connection, change int) {
	c.stream = change > 0
	cs.streams += change
	if cs.streamsByPeer[c.peer] += change; cs.streamsByPeer[c.peer] == 0 {
		delete(cs.streamsByPeer, c.peer)
	}
}

// streamsOf is how many of so many connections may be streams.
func streamsOf(connections int) int { return connections - min(keptForRequests, connections/4) }

// admitsPage answers a browser that must not listen to events for the page it
// shows, and reports whether the request may go on. A page of another site must
// not listen with what the browser sends along by itself, a cookie or a
// remembered login, nor where reads are open to all who can connect, as the
// browser can: no more than it may read answers. One that knows a login or a
// key may.
func (s *Server) admitsPage(ctx *fasthttp.RequestCtx) bool {
	if !fromOtherSite(ctx) || s.admitsOrigin(ctx) || s.knowsLogin(ctx) {
		return true
	}
	text(ctx, fasthttp.StatusForbidden, "Pages of other sites can listen to events only with a login in the address, or if httpd_allow_cors is set.")
	return false
}

// admitsOrigin reports whether pages of the origin may read answers.
func (s *Server) admitsOrigin(ctx *fasthttp.RequestCtx) bool {
	return s.o.AllowCORS && (s.o.AllowedOrigin == "" || s.o.AllowedOrigin == string(ctx.Request.Header.Peek("Origin")))
}

// knowsLogin reports whether there are valid credentials in the address, where
// no browser puts them by itself.
func (s *Server) knowsLogin(ctx *fasthttp.RequestCtx) bool {
	query := queryString(ctx)
	if token, ok := lookupVariable(query, cookieName, false); ok {
		id, valid := s.o.Auth.Token(token)
		return valid && reader.open(id.Role)
	}
	user, hasUser := lookupVariable(query, "user", false)
	password, hasPassword := lookupVariable(query, "password", false)
	return hasUser && hasPassword && s.o.Auth.Login(peerOf(ctx.RemoteAddr()), user, password) == nil
}

// stream lends the connection of a request to a client until one of them
// ends: start is what run does first, and read returns when the client is
// gone. The caller has claimed the connection.
func (s *Server) stream(conn net.Conn, c *streamClient, start func() error, read func()) {
	defer s.conns.forget(conn)
	s.conns.enter(s.conns.of(conn), streaming)
	if !s.events.join(c) {
		return
	}
	defer s.events.leave(c)
	ctx, gone := context.WithCancel(s.events.ctx)
	c.ctx = ctx
	defer func() {
		gone()
		<-c.done
	}()
	go c.run(start)
	read()
}

// newStreamClient returns a client on conn. It resumes if the request says
// where; it answers a request that says it wrong, and is false then.
func (s *Server) newStreamClient(ctx *fasthttp.RequestCtx, w wire) (c *streamClient, ok bool) {
	c = &streamClient{
		hub: s.events, conn: ctx.Conn(), wire: w, log: s.o.Log, older: s.o.OlderAlerts,
		write: s.o.Limits.Write, beat: heartbeats[w],
		inbox: make(chan func() error), done: make(chan struct{}),
		subscriptions: map[string]*sharedSelection{},
	}
	since, given := lookupVariable(queryString(ctx), "since", false)
	if id := ctx.Request.Header.Peek("Last-Event-ID"); len(id) > 0 {
		since, given = string(id), true
	}
	if given {
		after, err := s.absolute(since)
		if err != nil {
			text(ctx, fasthttp.StatusBadRequest, "Invalid request: "+quote(since)+" is no time in seconds.")
			return nil, false
		}
		c.since, c.resumes = max(after, 0), true
	}
	if !s.conns.claimStream(c.conn) {
		ctx.Response.Header.Set("Retry-After", "30")
		text(ctx, fasthttp.StatusServiceUnavailable, "There are as many event streams already as are allowed.")
		return nil, false
	}
	return c, true
}
