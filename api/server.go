package api

import (
	"bytes"
	"cmp"
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

	"picket/alertcore"
	"picket/alertcore/tracked"
	"picket/api/auth"
	"picket/api/metrics"
)

// Alerts is what the API needs of the alert core; *alertcore.Core has it.
type Alerts interface {
	Define(alertcore.Definition) error
	Defined(name string) bool
	Definitions() []alertcore.DefinitionStatus
	Raise(*alertcore.Alert) (*alertcore.Record, error)
	Latest() *alertcore.Record
	All() ([]*alertcore.Record, alertcore.Micros)
	Since(alertcore.Micros) ([]*alertcore.Record, alertcore.Micros)
	Missed(after alertcore.Micros) (records []*alertcore.Record, whole bool)
	Follow() *alertcore.Follower
	ByHash(uint32) *alertcore.Record
	Backlog() int
	Now() alertcore.Micros
}

// Messages is the server's log for people; *alertcore.Core has it.
type Messages interface {
	Post(alertcore.MessageFlags, string)
	Messages(after int64) []*alertcore.Message
}

// Reads says who may read alerts, definitions, messages and status.
type Reads uint8

// The choices for reads.
const (
	ReadsByListener Reads = iota // open on a loopback address, else as ReadsGuarded
	ReadsOpen                    // open to all who can connect
	ReadsGuarded                 // with a login or an API key
)

// Options of a Server. Alerts, Messages, Auth and Status are required.
type Options struct {
	Alerts      Alerts
	Messages    Messages
	Auth        *auth.Store
	Status      func() Status // called for each request of the status
	Datasources Datasources   // nil: there are none

	// What was heard, and where; nil: nothing, and nowhere. They are called for
	// each request.
	Inventory   func() *Inventory
	Channels    func() []ChannelActivity // by frequency
	PacketStats func() *PacketStats
	Position    func() *Position // nil while it is not known

	// EverySecond has what is told of once a second, by topic; a function is
	// called only while somebody listens, and is not ok if there is nothing to
	// tell.
	EverySecond map[string]func() (v tracked.Value, ok bool)
	OlderAlerts OlderAlerts // nil: what has left Alerts is gone

	// Durable waits until what was raised and defined before it was called is
	// on disk, or returns an error if it won't be; nil: nobody waits.
	Durable func(context.Context) error

	// DevicesFound and DevicesLost are the devices that DEVICEFOUND and
	// DEVICELOST tell of; nil: such alerts are not raised.
	DevicesFound, DevicesLost DeviceList

	// Metrics is what /metrics shows; the server adds what it counts itself.
	// nil: that alone.
	Metrics *metrics.Set
	// Parts are those that /healthz tells of. Start are those of which each
	// has to have been well once, in /readyz, before picket can be used.
	Parts, Start []Part

	// History has the alerts that are no longer in memory; nil: it is off.
	History History
	// Packets writes the captures of evidence; nil: there are none.
	Packets PacketWriter

	LastTimeArray bool     // last_time_format=array
	Reads         Reads    // httpd_open_reads
	ReservedNames []string // alert names that define_alert.cmd must refuse besides the defined ones, upper case
	AllowCORS     bool     // httpd_allow_cors
	AllowedOrigin string   // httpd_allowed_origin; "": the origin that asks
	URIPrefix     string   // httpd_uri_prefix
	FixedKeys     bool     // httpd_allow_auth_creation=false: API keys can't be made or revoked here
	CertFile      string   // httpd_ssl_cert
	KeyFile       string   // httpd_ssl_key

	Pages Pages // served where no route is

	Limits Limits
	Log    *slog.Logger // nil: slog.Default()
}

// Limits bound what clients can take. Zero fields have the defaults of
// DefaultLimits.
type Limits struct {
	Connections     int           // in all
	PeerConnections int           // from one address, or /64 of IPv6
	Header          int           // bytes of the request line and header
	Body            int           // bytes
	Read            time.Duration // from the first byte of a request to its last, and to the first request
	Write           time.Duration // of a response
	Idle            time.Duration // between requests
}

// DefaultLimits suit the smallest machine. The body limit is Kismet's.
var DefaultLimits = Limits{
	Connections:     1024,
	PeerConnections: 512,
	Header:          8 << 10,
	Body:            100_000,
	Read:            10 * time.Second,
	Write:           10 * time.Second,
	Idle:            2 * time.Minute,
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	return Limits{
		Connections:     cmp.Or(l.Connections, d.Connections),
		PeerConnections: cmp.Or(l.PeerConnections, d.PeerConnections),
		Header:          cmp.Or(l.Header, d.Header),
		Body:            cmp.Or(l.Body, d.Body),
		Read:            cmp.Or(l.Read, d.Read),
		Write:           cmp.Or(l.Write, d.Write),
		Idle:            cmp.Or(l.Idle, d.Idle),
	}
}

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
