package api

import (
	"bufio"
	"fmt"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"picket/alertcore"
)

// fill publishes fifty alerts as long as those of detectors.
func (f *fixture) fill() *fixture {
	f.withAlert()
	for i := range 50 {
		_, err := f.core.Raise(&alertcore.Alert{
			Name: "SCARYALERT", Text: fmt.Sprintf("Alert %d %s", i, strings.Repeat("words ", 20)),
			BSSID: alertcore.MACOf([]byte{2, 0, 0, 0, 0, byte(i)}), Channel: "6HT40",
		})
		must(f.t, err)
	}
	return f
}

// benchmarkRequest sends a request over and over on one connection.
func benchmarkRequest(b *testing.B, ln *fasthttputil.InmemoryListener, target string) {
	benchmarkAnswers(b, ln, read(target), 200)
}

// benchmarkAnswers is benchmarkRequest for any request and status.
func benchmarkAnswers(b *testing.B, ln *fasthttputil.InmemoryListener, r request, status int) {
	c, err := ln.Dial()
	must(b, err)
	defer c.Close()
	send := r.bytes()
	br := bufio.NewReaderSize(c, 1<<16)
	var resp fasthttp.Response
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Write(send); err != nil {
			b.Fatal(err)
		}
		if err := resp.Read(br); err != nil || resp.StatusCode() != status {
			b.Fatalf("%d, %v", resp.StatusCode(), err)
		}
	}
	b.SetBytes(int64(len(resp.Body())))
}

// Each read beside a bare fasthttp handler that answers the same bytes.
func BenchmarkReads(b *testing.B) {
	f := newFixture(b, nil).fill()
	latest := f.core.Latest().Time()
	for _, c := range []struct{ name, target string }{
		{"all_alerts", "/alerts/all_alerts.json"},
		{"last-time, none new", fmt.Sprintf("/alerts/last-time/%d.%06d/alerts.json", latest/1e6, latest%1e6)},
	} {
		body := []byte(f.do(read(c.target)).body)
		b.Run(c.name+"/picket", func(b *testing.B) { benchmarkRequest(b, f.listener.InmemoryListener, c.target) })
		b.Run(c.name+"/bare", func(b *testing.B) {
			ln := fasthttputil.NewInmemoryListener()
			bare := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
				ctx.SetContentType("application/json")
				ctx.Response.SetBodyRaw(body)
			}}
			done := make(chan error, 1)
			go func() { done <- bare.Serve(ln) }()
			benchmarkRequest(b, ln, c.target)
			ln.Close()
			must(b, <-done)
		})
	}
}

func BenchmarkAllAlertsAfterEachAlert(b *testing.B) {
	f := newFixture(b, nil).fill()
	for b.Loop() {
		f.raise("new")
		f.server.lists.all(0)
	}
}

// All that is allocated is the router's copy of the time in the path.
func TestPollingHardlyAllocates(t *testing.T) {
	f := newFixture(t, nil).fill()
	latest := f.core.Latest().Time()
	for target, most := range map[string]float64{
		"/alerts/all_alerts.json": 0,
		fmt.Sprintf("/alerts/last-time/%d.%06d/alerts.json", latest/1e6, latest%1e6): 3,
	} {
		f.do(read(target)) // it serves by now
		var ctx fasthttp.RequestCtx
		ctx.Init(&fasthttp.Request{}, nil, nil)
		ctx.Request.SetRequestURI(target)
		ctx.Request.Header.SetHost("sensor")
		allocs := testing.AllocsPerRun(1000, func() {
			ctx.Response.Reset()
			ctx.ResetUserValues()
			f.server.handle(&ctx)
		})
		if ctx.Response.StatusCode() != 200 || len(ctx.Response.Body()) == 0 {
			t.Fatalf("%s: %d", target, ctx.Response.StatusCode())
		}
		if allocs > most {
			t.Errorf("%s allocates %v times, want at most %v", target, allocs, most)
		}
	}
}
