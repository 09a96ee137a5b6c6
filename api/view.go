package api

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// viewRows are the rows that a view shows pages of, and how to read them:
//
//	answerView(ctx, viewRows[device]{
//		list:   devices,
//		object: device.object,
//		column: deviceColumn,
//	})
//
// answers a request of the view protocol whole, GET and POST, whatever goes
// wrong included. Only the rows of the page become objects.
type viewRows[R any] struct {
	list   []R                    // in the order of a view that is not sorted; not changed
	object func(R) tracked.Object // as the API shows it

	// column returns what reads one field, named by its path ("a.b" or
	// "a.b/c.d"), straight from a row; nil for fields that it does not know.
	// Those are read from the row's object, which takes longer, but is right
	// for every field. A nil column knows none.
	column func(path string) func(R) viewCell

	// ascending names a field that the list is in ascending order of: to sort
	// by it costs nothing. "" if there is none.
	ascending string
}

// answerView answers a request for rows: all of them as an array, or, if it
// asks for a page, that page, wrapped. See viewQuery for what it can ask.
func answerView[R any](ctx *fasthttp.RequestCtx, rows viewRows[R]) {
	q, err := viewQueryOf(ctx)
	if err != nil {
		invalidView(ctx, err)
		return
	}
	if f, known := formatOf(ctx); known {
		ctx.Response.SetBodyRaw(f.Append(nil, rows.answer(&q)))
	}
}

// invalidView answers a request that asks in a way that makes no sense.
func invalidView(ctx *fasthttp.RequestCtx, err error) {
	text(ctx, fasthttp.StatusBadRequest, err.Error())
}

// answer is what a request is answered with. A page is wrapped in a map of free
// names, which keep their dots in every format.
func (v *viewRows[R]) answer(q *viewQuery) tracked.Value {
	if !q.paged {
		return v.selected(v.list, q)
	}
	matching := v.matching(q)
	start, end, pages := q.window(len(matching))
	count := func(name string, n int) tracked.Member {
		return tracked.Member{Name: name, Value: tracked.Uint(tracked.TypeUint64, uint64(n))}
	}
	return tracked.Strings(tracked.Object{
		{Name: "data", Value: v.selected(v.sorted(matching, q, start, end), q)},
		count("last_page", pages),
		count("last_row", len(matching)),
		count("total_row", len(v.list)),
	})
}

// selected makes objects of rows, with the members that are asked for.
func (v *viewRows[R]) selected(rows []R, q *viewQuery) tracked.Value {
	list := make([]tracked.Value, len(rows))
	for i, row := range rows {
		list[i] = q.fields.Simplify(tracked.Nested(v.object(row)))
	}
	return tracked.Vector(list)
}

// reader returns what reads the field of path.
func (v *viewRows[R]) reader(path []string) func(R) viewCell {
	if v.column != nil {
		if read := v.column(strings.Join(path, "/")); read != nil {
			return read
		}
	}
	return func(row R) viewCell {
		if m, found := v.object(row).Lookup(path); found {
			return cellOf(m.Value)
		}
		return viewCell{}
	}
}

// matching returns the rows that have what is searched for in one of the fields
// that are asked for. Who asks for none in particular gets all rows.
func (v *viewRows[R]) matching(q *viewQuery) []R {
	if q.search == "" || q.fields.Empty() {
		return v.list
	}
	term := newSearchTerm(q.search)
	var readers []func(R) viewCell
	for _, path := range q.fields.Paths() {
		readers = append(readers, v.reader(path))
	}
	var list []R
	for _, row := range v.list {
		for _, read := range readers {
			if cell := read(row); term.in(&cell) {
				list = append(list, row)
				break
			}
		}
	}
	return list
}

// sorted returns the rows from start to end of the sorted list. As in Kismet,
// the rows are turned round by a field that none of them has, unless the
// direction is given as asc.
func (v *viewRows[R]) sorted(list []R, q *viewQuery, start, end int) []R {
	path := tracked.SplitPath(q.sort)
	switch {
	case q.sort == "" || len(list) == 0:
		return list[start:end]
	case strings.Join(path, "/") == v.ascending && v.ascending != "":
		if !q.descending {
			return list[start:end]
		}
		return reversed(list[len(list)-end : len(list)-start])
	}
	cells := make([]viewCell, len(list))
	absent := true
	read := v.reader(path)
	for i, row := range list {
		cells[i] = read(row)
		absent = absent && cells[i].kind == cellAbsent
	}
	if absent {
		if q.descending {
			return list[start:end]
		}
		return reversed(list[len(list)-end : len(list)-start])
	}
	direction := 1
	if q.descending {
		direction = -1
	}
	page := window(len(list), start, end, func(a, b int32) int {
		return cmp.Or(direction*compareCells(&cells[a], &cells[b]), cmp.Compare(a, b))
	})
	rows := make([]R, len(page))
	for i, at := range page {
		rows[i] = list[at]
	}
	return rows
}

func reversed[R any](list []R) []R {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// window returns those of the numbers below n that have the places from start
// to end when they are in order. No two may be equal.
func window(n, start, end int, compare func(a, b int32) int) []int32 {
	if end == start {
		return nil
	}
	if n-start < end { // nearer to the end: count from there
		page := window(n, n-end, n-start, func(a, b int32) int { return compare(b, a) })
		slices.Reverse(page)
		return page
	}
	// The first ones are gathered in a heap with the last of them on top.
	first := make([]int32, 0, end)
	for i := range int32(n) {
		switch {
		case len(first) < end:
			first = append(first, i)
			if len(first) == end {
				for at := end/2 - 1; at >= 0; at-- {
					sink(first, at, compare)
				}
			}
		case compare(i, first[0]) < 0:
			first[0] = i
			sink(first, 0, compare)
		}
	}
	slices.SortFunc(first, compare)
	return first[start:]
}

// sink puts the number at a place of the heap where it belongs below.
func sink(heap []int32, at int, compare func(a, b int32) int) {
	for {
		child := 2*at + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && compare(heap[child], heap[child+1]) < 0 {
			child++
		}
		if compare(heap[at], heap[child]) >= 0 {
			return
		}
		heap[at], heap[child] = heap[child], heap[at]
		at = child
	}
}

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

const (
	errViewFields fault = "Invalid request: Invalid field map, expected [field, rename]"
	errViewNumber fault = "Invalid request (pagination): unable to parse string value"
)

// viewQueryOf reads a request. Beyond Kismet, one without a dictionary asks for
// rows with all their fields.
func viewQueryOf(ctx *fasthttp.RequestCtx) (q viewQuery, err error) {
	if q.fields, err = viewFields(requestDictionary(ctx)); err != nil {
		return q, err
	}
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
	if !isObject && (d.value != nil || d.why != nil && d.why != errNoJSON) {
		err := fmt.Errorf("Invalid request: [json.exception.type_error.306] cannot use value() with %s", kindOf(d.value))
		if d.why != nil {
			err = fmt.Errorf("%w: %w", err, d.why)
		}
		return fields, err
	}
	list, _ := m["fields"].([]any)
	for _, entry := range list {
		switch entry := entry.(type) {
		case string:
			fields.Add(entry, "")
		case []any:
			if len(entry) != 2 {
				return fields, errViewFields
			}
			path, isPath := entry[0].(string)
			alias, isAlias := entry[1].(string)
			if !isPath || !isAlias {
				return fields, errViewFields
			}
			fields.Add(path, alias)
		}
	}
	return fields, nil
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
