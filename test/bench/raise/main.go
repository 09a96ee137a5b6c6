// Command raise measures what a history that is synced costs those who raise
// alerts: clients raise over HTTP on loopback at one picket that keeps none and
// at one that answers when the alert is on disk, in turn, and the rates and
// their ratio are printed.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/history"
	"picket/api"
	"picket/api/auth"
)

type load struct {
	clients  int
	rounds   int
	duration time.Duration
}

func main() {
	var l load
	flag.IntVar(&l.clients, "c", 64, "clients")
	flag.IntVar(&l.rounds, "rounds", 7, "how often each picket is loaded; the median counts")
	flag.DurationVar(&l.duration, "d", time.Second, "how long each is loaded a round")
	folder := flag.String("folder", "", "where the history is kept; empty: in the folder for temporary files")
	size := flag.Int64("size", 0, "MiB that the history may take (history_max_size); once it is full, the oldest alerts have to be deleted. 0: the usual")
	bound := flag.Float64("bound", 0, "fail if the ratio is below this")
	flag.Parse()
	if err := run(l, *folder, *size<<20, *bound); err != nil {
		fmt.Fprintln(os.Stderr, "raise:", err)
		os.Exit(1)
	}
}

func run(l load, folder string, size int64, bound float64) (err error) {
	folder, err = os.MkdirTemp(folder, "picket-raise-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	memory, err := newTarget("", 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, memory.close()) }()
	disk, err := newTarget(filepath.Join(folder, "history.kismet"), size)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, disk.close()) }()

	var without, with []float64
	for range l.rounds {
		for _, side := range []struct {
			t     *target
			rates *[]float64
		}{{memory, &without}, {disk, &with}} {
			rate, err := l.on(side.t)
			if err != nil {
				return err
			}
			*side.rates = append(*side.rates, rate)
		}
	}
	a, b := median(without), median(with)
	fmt.Printf("%d clients: %.0f raises/s (%.0f ns each) without history, %.0f (%.0f ns) with history_sync=group: ratio %.2f\n",
		l.clients, a, 1e9/a, b, 1e9/b, b/a)
	if b/a < bound {
		return fmt.Errorf("the ratio is below %.2f", bound)
	}
	return nil
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// on returns how many raises a second t answers.
func (l load) on(t *target) (float64, error) {
	var raised atomic.Int64
	var clients sync.WaitGroup
	failed := make(chan error, l.clients)
	began := time.Now()
	for range l.clients {
		clients.Go(func() {
			client := &fasthttp.HostClient{Addr: t.address, MaxConns: 1}
			defer client.CloseIdleConnections()
			req, resp := t.request(), &fasthttp.Response{}
			for time.Since(began) < l.duration {
				if err := client.Do(req, resp); err != nil {
					failed <- err
					return
				}
				if resp.StatusCode() != fasthttp.StatusOK || resp.Header.Peek("X-Picket-History") != nil {
					failed <- fmt.Errorf("answer %d %s", resp.StatusCode(), resp.Body())
					return
				}
				raised.Add(1)
			}
		})
	}
	clients.Wait()
	took := time.Since(began)
	select {
	case err := <-failed:
		return 0, err
	default:
		return float64(raised.Load()) / took.Seconds(), nil
	}
}

// target is a picket without sources.
type target struct {
	address string
	close   func() error
}

const password = "hunter22"

func newTarget(path string, size int64) (*target, error) {
	core := alertcore.New(alertcore.Options{Backlog: 50})
	o := api.Options{
		Alerts: core, Messages: core, Reads: api.ReadsOpen,
		Status: func() api.Status { return api.Status{} },
		Log:    slog.New(slog.DiscardHandler),
	}
	var err error
	if o.Auth, err = auth.Open(auth.Options{Username: "kismet", Password: password}); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	if path != "" {
		store, err := history.Open(path, history.Options{Sync: true, MaxAge: 30 * 24 * time.Hour, MaxSize: size})
		if err != nil {
			cancel()
			return nil, err
		}
		core.Resume(store.Restored(), store)
		o.Durable = store.Sync
		running.Go(func() { store.Run(ctx) })
	}
	err = core.Define(alertcore.Definition{
		Header: "EXTERNAL", Class: "OTHER", Severity: alertcore.Medium, Description: "Raised by a tool", PhyID: alertcore.PhyAny,
		Limit: alertcore.Rate{Count: -1, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: -1, Unit: alertcore.Second},
	})
	var server *api.Server
	var ln net.Listener
	if err == nil {
		server, err = api.New(o)
	}
	if err == nil {
		ln, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		cancel()
		running.Wait()
		return nil, err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	return &target{
		address: ln.Addr().String(),
		close: func() error {
			timed, done := context.WithTimeout(context.Background(), 5*time.Second)
			defer done()
			err := errors.Join(server.Shutdown(timed), <-served)
			cancel()
			running.Wait()
			return err
		},
	}, nil
}

func (t *target) request() *fasthttp.Request {
	req := &fasthttp.Request{}
	req.SetRequestURI("http://" + t.address + "/alerts/raise_alerts.cmd")
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.SetContentType("application/json")
	req.SetBodyString(`{"name": "EXTERNAL", "text": "` + strings.Repeat("Something happened. ", 5) + `", "bssid": "02:00:00:00:00:01", "source": "02:00:00:00:00:02", "channel": "6"}`)
	t.login(req)
	return req
}

// login sets what tells who asks. The client would not send the user of a URI.
func (t *target) login(req *fasthttp.Request) {
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("kismet:"+password)))
}
