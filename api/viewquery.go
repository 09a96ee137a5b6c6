package api

import (
	"fmt"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// A viewQuery is what a request asks of a view: the dictionary holds "fields",
// the rest are variables of the form or the query.
type viewQuery struct {
	fields     tracked.Fields
	paged      bool   // "page" is there; without it all else is ignored
	page       uint64 // from 0
	length     uint64 // "length", else "size": rows a page; 0: one page has all
	sort       string // path of a field
	descending bool   // "sort_dir" is asc: Kismet has it the wrong way round, and its web interface counts on that
	search     string
}

// searches reports whether rows are left out.
func (q *viewQuery) searches() bool { return q.search != "" && !q.fields.Empty() }

const (
	errViewFields fault = "Invalid request: Invalid field map, expected [field, rename]"
	errViewNumber fault = "Invalid request (pagination): unable to parse string value"
)

// viewQueryOf reads a request. Beyond Kismet, one without a dictionary asks for
// rows with all their fields.
func viewQueryOf(ctx *fasthttp.RequestCtx) (q viewQuery, err error) {
	d := requestDictionary(ctx)
	if d.why == errNoJSON || ctx.IsPost() && len(ctx.PostBody()) == 0 && mediaType(ctx) == "" {
		d = dictionary{}
	}
	if q.fields, err = viewFields(d); err != nil {
		return q, err
	}
	addShortFields(ctx, &q.fields)
	page, ok := variable(ctx, "page")
	if !ok {
		return q, nil
	}
	q.paged = true
	if q.page, err = viewNumber("page", page); err != nil {
		return q, err
	}
	for _, name := range []string{"length", "size"} {
		if text, ok := variable(ctx, name); ok {
			if q.length, err = viewNumber(name, text); err != nil {
				return q, err
			}
			break
		}
	}
	q.sort, _ = variable(ctx, "sort")
	direction, _ := variable(ctx, "sort_dir")
	q.descending = direction == "asc"
	q.search, _ = variable(ctx, "search")
	return q, nil
}

// viewFields reads "fields" as views do, who pass over entries of other types.
func viewFields(d dictionary) (fields tracked.Fields, err error) {
	m, isObject := d.value.(map[string]any)
	if !isObject && (d.value != nil || d.why != nil) {
		err := fault("Invalid request: [json.exception.type_error.306] cannot use value() with " + kindOf(d.value))
		if d.why != nil {
			return fields, fmt.Errorf("%w: %w", err, d.why)
		}
		return fields, err
	}
	list, _ := m["fields"].([]any)
	err = addFields(&fields, list, errViewFields, nil)
	return fields, err
}

// viewNumber reads the number that text starts with. A negative one is beyond
// every list, as it is when it wraps around.
func viewNumber(name, text string) (uint64, error) {
	n, err := parseSeconds(text)
	if err != nil {
		return 0, fmt.Errorf("%w: %q: %s is no number", errViewNumber, name, quote(text))
	}
	return uint64(n), nil
}

// window returns which of n rows are on the page, and how many pages there are.
// A page beyond the last is answered with the first.
func (q *viewQuery) window(n int) (start, end, pages int) {
	if q.length == 0 {
		return 0, n, 0
	}
	length := int(min(q.length, uint64(max(n, 1))))
	pages = (n + length - 1) / length
	if q.page < uint64(pages) {
		start = int(q.page) * length
	}
	return start, min(start+length, n), pages
}
