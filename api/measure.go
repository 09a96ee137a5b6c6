package api

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/api/metrics"
)

// answers counts what was answered on one route. Its label is the route's
// pattern and never a path that a client has sent, so that clients can't make
// more of them.
type answers struct {
	route    string
	byStatus [len(countedStatuses) + 1]atomic.Uint64 // the last are all others
	took     *metrics.Histogram
}

// countedStatuses are those that handlers answer with, the frequent ones first.
var countedStatuses = [...]int{200, 304, 401, 404, 400, 500, 403, 405, 406, 413, 429, 431, 101, 204, 206, 426, 503}

// answerBounds are coarse, as there is a histogram a route.
var answerBounds = []float64{.0001, .001, .01, .1, 1, 10}

// count returns next, counted.
func (a *answers) count(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		began := time.Now()
		status := fasthttp.StatusInternalServerError // if next panics
		defer func() {
			a.add(status)
			a.took.Observe(time.Since(began).Seconds())
		}()
		next(ctx)
		status = ctx.Response.StatusCode()
	}
}

func (a *answers) add(status int) {
	i := 0
	for i < len(countedStatuses) && countedStatuses[i] != status {
		i++
	}
	a.byStatus[i].Add(1)
}

// measures is what the server counts of itself.
type measures struct {
	routes     []*answers // all of them
	unmatched  *answers   // what no route is for
	malformed  *answers   // what is no request, and takes no time that is known
	preflight  *answers   // of browsers, before a request to another origin
	lag        *metrics.Histogram
	lagRecords *metrics.Histogram
}

// Bounds of the distance between a poller's cursor and the newest alert. The
// first is for those who miss nothing.
var (
	lagBounds       = []float64{0, .1, 1, 5, 10, 30, 60, 300, 1800, 3600, 86400}
	lagRecordBounds = []float64{0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}
)

func newMeasures() measures {
	m := measures{lag: metrics.NewHistogram(lagBounds), lagRecords: metrics.NewHistogram(lagRecordBounds)}
	m.unmatched, m.malformed, m.preflight = m.route("unmatched"), m.route("malformed"), m.route("preflight")
	return m
}

// route returns the counts of a new route.
func (m *measures) route(pattern string) *answers {
	a := &answers{route: pattern, took: metrics.NewHistogram(answerBounds)}
	m.routes = append(m.routes, a)
	return a
}

// noCursor is so long ago that who asks from then on asks for all.
const noCursor = 365 * 24 * 3600 * 1e6 // µs

// poll notes how far a poller was behind. Who asks for all, or for a time
// before now, has no cursor.
func (m *measures) poll(asked string, after alertcore.Micros, records int, newest alertcore.Micros) {
	if newest-after > noCursor || strings.HasPrefix(asked, "-") {
		return
	}
	m.lagRecords.Observe(float64(records))
	m.lag.Observe(max(0, (newest - after).Seconds()))
}

// collect writes what the server knows of itself.
func (s *Server) collect(w *metrics.Writer) {
	m := &s.measures
	for _, a := range m.routes {
		for i := range a.byStatus {
			n := a.byStatus[i].Load()
			if n == 0 {
				continue
			}
			status := "other"
			if i < len(countedStatuses) {
				status = strconv.Itoa(countedStatuses[i])
			}
			w.Counter("picket_http_requests_total", "Requests by route and by the status that was answered.", n, "route", a.route, "status", status)
		}
		if a.took.Count() > 0 {
			w.Histogram("picket_http_request_seconds", "Time from a request that was read whole to its answer, which is still to be sent.", a.took, "route", a.route)
		}
	}
	w.Gauge("picket_http_connections", "Connections of clients.", float64(s.conns.number()))
	w.Gauge("picket_http_connections_max", "Connections above which the one that waits for longest is closed.", float64(s.o.Limits.Connections))
	sockets, sse, slow := s.events.listening()
	w.Gauge("picket_event_clients", "Clients of the event stream.", float64(sockets), "stream", "websocket")
	w.Gauge("picket_event_clients", "", float64(sse), "stream", "sse")
	w.Counter("picket_event_clients_too_slow_total", "Clients of the event stream that were let go, as they took events too slowly.", slow)
	w.Histogram("picket_poll_lag_seconds", "Time from the cursor that a poller came with to the newest alert; 0 when it had all.", m.lag)
	w.Histogram("picket_poll_lag_records", "Alerts that a poller had not had yet.", m.lagRecords)
	for _, c := range s.health.latest() {
		w.Gauge("picket_part_healthy", "Whether a part of picket works, as in /healthz.", oneIf(c.ill == nil), "part", c.name)
	}
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// scrape serves /metrics.
func (s *Server) scrape(ctx *fasthttp.RequestCtx) {
	ctx.Response.SetBodyRaw(s.o.Metrics.Append(make([]byte, 0, scrapeRoom)))
}

// scrapeRoom is what most scrapes take.
const scrapeRoom = 32 << 10

var mimeMetrics = []byte(metrics.ContentType)
