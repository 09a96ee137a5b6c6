package api

import (
	"github.com/valyala/fasthttp"

	"picket/api/openapi"
)

// describe answers with the description of this API.
func (s *Server) describe(ctx *fasthttp.RequestCtx) { ctx.Response.SetBodyRaw(openapi.Document()) }
