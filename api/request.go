package api

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// Names of path parameters in the table of routes.
const (
	paramSuffix = "suffix"
	paramTime   = "ts"
	paramHash   = "hash"
	paramUUID   = "uuid"
)

// param returns a part of the path.
func param(ctx *fasthttp.RequestCtx, name string) string {
	s, _ := ctx.UserValue(name).(string)
	return s
}

// suffixOf returns what follows the last dot of the path: it selects the format
// of the answer.
func suffixOf(ctx *fasthttp.RequestCtx) []byte {
	path := ctx.URI().PathOriginal()
	return path[bytes.LastIndexByte(path, '.')+1:]
}

// formatOf returns the format of the answer: JSON for a path without a suffix. It
// is not known for suffixes that stand for none.
func formatOf(ctx *fasthttp.RequestCtx) (f tracked.Format, known bool) {
	if bytes.IndexByte(ctx.URI().PathOriginal(), '.') < 0 {
		return tracked.JSON, true
	}
	return tracked.FormatOf(string(suffixOf(ctx)))
}

// normalize prepares the path for the router: the prefix of a reverse proxy is
// cut off and slashes are collapsed. The path is not percent-decoded.
func (s *Server) normalize(ctx *fasthttp.RequestCtx) {
	raw := ctx.Request.Header.RequestURI()
	if len(raw) > 0 && raw[0] == '/' && s.o.URIPrefix == "" && !bytes.Contains(raw, []byte("//")) {
		return
	}
	path := raw
	if i := bytes.IndexByte(path, '?'); i >= 0 {
		path = path[:i]
	}
	if len(path) > 0 && path[0] != '/' { // absolute form, RFC 9112 section 3.2.2
		path = ctx.URI().PathOriginal()
	}
	path = bytes.TrimPrefix(path, []byte(s.o.URIPrefix))
	clean := make([]byte, 0, len(path)+1)
	clean = append(clean, '/')
	for _, c := range path {
		if c != '/' || clean[len(clean)-1] != '/' {
			clean = append(clean, c)
		}
	}
	ctx.URI().SetPathBytes(clean)
}

// queryString returns what follows the question mark. It does not ask the URI,
// which takes //path for a host.
func queryString(ctx *fasthttp.RequestCtx) []byte {
	_, query, _ := bytes.Cut(ctx.Request.Header.RequestURI(), []byte("?"))
	return query
}

// mediaType returns the content type without its parameters, in lower case.
func mediaType(ctx *fasthttp.RequestCtx) string {
	value, _, _ := strings.Cut(string(ctx.Request.Header.ContentType()), ";")
	return strings.ToLower(strings.TrimSpace(value))
}

const (
	typeForm = "application/x-www-form-urlencoded"
	typeJSON = "application/json"
)

// variable returns a variable of the form that was posted, or else of the
// query string.
func variable(ctx *fasthttp.RequestCtx, name string) (value string, ok bool) {
	if ctx.IsPost() && mediaType(ctx) == typeForm {
		if value, ok = lookupVariable(ctx.PostBody(), name, true); ok {
			return value, true
		}
	}
	query := queryString(ctx)
	if len(query) == 0 {
		return "", false
	}
	return lookupVariable(query, name, false)
}

var errNoJSON = errors.New("the form has no variable json")

// requestDictionary returns the JSON that was posted: the variable json of a
// form, or the whole body. Beyond Kismet, a GET can have the variable in its
// query.
func requestDictionary(ctx *fasthttp.RequestCtx) dictionary {
	if !ctx.IsPost() {
		text, ok := variable(ctx, "json")
		if !ok {
			return dictionary{}
		}
		return parseDictionary([]byte(text), true)
	}
	switch kind := mediaType(ctx); kind {
	case typeJSON:
		return parseDictionary(ctx.PostBody(), false)
	case typeForm:
		text, ok := variable(ctx, "json")
		if !ok {
			return dictionary{why: errNoJSON}
		}
		return parseDictionary([]byte(text), true)
	default:
		return dictionary{why: fmt.Errorf("the content type %s is neither %s nor %s", quote(kind), typeForm, typeJSON)}
	}
}

// lookupVariable finds a variable in text of the form a=b&c=d. The last one of
// a name counts.
func lookupVariable(text []byte, name string, plusIsBlank bool) (value string, ok bool) {
	for part := range bytes.SplitSeq(text, []byte("&")) {
		key, raw, _ := bytes.Cut(part, []byte("="))
		if unescape(key, plusIsBlank) == name {
			value, ok = unescape(raw, plusIsBlank), true
		}
	}
	return value, ok
}

// unescape decodes %XX, and + on demand. What is no escape stays as it is, so
// that "100% sure" from a careless client survives.
func unescape(text []byte, plusIsBlank bool) string {
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '+' && plusIsBlank:
			c = ' '
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			c = hexValue(text[i+1])<<4 | hexValue(text[i+2])
			i += 2
		}
		b = append(b, c)
	}
	return string(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// peerOf returns the address that a connection comes from; the zero one if it
// has none.
func peerOf(addr net.Addr) netip.Addr {
	if tcp, ok := addr.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// fromThisMachine reports whether a request was sent from here, and not just
// handed on from elsewhere by a proxy that runs here.
func fromThisMachine(ctx *fasthttp.RequestCtx) bool {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip"} {
		if len(ctx.Request.Header.Peek(header)) > 0 {
			return false
		}
	}
	return peerOf(ctx.RemoteAddr()).IsLoopback()
}

// fromOtherSite reports whether a browser sent a request on behalf of a page
// that came from elsewhere.
func fromOtherSite(ctx *fasthttp.RequestCtx) bool {
	origin := string(ctx.Request.Header.Peek("Origin"))
	if origin == "" {
		return false
	}
	_, host, _ := strings.Cut(origin, "://")
	return host != string(ctx.Request.Header.Host())
}
