package api

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
	"time"

	"picket/alertcore"
	"picket/api/auth"
	"picket/api/metrics"
	"picket/api/metrics/metricstest"
)

// scrape reads /metrics as Prometheus would.
func (f *fixture) scrape(header ...string) *metricstest.Scrape {
	f.t.Helper()
	got := f.do(read("/metrics", header...))
	if got.status != 200 || got.header.Get("Content-Type") != metrics.ContentType {
		f.t.Fatalf("/metrics: %d, %s", got.status, got.header.Get("Content-Type"))
	}
	s, err := metricstest.Parse(got.body)
	must(f.t, err)
	return s
}

func TestRequestsAreCountedByRouteAndStatus(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.AllowCORS = true })
	for _, r := range []request{
		read("/alerts/all_alerts.json"), read("/alerts/all_alerts.itjson"), read("/alerts/all_alerts.prettyjson"), form("/alerts/all_alerts.json", "json={}"),
		{method: "PUT", target: "/alerts/all_alerts.json"},
		read("/alerts/by-id/1/alert.json"), read("/alerts/by-id/x/alert.json"),
		form("/alerts/raise_alerts.cmd", "json={}"),
		read("/alerts/all_alerts.a-b"),
		read("/nothing"), read("/alerts/all_alerts"),
		{method: "OPTIONS", target: "/alerts/all_alerts.json"},
	} {
		f.do(r)
	}
	c, err := f.listener.Dial()
	must(t, err)
	_, err = c.Write([]byte("hello\r\n\r\n"))
	must(t, err)
	readResponse(t, bufio.NewReader(c), false)
	must(t, c.Close())

	s := f.scrape()
	for _, want := range []struct {
		route, status string
		n             float64
	}{
		{"/alerts/all_alerts.{suffix}", "200", 4},
		{"/alerts/all_alerts.{suffix}", "405", 1},
		{"/alerts/all_alerts.{suffix}", "404", 1},
		{"/alerts/by-id/{hash}/alert.{suffix}", "404", 1},
		{"/alerts/by-id/{hash}/alert.{suffix}", "500", 1},
		{"/alerts/raise_alerts.cmd", "401", 1},
		{"unmatched", "404", 2},
		{"preflight", "200", 1},
		{"malformed", "400", 1},
	} {
		if got := s.Sum("picket_http_requests_total", "route", want.route, "status", want.status); got != want.n {
			t.Errorf("%s %s: %v, want %v", want.route, want.status, got, want.n)
		}
	}
	if got := s.Sum("picket_http_request_seconds_count", "route", "/alerts/all_alerts.{suffix}"); got != 6 {
		t.Errorf("%v times, want 6", got)
	}
	if got := s.Sum("picket_http_requests_total"); got != 13 {
		t.Errorf("%v requests in all, want 13", got)
	}
}

// Clients choose paths, methods and values; none of them makes a new series.
func TestClientsCantMakeSeries(t *testing.T) {
	f := newFixture(t, nil)
	f.do(read("/none"))
	f.do(read("/alerts/by-id/1/alert.json"))
	f.do(read("/alerts/last-time/1/alerts.xml"))
	f.do(request{method: "BREW", target: "/alerts/all_alerts.json"})
	f.scrape()
	before := len(f.scrape().Values)
	for i := range 50 {
		f.do(read(fmt.Sprintf("/none%d", i)))
		f.do(read(fmt.Sprintf("/alerts/by-id/%d/alert.json?a=%d", i, i)))
		f.do(read(fmt.Sprintf("/alerts/last-time/%d/alerts.x%d", i, i)))
		f.do(request{method: fmt.Sprintf("BREW%d", i), target: "/alerts/all_alerts.json"})
	}
	if after := len(f.scrape().Values); after != before {
		t.Errorf("%d series became %d", before, after)
	}
}

func TestAPanicIsCounted(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Status = func() Status { panic("no status") } })
	f.wantPrefix(read("/system/status.json"), 500, "ERROR: internal error")
	s := f.scrape()
	if got := s.Sum("picket_http_requests_total", "route", "/system/status.{suffix}", "status", "500"); got != 1 {
		t.Errorf("%v answers with 500, want 1", got)
	}
	if got := s.Sum("picket_http_requests_total", "route", "/system/status.{suffix}"); got != 1 {
		t.Errorf("%v answers, want 1", got)
	}
}

// The distance of a poller's cursor from the newest alert, in time and alerts.
func TestLagOfPollersIsMeasured(t *testing.T) {
	f := newFixture(t, nil).withAlert()
	start := f.clock.micros.Load()
	for range 4 { // at 10, 20, 30 and 40 s
		f.clock.add(10 * time.Second)
		f.raise("one")
	}
	at := func(s int64) string {
		m := start + s*1e6
		return fmt.Sprintf("/alerts/last-time/%d.%06d/alerts.json", m/1e6, m%1e6)
	}
	for _, target := range []string{
		at(40), at(50), // has all
		at(10), strings.Replace(at(10), "last-time", "wrapped/last-time", 1), // 3 alerts, 30 s
		at(35),                                                                                                    // 1 alert, 5 s
		"/alerts/last-time/0/alerts.json", "/alerts/last-time/1/alerts.json", "/alerts/last-time/-60/alerts.json", // no cursors
		"/alerts/last-time/x/alerts.json", "/messagebus/last-time/1795405906/messages.json", // no polls of alerts
	} {
		f.do(read(target))
	}
	s := f.scrape()
	for le, want := range map[string]float64{"0": 2, "1": 2, "5": 3, "10": 3, "30": 5, "+Inf": 5} {
		if got := s.Sum("picket_poll_lag_seconds_bucket", "le", le); got != want {
			t.Errorf("%v polls at most %s s behind, want %v", got, le, want)
		}
	}
	for le, want := range map[string]float64{"0": 2, "1": 3, "2": 3, "5": 5, "+Inf": 5} {
		if got := s.Sum("picket_poll_lag_records_bucket", "le", le); got != want {
			t.Errorf("%v polls at most %s alerts behind, want %v", got, le, want)
		}
	}
	if got := s.Sum("picket_poll_lag_seconds_sum"); got != 65 {
		t.Errorf("%v s in all, want 65", got)
	}
}

func TestMetricsAreForReaders(t *testing.T) {
	f := newFixtureOn(t, "0.0.0.0", nil).withLogin()
	key, err := f.server.o.Auth.Generate("prometheus", auth.RoleReadonly, 0)
	must(t, err)
	f.from(elsewhere)
	f.want(read("/metrics"), 401, pageUnauthorized)
	f.scrape("Authorization: Bearer " + key)
	s := f.scrape(basicAdmin)
	if got := s.Sum("picket_http_requests_total", "route", "/metrics", "status", "401"); got != 1 {
		t.Errorf("%v refusals, want 1", got)
	}
}

// Collectors of other parts are shown beside the server's own.
func TestOthersAddTheirMetrics(t *testing.T) {
	var set metrics.Set
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Metrics = &set })
	depth := 0
	set.Register(func(w *metrics.Writer) { w.Queue("history", depth, 8) })
	depth = 3
	s := f.scrape()
	if s.Sum("picket_queue_length", "queue", "history") != 3 || s.Sum("picket_queue_capacity", "queue", "history") != 8 {
		t.Errorf("queue of %v", s.Values)
	}
	if s.Sum("picket_http_connections") < 1 {
		t.Error("no connection, but ours")
	}
}

func TestCountingARequestAllocatesNothing(t *testing.T) {
	f := newFixture(t, nil)
	a := f.server.measures.unmatched
	if n := testing.AllocsPerRun(100, func() { a.add(404) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { f.server.measures.poll("5", 5*alertcore.Micros(1e6), 3, 9*1e6) }); n != 0 {
		t.Errorf("a poll: %v allocations", n)
	}
}
