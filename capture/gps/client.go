package gps

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync/atomic"
	"time"
)

const (
	// stale is how old a fix may be. Receivers have a new one each second.
	stale = 10 * time.Second
	// maxLine is the most bytes of a report, twice of what gpsd sends at most.
	maxLine = 32 << 10
	// dialTime is what a connection may take.
	dialTime = 10 * time.Second
	// The first pause before gpsd is tried again, and the longest.
	firstPause, longestPause = time.Second, time.Minute
)

// A Client knows what a gpsd says. Make it with NewClient.
type Client struct {
	address string
	log     *slog.Logger
	dial    func(context.Context) (net.Conn, error)
	fix     atomic.Pointer[Fix]
	used    int // satellites, by the last SKY
	lost    bool
}

// NewClient returns a client of the gpsd at address, HOST:PORT. It does nothing
// before Run.
func NewClient(address string, log *slog.Logger) *Client {
	c := &Client{address: address, log: log.With("gpsd", address)}
	c.dial = func(ctx context.Context) (net.Conn, error) {
		d := net.Dialer{Timeout: dialTime}
		return d.DialContext(ctx, "tcp", address)
	}
	return c
}

// Fix returns where the machine is, nil if that is not known. It may be called
// by any goroutine.
func (c *Client) Fix() *Fix {
	if f := c.fix.Load(); f != nil && time.Since(f.heard) < stale {
		return f
	}
	return nil
}

// Run listens to gpsd until ctx ends. When gpsd is not there, or goes, it is
// tried again, with pauses that grow to a minute. It can be called once.
func (c *Client) Run(ctx context.Context) {
	pause := firstPause
	for {
		reports, err := c.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		if reports > 0 {
			pause = firstPause
		}
		if !c.lost { // told once
			c.lost = true
			c.log.Warn("the location is not known while gpsd is not heard", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// watch asks gpsd for reports.
const watch = `?WATCH={"enable":true,"json":true};` + "\n"

// listen takes the reports of one connection, and tells how many there were.
func (c *Client) listen(ctx context.Context) (reports int, err error) {
	conn, err := c.dial(ctx)
	if err != nil {
		return 0, fmt.Errorf("connect to gpsd: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if _, err := io.WriteString(conn, watch); err != nil {
		return 0, fmt.Errorf("ask gpsd for reports: %w", err)
	}
	lines := bufio.NewScanner(conn)
	lines.Buffer(make([]byte, 0, 4<<10), maxLine)
	for lines.Scan() {
		r, err := parseReport(lines.Bytes())
		if err != nil {
			c.log.Debug("a report makes no sense", "error", err)
			continue
		}
		reports++
		c.take(&r)
	}
	if err := lines.Err(); err != nil {
		return reports, fmt.Errorf("read from gpsd: %w", err)
	}
	return reports, errors.New("gpsd has closed the connection")
}

// take notes what a report says.
func (c *Client) take(r *report) {
	if c.lost {
		c.lost = false
		c.log.Info("gpsd is heard")
	}
	switch r.class {
	case "ERROR":
		c.log.Warn("gpsd has an error", "error", r.message)
	case "SKY":
		c.used = r.used
	case "TPV":
		if r.fix != nil {
			r.fix.heard = time.Now()
			r.fix.Satellites = c.used
			if r.fix.Time.IsZero() {
				r.fix.Time = r.fix.heard
			}
		}
		c.fix.Store(r.fix)
	}
}
