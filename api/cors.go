package api

import "github.com/valyala/fasthttp"

// allowOrigin lets pages of other sites read the answer, if the configuration
// does: errors too, which a page could not tell from a broken network
// otherwise.
func (s *Server) allowOrigin(ctx *fasthttp.RequestCtx) {
	if !s.o.AllowCORS {
		return
	}
	h := &ctx.Response.Header
	origin := []byte(s.o.AllowedOrigin)
	if len(origin) == 0 {
		origin = ctx.Request.Header.Peek("Origin")
	}
	if len(origin) == 0 {
		origin = []byte("*")
	}
	h.SetBytesV("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Vary", "Origin")
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Access-Control-Allow-Methods", "POST, GET, HEAD, OPTIONS, UPGRADE")
	h.Set("Access-Control-Allow-Headers", "Content-Type, Authorization, If-None-Match")
	h.Set("Access-Control-Expose-Headers", "ETag")
}

// preflight answers what a browser asks before a request to another site.
func (s *Server) preflight(ctx *fasthttp.RequestCtx) {
	s.prepare(ctx, mimePlain)
}
