package api

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"picket/api/auth"
)

// newLog returns a log, and what is in it.
func newLog(t *testing.T) (*slog.Logger, func() string) {
	t.Helper()
	var b bytes.Buffer
	lock := make(chan struct{}, 1)
	w := writerFunc(func(p []byte) (int, error) {
		lock <- struct{}{}
		defer func() { <-lock }()
		return b.Write(p)
	})
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})), func() string {
		lock <- struct{}{}
		defer func() { <-lock }()
		return b.String()
	}
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

func TestWhoMayListen(t *testing.T) {
	log, logged := newLog(t)
	f := newFixtureOn(t, elsewhere, func(o *Options, _ *auth.Options) { o.Log = log }).withLogin()
	token, err := f.server.o.Auth.Generate("reader", auth.RoleReadonly, 0)
	must(t, err)
	other, err := f.server.o.Auth.Generate("other", "scanreport", 0)
	must(t, err)
	const foreign = "Origin: http://evil.example"
	for _, c := range []struct {
		name, query string
		header      []string
		status      int
	}{
		{"nobody", "", nil, 401},
		{"a login in the address", "?user=admin&password=passwordy", nil, 101},
		{"a wrong one", "?user=admin&password=nonsense", nil, 401},
		{"a key in the address", "?KISMET=" + token, nil, 101},
		{"a key in a cookie", "", []string{"Cookie: KISMET=" + token}, 101},
		{"a bearer", "", []string{"Authorization: Bearer " + token}, 101},
		{"a login in the header", "", []string{basicAdmin}, 101},
		{"a key of another role", "?KISMET=" + other, nil, 401},
		{"a page of this site", "", []string{"Cookie: KISMET=" + token, "Origin: http://sensor"}, 101},
		{"a page of another with a cookie", "", []string{"Cookie: KISMET=" + token, foreign}, 403},
		{"a page of another with a remembered login", "", []string{basicAdmin, foreign}, 403},
		{"a page of another with a wrong login and a cookie", "?user=admin&password=nonsense", []string{"Cookie: KISMET=" + token, foreign}, 403},
		{"a page of another that knows the login", "?user=admin&password=passwordy", []string{foreign}, 101},
		{"a page of another that knows a key", "?KISMET=" + token, []string{foreign}, 101},
		{"a page without an origin", "", []string{"Cookie: KISMET=" + token, "Origin: null"}, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, resp, err := f.dialSocket(c.query, c.header...)
			if err == nil {
				defer conn.Close()
			}
			if resp == nil || resp.StatusCode != c.status {
				t.Fatalf("got %v, %v, want status %d", resp, err, c.status)
			}
			if got := resp.Header.Get("Set-Cookie"); got != "" {
				t.Errorf("the answer sets a cookie: %s", got)
			}
			if c.status == 401 {
				body, _ := io.ReadAll(resp.Body)
				if !strings.Contains(string(body), "401 Permission denied") || !resp.Close {
					t.Errorf("the answer is %q and the connection stays", body)
				}
			}
			target := "/alerts/stream" + c.query
			if c.status == 101 {
				f.sse(target, c.header...)
			} else if got := f.do(read(target, c.header...)); got.status != c.status {
				t.Errorf("%s: %d %s", target, got.status, got.body)
			}
		})
	}
	for _, secret := range []string{"passwordy", "nonsense", token, other} {
		if strings.Contains(logged(), secret) {
			t.Errorf("the log has the secret %s", secret)
		}
	}
}

func TestPagesOfOtherSitesListenWhereTheConfigurationAllowsIt(t *testing.T) {
	for _, c := range []struct {
		allow  bool
		origin string
		status int
	}{
		{false, "", 403},
		{false, "http://friend", 403},
		{true, "", 101},
		{true, "http://friend", 101},
		{true, "http://another", 403},
	} {
		f := newFixture(t, func(o *Options, _ *auth.Options) { o.AllowCORS, o.AllowedOrigin = c.allow, c.origin }) // reads are open
		conn, resp, err := f.dialSocket("", "Origin: http://friend")
		if err == nil {
			conn.Close()
		}
		if resp == nil || resp.StatusCode != c.status {
			t.Errorf("%+v: %v, %v", c, resp, err)
		}
	}
}

func TestWhatIsNoWebSocket(t *testing.T) {
	f := newFixture(t, nil)
	upgrade := []string{"Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="}
	for _, c := range []struct {
		request request
		status  int
	}{
		{read(pathEvents), 404},
		{form(pathEvents, "a=b"), 404},
		{read("/eventbus/other.ws", upgrade...), 404},
		{read(pathEvents, upgrade[:3]...), 400},
		{read(pathEvents, upgrade[0], upgrade[1], "Sec-WebSocket-Version: 8", upgrade[3]), 400},
		{read(pathEvents+"?since=yesterday", upgrade...), 400},
	} {
		conn, err := f.listener.Dial()
		must(t, err)
		defer conn.Close() // and not before they are counted
		_, err = conn.Write(c.request.bytes())
		must(t, err)
		if got := readResponse(t, bufio.NewReader(conn), false); got.status != c.status {
			t.Errorf("%s %v: %d %s", c.request.target, c.request.header, got.status, got.body)
		}
	}
	f.server.conns.mu.Lock()
	defer f.server.conns.mu.Unlock()
	if n := f.server.conns.streams; n != 0 {
		t.Errorf("%d streams are counted", n)
	}
}

// Streams count as connections until they end, leave room for requests, and
// are not closed to make room.
func TestStreamsAreCountedAndLimited(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Limits.PeerConnections = 8 })
	var streams []*socketTest
	for range 6 {
		streams = append(streams, f.socket(""))
	}
	if _, resp, err := f.dialSocket(""); err == nil || resp == nil || resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a stream too many is answered with %v", resp)
	}
	for range 20 {
		idle, err := f.listener.Dial()
		must(t, err)
		defer idle.Close()
		f.want(read("/alerts/all_alerts.json"), 200, "[]")
	}
	for _, s := range streams {
		s.heeded()
	}
	for _, s := range streams {
		must(t, s.WriteControl(8, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second)))
		s.wantClose(1000, "")
	}
	f.awaitNoStream()
	f.socket("").heeded()
}

// awaitNoStream returns when none is counted any more.
func (f *fixture) awaitNoStream() {
	for left := 1; left > 0; runtime.Gosched() {
		f.server.conns.mu.Lock()
		left = f.server.conns.streams
		f.server.conns.mu.Unlock()
	}
}

func TestShutdownTellsStreams(t *testing.T) {
	f := newFixture(t, nil)
	socket, silent := f.socket(""), f.socket("") // which does not answer the farewell
	socket.send(`{"SUBSCRIBE": "ALERT"}`)
	socket.heeded()
	silent.heeded()
	sse := f.sse("/alerts/stream")
	last := f.oneShot("last words")
	socket.want(alertEvent(last))
	sse.want(sseEvent(last))
	read := make(chan struct{})
	go func() {
		defer close(read)
		socket.wantClose(1001, "the server goes down")
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	must(t, f.server.Shutdown(ctx))
	<-read
	silent.wantClose(1001, "the server goes down")
	sse.want("event: error\ndata: {\"picket.event.error\": \"the server goes down\"}\n\n")
	if _, err := sse.ReadByte(); err != io.EOF {
		t.Errorf("after the farewell: %v", err)
	}
	if n := f.server.conns.number(); n != 0 {
		t.Errorf("%d connections are left", n)
	}
}

func TestShutdownDoesNotWaitForStreamsForEver(t *testing.T) {
	f := newFixture(t, nil)
	f.socket("").heeded()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.server.Shutdown(ctx); err != nil && err != context.Canceled && !strings.Contains(err.Error(), "canceled") {
		t.Error(err)
	}
	f.server.events.mu.Lock()
	defer f.server.events.mu.Unlock()
	if len(f.server.events.clients) != 0 {
		t.Error("a stream is left")
	}
}

func TestStreamsOverTLS(t *testing.T) {
	certFile, keyFile, pool := selfSigned(t)
	addr := overTCP(t, func(o *Options) { o.CertFile, o.KeyFile = certFile, keyFile })
	d := websocket.Dialer{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "localhost"}}
	conn, _, err := d.Dial("wss://"+addr+pathEvents, nil)
	must(t, err)
	s := &socketTest{t, conn}
	defer s.Close()
	s.send(`{"SUBSCRIBE": "TIMESTAMP"}`)
	if got := s.next(); !strings.HasPrefix(got, `{"TIMESTAMP": `) {
		t.Errorf("got %s", got)
	}
}

// A client that does not read is dropped, for a reason that it is told when it
// reads again; those that read get all.
func TestASlowClientIsDroppedAndCostsNobodyElse(t *testing.T) {
	log, logged := newLog(t)
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Log = log })
	f.server.events.maxLag = 1 << 20
	ln, err := net.Listen("tcp", loopback+":0")
	must(t, err)
	server, err := New(f.server.o)
	must(t, err)
	server.events.maxLag = 1 << 20
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	dial := func() *socketTest {
		conn, _, err := websocket.DefaultDialer.Dial("ws://"+ln.Addr().String()+pathEvents, nil)
		must(t, err)
		c := &socketTest{t, conn}
		t.Cleanup(func() { c.Close() })
		c.send(`{"SUBSCRIBE": "ALERT"}`)
		c.heeded()
		return c
	}
	slow, other := dial(), dial()
	long := strings.Repeat("x", 50_000)
	const alerts = 400 // more than socket buffers hold
	for i := range alerts {
		other.want(alertEvent(f.oneShot(fmt.Sprint(i, long))))
	}
	got := 0
	for {
		slow.SetReadDeadline(time.Now().Add(20 * time.Second))
		_, text, err := slow.ReadMessage()
		if err != nil {
			if !websocket.IsCloseError(err, closePolicy) || !strings.Contains(err.Error(), "too slow") {
				t.Errorf("the slow client's connection ends with %v", err)
			}
			break
		}
		if !strings.Contains(string(text), fmt.Sprintf(`"kismet.alert.text": "%dx`, got)) {
			t.Fatalf("event %d is another", got)
		}
		got++
	}
	if got == 0 || got == alerts {
		t.Errorf("the slow client got %d of %d alerts", got, alerts)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	must(t, server.Shutdown(ctx))
	must(t, <-served)
	if n := strings.Count(logged(), "a client of the event stream was dropped"); n != 1 {
		t.Errorf("the log tells of it %d times: %s", n, logged())
	}
}

// sseTest is a client of the stream of server-sent events.
type sseTest struct {
	t testing.TB
	*bufio.Reader
	status int
	header http.Header
	first  string // its first block
}

func (f *fixture) sse(target string, header ...string) *sseTest {
	f.t.Helper()
	c, err := f.listener.Dial()
	must(f.t, err)
	f.t.Cleanup(func() { c.Close() })
	_, err = c.Write(read(target, header...).bytes())
	must(f.t, err)
	br := bufio.NewReader(c)
	resp, err := http.ReadResponse(br, nil)
	must(f.t, err)
	s := &sseTest{t: f.t, Reader: br, status: resp.StatusCode, header: resp.Header}
	if s.status == 200 {
		s.first = s.next()
	}
	return s
}

// next returns the next block with the empty line that ends it.
func (s *sseTest) next() (block string) {
	s.t.Helper()
	for !strings.HasSuffix(block, "\n\n") {
		line, err := s.ReadString('\n')
		if err != nil {
			s.t.Fatalf("read an event: %v after %q", err, block)
		}
		block += line
	}
	return block
}

func (s *sseTest) want(blocks ...string) {
	s.t.Helper()
	for _, want := range blocks {
		if got := s.next(); got != want {
			s.t.Fatalf("got  %q\nwant %q", got, want)
		}
	}
}
