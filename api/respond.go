package api

import (
	"bytes"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// Header lines, ready to be sent.
var (
	mimeJSON  = []byte("application/json")
	mimePlain = []byte("text/plain")
	mimeHTML  = []byte("text/html")

	headerLastModified = []byte("Last-Modified")
	headerCacheControl = []byte("Cache-Control")
	headerPragma       = []byte("Pragma")
	headerExpires      = []byte("Expires")
	headerSetCookie    = []byte("Set-Cookie")

	valueNoCache = []byte("no-cache")
	valueExpired = []byte("Sat, 01 Jan 2000 00:00:00 GMT")
)

// contentType returns what the suffix of a path says about the body, error
// bodies included.
func contentType(suffix []byte) []byte {
	if f, known := tracked.FormatOf(string(suffix)); known && f != tracked.TJSON {
		return mimeJSON
	}
	return mimePlain
}

// prepare sets the header that every answer of a handler has.
func (s *Server) prepare(ctx *fasthttp.RequestCtx, mime []byte) {
	h := &ctx.Response.Header
	h.SetContentTypeBytes(mime)
	h.SetCanonical(headerLastModified, *s.date.text.Load())
	h.SetCanonical(headerCacheControl, valueNoCache)
	h.SetCanonical(headerPragma, valueNoCache)
	h.SetCanonical(headerExpires, valueExpired)
	s.allowOrigin(ctx)
}

// dateLine is the current time as HTTP prints it.
type dateLine struct{ text atomic.Pointer[[]byte] }

func (d *dateLine) set(now time.Time) {
	text := now.UTC().AppendFormat(nil, "Mon, 02 Jan 2006 15:04:05 GMT")
	d.text.Store(&text)
}

// text answers with a line of text.
func text(ctx *fasthttp.RequestCtx, status int, line string) {
	ctx.SetStatusCode(status)
	ctx.SetBodyString(line + "\n")
}

// fault is an error in words of Kismet's.
type fault string

func (f fault) Error() string { return string(f) }

// invalid answers a command that makes no sense.
func invalid(ctx *fasthttp.RequestCtx, err error) {
	text(ctx, fasthttp.StatusBadRequest, "Invalid request: "+err.Error())
}

// failed answers with the status that Kismet has for most that goes wrong.
func failed(ctx *fasthttp.RequestCtx, err error) {
	text(ctx, fasthttp.StatusInternalServerError, "ERROR: "+err.Error())
}

// value answers with v in the format of the path's suffix. An unknown suffix
// is answered with nothing, as in Kismet.
func value(ctx *fasthttp.RequestCtx, v tracked.Value) {
	if f, known := formatOf(ctx); known {
		ctx.Response.SetBodyRaw(f.Append(nil, v))
	}
}

// emptyObject answers an error whose body clients parse.
func emptyObject(ctx *fasthttp.RequestCtx, status int) {
	ctx.SetStatusCode(status)
	value(ctx, tracked.Nested(nil))
}

// The pages that answer what reaches no handler.
const (
	pageUnauthorized = "<html><head><title>401 Permission denied</title></head><body><h1>401 Permission denied</h1><br><p>This resource requires a login or session token.</p></body></html>\n"
	pageMethod       = "<html><head><title>405 Incorrect method</title></head><body><h1>405 Incorrect method</h1><br><p>This method is not valid for this resource.</p></body></html>\n"
	pageSlowDown     = "<html><head><title>429 Too many requests</title></head><body><h1>429 Too many requests</h1><br><p>Too many logins failed. Wait before you try again.</p></body></html>\n"
)

func (s *Server) page(ctx *fasthttp.RequestCtx, status int, body string) {
	ctx.SetStatusCode(status)
	ctx.Response.Header.SetContentTypeBytes(mimeHTML)
	s.allowOrigin(ctx)
	ctx.SetBodyString(body)
}

func (s *Server) notFound(ctx *fasthttp.RequestCtx) {
	s.page(ctx, fasthttp.StatusNotFound, "<html><head><title>404 not found</title></head><body><h1>404 Not Found</h1><br><p>Could not find <code>"+
		escapeHTML(string(ctx.URI().PathOriginal()))+"</code></p></body></html>\n")
}

func (s *Server) methodNotAllowed(ctx *fasthttp.RequestCtx) {
	s.page(ctx, fasthttp.StatusMethodNotAllowed, pageMethod)
}

// unauthorized asks for no login by header, as browsers would show a dialog of
// their own over the one of the web interface. Wget alone needs to be asked.
func (s *Server) unauthorized(ctx *fasthttp.RequestCtx) {
	if bytes.HasPrefix(ctx.UserAgent(), []byte("Wget")) {
		ctx.Response.Header.Set("WWW-Authenticate", "Basic realm=Kismet")
	}
	s.page(ctx, fasthttp.StatusUnauthorized, pageUnauthorized)
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "/", "&#x2F;")

// escapeHTML escapes what Kismet escapes.
func escapeHTML(s string) string { return htmlEscaper.Replace(s) }
