package gps

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	here  = `{"class":"TPV","mode":3,"lat":52.5,"lon":13.4,"alt":34}` + "\n"
	there = `{"class":"TPV","mode":2,"lat":-33.9,"lon":151.2}` + "\n"
	lost  = `{"class":"TPV","mode":1}` + "\n"
)

// fakeGPSD is a gpsd whose connections a test holds.
type fakeGPSD struct {
	t      *testing.T
	client *Client
	conns  chan net.Conn
	end    func()

	mu    sync.Mutex
	dials []time.Duration // since the start
	down  bool
}

// newFakeGPSD is to be used in a synctest bubble.
func newFakeGPSD(t *testing.T, down bool) *fakeGPSD {
	g := &fakeGPSD{t: t, down: down, client: NewClient("pi.local:2947", slog.New(slog.DiscardHandler)), conns: make(chan net.Conn, 1)}
	start := time.Now()
	g.client.dial = func(context.Context) (net.Conn, error) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.dials = append(g.dials, time.Since(start))
		if g.down {
			return nil, errors.New("connection refused")
		}
		near, far := net.Pipe()
		g.conns <- far
		return near, nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); g.client.Run(ctx) }()
	g.end = func() { cancel(); <-ended }
	return g
}

// set puts it up or down, and tells when it was dialled.
func (g *fakeGPSD) set(down bool) []time.Duration {
	synctest.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = down
	return g.dials
}

// accept is a connection of the client, after it has asked for reports.
func (g *fakeGPSD) accept() net.Conn {
	g.t.Helper()
	c := <-g.conns
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil || line != "?WATCH={\"enable\":true,\"json\":true};\n" {
		g.t.Fatalf("asked with %q: %v", line, err)
	}
	return c
}

func (g *fakeGPSD) say(c net.Conn, text string) {
	g.t.Helper()
	if _, err := c.Write([]byte(text)); err != nil {
		g.t.Fatal(err)
	}
	synctest.Wait()
}

func (g *fakeGPSD) wantLatitude(want float64) {
	g.t.Helper()
	f := g.client.Fix()
	switch {
	case f == nil && want != 0:
		g.t.Errorf("the place is not known, want latitude %g", want)
	case f != nil && f.Latitude != want:
		g.t.Errorf("at %g, want %g", f.Latitude, want)
	}
}

func TestClientKnowsTheLastFix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFakeGPSD(t, false)
		c := g.accept()
		g.wantLatitude(0)
		g.say(c, `{"class":"VERSION","release":"3.25"}`+"\n")
		g.say(c, `{"class":"SKY","uSat":7}`+"\n"+here)
		g.wantLatitude(52.5)
		if f := g.client.Fix(); f.Satellites != 7 || f.Dimensions != 3 || !f.Time.Equal(time.Now()) {
			t.Errorf("%+v", f)
		}
		g.say(c, "rubbish\n\n"+`{"class":"TPV","mode":3,"lat":`+"\n")
		g.wantLatitude(52.5)
		g.say(c, there)
		g.wantLatitude(-33.9)
		g.say(c, lost)
		g.wantLatitude(0)
		g.say(c, here)
		time.Sleep(stale - 1)
		g.wantLatitude(52.5)
		time.Sleep(time.Nanosecond)
		g.wantLatitude(0)
		g.end()
	})
}

func TestClientTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFakeGPSD(t, false)
		c := g.accept()
		g.say(c, here)
		g.set(true)
		c.Close()
		time.Sleep(5 * time.Minute)
		// At 0, then after pauses of 1, 2, 4, ... 60 seconds.
		dials := g.set(false)
		var pauses []string
		for i := 1; i < len(dials); i++ {
			pauses = append(pauses, (dials[i] - dials[i-1]).String())
		}
		if got, want := strings.Join(pauses, " "), "1s 2s 4s 8s 16s 32s 1m0s 1m0s 1m0s"; got != want {
			t.Errorf("pauses %s, want %s", got, want)
		}
		c = g.accept()
		g.say(c, there)
		g.wantLatitude(-33.9)
		tried := len(g.set(false))
		c.Close()
		time.Sleep(firstPause)
		if len(g.set(false)) != tried+1 {
			t.Error("the pause after a connection that worked is not the first one")
		}
		g.accept()
		g.end()
	})
}

func TestClientEndsALineThatDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newFakeGPSD(t, false)
		c := g.accept()
		n, err := c.Write([]byte(strings.Repeat(" ", 4*maxLine)))
		if err == nil || n > maxLine+1 {
			t.Errorf("%d bytes of a line were read: %v", n, err)
		}
		g.say(g.accept(), here)
		g.wantLatitude(52.5)
		g.end()
	})
}

func TestClientEndsWhileItWaits(t *testing.T) {
	for name, down := range map[string]bool{"for reports": false, "to try again": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newFakeGPSD(t, down)
				synctest.Wait()
				g.end() // which would deadlock
			})
		})
	}
}
