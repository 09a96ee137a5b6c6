// Command events measures the event stream of a real picket: many clients
// listen to alerts that are raised at a steady rate. It fails unless every
// client gets every alert, in order, and prints what that costs the server,
// which is a process of its own, in processor time and memory.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fasthttp/websocket"
)

func main() {
	var b bench
	flag.StringVar(&b.picket, "picket", "picket", "the program to measure")
	flag.StringVar(&b.addr, "http", "127.0.0.1:2613", "where it is to serve")
	flag.IntVar(&b.clients, "clients", 1000, "how many listen")
	flag.IntVar(&b.rate, "rate", 100, "alerts a second")
	flag.DurationVar(&b.duration, "d", 10*time.Second, "how long alerts are raised")
	flag.StringVar(&b.subscribe, "subscribe", `{"SUBSCRIBE":"ALERT"}`, "what clients ask for")
	flag.Parse()
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "events:", err)
		os.Exit(1)
	}
}

type bench struct {
	picket, addr  string
	clients, rate int
	duration      time.Duration
	subscribe     string
}

func (b *bench) run() error {
	folder, err := os.MkdirTemp("", "picket-events-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := exec.CommandContext(ctx, b.picket, "run", "--demo", "--data", folder, "--http", b.addr)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", b.picket, err)
	}
	defer cmd.Wait()
	defer cancel()
	server := process(cmd.Process.Pid)
	if err := b.prepare(); err != nil {
		return err
	}
	alone := server.memory()

	total := b.rate * int(b.duration/time.Second)
	clients, err := b.listen(total)
	if err != nil {
		return err
	}
	listening := server.memory()
	began, serverTime, ownTime := time.Now(), server.processorTime(), process(os.Getpid()).processorTime()
	if err := b.raise(total); err != nil {
		return err
	}
	delays, err := clients.wait()
	took := time.Since(began)
	if err != nil {
		return err
	}
	slices.Sort(delays)
	serverTime = server.processorTime() - serverTime
	fmt.Printf("%d clients, %d alerts in %.1f s: every client got every alert, in order\n", b.clients, total, took.Seconds())
	fmt.Printf("delay from the time of the alert: median %.1f ms, 99th of 100 %.1f ms, greatest %.1f ms\n",
		millis(delays[len(delays)/2]), millis(delays[len(delays)*99/100]), millis(delays[len(delays)-1]))
	fmt.Printf("server: %.2f processors, %.1f µs an alert and client; the clients: %.2f processors\n",
		serverTime.Seconds()/took.Seconds(), float64(serverTime.Microseconds())/float64(total*b.clients),
		(process(os.Getpid()).processorTime()-ownTime).Seconds()/took.Seconds())
	fmt.Printf("memory of the server: %d MiB before, %d MiB with the clients, %d MiB at the end, %d MiB at most\n",
		alone["VmRSS"]>>10, listening["VmRSS"]>>10, server.memory()["VmRSS"]>>10, server.memory()["VmHWM"]>>10)
	return nil
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

const login, password = "bench", "benchbench"

// post sends a form, as the administrator.
func (b *bench) post(path string, values url.Values) error {
	r, err := http.NewRequest("POST", "http://"+b.addr+path, strings.NewReader(values.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(login, password)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("POST %s: %s", path, resp.Status)
	}
	return nil
}

// prepare waits for the server, and defines an alert.
func (b *bench) prepare() error {
	var err error
	for range 100 {
		if err = b.post("/session/set_password", url.Values{"username": {login}, "password": {password}}); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	return b.post("/alerts/definitions/define_alert.cmd", url.Values{"json": {
		`{"name":"BENCH","description":"x","class":"SYSTEM","severity":5,"throttle":"-1/sec","burst":"-1/sec"}`}})
}

// raise raises alerts at the rate, through several connections, as each waits
// for its answer.
func (b *bench) raise(total int) error {
	const raisers = 8
	began := time.Now()
	failed := make([]error, raisers)
	var wg sync.WaitGroup
	for i := range raisers {
		wg.Go(func() {
			for n := i; n < total && failed[i] == nil; n += raisers {
				time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / time.Duration(b.rate))))
				failed[i] = b.post("/alerts/raise_alerts.cmd", url.Values{"json": {fmt.Sprintf(
					`{"name":"BENCH","text":"number %d of those that are raised to see who gets them","bssid":"9c:5c:8e:10:00:01"}`, n)}})
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

type listeners struct {
	done   sync.WaitGroup
	mu     sync.Mutex
	failed error
	delays []time.Duration
}

func (l *listeners) wait() ([]time.Duration, error) {
	l.done.Wait()
	return l.delays, l.failed
}

// listen connects the clients, from several addresses, as one may not have so
// many connections.
func (b *bench) listen(total int) (*listeners, error) {
	l := &listeners{}
	for i := range b.clients {
		from := &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i/250))}
		d := websocket.Dialer{NetDialContext: (&net.Dialer{LocalAddr: from}).DialContext, ReadBufferSize: 4096}
		c, resp, err := d.Dial("ws://"+b.addr+"/eventbus/events.ws", nil)
		if err != nil {
			return nil, fmt.Errorf("client %d: %w (%v)", i, err, resp)
		}
		// Both are answered in order: when the second is refused, the first has
		// been heeded.
		for _, m := range []string{b.subscribe, "{}"} {
			if err := c.WriteMessage(websocket.TextMessage, []byte(m)); err != nil {
				return nil, err
			}
		}
		for {
			_, text, err := c.ReadMessage()
			if err != nil {
				return nil, err
			}
			if bytes.HasPrefix(text, []byte(`{"ERROR"`)) {
				break
			}
		}
		l.done.Go(func() {
			delays, err := receive(c, total)
			l.mu.Lock()
			defer l.mu.Unlock()
			l.delays = append(l.delays, delays...)
			if err != nil && l.failed == nil {
				l.failed = fmt.Errorf("client %d: %w", i, err)
			}
		})
	}
	return l, nil
}

// receive takes all that is raised: so many alerts, each later than the one
// before it, are all of them, once and in order.
func receive(c *websocket.Conn, total int) (delays []time.Duration, err error) {
	defer c.Close()
	var last float64
	for n := 0; n < total; {
		c.SetReadDeadline(time.Now().Add(time.Minute))
		_, text, err := c.ReadMessage()
		if err != nil {
			return nil, fmt.Errorf("after %d alerts: %w", n, err)
		}
		if !bytes.Contains(text, []byte(`"kismet.alert.header": "BENCH"`)) {
			continue
		}
		_, rest, _ := bytes.Cut(text, []byte(`"kismet.alert.timestamp": `))
		stamp, _, _ := bytes.Cut(rest, []byte(","))
		at, err := strconv.ParseFloat(string(stamp), 64)
		if err != nil {
			return nil, err
		}
		if at <= last {
			return nil, fmt.Errorf("alert of %.6f comes after that of %.6f", at, last)
		}
		last = at
		if n++; n%10 == 0 {
			delays = append(delays, time.Since(time.UnixMicro(int64(at*1e6))))
		}
	}
	return delays, nil
}

// process is the number of one.
type process int

// memory returns the figures of its status in KiB.
func (p process) memory() map[string]int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
	figures := map[string]int{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if fields := strings.Fields(value); len(fields) == 2 && fields[1] == "kB" {
			figures[name], _ = strconv.Atoi(fields[0])
		}
	}
	return figures
}

// processorTime returns what it has used. Ticks are a hundredth of a second
// wherever Linux runs Go.
func (p process) processorTime() time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p))
	_, rest, _ := bytes.Cut(text, []byte(") "))
	fields := strings.Fields(string(rest))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
