package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
)

// A PacketWriter writes frames, those that the alert r rests on, as a capture.
type PacketWriter func(w io.Writer, r *alertcore.Record, frames []alertcore.EvidenceFrame) error

// mimePcapng is the type that desktops know; none is registered with IANA.
var mimePcapng = []byte("application/x-pcapng")

// alertPackets answers with the frames that an alert rests on, as pcapng. An
// alert without frames, as other tools raise, has no such resource: who saves
// the answer must not take an empty capture for evidence.
func (s *Server) alertPackets(ctx *fasthttp.RequestCtx) {
	ctx.Response.Header.SetContentTypeBytes(mimePlain) // of errors
	hash, err := parseHash(param(ctx, paramHash))
	if err != nil {
		invalid(ctx, fmt.Errorf("%w: %s is no alert's hash", err, quote(param(ctx, paramHash))))
		return
	}
	record, err := s.recordByHash(hash)
	if err != nil {
		s.historyFailed(ctx, err)
		return
	}
	if record == nil {
		text(ctx, fasthttp.StatusNotFound, fmt.Sprintf("ERROR: there is no alert with the hash %d", hash))
		return
	}
	frames, err := s.evidenceOf(record)
	if err != nil {
		s.historyFailed(ctx, err)
		return
	}
	if len(frames) == 0 {
		text(ctx, fasthttp.StatusNotFound, fmt.Sprintf("ERROR: no frames are kept of the alert %d, %s: %s", hash, record.Definition().Header, whyNoFrames(record)))
		return
	}
	var b bytes.Buffer
	if err := s.o.Packets(&b, record, frames); err != nil {
		s.o.Log.Error("the frames of an alert could not be written", "hash", hash, "error", err)
		failed(ctx, err)
		return
	}
	ctx.Response.Header.SetContentTypeBytes(mimePcapng)
	ctx.Response.Header.Set("Content-Disposition", `attachment; filename="`+packetsName(record)+`"`)
	ctx.Response.SetBodyRaw(b.Bytes())
}

func whyNoFrames(r *alertcore.Record) string {
	if r.Alert().FrameTime.IsZero() {
		return "it was not raised from what was heard"
	}
	return "none were kept, or they are gone"
}

// recordByHash returns the alert of this hash from memory, else from the
// history; nil if neither has it.
func (s *Server) recordByHash(hash uint32) (*alertcore.Record, error) {
	if r := s.o.Alerts.ByHash(hash); r != nil || s.o.History == nil {
		return r, nil
	}
	timed, cancel := context.WithTimeout(context.Background(), historyTime)
	defer cancel()
	return s.o.History.ByHash(timed, hash)
}

// evidenceOf returns the frames of r. Those of a record from before the start
// are in the history alone.
func (s *Server) evidenceOf(r *alertcore.Record) ([]alertcore.EvidenceFrame, error) {
	if frames := r.Alert().Evidence; len(frames) > 0 || s.o.History == nil {
		return frames, nil
	}
	timed, cancel := context.WithTimeout(context.Background(), historyTime)
	defer cancel()
	return s.o.History.Evidence(timed, r.Time())
}

// packetsName is the name of the file that clients save.
func packetsName(r *alertcore.Record) string {
	header := strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '-' || c == '_' {
			return c
		}
		return '_'
	}, r.Definition().Header)
	return fmt.Sprintf("picket-%s-%s-%d.pcapng", header, r.Time().Time().UTC().Format("20060102T150405Z"), r.Hash())
}

// noPackets is the writer of a server that has none.
func noPackets(io.Writer, *alertcore.Record, []alertcore.EvidenceFrame) error {
	return errors.New("captures of evidence are not configured")
}
