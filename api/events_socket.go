package api

import (
	"errors"
	"time"
	"unicode/utf8"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

const (
	pathEvents = "/eventbus/events.ws"

	maxCommand = 16 << 10 // bytes of a message
	socketRead = 512      // bytes of the buffer for what clients send

	// pongTime is how long a client may be silent. It is sent several pings
	// meanwhile, each of which it has to answer.
	pongTime = 90 * time.Second
)

// heartbeats is how often a connection is shown to be alive.
var heartbeats = [...]time.Duration{overSocket: 30 * time.Second, overSSE: 15 * time.Second}

// noBuffers are for what the library itself sends, which is rare: the close
// frames that answer a breach of the protocol.
type noBuffers struct{}

func (noBuffers) Get() any { return nil }
func (noBuffers) Put(any)  {}

var upgrader = websocket.FastHTTPUpgrader{
	ReadBufferSize:  socketRead,
	WriteBufferSize: socketRead,
	WriteBufferPool: noBuffers{},
	CheckOrigin:     func(*fasthttp.RequestCtx) bool { return true }, // mayStream has
	Error: func(ctx *fasthttp.RequestCtx, status int, reason error) {
		ctx.Response.Header.Set("Sec-WebSocket-Version", "13")
		text(ctx, status, reason.Error())
	},
}

// openSocket turns a connection into the event socket (RFC 6455). It is not in
// the table of routes: what does not ask for a WebSocket finds nothing here,
// whoever it is.
//
// It speaks Kismet's protocol, but for what goes wrong: a message that can't be
// heeded is answered with an event ERROR, which Kismet passes over, and what
// breaks the protocol with a close frame that says why.
func (s *Server) openSocket(ctx *fasthttp.RequestCtx) {
	if !ctx.IsGet() || !websocket.FastHTTPIsWebSocketUpgrade(ctx) {
		s.notFound(ctx)
		return
	}
	if !s.authorize(ctx, reader) {
		ctx.SetConnectionClose()
		return
	}
	ctx.Response.Reset()                               // no cookie
	ctx.Response.Header.SetContentTypeBytes(mimePlain) // of errors
	if !s.admitsPage(ctx) {
		ctx.SetConnectionClose()
		return
	}
	c, ok := s.newStreamClient(ctx, overSocket)
	if !ok {
		return
	}
	start := func() error { return nil }
	err := upgrader.Upgrade(ctx, func(socket *websocket.Conn) {
		s.stream(c.conn, c, start, func() { c.listen(socket) })
	})
	if err != nil { // which has been answered
		s.conns.disclaimStream(c.conn)
	}
}

// listen heeds what the client says until it is gone.
func (c *streamClient) listen(socket *websocket.Conn) {
	socket.SetReadLimit(maxCommand)
	alive := func() { c.awaitUntil(time.Now().Add(pongTime), false) }
	socket.SetPongHandler(func(string) error { alive(); return nil })
	socket.SetPingHandler(func(data string) error {
		alive()
		c.ask(func() error { c.queue(appendFrame(nil, opPong, []byte(data))); return nil })
		return nil
	})
	socket.SetCloseHandler(func(code int, _ string) error {
		c.bye.Store(&closing{code: code})
		return nil
	})
	alive()
	for {
		kind, text, err := socket.ReadMessage()
		if err != nil {
			return
		}
		alive()
		c.ask(func() error { return c.heed(kind, text) })
	}
}

// heed does what a message says. The error is for what the connection has to
// be closed for.
func (c *streamClient) heed(kind int, text []byte) error {
	switch {
	case kind != websocket.TextMessage:
		return closing{code: closeUnsupported, reason: "the message is binary, not text"}
	case !utf8.Valid(text):
		return closing{code: closeNotUTF8, reason: "the message is not UTF-8"}
	}
	command, err := parseCommand(text)
	var refused refusal
	switch {
	case errors.As(err, &refused):
		return closing{code: closePolicy, reason: err.Error()}
	case err != nil:
		c.refuse(err)
		return nil
	}
	if command.do.subscribe {
		if err := c.subscribe(command.subscribe, command.selected); err != nil {
			return err
		}
	}
	if command.do.unsubscribe {
		c.hub.unsubscribe(c, command.unsubscribe)
	}
	return nil
}
