package api

import (
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
	// for every field. A nil column knows none. All cells of a column are of
	// one kind, and all or none of its numbers have texts.
	column func(path string) func(R) viewCell

	// shared tells the paths of columns that many rows have from one and the
	// same thing, and remember makes of a test that looks at those alone one
	// with the same answers, for one goroutine, which asks it less often. nil
	// if there are none such.
	shared   func(path string) bool
	remember func(test func(R) bool) func(R) bool

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

// answer is what a request is answered with.
func (v *viewRows[R]) answer(q *viewQuery) tracked.Value {
	if !q.paged {
		return v.selected(v.list, q)
	}
	matching := v.matching(q)
	start, end, pages := q.window(len(matching))
	return v.page(q, v.sorted(matching, q, start, end), pages, len(matching))
}

// page wraps the rows of a page, in a map of free names: they keep their dots
// in every format.
func (v *viewRows[R]) page(q *viewQuery, rows []R, pages, matching int) tracked.Value {
	count := func(name string, n int) tracked.Member {
		return tracked.Member{Name: name, Value: tracked.Uint(tracked.TypeUint64, uint64(n))}
	}
	return tracked.Strings(tracked.Object{
		{Name: "data", Value: v.selected(rows, q)},
		count("last_page", pages),
		count("last_row", matching),
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

// columnOf returns what reads the field of path straight from a row, or nil.
func (v *viewRows[R]) columnOf(path []string) func(R) viewCell {
	if v.column == nil {
		return nil
	}
	return v.column(strings.Join(path, "/"))
}

// cellIn is the cell of a field of an object.
func cellIn(o tracked.Object, path []string) viewCell {
	if m, found := o.Lookup(path); found {
		return cellOf(m.Value)
	}
	return viewCell{}
}

// matching returns the rows that have what is searched for in one of the fields
// that are asked for. Who asks for none in particular gets all rows.
func (v *viewRows[R]) matching(q *viewQuery) []R {
	if !q.searches() || len(v.list) == 0 {
		return v.list
	}
	s := v.search(q)
	inShared := s.inShared
	if v.remember != nil && len(s.shared) > 0 {
		inShared = v.remember(inShared)
	}
	list := make([]R, 0, len(v.list))
	for _, row := range v.list {
		if inShared(row) || s.inOwn(row) {
			list = append(list, row)
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
	read := v.columnOf(path)
	if read == nil {
		read = func(row R) viewCell { return cellIn(v.object(row), path) }
	}
	sort := newRowSort(list, read, q.descending)
	if sort.absent() {
		if q.descending {
			return list[start:end]
		}
		return reversed(list[len(list)-end : len(list)-start])
	}
	return sort.page(start, end)
}

func reversed[R any](list []R) []R {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}
