package api

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fasthttp/websocket"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// streamOf returns a client at the other end of a pipe, in which a write waits
// until it is read, with the time limits of a server.
func streamOf(t *testing.T, w wire) (c *streamClient, peer net.Conn, logged func() string) {
	t.Helper()
	server, peer := net.Pipe()
	log, logged := newLog(t)
	c = &streamClient{
		hub: newEvents(alertcore.New(alertcore.Options{Backlog: 10})), conn: server, wire: w, log: log,
		write: DefaultLimits.Write, beat: heartbeats[w],
		inbox: make(chan func() error), done: make(chan struct{}), subscriptions: map[string]*sharedSelection{},
	}
	var gone context.CancelFunc
	c.ctx, gone = context.WithCancel(c.hub.ctx)
	t.Cleanup(func() { gone(); peer.Close(); server.Close(); <-c.done })
	return c, peer, logged
}

func nothing() error { return nil }

func TestAQuietStreamShowsThatItIsAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, peer, _ := streamOf(t, overSSE)
		began := time.Now()
		go c.run(nothing)
		br := bufio.NewReader(peer)
		for n := range 3 {
			line, err := br.ReadString('\n')
			must(t, err)
			_, err = br.ReadString('\n')
			must(t, err)
			if want := time.Duration(n+1) * 15 * time.Second; line != ": alive\n" || time.Since(began) != want {
				t.Errorf("%q after %v, want a comment after %v", line, time.Since(began), want)
			}
		}
	})
}

// A client that answers pings stays; one that is silent is not kept.
func TestASilentSocketIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, peer, _ := streamOf(t, overSocket)
		socket := websocketOn(t, c.conn, peer)
		began := time.Now()
		go c.run(nothing)
		listening := make(chan time.Duration)
		go func() {
			c.listen(socket)
			listening <- time.Since(began)
		}()
		ping := make([]byte, 2)
		for range 10 {
			_, err := io.ReadFull(peer, ping)
			must(t, err)
			if ping[0] != 0x89 || ping[1] != 0 {
				t.Fatalf("got frame %x, want a ping", ping)
			}
			_, err = peer.Write([]byte{0x8a, 0x80, 1, 2, 3, 4})
			must(t, err)
		}
		if lived := time.Since(began); lived != 300*time.Second {
			t.Errorf("ten pings came in %v", lived)
		}
		go io.Copy(io.Discard, peer)
		if lived := <-listening; lived != 390*time.Second {
			t.Errorf("the silent client is kept for %v, want 90 s after its last answer", lived)
		}
	})
}

// hijacked is a connection that net/http would give away.
type hijacked struct {
	http.ResponseWriter
	conn net.Conn
}

func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// websocketOn is the server's side of a socket whose other end is peer.
func websocketOn(t *testing.T, c, peer net.Conn) *websocket.Conn {
	t.Helper()
	r := httptest.NewRequest("GET", pathEvents, nil)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-Websocket-Version": "13", "Sec-Websocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
	} {
		r.Header.Set(name, value)
	}
	answered := make(chan error)
	go func() {
		_, err := http.ReadResponse(bufio.NewReader(peer), r)
		answered <- err
	}()
	socket, err := new(websocket.Upgrader).Upgrade(hijacked{httptest.NewRecorder(), c}, r, nil)
	must(t, err)
	must(t, <-answered)
	return socket
}

// A client that takes nothing at all gets no farewell, as it is in the midst
// of something else, and the log is told once.
func TestAClientThatTakesNothingIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, peer, logged := streamOf(t, overSSE)
		began := time.Now()
		go c.run(func() error {
			c.hub.subscribe(c, TopicMessage, rendition{key: "all", wire: overSSE})
			return nil
		})
		synctest.Wait()
		c.hub.publish(TopicMessage, func() (tracked.Value, bool) { return tracked.String("x"), true })
		c.hub.announce()
		<-c.done
		if lived := time.Since(began); lived != 10*time.Second {
			t.Errorf("it is waited for %v, want 10 s", lived)
		}
		if n := strings.Count(logged(), "too slow"); n != 1 {
			t.Errorf("the log tells of it %d times: %s", n, logged())
		}
		peer.SetReadDeadline(time.Now().Add(time.Second))
		if n, err := peer.Read(make([]byte, 1)); n > 0 && err == nil {
			t.Error("it is sent more")
		}
	})
}

// What clients have in common is encoded once.
func TestAnEventIsEncodedOnceForAll(t *testing.T) {
	hub := newEvents(alertcore.New(alertcore.Options{Backlog: 10}))
	client := func() *streamClient {
		return &streamClient{hub: hub, log: slog.New(slog.DiscardHandler), subscriptions: map[string]*sharedSelection{}}
	}
	a, b, other := client(), client(), client()
	for _, c := range []*streamClient{a, b} {
		command, err := parseCommand([]byte(`{"SUBSCRIBE": "X", "fields": ["a", ["b", "c"]]}`))
		must(t, err)
		hub.subscribe(c, "X", command.selected)
	}
	command, err := parseCommand([]byte(`{"SUBSCRIBE": "X", "fields": ["a", "b", "c"]}`))
	must(t, err)
	hub.subscribe(other, "X", command.selected)
	hub.publish("X", func() (tracked.Value, bool) { return tracked.Nested(nil), true })
	frames := map[*byte]bool{}
	for _, c := range []*streamClient{a, b, other} {
		if _, err := c.collect(); err != nil || len(c.out) != 1 {
			t.Fatalf("%d events, %v", len(c.out), err)
		}
		frames[&c.out[0][0]] = true
	}
	if len(frames) != 2 {
		t.Errorf("%d encodings for two selections", len(frames))
	}
	for _, c := range []*streamClient{a, b, other} {
		hub.leave(c)
	}
	if len(hub.formats) != 0 || len(hub.topics) != 0 {
		t.Errorf("left behind: %v, %v", hub.formats, hub.topics)
	}
	hub.publish("X", func() (tracked.Value, bool) { t.Error("made for nobody"); return tracked.Value{}, true })
}

func FuzzSocketMessage(f *testing.F) {
	for _, seed := range []string{
		`{"SUBSCRIBE": "ALERT", "fields": ["kismet.alert.text", ["kismet.alert.header", "h"]], "format": "json"}`,
		`{"UNSUBSCRIBE": "ALERT"}`, `{"SUBSCRIBE": "*", "UNSUBSCRIBE": "x", "format": "ekjson"}`, `{"SUBSCRIBE": 1}`,
		`[]`, `{}`, ``, `{"SUBSCRIBE": "a", "fields": [[]]}`, `{"SUBSCRIBE": "a", "fields": {"a": 1}}`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parseCommand(text)
		if err != nil {
			return
		}
		if !c.do.subscribe && !c.do.unsubscribe {
			t.Error("a message that asks for nothing is taken")
		}
		if len(c.subscribe) > maxTopicName || len(c.unsubscribe) > maxTopicName {
			t.Error("a topic is too long")
		}
		if c.do.subscribe {
			e := event{topic: c.subscribe, value: tracked.Nested(tracked.Object{{Name: "a", Value: tracked.String("x")}})}
			if len(e.frame(&c.selected)) == 0 {
				t.Error("an event is sent as nothing")
			}
		}
	})
}

// Alerts that are replayed may be in the hands of the hub at that moment, and
// come after the subscription too.
func TestWhatIsReplayedDoesNotComeAgain(t *testing.T) {
	core := alertcore.New(alertcore.Options{Backlog: 10})
	_, began := core.All()
	hub := newEvents(core)
	follower := core.Follow()
	defer follower.Close()
	server, peer := net.Pipe()
	defer server.Close()
	defer peer.Close()
	client := func(resumes bool) *streamClient {
		return &streamClient{
			hub: hub, conn: server, ctx: t.Context(), write: time.Hour, log: slog.New(slog.DiscardHandler),
			subscriptions: map[string]*sharedSelection{}, resumes: resumes, since: began,
		}
	}
	first := client(false)
	must(t, first.subscribe(TopicAlert, rendition{key: "x"}))
	record := core.RaiseOneShot("TESTED", "SYSTEM", alertcore.Low, alertcore.PhyAny, "x")

	resuming, fresh := client(true), client(false)
	sent := make(chan []byte)
	go func() {
		b := make([]byte, 2*len(alertEvent(record)))
		n, _ := peer.Read(b)
		sent <- b[:n]
	}()
	must(t, resuming.subscribe(TopicAlert, rendition{key: "x"}))
	if got := string(<-sent); !strings.HasSuffix(got, alertEvent(record)) {
		t.Errorf("the client that resumes is sent %q", got)
	}
	must(t, fresh.subscribe(TopicAlert, rendition{key: "x"}))

	hub.follow(follower)
	for _, c := range []struct {
		name   string
		client *streamClient
		want   int
	}{{"was there", first, 1}, {"resumed", resuming, 0}, {"came afterwards", fresh, 0}} {
		if _, err := c.client.collect(); err != nil || len(c.client.out) != c.want {
			t.Errorf("a client that %s gets the alert %d times, want %d; %v", c.name, len(c.client.out), c.want, err)
		}
	}
}
