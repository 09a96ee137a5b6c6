package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"picket/alertcore"
	"picket/alertcore/tracked"
	"picket/api/auth"
)

// socketTest is a client of the event socket.
type socketTest struct {
	t testing.TB
	*websocket.Conn
}

// dialSocket opens the event socket with a query and lines of header.
func (f *fixture) dialSocket(query string, header ...string) (*websocket.Conn, *http.Response, error) {
	lines := http.Header{}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		lines.Set(name, value)
	}
	d := websocket.Dialer{NetDialContext: func(context.Context, string, string) (net.Conn, error) { return f.listener.Dial() }}
	return d.Dial("ws://sensor"+pathEvents+query, lines)
}

func (f *fixture) socket(query string, header ...string) *socketTest {
	f.t.Helper()
	c, _, err := f.dialSocket(query, header...)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { c.Close() })
	return &socketTest{f.t, c}
}

func (c *socketTest) send(messages ...string) {
	c.t.Helper()
	for _, m := range messages {
		if err := c.WriteMessage(websocket.TextMessage, []byte(m)); err != nil {
			c.t.Fatal(err)
		}
	}
}

// heeded waits until all that was sent is dealt with, for which there is no
// answer but that to a message in error.
func (c *socketTest) heeded() {
	c.t.Helper()
	c.send("{}")
	c.want(`{"ERROR": {"picket.event.error": "the message has neither \"SUBSCRIBE\" nor \"UNSUBSCRIBE\""}}`)
}

func (c *socketTest) next() string {
	c.t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	kind, text, err := c.ReadMessage()
	if err != nil || kind != websocket.TextMessage {
		c.t.Fatalf("read an event: kind %d, %v", kind, err)
	}
	return string(text)
}

func (c *socketTest) want(events ...string) {
	c.t.Helper()
	for _, want := range events {
		if got := c.next(); got != want {
			c.t.Fatalf("got event  %s\nwant event %s", got, want)
		}
	}
}

// wantClose reads until the connection ends, and fails unless it is closed for
// the reason given.
func (c *socketTest) wantClose(code int, reason string) {
	c.t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		_, _, err := c.ReadMessage()
		if err == nil {
			continue
		}
		if closed, ok := err.(*websocket.CloseError); !ok || closed.Code != code || !strings.Contains(closed.Text, reason) {
			c.t.Errorf("the connection ends with %v, want close code %d and %q", err, code, reason)
		}
		return
	}
}

// oneShot raises an alert that needs no definition.
func (f *fixture) oneShot(text string) *alertcore.Record {
	return f.core.RaiseOneShot("TESTED", "SYSTEM", alertcore.Low, alertcore.PhyAny, text)
}

func alertEvent(r *alertcore.Record) string { return `{"ALERT": ` + string(r.JSON()) + `}` }

func messageEvent(f *fixture, text string) string {
	return fmt.Sprintf(`{"MESSAGE": {"kismet.messagebus.message_string": "%s","kismet.messagebus.message_flags": 8,"kismet.messagebus.message_time": %d}}`,
		text, f.clock.micros.Load()/1e6)
}

func TestAnAlertComesBeforeItsMessage(t *testing.T) {
	f := newFixture(t, nil)
	f.oneShot("before") // no history on subscription
	c := f.socket("")
	c.send(`{"SUBSCRIBE": "MESSAGE"}`, `{"SUBSCRIBE": "ALERT"}`)
	c.heeded()
	for i := range 3 {
		text := fmt.Sprint("number ", i)
		r := f.oneShot(text)
		c.want(alertEvent(r), messageEvent(f, "TESTED "+text))
	}
}

func TestWhatASocketIsAskedFor(t *testing.T) {
	header := func(r *alertcore.Record) string {
		return fmt.Sprintf(`{"ALERT": {"kismet.alert.text": "%s","h": "TESTED"}}`, r.Alert().Text)
	}
	mangled := func(r *alertcore.Record) string {
		return fmt.Sprintf(`{"ALERT": {"kismet_alert_text": "%s"}}`, r.Alert().Text) + "\n"
	}
	const fields = `"fields": ["kismet.alert.text", ["kismet.alert.header", "h"]]`
	for _, c := range []struct {
		name string
		ask  []string
		said string // in an event ERROR
		want func(*alertcore.Record) string
	}{
		{name: "alerts", ask: []string{`{"SUBSCRIBE": "ALERT"}`}, want: alertEvent},
		{name: "fields", ask: []string{`{"SUBSCRIBE": "ALERT", ` + fields + `}`}, want: header},
		{name: "all", ask: []string{`{"SUBSCRIBE": "*", ` + fields + `}`, `{"SUBSCRIBE": "MESSAGE", "fields": ["x"]}`}, want: header},
		{name: "format", ask: []string{`{"SUBSCRIBE": "ALERT", "fields": ["kismet.alert.text"], "format": "ekjson"}`}, want: mangled},
		{name: "again, differently", ask: []string{`{"SUBSCRIBE": "ALERT"}`, `{"SUBSCRIBE": "ALERT", ` + fields + `}`}, want: header},
		{name: "no more", ask: []string{`{"SUBSCRIBE": "ALERT"}`, `{"UNSUBSCRIBE": "ALERT"}`}},
		{name: "both in one", ask: []string{`{"SUBSCRIBE": "ALERT", "UNSUBSCRIBE": "ALERT"}`}},
		{name: "another goes", ask: []string{`{"SUBSCRIBE": "ALERT", "UNSUBSCRIBE": "GPS_LOCATION"}`}, want: alertEvent},
		{name: "another case", ask: []string{`{"SUBSCRIBE": "alert"}`}},
		{name: "no JSON", ask: []string{`{"SUBSCRIBE": "ALERT"}`, `{"SUBSCRIBE": `}, said: "the JSON does not parse", want: alertEvent},
		{name: "no fields", ask: []string{`{"SUBSCRIBE": "ALERT"}`, `{"SUBSCRIBE": "ALERT", "fields": [7]}`}, said: "Invalid field mapping", want: alertEvent},
		{name: "no format", ask: []string{`{"SUBSCRIBE": "ALERT"}`, `{"SUBSCRIBE": "ALERT", "format": "xml"}`}, said: `unknown "format": "xml"`, want: alertEvent},
		{name: "no topic", ask: []string{`{"SUBSCRIBE": "ALERT"}`, `{"SUBSCRIBE": "` + strings.Repeat("x", 200) + `"}`}, said: "no topic has a name of 200 bytes", want: alertEvent},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, nil)
			s := f.socket("")
			s.send(c.ask...)
			if c.said != "" {
				var got struct {
					Error map[string]string `json:"ERROR"`
				}
				text := s.next()
				if err := json.Unmarshal([]byte(text), &got); err != nil || !strings.Contains(got.Error["picket.event.error"], c.said) {
					t.Errorf("got %s, want an ERROR that says %s", text, c.said)
				}
			}
			s.heeded()
			r := f.oneShot("x")
			if c.want != nil {
				s.want(c.want(r))
			}
			if !strings.Contains(c.ask[0], "*") {
				s.heeded() // and nothing else has come
			}
		})
	}
}

func TestSubscriptionsAreLimited(t *testing.T) {
	f := newFixture(t, nil)
	s := f.socket("")
	for i := range maxSubscriptions {
		s.send(fmt.Sprintf(`{"SUBSCRIBE": "TOPIC%d"}`, i))
	}
	s.send(`{"SUBSCRIBE": "ALERT"}`)
	s.want(`{"ERROR": {"picket.event.error": "there are 64 subscriptions already, which is the most"}}`)
	s.send(`{"UNSUBSCRIBE": "TOPIC1"}`, `{"SUBSCRIBE": "ALERT"}`)
	s.heeded()
	s.want(alertEvent(f.oneShot("x")))
}

func TestWhatBreaksTheProtocolClosesTheSocket(t *testing.T) {
	for _, c := range []struct {
		name   string
		do     func(*websocket.Conn) error
		code   int
		reason string
	}{
		{"no object", func(c *websocket.Conn) error { return c.WriteMessage(1, []byte(`["SUBSCRIBE"]`)) }, 1008, "array, not an object"},
		{"no string", func(c *websocket.Conn) error { return c.WriteMessage(1, []byte(`{"SUBSCRIBE": 1}`)) }, 1008, "must be string"},
		{"format no string", func(c *websocket.Conn) error {
			return c.WriteMessage(1, []byte(`{"SUBSCRIBE": "ALERT", "format": []}`))
		}, 1008, "must be string"},
		{"binary", func(c *websocket.Conn) error { return c.WriteMessage(2, []byte(`{"SUBSCRIBE": "ALERT"}`)) }, 1003, "binary"},
		{"no UTF-8", func(c *websocket.Conn) error { return c.WriteMessage(1, []byte("{\"SUBSCRIBE\": \"\xff\"}")) }, 1007, "UTF-8"},
		{"huge", func(c *websocket.Conn) error { return c.WriteMessage(1, make([]byte, maxCommand+1)) }, 1009, ""},
		{"huge announcement", func(c *websocket.Conn) error {
			_, err := c.NetConn().Write([]byte{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4})
			return err
		}, 1009, ""},
		{"endless fragments", func(c *websocket.Conn) error {
			c.NetConn().Write([]byte{0x01, 0x81, 1, 2, 3, 4, 'x'})
			for range maxCommand {
				if _, err := c.NetConn().Write([]byte{0x00, 0x81, 1, 2, 3, 4, 'x'}); err != nil {
					return nil // it has had enough
				}
			}
			return nil
		}, 1009, ""},
		{"unmasked", func(c *websocket.Conn) error { _, err := c.NetConn().Write([]byte{0x81, 0x01, 'x'}); return err }, 1002, "MASK"},
		{"reserved bits", func(c *websocket.Conn) error {
			_, err := c.NetConn().Write([]byte{0xf1, 0x81, 1, 2, 3, 4, 'x'})
			return err
		}, 1002, "RSV"},
		{"farewell", func(c *websocket.Conn) error {
			return c.WriteControl(8, websocket.FormatCloseMessage(4321, "bye"), time.Now().Add(time.Second))
		}, 4321, ""},
		{"farewell without a code", func(c *websocket.Conn) error {
			return c.WriteControl(8, nil, time.Now().Add(time.Second))
		}, 1005, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, nil)
			s := f.socket("")
			s.send(`{"SUBSCRIBE": "ALERT"}`)
			must(t, c.do(s.Conn))
			s.wantClose(c.code, c.reason)
			other := f.socket("")
			other.send(`{"SUBSCRIBE": "ALERT"}`)
			other.heeded()
			other.want(alertEvent(f.oneShot("x")))
		})
	}
}

// A client may send a message in parts, with control frames between them.
func TestFragmentsAndPings(t *testing.T) {
	f := newFixture(t, nil)
	s := f.socket("")
	ponged := ""
	s.SetPongHandler(func(data string) error { ponged = data; return nil })
	mask := func(text string) []byte { return append([]byte{0, 0, 0, 0}, text...) }
	s.NetConn().Write(append([]byte{0x01, 0x80 | 14}, mask(`{"SUBSCRIBE": `)...))
	s.NetConn().Write(append([]byte{0x89, 0x80 | 2}, mask("hi")...))
	s.NetConn().Write(append([]byte{0x80, 0x80 | 8}, mask(`"ALERT"}`)...))
	s.heeded()
	if ponged != "hi" {
		t.Errorf("the ping was answered with %q", ponged)
	}
	s.want(alertEvent(f.oneShot("x")))
}

func TestNamesThatAreNotUTF8DoNotBreakTheSocket(t *testing.T) {
	f := newFixture(t, nil)
	s := f.socket("")
	s.send(`{"SUBSCRIBE": "ALERT", "fields": ["kismet.alert.text"]}`)
	s.heeded()
	f.oneShot("Net\xff\xfework")
	s.want(`{"ALERT": {"kismet.alert.text": "Net` + "\uFFFD" + `work"}}`)
}

func TestWhatThereIsEverySecond(t *testing.T) {
	asked := make(chan struct{}, 100)
	f := newFixture(t, func(o *Options, _ *auth.Options) {
		o.EverySecond = map[string]func() (tracked.Value, bool){
			TopicBattery: func() (tracked.Value, bool) { asked <- struct{}{}; return tracked.Value{}, false },
			TopicLocation: func() (tracked.Value, bool) {
				return tracked.Nested(tracked.Object{{Name: "x", Value: tracked.Double(1.5)}}), true
			},
			TopicPacketChainStats: func() (tracked.Value, bool) { t.Error("nobody asked for it"); return tracked.Value{}, true },
		}
	})
	s := f.socket("")
	s.send(`{"SUBSCRIBE": "TIMESTAMP"}`)
	s.want(`{"TIMESTAMP": {"kismet.system.timestamp.sec": 1795405906,"kismet.system.timestamp.usec": 0}}`)
	s.send(`{"UNSUBSCRIBE": "TIMESTAMP", "SUBSCRIBE": "GPS_LOCATION"}`, `{"SUBSCRIBE": "BATTERY"}`)
	for s.next() != `{"GPS_LOCATION": {"x": 1.500000}}` { // a last TIMESTAMP may come before
	}
	<-asked
	s.send(`{"UNSUBSCRIBE": "GPS_LOCATION", "SUBSCRIBE": "STATISTICS"}`)
	for text := ""; !strings.HasPrefix(text, `{"STATISTICS": {"kismet.system.num_fields": 0,`); text = s.next() {
	}
}

func TestListenersAreToldOfSources(t *testing.T) {
	f, _ := newFixtureWithSources(t)
	f.withLogin()
	s := f.socket("")
	s.send(`{"SUBSCRIBE": "DATASOURCE_PAUSED", "fields": ["kismet.datasource.uuid"]}`)
	s.heeded()
	uuid := f.server.o.Datasources.Datasources()[0].UUID
	if got := f.do(request{target: "/datasource/by-uuid/" + uuid + "/pause_source.cmd", header: []string{basicAdmin}}); got.status != 200 {
		t.Fatalf("pause: %d %s", got.status, got.body)
	}
	s.want(`{"DATASOURCE_PAUSED": {"kismet.datasource.uuid": "` + uuid + `"}}`)
	f.server.PublishSource(TopicDatasourceError, uuid) // nobody listens
	if !f.server.Publish("NOTHING", func() (tracked.Value, bool) { t.Error("nobody asked for it"); return tracked.Value{}, true }) {
		t.Error("an event for nobody finds no room")
	}
	f.server.PublishSource(TopicDatasourcePaused, "no such source")
	s.heeded()
}

// Clients come, at any time, while others raise: each gets every alert from
// where it left off, once and in order.
func TestSinceHasNoGapAndNoRepeat(t *testing.T) {
	const raisers, each, clients = 4, 250, 12
	f := newFixture(t, func(o *Options, _ *auth.Options) {
		core := alertcore.New(alertcore.Options{Backlog: raisers * each})
		o.Alerts, o.Messages = core, core
	})
	f.core = f.server.o.Alerts.(*alertcore.Core)
	var raising, listening sync.WaitGroup
	for i := range raisers {
		raising.Go(func() {
			for n := range each {
				f.oneShot(fmt.Sprint(i, "-", n))
			}
		})
	}
	start := f.clock.micros.Load() / 1e6
	for i := range clients {
		listening.Go(func() {
			seen := make([]int, raisers)
			since, got := alertcore.Micros(start), 0
			for got < raisers*each {
				s := f.socket(fmt.Sprintf("?since=%d.%06d", since/1e6, since%1e6))
				if i%2 == 0 {
					s.send(`{"SUBSCRIBE": "MESSAGE", "UNSUBSCRIBE": "MESSAGE"}`)
				}
				s.send(`{"SUBSCRIBE": "ALERT"}`)
				for n := 0; n < 50+i*20 && got < raisers*each; {
					var e struct {
						Alert *struct {
							Time float64 `json:"kismet.alert.timestamp"`
							Text string  `json:"kismet.alert.text"`
						} `json:"ALERT"`
					}
					must(t, json.Unmarshal([]byte(s.next()), &e))
					if e.Alert == nil {
						continue // the first is told of a time before the core
					}
					at := alertcore.Micros(e.Alert.Time*1e6 + 0.5)
					if at <= since {
						t.Errorf("%d comes after %d", at, since)
					}
					var raiser, number int
					fmt.Sscanf(e.Alert.Text, "%d-%d", &raiser, &number)
					if number != seen[raiser] {
						t.Errorf("client %d gets %s, want number %d", i, e.Alert.Text, seen[raiser])
						return
					}
					seen[raiser]++
					since, got, n = at, got+1, n+1
				}
				s.Close()
			}
		})
	}
	raising.Wait()
	listening.Wait()
}
