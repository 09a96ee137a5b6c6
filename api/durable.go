package api

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// headerHistory tells who raises or defines an alert, if its value is memory,
// that it is done but would not survive a restart. Kismet has no such header.
const (
	headerHistory = "X-Picket-History"
	historyMemory = "memory"
)

// durableTime is how long an answer waits for a disk. One that has not written
// by then may yet.
const durableTime = 5 * time.Second

// settle waits until what the request did is on disk, as far as alerts are kept
// there.
func (s *Server) settle(ctx *fasthttp.RequestCtx) {
	if s.o.Durable == nil {
		return
	}
	// Not ctx: that ends when the server is shut down, and a request under way
	// is brought to its end then.
	if s.o.Durable(s.patience.current()) != nil {
		ctx.Response.Header.Set(headerHistory, historyMemory)
	}
}

// patience is a context for all who begin to wait within about a second: one of
// its own for each would take a good part of what a raise takes.
type patience struct {
	ctx atomic.Pointer[context.Context]
}

// renew is called once a second, and before the first wait.
func (p *patience) renew() {
	const patient = durableTime + time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	time.AfterFunc(patient, cancel)
	p.ctx.Store(&ctx)
}

func (p *patience) current() context.Context { return *p.ctx.Load() }
