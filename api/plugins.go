package api

import (
	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// allPlugins lists what Kismet has loaded as plugins; picket loads none.
func (s *Server) allPlugins(ctx *fasthttp.RequestCtx) {
	simplified(ctx, tracked.Vector(nil))
}
