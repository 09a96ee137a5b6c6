package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasthttp/router"
	"github.com/valyala/fasthttp"

	"picket/api/metrics"
)

// serverName is what clients of Kismet expect.
const serverName = "Kismet"

// A Server answers the API on one listener.
type Server struct {
	o         Options
	http      *fasthttp.Server
	router    *router.Router
	conns     *connections
	tls       *tls.Config // nil: plain
	lists     lists
	views     standingViews
	events    *events
	date      dateLine
	patience  patience
	tags      tagSeed
	measures  measures
	health    health
	serving   atomic.Bool
	openReads bool // set before the first request
}

// New returns a server that is ready to serve.
func New(o Options) (*Server, error) {
	if o.Alerts == nil || o.Messages == nil || o.Auth == nil || o.Status == nil {
		return nil, errors.New("api: Alerts, Messages, Auth and Status are required")
	}
	if o.Datasources == nil {
		o.Datasources = noDatasources{}
	}
	o.hearNothing()
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Packets == nil {
		o.Packets = noPackets
	}
	o.Limits = o.Limits.withDefaults()
	if o.Metrics == nil {
		o.Metrics = new(metrics.Set)
	}
	s := &Server{o: o, conns: newConnections(o.Limits), events: newEvents(o.Alerts), measures: newMeasures()}
	s.events.secondly = s.eventsEverySecond()
	s.health.parts, s.health.start = o.Parts, o.Start
	o.Metrics.Register(s.collect)
	s.tags.seed = maphash.MakeSeed()
	s.lists = lists{alerts: o.Alerts, tags: s.tags}
	s.views.alerts, s.views.tags = o.Alerts, s.tags
	s.date.set(time.Now())
	s.patience.renew()
	if o.CertFile != "" || o.KeyFile != "" {
		cert, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("load httpd_ssl_cert %q and httpd_ssl_key %q: %w", o.CertFile, o.KeyFile, err)
		}
		s.tls = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	s.router = s.newRouter()
	s.http = &fasthttp.Server{
		Name:         serverName,
		Handler:      s.handle,
		ErrorHandler: s.badRequest,
		ConnState:    s.conns.hook,
		Logger:       httpLog{o.Log},

		// The connections are limited by s.conns, in number and in time. The
		// ones it closes take a moment to leave the server.
		Concurrency:        2*o.Limits.Connections + 64,
		ReadBufferSize:     o.Limits.Header,
		MaxRequestBodySize: o.Limits.Body,

		NoDefaultDate:                true,
		NoDefaultContentType:         true,
		DisablePreParseMultipartForm: true, // it writes files
		LazyRequestTime:              true,
		CloseOnShutdown:              true,
		SecureErrorLogMessage:        true, // requests hold passwords
	}
	return s, nil
}

// Serve answers what comes over ln until Shutdown is called, then returns nil.
// It can be called once.
func (s *Server) Serve(ln net.Listener) error {
	if !s.serving.CompareAndSwap(false, true) {
		return errors.New("api: Serve was called before")
	}
	s.openReads = s.o.Reads == ReadsOpen || s.o.Reads == ReadsByListener && peerOf(ln.Addr()).IsLoopback()
	ln = newStoppableListener(ln, s.conns)
	if s.tls != nil {
		ln = tls.NewListener(ln, s.tls)
	}
	ended := make(chan struct{})
	var housekeeping sync.WaitGroup
	housekeeping.Go(func() { s.keepHouse(ended) })
	s.health.look(time.Now())
	housekeeping.Go(func() { s.health.watch(ended) })
	follower := s.o.Alerts.Follow()
	housekeeping.Go(func() { s.events.run(follower, ended) })
	defer housekeeping.Wait()
	defer close(ended)
	if err := s.http.Serve(ln); err != nil {
		return fmt.Errorf("serve HTTP on %v: %w", ln.Addr(), err)
	}
	return nil
}

// keepHouse does what has to be done once a second, rather than for every
// request.
func (s *Server) keepHouse(ended <-chan struct{}) {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-ended:
			return
		case now := <-second.C:
			s.date.set(now)
			s.patience.renew()
			s.conns.tick()
			s.views.tick()
		}
	}
}

// Shutdown ends Serve: requests that were received whole are answered, event
// streams are told, and all other connections are closed at once. When ctx ends
// first, the rest is cut off and the error is that of ctx.
func (s *Server) Shutdown(ctx context.Context) error {
	s.conns.drain()
	s.events.close()
	select {
	case <-s.events.empty:
	case <-ctx.Done():
		s.conns.closeAll()
		<-s.events.empty
	}
	if err := s.http.ShutdownWithContext(ctx); err != nil {
		s.conns.closeAll()
		return fmt.Errorf("shut down HTTP server: %w", err)
	}
	return nil
}

// handle is the entrance for all requests that parse.
func (s *Server) handle(ctx *fasthttp.RequestCtx) {
	c := s.conns.of(ctx.Conn())
	s.conns.enter(c, answering)
	if s.o.AllowCORS && ctx.IsOptions() {
		s.measures.preflight.count(s.preflight)(ctx)
	} else {
		s.normalize(ctx)
		s.router.Handler(ctx)
	}
	s.conns.enter(c, writing)
}

// badRequest answers what is no request or too large for one.
func (s *Server) badRequest(ctx *fasthttp.RequestCtx, err error) {
	var tooLarge *fasthttp.ErrSmallBuffer
	status, line := fasthttp.StatusBadRequest, "The request can't be understood: "+err.Error()
	switch {
	case errors.As(err, &tooLarge):
		status = fasthttp.StatusRequestHeaderFieldsTooLarge
		line = fmt.Sprintf("The request line and header are too large: at most %d bytes are read.", s.o.Limits.Header)
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		status = fasthttp.StatusRequestEntityTooLarge
		line = fmt.Sprintf("The body is too large: at most %d bytes are read.", s.o.Limits.Body)
	}
	s.measures.malformed.add(status)
	s.prepare(ctx, mimePlain)
	text(ctx, status, line)
	ctx.Response.Header.SetServer(serverName)
	answerAndLinger(ctx)
}

const (
	lingerTime  = time.Second
	lingerBytes = 1 << 20
)

// answerAndLinger sends the answer to a request that was not read to its end,
// and reads on for a while before it closes the connection: to close at once
// would make the kernel reset the connection, and the answer might never be
// seen. What the server itself sends afterwards goes nowhere.
func answerAndLinger(ctx *fasthttp.RequestCtx) {
	c, ok := ctx.Conn().(interface {
		net.Conn
		CloseWrite() error
	})
	if !ok {
		return // the server sends the answer
	}
	defer c.Close()
	ctx.SetConnectionClose()
	c.SetDeadline(time.Now().Add(lingerTime))
	if _, err := ctx.Response.WriteTo(c); err != nil {
		return
	}
	if c.CloseWrite() == nil {
		io.CopyN(io.Discard, c, lingerBytes)
	}
}

// recovered answers a request whose handler panicked. The others go on.
func (s *Server) recovered(ctx *fasthttp.RequestCtx, reason any) {
	s.o.Log.Error("panic while answering a request", "path", string(ctx.Path()), "reason", reason, "stack", string(debug.Stack()))
	ctx.Response.Reset()
	s.prepare(ctx, mimePlain)
	failed(ctx, errors.New("internal error"))
}

// httpLog passes what fasthttp logs on.
type httpLog struct{ log *slog.Logger }

func (l httpLog) Printf(format string, args ...any) {
	var b bytes.Buffer
	fmt.Fprintf(&b, format, args...)
	l.log.Debug("HTTP server", "event", strings.TrimSpace(b.String()))
}
