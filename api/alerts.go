package api

import (
	"fmt"
	"math"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

func (s *Server) definitions(ctx *fasthttp.RequestCtx) {
	definitions := s.o.Alerts.Definitions()
	list := make([]tracked.Object, len(definitions))
	for i := range definitions {
		list[i] = definitions[i].Object()
	}
	simplified(ctx, tracked.Objects(list))
}

func (s *Server) allAlerts(ctx *fasthttp.RequestCtx) {
	fields, ok := fieldsOf(ctx)
	f, known := formatOf(ctx)
	if !ok || !known {
		return
	}
	if fields.Empty() {
		if whole := s.lists.all(f); !clientHas(ctx, whole.tag[:]) {
			ctx.Response.SetBodyRaw(whole.body)
		}
		return
	}
	records, _ := s.o.Alerts.All()
	ctx.Response.SetBodyRaw(f.Append(nil, fields.Simplify(objects(records))))
}

// alertsSince answers a poll: in the formats of lines one alert a line, else
// the dictionary or the bare array, as configured. Selected fields are those of
// the alerts either way.
func (s *Server) alertsSince(ctx *fasthttp.RequestCtx) {
	p, ok := s.poll(ctx)
	if !ok {
		return
	}
	bare := s.o.LastTimeArray || p.format.Lines()
	if p.fields.Empty() {
		if tag := s.tags.ofPoll(&p, !bare); clientHas(ctx, tag[:]) {
			return
		}
	}
	switch {
	case p.fields.Empty() && bare:
		ctx.Response.SetBodyRaw(appendRecords(nil, p.format, p.records))
	case p.fields.Empty():
		ctx.Response.SetBodyRaw(s.lists.wrapped(p.format, p.records, p.cursor))
	case bare:
		ctx.Response.SetBodyRaw(p.format.Append(nil, p.fields.Simplify(objects(p.records))))
	default:
		ctx.Response.SetBodyRaw(p.format.Append(nil, wrap(p.fields.Simplify(objects(p.records)), p.cursor)))
	}
}

// wrappedAlertsSince answers the dictionary in every format. Selected fields
// are those of the dictionary itself, as in Kismet.
func (s *Server) wrappedAlertsSince(ctx *fasthttp.RequestCtx) {
	p, ok := s.poll(ctx)
	if !ok {
		return
	}
	if p.fields.Empty() {
		if tag := s.tags.ofPoll(&p, true); !clientHas(ctx, tag[:]) {
			ctx.Response.SetBodyRaw(s.lists.wrapped(p.format, p.records, p.cursor))
		}
		return
	}
	ctx.Response.SetBodyRaw(p.format.Append(nil, p.fields.Simplify(wrap(objects(p.records), p.cursor))))
}

// polled is what a poll asks for, and what there is.
type polled struct {
	fields  tracked.Fields
	format  tracked.Format
	records []*alertcore.Record
	cursor  alertcore.Micros
}

// poll reads a poll. It answers what can't be read, and is false then.
func (s *Server) poll(ctx *fasthttp.RequestCtx) (p polled, ok bool) {
	after, ok := s.pollTime(ctx)
	if !ok {
		return p, false
	}
	if p.fields, ok = fieldsOf(ctx); !ok {
		return p, false
	}
	if p.format, ok = formatOf(ctx); !ok {
		return p, false
	}
	p.records, p.cursor = s.o.Alerts.Since(after)
	s.measures.poll(param(ctx, paramTime), after, len(p.records), p.cursor)
	return p, true
}

// pollTime returns the time in the path; a negative one counts back from now.
// It answers what is no time, and is false then.
func (s *Server) pollTime(ctx *fasthttp.RequestCtx) (after alertcore.Micros, ok bool) {
	after, err := s.absolute(param(ctx, paramTime))
	if err != nil {
		emptyObject(ctx, fasthttp.StatusBadRequest)
		return 0, false
	}
	return after, true
}

// absolute reads a time; a negative one counts back from now.
func (s *Server) absolute(text string) (alertcore.Micros, error) {
	t, err := parseTimestamp(text)
	if err == nil && t < 0 {
		// The greatest time back is more than there is to subtract from.
		t = s.o.Alerts.Now() + max(t, math.MinInt64/2)
	}
	return t, err
}

func (s *Server) alertByHash(ctx *fasthttp.RequestCtx) {
	hash, err := parseHash(param(ctx, paramHash))
	if err != nil {
		failed(ctx, fmt.Errorf("%w: %s is no alert's hash", err, quote(param(ctx, paramHash))))
		return
	}
	record, err := s.recordByHash(hash)
	if err != nil {
		s.historyFailed(ctx, err)
		return
	}
	if record == nil {
		emptyObject(ctx, fasthttp.StatusNotFound)
		return
	}
	simplified(ctx, tracked.Nested(record.Object()))
}
