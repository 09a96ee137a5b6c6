package api

import (
	"context"
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
	timed, cancel := context.WithTimeout(context.Background(), durableTime)
	defer cancel()
	if s.o.Durable(timed) != nil {
		ctx.Response.Header.Set(headerHistory, historyMemory)
	}
}
