// Command http measures what the API costs over sending bytes at all: it
// serves the same answers from picket's API and from a bare fasthttp handler
// that has them in a slice, lets wrk load both in turn on loopback, and prints
// the ratio of their requests per second.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/api"
	"picket/api/auth"
)

func main() {
	rounds := flag.Int("rounds", 9, "how often each is loaded; the median counts")
	duration := flag.Duration("d", time.Second, "how long each is loaded a round")
	connections := flag.Int("c", 32, "connections")
	threads := flag.Int("t", 2, "threads of wrk")
	wrk := flag.String("wrk", "wrk", "the load generator")
	flag.Parse()
	load := loader{wrk: *wrk, rounds: *rounds, duration: *duration, connections: *connections, threads: *threads}
	if err := run(load); err != nil {
		fmt.Fprintln(os.Stderr, "http:", err)
		os.Exit(1)
	}
}

func run(load loader) error {
	core, err := fullCore()
	if err != nil {
		return err
	}
	store, err := auth.Open(auth.Options{})
	if err != nil {
		return err
	}
	picket, err := api.New(api.Options{
		Alerts: core, Messages: core, Auth: store, Reads: api.ReadsOpen,
		Status: func() api.Status { return api.Status{} },
		Log:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	picketURL, stop, err := serve(picket.Serve, picket.Shutdown)
	if err != nil {
		return err
	}
	defer stop()

	newest := core.Latest().Time()
	fmt.Printf("%-24s %10s %12s %12s %7s   %s\n", "", "bytes", "picket req/s", "bare req/s", "ratio", "the bare handler sends")
	for _, c := range []struct{ name, path string }{
		{"all_alerts, 50 alerts", "/alerts/all_alerts.json"},
		{"last-time, none new", fmt.Sprintf("/alerts/last-time/%d.%06d/alerts.json", newest/1e6, newest%1e6)},
	} {
		answer, err := get(picketURL + c.path)
		if err != nil {
			return err
		}
		for _, bare := range []struct {
			sends   string
			handler fasthttp.RequestHandler
		}{
			{"the same body", func(ctx *fasthttp.RequestCtx) {
				ctx.SetContentType("application/json")
				ctx.Response.SetBodyRaw(answer.body)
			}},
			{"the same body and header", func(ctx *fasthttp.RequestCtx) {
				ctx.SetContentType("application/json")
				for _, line := range answer.header {
					ctx.Response.Header.SetCanonical(line.name, line.value)
				}
				ctx.Response.SetBodyRaw(answer.body)
			}},
		} {
			server := &fasthttp.Server{Handler: bare.handler, NoDefaultDate: true}
			url, stop, err := serve(server.Serve, server.ShutdownWithContext)
			if err != nil {
				return err
			}
			ours, theirs, ratio, err := load.compare(picketURL+c.path, url+c.path)
			stop()
			if err != nil {
				return err
			}
			fmt.Printf("%-24s %10d %12.0f %12.0f %7.2f   %s\n", c.name, len(answer.body), ours, theirs, ratio, bare.sends)
		}
	}
	return nil
}

// answer is what picket sent.
type answer struct {
	header []headerLine // that a server does not add by itself
	body   []byte
}

type headerLine struct{ name, value []byte }

func get(url string) (*answer, error) {
	var request fasthttp.Request
	var response fasthttp.Response
	request.SetRequestURI(url)
	if err := fasthttp.Do(&request, &response); err != nil {
		return nil, fmt.Errorf("get %s: %w", url, err)
	}
	if response.StatusCode() != fasthttp.StatusOK {
		return nil, fmt.Errorf("get %s: status %d", url, response.StatusCode())
	}
	a := &answer{body: bytes.Clone(response.Body())}
	for name, value := range response.Header.All() {
		switch string(name) {
		case "Server", "Content-Type", "Content-Length", "Connection":
		default:
			a.header = append(a.header, headerLine{bytes.Clone(name), bytes.Clone(value)})
		}
	}
	return a, nil
}

// fullCore returns a core with as many alerts as it keeps.
func fullCore() (*alertcore.Core, error) {
	core := alertcore.New(alertcore.Options{Backlog: alertcore.DefaultBacklog})
	unlimited := alertcore.Rate{Count: -1}
	err := core.Define(alertcore.Definition{
		Header: "DEAUTHFLOOD", Class: "DENIAL", Severity: alertcore.Medium,
		Description: "Deauthentication flood", Limit: unlimited, Burst: unlimited,
	})
	for i := range alertcore.DefaultBacklog {
		_, raiseErr := core.Raise(&alertcore.Alert{
			Name: "DEAUTHFLOOD", Channel: "6", FrequencyKHz: 2437000, FrameTime: time.Now(), Frames: 64,
			Text:  "64 deauthentication frames in one second for stations of 02:00:00:00:00:00: somebody is disconnecting them",
			BSSID: alertcore.MACOf([]byte{2, 0, 0, 0, 0, byte(i)}),
		})
		err = errors.Join(err, raiseErr)
	}
	return core, err
}

// serve runs a server on a free port of loopback. stop ends it.
func serve(server func(net.Listener) error, shutdown func(context.Context) error) (url string, stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	done := make(chan error, 1)
	go func() { done <- server(ln) }()
	stop = func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := errors.Join(shutdown(ctx), <-done); err != nil {
			fmt.Fprintln(os.Stderr, "http: stop server:", err)
		}
	}
	return "http://" + ln.Addr().String(), stop, nil
}

// loader runs wrk.
type loader struct {
	wrk                  string
	rounds               int
	duration             time.Duration
	connections, threads int
}

// compare loads both in turn, so that what else the machine does hits both. It
// returns the medians of requests per second and of the ratios of the rounds.
func (l loader) compare(a, b string) (perSecondA, perSecondB, ratio float64, err error) {
	var ofA, ofB, ratios []float64
	for range l.rounds {
		inA, err := l.once(a)
		if err != nil {
			return 0, 0, 0, err
		}
		inB, err := l.once(b)
		if err != nil {
			return 0, 0, 0, err
		}
		ofA, ofB, ratios = append(ofA, inA), append(ofB, inB), append(ratios, inA/inB)
	}
	return median(ofA), median(ofB), median(ratios), nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

var requestsPerSecond = regexp.MustCompile(`Requests/sec:\s*([0-9.]+)`)

func (l loader) once(url string) (float64, error) {
	cmd := exec.Command(l.wrk, "-t", strconv.Itoa(l.threads), "-c", strconv.Itoa(l.connections), "-d", l.duration.String(), url)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, out)
	}
	m := requestsPerSecond.FindSubmatch(out)
	if m == nil || strings.Contains(string(out), "Non-2xx") {
		return 0, fmt.Errorf("%s: %s", strings.Join(cmd.Args, " "), out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}
