package api

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// standingViews keep what views of alerts are made of, for those who ask for
// the same page every second: the answer, which is right until there is a newer
// alert, and the order, which a newer alert changes in few places. Readers need
// no lock: what is kept is replaced, never changed. What nobody asks for is
// dropped, so that it keeps no alerts alive that have left the ring.
type standingViews struct {
	alerts  Alerts
	tags    tagSeed
	list    atomic.Pointer[retainedAlerts]
	answers [8]atomic.Pointer[viewAnswer]
	orders  [4]atomic.Pointer[viewOrder]
}

// Bounds of what is kept.
const (
	mostViewKey    = 4 << 10   // bytes of a request
	mostViewAnswer = 256 << 10 // bytes of a body
	mostViewOrder  = 1 << 12   // rows
	viewReserve    = 200       // rows behind those of the page
	viewIdle       = 10        // seconds that it is kept for without being asked for
)

// idleness counts the seconds since something was used.
type idleness struct{ seconds atomic.Int32 }

func (i *idleness) use() { i.seconds.Store(0) }

// tick is called once a second.
func (v *standingViews) tick() {
	drop(&v.list, func(l *retainedAlerts) *idleness { return &l.idleness })
	for i := range v.answers {
		drop(&v.answers[i], func(a *viewAnswer) *idleness { return &a.idleness })
	}
	for i := range v.orders {
		drop(&v.orders[i], func(o *viewOrder) *idleness { return &o.idleness })
	}
}

func drop[T any](kept *atomic.Pointer[T], of func(*T) *idleness) {
	if k := kept.Load(); k != nil && of(k).seconds.Add(1) > viewIdle {
		kept.CompareAndSwap(k, nil)
	}
}

// slot returns the place of a key among n.
func (v *standingViews) slot(key []byte, n int) int {
	return int(maphash.Bytes(v.tags.seed, key) % uint64(n))
}

// viewAnswer is the body that answered a request.
type viewAnswer struct {
	idleness
	key    string
	latest *alertcore.Record
	body   []byte
	tag    [tagLength]byte
}

// appendViewKey appends all of a request that its answer depends on.
func appendViewKey(b []byte, ctx *fasthttp.RequestCtx) []byte {
	b = append(append(b, suffixOf(ctx)...), 0)
	if ctx.IsPost() {
		b = append(append(append(b, 'p'), ctx.Request.Header.ContentType()...), 0)
		b = append(append(b, ctx.PostBody()...), 0)
	}
	return append(b, queryString(ctx)...)
}

// answer returns what a request was answered with if latest was the newest
// alert then, or nil.
func (v *standingViews) answer(key []byte, latest *alertcore.Record) *viewAnswer {
	a := v.answers[v.slot(key, len(v.answers))].Load()
	if a == nil || a.latest != latest || a.key != string(key) {
		return nil
	}
	a.use()
	return a
}

// keep remembers the answer that was made of records.
func (v *standingViews) keep(key []byte, records []*alertcore.Record, body []byte) {
	if len(records) == 0 || len(key) > mostViewKey || len(body) > mostViewAnswer {
		return
	}
	v.answers[v.slot(key, len(v.answers))].Store(&viewAnswer{
		key: string(key), latest: records[len(records)-1], body: body, tag: v.tags.tag(body),
	})
}

// retainedAlerts are all that readers are shown, oldest first.
type retainedAlerts struct {
	idleness
	records []*alertcore.Record
}

// retained returns the alerts in the ring, of which latest is one of the newest.
// It is one of All, without the walk along the ring.
func (v *standingViews) retained(latest *alertcore.Record) []*alertcore.Record {
	known := v.list.Load()
	if known == nil || len(known.records) == 0 {
		records, _ := v.alerts.All()
		v.list.Store(&retainedAlerts{records: records})
		return records
	}
	known.use()
	last := known.records[len(known.records)-1]
	if last == latest {
		return known.records
	}
	news, _ := v.alerts.Since(last.Time())
	left := known.records[max(0, len(known.records)+len(news)-v.alerts.Backlog()):]
	records := append(append(make([]*alertcore.Record, 0, len(left)+len(news)), left...), news...)
	v.list.Store(&retainedAlerts{records: records})
	return records
}

// value is what a request for a view of records is answered with.
func (v *standingViews) value(q *viewQuery, records []*alertcore.Record) tracked.Value {
	rows := alertRows(records)
	byTime := q.sort == "" || q.sort == alertTime
	if !q.paged || len(records) == 0 || byTime && !q.searches() || !byTime && alertColumn(q.sort) == nil {
		return rows.answer(q)
	}
	key := appendOrderKey(nil, q)
	slot := &v.orders[v.slot(key, len(v.orders))]
	o := slot.Load()
	if o != nil && o.key == string(key) {
		o.use()
		o = o.following(records)
	} else {
		o = nil
	}
	if o == nil || !o.reaches(q) {
		if o = newViewOrder(string(key), q, &rows); o == nil {
			return rows.answer(q)
		}
	}
	slot.Store(o)
	start, end, pages := q.window(o.matching)
	return rows.page(q, o.first[start:end], pages, o.matching)
}

// appendOrderKey appends all of a request that the order of rows depends on.
func appendOrderKey(b []byte, q *viewQuery) []byte {
	b = append(append(b, q.sort...), 0)
	if q.descending {
		b = append(b, 'd')
	}
	if q.searches() {
		b = append(append(append(b, 0), q.search...), 0)
		for _, path := range q.fields.Paths() {
			b = append(append(b, strings.Join(path, "/")...), 0)
		}
	}
	return b
}

// viewOrder is the beginning of a sorted view: enough of it for the pages that
// are looked at.
type viewOrder struct {
	idleness
	key      string
	records  []*alertcore.Record // that it was made of
	matches  func(*alertcore.Record) bool
	compare  func(a, b *alertcore.Record) int
	matching int                 // how many of the records match
	first    []*alertcore.Record // of those, in order
	size     int                 // that first has unless fewer match
}

// newViewOrder sorts rows. It is nil if too many of them would be kept.
func newViewOrder(key string, q *viewQuery, rows *viewRows[*alertcore.Record]) *viewOrder {
	matching := rows.matching(q)
	_, end, _ := q.window(len(matching))
	if end > mostViewOrder {
		return nil
	}
	o := &viewOrder{key: key, records: rows.list, matching: len(matching), size: end + viewReserve}
	o.first = slices.Clone(rows.sorted(matching, q, 0, min(o.size, len(matching))))
	o.matches = func(*alertcore.Record) bool { return true }
	if q.searches() {
		o.matches = rows.search(q).matches
	}
	direction := 1
	if q.descending {
		direction = -1
	}
	read := alertColumn(q.sort)
	o.compare = func(a, b *alertcore.Record) int {
		byTime := cmp.Compare(a.Time(), b.Time())
		switch q.sort {
		case "":
			return byTime
		case alertTime:
			return direction * byTime
		}
		cellA, cellB := read(a), read(b)
		return cmp.Or(direction*compareCells(&cellA, &cellB), byTime)
	}
	return o
}

// reaches reports whether o has all rows of the page.
func (o *viewOrder) reaches(q *viewQuery) bool {
	_, end, _ := q.window(o.matching)
	return end <= len(o.first)
}

// mostSteps is how many alerts may come and go before it is better to sort anew.
const mostSteps = 256

// following returns the order of records, a later state of the ring. It is nil if
// that is better made anew.
func (o *viewOrder) following(records []*alertcore.Record) *viewOrder {
	at := func(list []*alertcore.Record, t alertcore.Micros) int {
		i, _ := slices.BinarySearchFunc(list, t, func(r *alertcore.Record, t alertcore.Micros) int { return cmp.Compare(r.Time(), t) })
		return i
	}
	oldest, newest := records[0].Time(), records[len(records)-1].Time()
	known := o.records[len(o.records)-1].Time()
	if newest == known && len(records) == len(o.records) {
		return o
	}
	gone, news := o.records[:at(o.records, oldest)], records[at(records, known+1):]
	if newest < known || len(gone)+len(news) > mostSteps || len(gone) == len(o.records) {
		return nil
	}
	next := &viewOrder{key: o.key, records: records, matches: o.matches, compare: o.compare, matching: o.matching, size: o.size}
	for _, r := range gone {
		if o.matches(r) {
			next.matching--
		}
	}
	next.first = make([]*alertcore.Record, 0, len(o.first)+len(news))
	for _, r := range o.first {
		if r.Time() >= oldest {
			next.first = append(next.first, r)
		}
	}
	for _, r := range news {
		if o.matches(r) {
			next.insert(r)
		}
	}
	return next
}

// insert puts a new match in its place. Behind the last of the first ones it
// has one only if those are all.
func (o *viewOrder) insert(r *alertcore.Record) {
	all := len(o.first) == o.matching
	o.matching++
	i, _ := slices.BinarySearchFunc(o.first, r, o.compare)
	if i == len(o.first) && !all {
		return
	}
	o.first = slices.Insert(o.first, i, r)
	o.first = o.first[:min(len(o.first), o.size)]
}
