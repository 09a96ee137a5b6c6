package api

import (
	"slices"
	"strings"

	"picket/api/auth"
)

// streams holds what is told of as it happens.
func (c *contract) streams() {
	c.t.Helper()
	const socket, sse = "GET " + pathEvents, "GET /alerts/stream"
	f := newWholeServer(c.t, nil)
	c.ends(f, socket, read(pathEvents, basicAdmin), 404)
	upgrade := []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="}
	with := func(more ...string) []string { return slices.Concat(upgrade, more) }
	c.ends(f, socket, read(pathEvents, upgrade...), 401)
	c.ends(f, socket, read(pathEvents+"?since=noon", with(basicAdmin)...), 400)
	c.ends(f, socket, read(pathEvents, with(basicAdmin, "Origin: http://evil.example")...), 403)
	c.ends(f, sse, read("/alerts/stream"), 401)
	c.ends(f, sse, read("/alerts/stream?since=noon", basicAdmin), 400)
	c.ends(f, sse, read("/alerts/stream", basicAdmin, "Origin: http://evil.example"), 403)
	full := newWholeServer(c.t, func(o *Options, _ *auth.Options) { o.Limits.PeerConnections = 4 })
	for range 3 {
		full.socket("", basicAdmin).heeded()
	}
	c.ends(full, socket, read(pathEvents, with(basicAdmin)...), 503)
	c.ends(full, sse, read("/alerts/stream", basicAdmin), 503)

	stream := f.sse("/alerts/stream?since=0", basicAdmin)
	c.hold(sse, read("/alerts/stream"), response{status: stream.status, header: map[string][]string{"Content-Type": {stream.header.Get("Content-Type")}}})
	at, _ := c.at(pointerTo("paths", "/alerts/stream", "get", "responses", "200", "content", "text/event-stream"))
	if mapOf(at) == nil {
		c.t.Fatal("the data of server-sent events are not described")
	}
	for range f.backlog() {
		_, data, _ := strings.Cut(strings.TrimSpace(stream.next()), "data: ")
		if why := c.invalidJSON(pointerTo("paths", "/alerts/stream", "get", "responses", "200", "content", "text/event-stream", "x-picket-line"), data); why != "" {
			c.t.Errorf("server-sent event %s: %s", data, why)
		}
	}
	c.events(f)
}

func (f *fixture) backlog() int {
	records, _ := f.core.All()
	return len(records)
}

// events holds the events of all topics.
func (c *contract) events(f *fixture) {
	c.t.Helper()
	conn, resp, err := f.dialSocket("?since=1", basicAdmin)
	must(c.t, err)
	defer conn.Close()
	if resp.StatusCode == 101 {
		c.seen["GET "+pathEvents+" 101"] = true
	}
	for f.backlog() < 50 || f.core.Latest() == nil { // until the first are gone
		f.raise("one more")
	}
	for range 50 {
		f.raise("one more")
	}
	messages := pointerTo("paths", pathEvents, "get", "responses", "101", "x-picket-messages")
	s := &socketTest{c.t, conn}
	for _, command := range []string{`{"SUBSCRIBE": "*"}`, `{"UNSUBSCRIBE": "NONE", "SUBSCRIBE": "ALERT", "fields": ["kismet.alert.text"], "format": "json"}`, `{"UNSUBSCRIBE": "ALERT"}`} {
		if why := c.invalidJSON(messages+"/client", command); why != "" {
			c.t.Errorf("command %s: %s", command, why)
		}
	}
	s.send(`{"SUBSCRIBE": "*"}`, `{}`)
	waiting := map[string]bool{}
	for topic := range mapOf(mapOf(mapOf(mapOf(c.document["components"])["schemas"])["Event"])["properties"]) {
		waiting[topic] = true
	}
	s.heeding(func(text string) bool {
		if why := c.invalidJSON(messages+"/server", text); why != "" {
			c.t.Fatalf("event %s: %s", text, why)
		}
		topic := strings.Split(text, `"`)[1]
		if topic == "ERROR" { // it is subscribed
			for _, t := range []string{TopicNewDatasource, TopicDatasourceOpened, TopicDatasourceClosed, TopicDatasourceError, TopicDatasourcePaused, TopicDatasourceResumed} {
				f.server.PublishSource(t, atticUUID)
			}
			f.raise("live")
		}
		delete(waiting, topic)
		return len(waiting) == 0
	})
}

// heeding reads events until done says that it was the last.
func (c *socketTest) heeding(done func(text string) bool) {
	c.t.Helper()
	for !done(c.next()) {
	}
}
