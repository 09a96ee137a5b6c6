package api

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/textproto"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp/fasthttputil"

	"picket/alertcore"
	"picket/api/auth"
)

// testClock is set by the test, so that what depends on time can be compared.
type testClock struct{ micros atomic.Int64 }

func (c *testClock) now() time.Time        { return time.UnixMicro(c.micros.Load()) }
func (c *testClock) set(m int64)           { c.micros.Store(m) }
func (c *testClock) add(d time.Duration)   { c.micros.Add(d.Microseconds()) }
func newTestClock(micros int64) *testClock { c := new(testClock); c.set(micros); return c }

// memoryListener is a listener in memory with the addresses of a TCP one.
type memoryListener struct {
	*fasthttputil.InmemoryListener
	addr *net.TCPAddr
	peer atomic.Pointer[net.TCPAddr]
}

func (l *memoryListener) Addr() net.Addr { return l.addr }

func (l *memoryListener) Accept() (net.Conn, error) {
	c, err := l.InmemoryListener.Accept()
	if err != nil {
		return nil, err
	}
	return memoryConn{c, l.peer.Load()}, nil
}

type memoryConn struct {
	net.Conn
	peer net.Addr
}

func (c memoryConn) RemoteAddr() net.Addr { return c.peer }

// fixture is a server in memory and what is behind it.
type fixture struct {
	t        testing.TB
	core     *alertcore.Core
	clock    *testClock
	server   *Server
	listener *memoryListener
	auth     auth.Options
}

const loopback, elsewhere = "127.0.0.1", "192.0.2.7"

// newFixture starts a server on a loopback address with a peer there. adjust
// may change the options.
func newFixture(t testing.TB, adjust func(*Options, *auth.Options)) *fixture {
	t.Helper()
	return newFixtureOn(t, loopback, adjust)
}

// newFixtureOn is newFixture with a listener on another address.
func newFixtureOn(t testing.TB, address string, adjust func(*Options, *auth.Options)) *fixture {
	t.Helper()
	dir := t.TempDir()
	f := &fixture{t: t, clock: newTestClock(1795405906_000000)}
	f.core = alertcore.New(alertcore.Options{Backlog: 50, Clock: f.clock.now})
	f.auth = auth.Options{
		UserFile: filepath.Join(dir, "httpd.conf"), SessionDB: filepath.Join(dir, "session.db"),
		Clock: f.clock.now, Log: slog.New(slog.DiscardHandler),
	}
	o := Options{
		Alerts: f.core, Messages: f.core, Log: slog.New(slog.DiscardHandler),
		Status: func() Status { return Status{Start: f.clock.now(), User: "picket", Version: "2025.09.0-picket"} },
	}
	f.listener = &memoryListener{
		InmemoryListener: fasthttputil.NewInmemoryListener(),
		addr:             &net.TCPAddr{IP: net.ParseIP(address), Port: 2502},
	}
	f.from(loopback)
	if adjust != nil {
		adjust(&o, &f.auth)
	}
	store, err := auth.Open(f.auth)
	if err != nil {
		t.Fatal(err)
	}
	o.Auth = store
	if f.server, err = New(o); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- f.server.Serve(f.listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := f.server.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return f
}

// from makes later connections come from addr.
func (f *fixture) from(addr string) {
	f.listener.peer.Store(&net.TCPAddr{IP: net.ParseIP(addr), Port: 40000})
}

// A request as curl would send it.
type request struct {
	method string // "": GET, or POST of a form
	target string
	proto  string // "": HTTP/1.1
	header []string
	body   string
	isForm bool
}

func read(target string, header ...string) request { return request{target: target, header: header} }

func form(target, body string, header ...string) request {
	return request{target: target, body: body, isForm: true, header: header}
}

func (r request) bytes() []byte {
	var b bytes.Buffer
	method, proto := r.method, r.proto
	if method == "" {
		method = "GET"
		if r.isForm {
			method = "POST"
		}
	}
	if proto == "" {
		proto = "HTTP/1.1"
	}
	fmt.Fprintf(&b, "%s %s %s\r\nHost: sensor\r\n", method, r.target, proto)
	if r.isForm {
		b.WriteString("Content-Type: application/x-www-form-urlencoded\r\n")
	}
	if r.body != "" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(r.body))
	}
	for _, line := range r.header {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n" + r.body)
	return b.Bytes()
}

type response struct {
	status int
	header textproto.MIMEHeader
	body   string
}

// do sends r on a connection of its own.
func (f *fixture) do(r request) response {
	f.t.Helper()
	c, err := f.listener.Dial()
	if err != nil {
		f.t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(r.bytes()); err != nil {
		f.t.Fatalf("%s: send: %v", r.target, err)
	}
	return readResponse(f.t, bufio.NewReader(c), r.method == "HEAD")
}

func readResponse(t testing.TB, br *bufio.Reader, noBody bool) response {
	t.Helper()
	tp := textproto.NewReader(br)
	line, err := tp.ReadLine()
	if err != nil {
		t.Fatalf("read status line: %v", err)
	}
	var resp response
	if _, err := fmt.Sscanf(line, "HTTP/1.1 %d", &resp.status); err != nil {
		t.Fatalf("status line %q: %v", line, err)
	}
	if resp.header, err = tp.ReadMIMEHeader(); err != nil {
		t.Fatalf("read header: %v", err)
	}
	if resp.status == 304 {
		return resp // never has a body
	}
	length, err := strconv.Atoi(resp.header.Get("Content-Length"))
	if err != nil {
		t.Fatalf("content length: %v", err)
	}
	if noBody {
		return resp
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(br, body); err != nil {
		t.Fatalf("read body of %d bytes: %v", length, err)
	}
	resp.body = string(body)
	return resp
}

// want fails unless the answer to r has the status and the body.
func (f *fixture) want(r request, status int, body string) {
	f.t.Helper()
	if got := f.do(r); got.status != status || got.body != body {
		f.t.Errorf("%s %s:\n got %d %q\nwant %d %q", r.target, r.body, got.status, got.body, status, body)
	}
}

// wantPrefix is want for a body that starts with prefix and names what is in
// names.
func (f *fixture) wantPrefix(r request, status int, prefix string, names ...string) {
	f.t.Helper()
	got := f.do(r)
	if got.status != status || !strings.HasPrefix(got.body, prefix) {
		f.t.Errorf("%s %s:\n got %d %q\nwant %d %q...", r.target, r.body, got.status, got.body, status, prefix)
	}
	for _, name := range names {
		if !strings.Contains(got.body, name) {
			f.t.Errorf("%s %s: answer %q does not name %s", r.target, r.body, got.body, name)
		}
	}
}

const basicAdmin = "Authorization: Basic YWRtaW46cGFzc3dvcmR5" // admin:passwordy

// withLogin sets the login that basicAdmin is for.
func (f *fixture) withLogin() *fixture {
	f.t.Helper()
	f.want(form("/session/set_password", "username=admin&password=passwordy"), 200, "Login configured\n")
	return f
}

// conversation is requests one after another on one connection.
type conversation struct {
	t testing.TB
	c net.Conn
	r *bufio.Reader
}

func newConversation(t testing.TB, c net.Conn) *conversation {
	return &conversation{t, c, bufio.NewReader(c)}
}

func (c *conversation) do(r request) response {
	c.t.Helper()
	if _, err := c.c.Write(r.bytes()); err != nil {
		c.t.Fatalf("%s: send: %v", r.target, err)
	}
	return readResponse(c.t, c.r, r.method == "HEAD")
}
