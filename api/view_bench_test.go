package api

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"picket/alertcore"
	"picket/api/auth"
)

const manyAlerts = 10_000

// newManyAlerts starts a server with many alerts of many names, as long as those
// of detectors.
func newManyAlerts(t testing.TB) *fixture {
	core := alertcore.New(alertcore.Options{Backlog: manyAlerts})
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Alerts = core })
	f.core = core
	for i := range 20 {
		must(t, core.Define(alertcore.Definition{
			Header: fmt.Sprint("ALERT", i), Class: "SPOOF", Severity: alertcore.Severity(i % 5 * 5),
			Limit: alertcore.Rate{Count: -1}, Burst: alertcore.Rate{Count: -1},
		}))
	}
	for i := range manyAlerts {
		f.raiseOf(i)
	}
	return f
}

func (f *fixture) raiseOf(i int) {
	b := []byte{2, 0, 0, byte(i >> 16), byte(i >> 8), byte(i)}
	_, err := f.core.Raise(&alertcore.Alert{
		Name: fmt.Sprint("ALERT", i%20), BSSID: alertcore.MACOf(b), Source: alertcore.MACOf(b), Dest: alertcore.MACOf([]byte{255, 255, 255, 255, 255, 255}),
		Text: fmt.Sprintf("Network 'home-%d' (02:00:00:00:00:01) on channel %d is told to be left by frames that its access point did not send, %d in 10 s", i%97, i%13, i%1000), Channel: "6HT40",
	})
	must(f.t, err)
}

// forget drops all that is kept.
func (v *standingViews) forget() {
	for range viewIdle + 1 {
		v.tick()
	}
}

// What Kismet's web interface sends each second while its list of alerts is
// open: it may be sorted by any of its columns, and searched.
const viewOfInterface = `json={"fields":["kismet.alert.hash","kismet.alert.header","kismet.alert.class","kismet.alert.severity","kismet.alert.timestamp","kismet.alert.transmitter_mac","kismet.alert.source_mac","kismet.alert.dest_mac","kismet.alert.text"]}&page=0&length=50`

// interfaceViews are the ones that are asked for again and again.
var interfaceViews = []struct{ name, body string }{
	{"newest first", viewOfInterface + "&sort=kismet.alert.timestamp&sort_dir=asc"},
	{"by text", viewOfInterface + "&sort=kismet.alert.text&sort_dir=desc"},
	{"by text, searched", viewOfInterface + "&sort=kismet.alert.text&sort_dir=desc&search=" + url.QueryEscape("home-7")},
	{"by address, searched", viewOfInterface + "&sort=kismet.alert.source_mac&sort_dir=asc&search=02:00:00:00:1"},
}

// A page of a long list: beside a handler that has the answer in memory, and
// beside the cost of printing rows that are selected already; when nothing is
// new, and when there is an alert between every two requests.
func BenchmarkViews(b *testing.B) {
	for _, v := range interfaceViews {
		f := newManyAlerts(b)
		r := form("/alerts/alerts_view.json", v.body)
		body := []byte(f.do(r).body)
		b.Run(v.name+"/page in memory", func(b *testing.B) {
			ln := fasthttputil.NewInmemoryListener()
			bare := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
				ctx.SetContentType("application/json")
				ctx.Response.SetBodyRaw(body)
			}}
			done := make(chan error, 1)
			go func() { done <- bare.Serve(ln) }()
			benchmarkAnswers(b, ln, r, 200)
			ln.Close()
			must(b, <-done)
		})
		b.Run(v.name+"/rows in memory", func(b *testing.B) {
			records, _ := f.core.All()
			var ctx fasthttp.RequestCtx
			ctx.Request.Header.SetMethod("POST")
			ctx.Request.SetRequestURI("/alerts/alerts_view.json")
			ctx.Request.Header.SetContentType(typeForm)
			ctx.Request.SetBodyString(viewOfInterface)
			b.ReportAllocs()
			for b.Loop() {
				answerView(&ctx, viewRows[*alertcore.Record]{list: records[:50], object: (*alertcore.Record).Object})
			}
		})
		b.Run(v.name+"/nothing new", func(b *testing.B) { benchmarkAnswers(b, f.listener.InmemoryListener, r, 200) })
		b.Run(v.name+"/an alert between", func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			var ctx fasthttp.RequestCtx
			ctx.Request.Header.SetMethod("POST")
			ctx.Request.SetRequestURI("/alerts/alerts_view.json")
			ctx.Request.Header.SetContentType(typeForm)
			ctx.Request.SetBodyString(v.body)
			for b.Loop() {
				b.StopTimer()
				f.raiseOf(i)
				i++
				b.StartTimer()
				f.server.alertsView(&ctx)
			}
		})
	}
}

// The first requests for a page of a long list, beside the cost of printing rows
// that are selected already: those of a server that nobody has asked for alerts,
// and those that sort or search in another way than any before. One of a deep
// page costs more, as the pages before it are kept in order with it.
func BenchmarkFirstViews(b *testing.B) {
	f := newManyAlerts(b)
	views := map[string]string{"rows in memory": "", "unsorted": viewOfInterface, "by text, page 20": strings.Replace(viewOfInterface, "page=0", "page=20", 1) + "&sort=kismet.alert.text"}
	for _, field := range []string{"hash", "header", "class", "severity", "timestamp", "transmitter_mac", "source_mac", "dest_mac", "text"} {
		for _, direction := range []string{"asc", "desc"} {
			views["by "+field+" "+direction] = viewOfInterface + "&sort=kismet.alert." + field + "&sort_dir=" + direction
		}
	}
	for name, term := range map[string]string{
		"text of some": "home-7", "text at the end of all": "10 s", "address of some": "02:00:00:00:1", "address of all": "02:00", "header of all": "alert",
		"nothing": "nothing", "digits of nothing": "dead", "common letters of nothing": "tests", "one letter of nothing": "x",
	} {
		views[name] = viewOfInterface + "&search=" + url.QueryEscape(term)
		for _, field := range []string{"text", "source_mac"} {
			views[name+", by "+field] = views[name] + "&sort=kismet.alert." + field + "&sort_dir=asc"
		}
	}
	records, _ := f.core.All()
	for _, name := range slices.Sorted(maps.Keys(views)) {
		body := views[name]
		var ctx fasthttp.RequestCtx
		ctx.Request.Header.SetMethod("POST")
		ctx.Request.SetRequestURI("/alerts/alerts_view.json")
		ctx.Request.Header.SetContentType(typeForm)
		if body == "" {
			ctx.Request.SetBodyString(viewOfInterface)
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					answerView(&ctx, viewRows[*alertcore.Record]{list: records[:50], object: (*alertcore.Record).Object})
				}
			})
			continue
		}
		ctx.Request.SetBodyString(body)
		v := &f.server.views
		for _, before := range []struct {
			name   string
			forget func()
		}{
			{"of all", v.forget},
			{"of its kind", func() {
				clear(v.answers[:])
				clear(v.orders[:])
			}},
		} {
			b.Run(name+"/first "+before.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					before.forget()
					f.server.alertsView(&ctx)
				}
			})
		}
	}
}
