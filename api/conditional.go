package api

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"strings"

	"github.com/valyala/fasthttp"
)

var (
	headerETag        = []byte("Etag") // as fasthttp spells names that it looks up
	headerIfNoneMatch = []byte("If-None-Match")
)

// tagSeed makes the tags of this process. Those of an earlier one match by no
// more than chance, which costs their holders one whole answer.
type tagSeed struct{ seed maphash.Seed }

// tagLength is that of a tag in its quotes.
const tagLength = len(`"0123456789abcdef"`)

// ofPoll is the tag of the answer to a poll for whole alerts, without the work
// of making that. Records never change and no two have the same time, so those
// of the first and the last, and their number, tell what is between.
func (t tagSeed) ofPoll(p *polled, wrapped bool) [tagLength]byte {
	var buffer [64]byte
	b := append(buffer[:0], byte(p.format))
	if n := len(p.records); n > 0 {
		b = binary.AppendUvarint(b, uint64(n))
		b = binary.AppendVarint(b, int64(p.records[0].Time()))
		b = binary.AppendVarint(b, int64(p.records[n-1].Time()))
	}
	if wrapped {
		b = binary.AppendVarint(append(b, 'w'), int64(p.cursor))
	}
	return t.tag(b)
}

// tag is the entity tag of a body, a strong one (RFC 9110, 8.8.3): bodies that
// differ in a byte have different ones.
func (t tagSeed) tag(body []byte) (tag [tagLength]byte) {
	const hex = "0123456789abcdef"
	sum := maphash.Bytes(t.seed, body)
	tag[0], tag[tagLength-1] = '"', '"'
	for i := tagLength - 2; i > 0; i-- {
		tag[i] = hex[sum&15]
		sum >>= 4
	}
	return tag
}

// isRead reports whether r only reads, and to an end. Commands can come by GET
// too; they end with .cmd whatever comes before.
func (r *route) isRead() bool {
	return r.methods&get != 0 && !strings.HasSuffix(r.path, ".cmd") && !bytes.Equal(r.mime, mimeEventStream)
}

// validate gives the answer to a read its tag, unless its handler knew it, and
// leaves the body out if the client has it already.
func (s *Server) validate(ctx *fasthttp.RequestCtx) {
	if ctx.Response.StatusCode() != fasthttp.StatusOK || ctx.Response.IsBodyStream() || len(ctx.Response.Header.PeekBytes(headerETag)) > 0 {
		return
	}
	if tag := s.tags.tag(ctx.Response.Body()); clientHas(ctx, tag[:]) {
		ctx.Response.ResetBody()
	}
}

// clientHas tags an answer, and reports whether the client has it already: then
// it is told so, and the body must be left out (RFC 9110, 13.1.2). The answer to
// a POST has no tag, as no POST can be conditional in this way.
func clientHas(ctx *fasthttp.RequestCtx, tag []byte) bool {
	if ctx.IsPost() {
		return false
	}
	ctx.Response.Header.SetCanonical(headerETag, tag)
	wanted := ctx.Request.Header.PeekBytes(headerIfNoneMatch)
	if len(wanted) == 0 || !matchesTag(wanted, tag) {
		return false
	}
	ctx.SetStatusCode(fasthttp.StatusNotModified)
	return true
}

// matchesTag reports whether the value of If-None-Match names tag. Weak
// comparison is what the field asks for (RFC 9110, 13.1.2).
func matchesTag(list, tag []byte) bool {
	for part := range bytes.SplitSeq(list, []byte(",")) {
		part = bytes.TrimSpace(part)
		if len(part) == 1 && part[0] == '*' || bytes.Equal(bytes.TrimPrefix(part, []byte("W/")), tag) {
			return true
		}
	}
	return false
}
