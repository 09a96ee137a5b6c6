package api

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/tracked"
	"picket/api/auth"
)

// newSmallRing starts a server whose ring is soon full.
func newSmallRing(t testing.TB, backlog int) *fixture {
	core := alertcore.New(alertcore.Options{Backlog: backlog})
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Alerts = core })
	f.core = core
	for i := range 20 {
		must(t, core.Define(alertcore.Definition{Header: fmt.Sprint("ALERT", i), Severity: alertcore.Severity(i % 5 * 5), Limit: alertcore.Rate{Count: -1}, Burst: alertcore.Rate{Count: -1}}))
	}
	return f
}

// viewBody answers a posted form without a connection.
func (f *fixture) viewBody(body string) string {
	var ctx fasthttp.RequestCtx
	ctx.Request.Header.SetMethod("POST")
	ctx.Request.SetRequestURI("/alerts/alerts_view.json")
	ctx.Request.Header.SetContentType(typeForm)
	ctx.Request.SetBodyString(body)
	f.server.alertsView(&ctx)
	return string(ctx.Response.Body())
}

// newViewBody answers likewise, as if nothing had been asked for before.
func (f *fixture) newViewBody(body string) string {
	f.t.Helper()
	var ctx fasthttp.RequestCtx
	ctx.Request.Header.SetMethod("POST")
	ctx.Request.Header.SetContentType(typeForm)
	ctx.Request.SetBodyString(body)
	q, err := viewQueryOf(&ctx)
	must(f.t, err)
	records, _ := f.core.All()
	rows := alertRows(records)
	return string(tracked.JSON.Append(nil, rows.answer(&q)))
}

// What is kept between requests changes no answer: whatever comes and goes, it
// is that of a server which has just started.
func TestStandingViewsAnswerAsNewOnes(t *testing.T) {
	for _, backlog := range []int{1, 40, 700} {
		f := newSmallRing(t, backlog)
		random := rand.New(rand.NewPCG(5, uint64(backlog)))
		raised, followed := 0, 0
		for step := range 400 {
			news := random.IntN(4)
			if step%50 == 49 {
				news = random.IntN(2*backlog + mostSteps) // some polls are missed
			}
			for range news {
				raised++
				f.raiseOf(random.IntN(500))
			}
			body := `json={"fields":["kismet.alert.header","kismet.alert.text","kismet.alert.source_mac","kismet.alert.timestamp"]}`
			body += "&page=" + []string{"0", "0", "0", "1", "7"}[random.IntN(5)] + "&length=" + []string{"5", "5", "20", "0", "300"}[random.IntN(5)]
			body += "&sort=" + []string{"", "kismet.alert.text", "kismet.alert.header", "kismet.alert.timestamp", "kismet.alert.source_mac", "kismet.alert.location", "none"}[random.IntN(7)]
			body += "&sort_dir=" + []string{"asc", "desc"}[random.IntN(2)]
			body += "&search=" + []string{"", "home-7", "ALERT1", "02:00:00:00:00", "nothing"}[random.IntN(5)]
			got := f.viewBody(body)
			for i := range f.server.views.orders {
				if o := f.server.views.orders[i].Load(); o != nil {
					followed++
				}
			}

			want := f.newViewBody(body)
			if got != want {
				t.Fatalf("ring of %d, step %d, %d raised: %s:\n got %s\nwant %s", backlog, step, raised, body, got, want)
			}
			if again := f.viewBody(body); again != want {
				t.Fatalf("ring of %d, step %d: another answer at once: %s", backlog, step, again)
			}
		}
		if followed == 0 {
			t.Error("no order is kept")
		}
	}
}

// The rows that are kept in order get fewer as alerts leave the ring, until there
// are too few for the page.
func TestStandingViewsFollowTheRing(t *testing.T) {
	for _, query := range []string{"&sort=kismet.alert.text", "&search=ALERT1&sort=kismet.alert.timestamp"} {
		f := newSmallRing(t, 700)
		random := rand.New(rand.NewPCG(6, 7))
		body := `json={"fields":["kismet.alert.header"]}&page=0&length=20` + query
		shrank, sorted, last := false, false, 0
		for step := range 900 {
			for range 1 + random.IntN(3) {
				f.raiseOf(random.IntN(5000))
			}
			if got, want := f.viewBody(body), f.newViewBody(body); got != want {
				t.Fatalf("%s: step %d:\n got %s\nwant %s", query, step, got, want)
			}
			for i := range f.server.views.orders {
				if o := f.server.views.orders[i].Load(); o != nil {
					shrank = shrank || len(o.first) < 50 && o.matching > 200
					sorted = sorted || len(o.first) > last+100
					last = len(o.first)
				}
			}
		}
		if oldestFirst := query != "&sort=kismet.alert.text"; oldestFirst && !(shrank && sorted) {
			t.Errorf("%s: nothing was sorted anew", query)
		}
	}
}

func TestStandingViewsAreDropped(t *testing.T) {
	f := newSmallRing(t, 100)
	f.raiseOf(1)
	v := &f.server.views
	kept := func() (n int) {
		if v.list.Load() != nil {
			n++
		}
		for i := range v.answers {
			if v.answers[i].Load() != nil {
				n++
			}
		}
		for i := range v.orders {
			if v.orders[i].Load() != nil {
				n++
			}
		}
		return n
	}
	const body = "page=0&length=5&sort=kismet.alert.text"
	for range 3 * viewIdle { // asked for now and then
		f.viewBody(body)
		v.tick()
	}
	if got := kept(); got == 0 {
		t.Error("what is asked for is dropped")
	}
	for range 2 * viewIdle {
		v.tick()
	}
	if got := kept(); got != 0 {
		t.Errorf("%d things are kept that nobody asks for", got)
	}
	f.viewBody("page=0&length=5&sort=kismet.alert.text&search=" + fmt.Sprint(make([]byte, mostViewKey)))
	for i := range v.answers {
		if a := v.answers[i].Load(); a != nil {
			t.Errorf("a request of %d bytes is kept", len(a.key))
		}
	}
}

// Many read views while alerts are raised: each answer is a page of some moment.
func TestViewsWhileAlertsAreRaised(t *testing.T) {
	f := newSmallRing(t, 300)
	var raisers, readers sync.WaitGroup
	for w := range 2 {
		raisers.Go(func() {
			for i := range 1500 {
				_, err := f.core.Raise(&alertcore.Alert{Name: "ALERT1", Text: fmt.Sprint("text ", i*2+w)})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					f.viewBody(viewOfInterface + "&sort=kismet.alert.text&search=text")
					f.server.views.tick()
				}
			}
		})
	}
	raisers.Wait()
	close(done)
	readers.Wait()
	records, _ := f.core.All()
	if got := f.server.views.retained(f.core.Latest()); len(got) != 300 || got[0] != records[0] || got[299] != records[299] {
		t.Errorf("%d retained from %v, want %d from %v", len(got), got[0].Time(), len(records), records[0].Time())
	}
}

// A view that did not change costs no allocation.
func TestPollingAViewDoesNotAllocate(t *testing.T) {
	f := newSmallRing(t, 100)
	f.raiseOf(1)
	f.do(read("/alerts/alerts_view.json")) // it serves by now
	var ctx fasthttp.RequestCtx
	ctx.Init(&fasthttp.Request{}, nil, nil)
	ctx.Request.Header.SetMethod("POST")
	ctx.Request.SetRequestURI("/alerts/alerts_view.json")
	ctx.Request.Header.SetHost("sensor")
	ctx.Request.Header.SetContentType(typeForm)
	ctx.Request.SetBodyString(viewOfInterface)
	allocs := testing.AllocsPerRun(100, func() {
		ctx.Response.Reset()
		ctx.ResetUserValues()
		f.server.handle(&ctx)
	})
	if ctx.Response.StatusCode() != 200 || len(ctx.Response.Body()) == 0 || allocs > 0 {
		t.Errorf("%d, %d bytes, %v allocations", ctx.Response.StatusCode(), len(ctx.Response.Body()), allocs)
	}
}
