package api

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"picket/api/auth"
)

// overTCP serves the API on a real socket and returns its address.
func overTCP(t *testing.T, adjust func(*Options)) string {
	t.Helper()
	o := newFixture(t, nil).server.o
	adjust(&o)
	server, err := New(o)
	must(t, err)
	ln, err := net.Listen("tcp", loopback+":0")
	must(t, err)
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := errors.Join(server.Shutdown(ctx), <-done); err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// A client that sends far too much gets an answer that it can read, even if it
// looks for one only after all is sent.
func TestTooLargeIsAnswered(t *testing.T) {
	addr := overTCP(t, func(*Options) {})
	body := func(n int, header string) io.Reader {
		return io.MultiReader(
			strings.NewReader(fmt.Sprintf("POST /alerts/raise_alerts.cmd HTTP/1.1\r\nHost: a\r\n%sContent-Length: %d\r\n\r\n", header, n)),
			io.LimitReader(zeros{}, int64(n)))
	}
	for _, c := range []struct {
		name    string
		request io.Reader
		status  int
		words   string
		whole   bool // the request is sent to its end whatever is answered
	}{
		{"request line of 1 MB", strings.NewReader("GET /" + strings.Repeat("x", 1<<20) + " HTTP/1.1\r\nHost: a\r\n\r\n"), 431, "request line and header are too large: at most 8192 bytes", true},
		{"header of 9 KB", strings.NewReader("GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 9<<10) + "\r\n\r\n"), 431, "8192", true},
		{"body of 100,001 bytes", body(100_001, ""), 413, "body is too large: at most 100000 bytes", true},
		{"body of 100 MB", body(100<<20, ""), 413, "100000", false},
		{"chunks without end", io.MultiReader(
			strings.NewReader("POST /alerts/raise_alerts.cmd HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
			strings.NewReader(strings.Repeat("1000\r\n"+strings.Repeat("x", 0x1000)+"\r\n", 30))), 413, "100000", true},
		{"no HTTP", strings.NewReader("hello\r\n\r\n"), 400, "can't be understood", true},
		{"no host", strings.NewReader("GET / HTTP/1.1\r\n\r\n"), 400, "host header", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", addr)
			must(t, err)
			defer conn.Close()
			if _, err := io.Copy(conn, c.request); err != nil && c.whole {
				t.Errorf("send: %v", err)
			}
			br := bufio.NewReader(conn)
			got := readResponse(t, br, false)
			if got.status != c.status || !strings.Contains(got.body, c.words) {
				t.Errorf("got %d %q", got.status, got.body)
			}
			// A reset could have cost the client the answer.
			if _, err := br.ReadByte(); err != io.EOF && c.whole {
				t.Errorf("after the answer: %v, want the end", err)
			}
		})
	}
}

// zeros reads as bytes without end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestTenThousandIdleConnectionsCostNobodyElse(t *testing.T) {
	for _, flood := range []struct{ name, from string }{{"from the same address", loopback}, {"from elsewhere", elsewhere}} {
		t.Run(flood.name, func(t *testing.T) {
			f := newFixture(t, nil)
			patient, err := f.listener.Dial() // keeps its connection and uses it
			must(t, err)
			defer patient.Close()
			br := bufio.NewReader(patient)
			ask := func() {
				t.Helper()
				_, err := patient.Write(read("/alerts/all_alerts.json").bytes())
				must(t, err)
				if got := readResponse(t, br, false); got.body != "[]" {
					t.Fatalf("the patient client gets %d %q", got.status, got.body)
				}
			}
			ask()
			for i := range 10_000 {
				f.from(flood.from)
				idle, err := f.listener.Dial()
				must(t, err)
				defer idle.Close()
				if i%100 == 0 {
					ask()
				}
			}
			ask()
			f.from(loopback)
			f.want(read("/alerts/all_alerts.json"), 200, "[]")
			if n := f.server.conns.number(); n > DefaultLimits.PeerConnections+2 {
				t.Errorf("%d connections are open", n)
			}
		})
	}
}

// A connection that is being answered is not closed to make room for others.
func TestRoomIsMadeByWhoWaitsLongest(t *testing.T) {
	cs := newConnections(Limits{Connections: 3, PeerConnections: 2})
	admit := func(host string) net.Conn {
		server, client := net.Pipe()
		t.Cleanup(func() { client.Close() })
		c := memoryConn{server, &net.TCPAddr{IP: net.ParseIP(host)}}
		cs.hook(c, fasthttp.StateNew)
		return c
	}
	check := func(when string, open, closed []net.Conn) {
		t.Helper()
		for _, c := range open {
			if cs.of(c) == nil {
				t.Errorf("%s: a connection is closed that should not be", when)
			}
		}
		for _, c := range closed {
			if cs.of(c) != nil {
				t.Errorf("%s: a connection is open that should not be", when)
			}
			if _, err := c.Write([]byte("x")); err == nil {
				t.Errorf("%s: a connection was forgotten but not closed", when)
			}
		}
		if cs.number() != len(open) {
			t.Errorf("%s: %d connections, want %d", when, cs.number(), len(open))
		}
	}
	busy, idle := admit("192.0.2.1"), admit("192.0.2.1")
	cs.of(busy).doing.Store(answering)
	third := admit("192.0.2.1")
	check("at the limit of an address", []net.Conn{busy, third}, []net.Conn{idle})

	other := admit("192.0.2.2")
	cs.of(third).doing.Store(writing)
	last := admit("192.0.2.3")
	check("at the limit in all", []net.Conn{busy, other, last}, []net.Conn{idle, third})

	cs.of(other).doing.Store(answering)
	cs.of(last).doing.Store(answering)
	late := admit("192.0.2.4")
	check("while all are being answered", []net.Conn{busy, other, last}, []net.Conn{late})

	cs.hook(other, fasthttp.StateClosed)
	check("after one has closed", []net.Conn{busy, last}, nil)
}

func TestASlowClientIsCutOffAndCostsNobodyElse(t *testing.T) {
	f := newFixture(t, nil)
	slow, err := f.listener.Dial()
	must(t, err)
	defer slow.Close()
	_, err = slow.Write([]byte("POST /alerts/raise_alerts.cmd HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{"))
	must(t, err)
	f.want(read("/alerts/all_alerts.json"), 200, "[]")
	for range DefaultLimits.Read/time.Second + 1 {
		f.server.conns.tick()
	}
	if n, err := slow.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Error("a request that does not end is waited for for ever")
	}
	f.want(read("/alerts/all_alerts.json"), 200, "[]")
}

func TestClientsHaveSoMuchTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		state func(*connections, *connection)
		limit time.Duration // 0: none
	}{
		{"to the first request", func(*connections, *connection) {}, 10 * time.Second},
		{"for a request", func(cs *connections, c *connection) { cs.enter(c, reading) }, 10 * time.Second},
		{"between requests", func(cs *connections, c *connection) { cs.enter(c, idle) }, 2 * time.Minute},
		{"to take an answer", func(cs *connections, c *connection) { cs.enter(c, writing) }, 10 * time.Second},
		{"while we answer", func(cs *connections, c *connection) { cs.enter(c, answering) }, 0},
	} {
		cs := newConnections(DefaultLimits)
		server, client := net.Pipe()
		defer client.Close()
		cs.hook(server, fasthttp.StateNew)
		for range 100 {
			cs.tick() // what was before does not count
			c.state(cs, cs.of(server))
			if c.name == "to the first request" {
				break
			}
		}
		var lived time.Duration
		for lived = 0; lived < time.Hour; lived += time.Second {
			if server.SetDeadline(time.Time{}) != nil { // closed
				break
			}
			cs.tick()
		}
		if c.limit == 0 {
			c.limit = time.Hour
		}
		if lived < c.limit || lived > c.limit+2*time.Second && c.limit < time.Hour {
			t.Errorf("%s: closed after %v, want %v", c.name, lived, c.limit)
		}
	}
}

func TestShutdownDoesNotWaitForTheIdle(t *testing.T) {
	f := newFixture(t, nil)
	silent, err := f.listener.Dial()
	must(t, err)
	defer silent.Close()
	used, err := f.listener.Dial()
	must(t, err)
	defer used.Close()
	_, err = used.Write(read("/alerts/all_alerts.json").bytes())
	must(t, err)
	readResponse(t, bufio.NewReader(used), false)

	// fasthttp alone would wait five seconds for the silent one.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	must(t, f.server.Shutdown(ctx))
	if _, err := io.ReadAll(silent); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("silent connection: %v", err)
	}
	if _, err := f.listener.Dial(); err == nil {
		t.Error("the listener still takes connections")
	}
}

func TestAPanicIsAnswered(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Status = func() Status { panic("broken") } })
	f.want(read("/system/status.json"), 500, "ERROR: internal error\n")
	f.want(read("/alerts/all_alerts.json"), 200, "[]")
}

func TestTLS(t *testing.T) {
	certFile, keyFile, pool := selfSigned(t)
	addr := overTCP(t, func(o *Options) { o.CertFile, o.KeyFile = certFile, keyFile })
	client, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: pool, ServerName: "localhost"})
	must(t, err)
	defer client.Close()
	_, err = client.Write(read("/alerts/all_alerts.json").bytes())
	must(t, err)
	if got := readResponse(t, bufio.NewReader(client), false); got.status != 200 || got.body != "[]" {
		t.Errorf("%d %q", got.status, got.body)
	}
}

func TestTLSFilesAreNamedWhenTheyCannotBeRead(t *testing.T) {
	f := newFixture(t, nil)
	o := f.server.o
	o.CertFile = "/nowhere/cert.pem"
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "/nowhere/cert.pem") || !strings.Contains(err.Error(), "httpd_ssl_key") {
		t.Errorf("error: %v", err)
	}
}

// selfSigned makes a certificate for localhost.
func selfSigned(t *testing.T) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	pool = x509.NewCertPool()
	pool.AddCert(cert)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	dir := t.TempDir()
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: keyDER}} {
		must(t, os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600))
	}
	return filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), pool
}

// Pollers and raisers at once: every poller ends with every alert, in order.
func TestPollersLoseNothingWhileOthersRaise(t *testing.T) {
	const raisers, each, pollers = 4, 10, 4
	f := newFixture(t, nil).withLogin().withAlert()
	var raising, polling sync.WaitGroup
	for r := range raisers {
		raising.Go(func() {
			for i := range each {
				f.want(form("/alerts/raise_alerts.cmd", fmt.Sprintf(`json={"name":"SCARYALERT","text":"%d-%d"}`, r, i), basicAdmin), 200, "Alert raised\n")
			}
		})
	}
	var raised atomic.Bool
	seen := make([]string, pollers)
	for p := range pollers {
		polling.Go(func() {
			at := poll{Cursor: "0"}
			for last := false; !last; {
				last = raised.Load() // what is polled from now on is all there is
				at = f.poll(at.Cursor)
				for _, a := range at.List {
					seen[p] += a.Text + "\n"
				}
			}
		})
	}
	raising.Wait()
	raised.Store(true)
	polling.Wait()
	records, _ := f.core.All()
	want := ""
	for _, r := range records {
		want += r.Alert().Text + "\n"
	}
	if len(records) != raisers*each {
		t.Errorf("%d alerts were raised, want %d", len(records), raisers*each)
	}
	for p := range pollers {
		if seen[p] != want {
			t.Errorf("poller %d:\n%s", p, cmp.Diff(want, seen[p]))
		}
	}
}

// Whoever sees first that the server goes down closes the listener.
func TestAListenerCanBeClosedFromBothSides(t *testing.T) {
	conns := newConnections(DefaultLimits)
	ln := newStoppableListener(fasthttputil.NewInmemoryListener(), conns)
	conns.drain()
	if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept of a server that goes down: %v", err)
	}
	if err := ln.Close(); err != nil {
		t.Errorf("Close after that: %v", err)
	}
}
