package api

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/selection"
	"picket/alertcore/tracked"
)

// History is what the API needs of the alerts that are kept on disk.
type History interface {
	// Alerts returns the newest alerts of a selection, newest first, and where
	// those that are left begin: with it as Until, the same selection goes on.
	// It is 0 when none are left.
	Alerts(ctx context.Context, s selection.Selection, limit int) (records []*alertcore.Record, next alertcore.Micros, err error)
	// ByHash returns the newest alert with this hash, nil if there is none.
	ByHash(ctx context.Context, hash uint32) (*alertcore.Record, error)
	// Evidence returns the frames that the alert of this time rests on.
	Evidence(ctx context.Context, t alertcore.Micros) ([]alertcore.EvidenceFrame, error)
}

const (
	// historyTime is how long a request may search the history.
	historyTime = 5 * time.Second

	// Alerts in an answer.
	defaultHistoryLimit = 100
	maxHistoryLimit     = 1000

	historyCursorName   = "picket.alert.cursor"
	headerHistoryCursor = "X-Picket-Cursor"
)

var errHistoryOff = errors.New("the history is off: the configuration has history=false")

// alertHistory answers with alerts of the past, newest first: the dictionary
// of the list and the cursor, which is empty when there is no more, or in the
// formats of lines one alert a line. A header has the cursor as well. Selected
// fields are those of the alerts.
//
// The parameters are variables of the query or of a form, or members of the
// JSON that is posted: since (then or later), until (before), both as
// [selection.ParseTime] reads them, name, mac, severity (or graver), limit
// (1 to 1000, else 100), and cursor, with which the same request goes on.
func (s *Server) alertHistory(ctx *fasthttp.RequestCtx) {
	wanted, limit, err := s.parseHistory(ctx)
	if err != nil {
		invalid(ctx, err)
		return
	}
	fields, ok := fieldsOf(ctx)
	f, known := formatOf(ctx)
	if !ok || !known {
		return
	}
	if s.o.History == nil {
		text(ctx, fasthttp.StatusNotFound, "ERROR: "+errHistoryOff.Error())
		return
	}
	timed, cancel := context.WithTimeout(context.Background(), historyTime)
	defer cancel()
	records, next, err := s.o.History.Alerts(timed, wanted, limit)
	if err != nil {
		s.historyFailed(ctx, err)
		return
	}
	cursor := formatCursor(next)
	ctx.Response.Header.Set(headerHistoryCursor, cursor)
	ctx.Response.SetBodyRaw(appendHistory(f, fields, records, cursor))
}

func appendHistory(f tracked.Format, fields tracked.Fields, records []*alertcore.Record, cursor string) []byte {
	switch {
	case fields.Empty() && f.Lines():
		return appendRecords(nil, f, records)
	case fields.Empty() && f == tracked.JSON:
		b := append([]byte(`{"`+listName+`": [`), appendEncoded(nil, records, ",")...)
		b = append(b, `],"`+historyCursorName+`": `...)
		b = tracked.AppendString(b, cursor)
		return append(b, '}')
	}
	list := fields.Simplify(objects(records))
	if f.Lines() {
		return f.Append(nil, list)
	}
	return f.Append(nil, tracked.Nested(tracked.Object{
		{Name: listName, Description: "Alerts", Value: list},
		{Name: historyCursorName, Description: "Parameter cursor of the next request, empty if there is no more", Value: tracked.String(cursor)},
	}))
}

// historyFailed answers a request that the history can't serve now.
func (s *Server) historyFailed(ctx *fasthttp.RequestCtx, err error) {
	status := fasthttp.StatusServiceUnavailable
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("the history could not be searched within %v; a shorter time from since to until may help: %w", historyTime, err)
	} else {
		s.o.Log.Warn("the history could not be read", "error", err)
	}
	text(ctx, status, "ERROR: "+err.Error())
}

// parseHistory reads the parameters.
func (s *Server) parseHistory(ctx *fasthttp.RequestCtx) (wanted selection.Selection, limit int, err error) {
	posted, err := postedParameters(ctx)
	if err != nil {
		return wanted, 0, err
	}
	now := s.o.Alerts.Now()
	for _, key := range selection.Keys {
		value, err := parameter(ctx, posted, key)
		if err == nil && value != "" {
			err = wanted.Set(key, value, now)
		}
		if err != nil {
			return wanted, 0, err
		}
	}
	if limit, err = parseLimit(ctx, posted); err != nil {
		return wanted, 0, err
	}
	cursor, err := parameter(ctx, posted, "cursor")
	if err != nil || cursor == "" {
		return wanted, limit, err
	}
	before, err := parseCursor(cursor)
	if err == nil && (wanted.Until == 0 || before < wanted.Until) {
		wanted.Until = before
	}
	return wanted, limit, err
}

// postedParameters returns the members of the JSON that was posted, if any was.
func postedParameters(ctx *fasthttp.RequestCtx) (map[string]any, error) {
	_, inForm := variable(ctx, "json")
	isJSON := ctx.IsPost() && mediaType(ctx) == typeJSON && len(ctx.PostBody()) > 0
	if !inForm && !isJSON {
		return nil, nil
	}
	d := requestDictionary(ctx)
	if d.why != nil {
		return nil, d.why
	}
	return d.members()
}

func parseLimit(ctx *fasthttp.RequestCtx, posted map[string]any) (int, error) {
	value, err := parameter(ctx, posted, "limit")
	if err != nil || value == "" {
		return defaultHistoryLimit, err
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxHistoryLimit {
		return 0, fmt.Errorf("limit: %s: expected a number from 1 to %d", quote(value), maxHistoryLimit)
	}
	return n, nil
}

// parameter returns a variable of the form or the query, or else a string or
// number of the JSON that was posted; "" if there is none.
func parameter(ctx *fasthttp.RequestCtx, posted map[string]any, name string) (string, error) {
	if value, ok := variable(ctx, name); ok {
		return value, nil
	}
	switch v := posted[name].(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	default:
		return "", fmt.Errorf("%s: expected a string or a number, not %s", name, kindOf(v))
	}
}

// Cursors are times: those of records are unique, so neither new alerts nor
// the removal of old ones moves what a cursor means.

const cursorBase = 36

func formatCursor(t alertcore.Micros) string {
	if t == 0 {
		return ""
	}
	return strconv.FormatInt(int64(t), cursorBase)
}

func parseCursor(s string) (alertcore.Micros, error) {
	t, err := strconv.ParseInt(s, cursorBase, 64)
	if err != nil || t <= 0 || formatCursor(alertcore.Micros(t)) != s {
		return 0, fmt.Errorf("cursor: %s: expected what %s had in the answer before", quote(s), historyCursorName)
	}
	return alertcore.Micros(t), nil
}
