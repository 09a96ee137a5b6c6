package api

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

var mimeEventStream = []byte("text/event-stream")

// retryAfter is when a client that lost its connection comes back.
const retryAfter = 2 * time.Second

// streamAlerts sends alerts as server-sent events (WHATWG HTML, section 9.2).
// Each has the time of the alert as its identifier, by which a client that
// comes back, or sets since in the query, goes on without a gap. The variable
// fields has names joined by commas.
//
// The answer has no length and ends with the connection.
func (s *Server) streamAlerts(ctx *fasthttp.RequestCtx) {
	if !s.admitsPage(ctx) {
		return
	}
	selected, err := fieldsInQuery(ctx)
	if err != nil {
		invalid(ctx, err)
		return
	}
	c, ok := s.newStreamClient(ctx, overSSE)
	if !ok {
		return
	}
	h := &ctx.Response.Header
	h.SetContentTypeBytes(mimeEventStream)
	h.SetServer(serverName)
	h.Set("X-Accel-Buffering", "no") // nginx
	h.SetContentLength(-2)           // until the end of the connection
	header := h.Header()
	_, newest := s.o.Alerts.All()
	start := func() error {
		// It has an identifier from the start, so that nothing is lost if the
		// connection is before there was an alert.
		c.queue(append(header, appendID(fmt.Appendf(nil, "retry: %d\n", retryAfter.Milliseconds()), min(newest, c.resumeFrom(newest)))...))
		c.queue([]byte("\n"))
		return c.subscribe(TopicAlert, selected)
	}
	ctx.HijackSetNoResponse(true)
	ctx.Hijack(func(hijacked net.Conn) {
		s.stream(c.conn, c, start, func() { c.awaitEnd(hijacked) })
	})
}

// resumeFrom is the time after which alerts are sent.
func (c *streamClient) resumeFrom(newest alertcore.Micros) alertcore.Micros {
	if c.resumes {
		return c.since
	}
	return newest
}

// awaitEnd returns when the client is gone. What it sends is of no interest.
func (c *streamClient) awaitEnd(hijacked net.Conn) {
	var b [64]byte
	for {
		if _, err := hijacked.Read(b[:]); err != nil {
			return
		}
	}
}

// fieldsInQuery returns what the query wants of each alert.
func fieldsInQuery(ctx *fasthttp.RequestCtx) (rendition, error) {
	var fields tracked.Fields
	var names []string
	list, _ := lookupVariable(queryString(ctx), "fields", true)
	for name := range strings.SplitSeq(list, ",") {
		if name != "" {
			fields.Add(name, "")
			names = append(names, name)
		}
	}
	const most = 64
	if len(names) > most {
		return rendition{}, fmt.Errorf(`"fields" has %d names: at most %d can be selected`, len(names), most)
	}
	return newSelection(overSSE, tracked.JSON, fields, names), nil
}
