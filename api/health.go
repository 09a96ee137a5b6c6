package api

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// A Part is something in picket that can be ill while the rest works.
type Part struct {
	Name string
	// Check returns nil while the part works, else why it does not. It is
	// called once a second, and reads what is known: it must not wait.
	Check func() error
}

const (
	healthEvery = time.Second
	// healthStale is after how long a look at the parts is too old to go by:
	// one of them does not return from its Check.
	healthStale = 10 * time.Second
)

// health knows how the parts are. Requests are answered from what was seen
// last, so that whoever asks, without a login and as often as they like, asks
// nothing of the parts.
type health struct {
	parts, start []Part
	seen         atomic.Pointer[sight]
	ready        atomic.Pointer[[]condition] // of start; one that was well once stays so
}

// sight is how the parts were at one moment.
type sight struct {
	at    time.Time
	parts []condition
}

// condition is how one part is.
type condition struct {
	name  string
	ill   error // nil: it works
	since time.Time
}

// look asks the parts. It is for one goroutine at a time.
func (h *health) look(now time.Time) {
	var before []condition
	if seen := h.seen.Load(); seen != nil {
		before = seen.parts
	}
	h.seen.Store(&sight{now, conditions(h.parts, before, now, false)})

	before = nil
	if ready := h.ready.Load(); ready != nil {
		before = *ready
	}
	ready := conditions(h.start, before, now, true)
	h.ready.Store(&ready)
}

// conditions asks parts how they are. before is how they were. Those that last
// are not asked again once they were well.
func conditions(parts []Part, before []condition, now time.Time, last bool) []condition {
	list := make([]condition, len(parts))
	for i, p := range parts {
		known := i < len(before)
		if last && known && before[i].ill == nil {
			list[i] = before[i]
			continue
		}
		list[i] = condition{name: p.Name, ill: p.Check(), since: now}
		if known && (list[i].ill == nil) == (before[i].ill == nil) {
			list[i].since = before[i].since
		}
	}
	return list
}

// watch looks at the parts until ended.
func (h *health) watch(ended <-chan struct{}) {
	tick := time.NewTicker(healthEvery)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case now := <-tick.C:
			h.look(now)
		}
	}
}

// latest returns how the parts are as far as is known.
func (h *health) latest() []condition {
	seen := h.seen.Load()
	if seen == nil {
		return nil
	}
	list := seen.parts
	if age := time.Since(seen.at); age > healthStale {
		err := fmt.Errorf("the parts have not answered for %v", age.Round(time.Second))
		list = append(list[:len(list):len(list)], condition{name: "health", ill: err, since: seen.at})
	}
	return list
}

// Health is the answer of /healthz and /readyz. Reasons are for those who may
// read; everybody sees the rest.
type Health struct {
	Status string       `json:"status"` // "ok", or "ill" if a part is
	Parts  []PartHealth `json:"parts"`
}

// PartHealth is how one part is.
type PartHealth struct {
	Name   string     `json:"name"`
	Status string     `json:"status"`          // "ok" or "ill"
	Since  *time.Time `json:"since,omitempty"` // of one that is ill
	Reason string     `json:"reason,omitempty"`
}

// The values of Status.
const (
	HealthOK  = "ok"
	HealthIll = "ill"
)

func (s *Server) healthz(ctx *fasthttp.RequestCtx) { s.tellHealth(ctx, s.health.latest()) }

func (s *Server) readyz(ctx *fasthttp.RequestCtx) {
	var list []condition
	if ready := s.health.ready.Load(); ready != nil {
		list = *ready
	}
	s.tellHealth(ctx, list)
}

// tellHealth answers 200, or 503 if a part is ill.
func (s *Server) tellHealth(ctx *fasthttp.RequestCtx, list []condition) {
	reasons := s.mayRead(ctx)
	h := Health{Status: HealthOK, Parts: make([]PartHealth, len(list))}
	for i, c := range list {
		p := PartHealth{Name: c.name, Status: HealthOK}
		if c.ill != nil {
			since := c.since.UTC().Truncate(time.Second)
			p.Status, p.Since = HealthIll, &since
			h.Status = HealthIll
			if reasons {
				p.Reason = c.ill.Error()
			}
		}
		h.Parts[i] = p
	}
	body, err := json.Marshal(h)
	if err != nil {
		failed(ctx, fmt.Errorf("encode health: %w", err))
		return
	}
	if h.Status != HealthOK {
		ctx.SetStatusCode(fasthttp.StatusServiceUnavailable)
	}
	ctx.SetBody(append(body, '\n'))
}

// mayRead reports whether who asks may read, and answers nothing.
func (s *Server) mayRead(ctx *fasthttp.RequestCtx) bool {
	if s.openReads {
		return true
	}
	id, _, err := s.identify(ctx)
	return err == nil && reader.open(id.Role)
}
