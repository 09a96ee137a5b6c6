package api

import (
	"math"
	"math/bits"
	"slices"
	"strings"
)

// A rowSort puts the rows of a view in the order of their cells of one field,
// rows with equal cells in the order they come in. Only the rows of a page are
// wanted: the others are told apart from them, by fixed-size keys, and left
// alone. So a page takes a few passes along the rows, whatever is in them.
//
// It takes 9 bytes a row, and 32 more for each of those that a first look at
// the keys does not tell from those of the page.
type rowSort[R any] struct {
	list       []R
	read       func(R) viewCell
	flip       uint64 // what keys are turned round with for the other direction
	keys       []uint64
	kinds      []cellKind
	counts     [cellKinds]int // of rows by kind
	same       int            // bytes that all texts start with, which the keys leave out
	rows       []sortRow
	spare      []sortRow // for rows on the move
	start, end int       // of the page among rows
}

// sortRow is a row on its way to its place.
type sortRow struct {
	key uint64 // orders rows among which nothing else has been told apart
	row int32  // in list
}

// newRowSort reads the cells of the rows of list.
func newRowSort[R any](list []R, read func(R) viewCell, descending bool) *rowSort[R] {
	s := &rowSort[R]{list: list, read: read, keys: make([]uint64, len(list)), kinds: make([]cellKind, len(list))}
	if descending {
		s.flip = math.MaxUint64
	}
	start := s.guessStart()
	for tries := 0; !s.readCells(&start); tries++ {
		if tries == mostGuesses {
			start = ""
		}
	}
	s.same = len(start)
	return s
}

// readCells makes the keys of all rows, the texts of which start with start. If
// one does not, it shortens that and gives up.
func (s *rowSort[R]) readCells(start *string) bool {
	s.counts = [cellKinds]int{}
	for i, row := range s.list {
		cell := s.read(row)
		key := cell.key
		if cell.kind == cellText {
			if !strings.HasPrefix(cell.text, *start) {
				*start = sameStart(cell.text, *start)
				return false
			}
			key = naturalKey(cell.text[len(*start):], 0)
		}
		s.keys[i] = key ^ s.flip
		s.kinds[i] = cell.kind
		s.counts[cell.kind]++
	}
	return true
}

// What all texts start with is taken from some of them. If that turns out to be
// wrong too often, it is nothing.
const (
	guessedFrom = 32
	mostGuesses = 4
)

func (s *rowSort[R]) guessStart() string {
	if len(s.list) == 0 {
		return ""
	}
	first := s.read(s.list[0])
	start := first.text
	for i := range guessedFrom {
		cell := s.read(s.list[i*len(s.list)/guessedFrom])
		start = sameStart(cell.text, start)
	}
	return start
}

// sameStart returns what the two start with, but for a number at the end, which
// may go on.
func sameStart(a, b string) string {
	n := equalBytes(a, b)
	for n > 0 && isDigit(a[n-1]) {
		n--
	}
	return a[:n]
}

// absent reports whether no row has the field.
func (s *rowSort[R]) absent() bool { return s.counts[cellAbsent] == len(s.list) }

// page returns the rows that have the places from start to end when all are in
// order.
func (s *rowSort[R]) page(start, end int) []R {
	if start == end {
		return nil
	}
	at := 0
	page := make([]R, 0, end-start)
	for i := range s.counts {
		kind := cellKind(i)
		if s.flip != 0 {
			kind = cellKinds - 1 - kind
		}
		next := at + s.counts[kind]
		if from, to := max(start, at), min(end, next); from < to {
			for _, r := range s.ofKind(kind, from-at, to-at) {
				page = append(page, s.list[r.row])
			}
		}
		at = next
	}
	return page
}

// ofKind returns the rows that have the places from start to end among those of
// a kind.
func (s *rowSort[R]) ofKind(kind cellKind, start, end int) []sortRow {
	s.start, s.end = start, end
	s.gather(kind)
	s.spare = make([]sortRow, len(s.rows))
	s.byKey(0, len(s.rows))
	if kind == cellText {
		s.byRestOfText(0, len(s.rows), s.same, 0)
	}
	return s.rows[s.start:s.end]
}

// gather makes rows of those of a kind that may be on the page, judged by the
// highest bits in which the keys differ. start and end count from the first of
// them.
func (s *rowSort[R]) gather(kind cellKind) {
	least, most := uint64(math.MaxUint64), uint64(0)
	for i, key := range s.keys {
		if s.kinds[i] == kind {
			least, most = min(least, key), max(most, key)
		}
	}
	const digit = 10 // bits
	shift := max(0, bits.Len64(least^most)-digit)
	var counts [1 << digit]int
	for i, key := range s.keys {
		if s.kinds[i] == kind {
			counts[key>>shift&(1<<digit-1)]++
		}
	}
	before, first := 0, 0
	for before+counts[first] <= s.start {
		before += counts[first]
		first++
	}
	through, last := before+counts[first], first
	for through < s.end {
		last++
		through += counts[last]
	}
	s.rows = make([]sortRow, 0, through-before)
	for i, key := range s.keys {
		if d := int(key >> shift & (1<<digit - 1)); first <= d && d <= last && s.kinds[i] == kind {
			s.rows = append(s.rows, sortRow{key, int32(i)})
		}
	}
	s.start -= before
	s.end -= before
}

// outside reports whether there is nothing to do for the rows from a to b.
func (s *rowSort[R]) outside(a, b int) bool { return b-a < 2 || b <= s.start || a >= s.end }

// fewRows are sorted by comparing them.
const fewRows = 24

// byKey orders the rows from a to b by their keys: it deals them out by the
// highest bits in which they differ.
func (s *rowSort[R]) byKey(a, b int) {
	if s.outside(a, b) {
		return
	}
	rows := s.rows[a:b]
	if len(rows) <= fewRows {
		insertionSort(rows, func(x, y *sortRow) bool { return x.key < y.key })
		return
	}
	least, most := rows[0].key, rows[0].key
	for i := range rows {
		least, most = min(least, rows[i].key), max(most, rows[i].key)
	}
	if least == most {
		return
	}
	const digit = 8 // bits
	shift := max(0, bits.Len64(least^most)-digit)
	var ends [1 << digit]int32 // of the rows with each digit
	for i := range rows {
		ends[byte(rows[i].key>>shift)]++
	}
	sum := int32(0)
	for d, n := range ends {
		ends[d] = sum
		sum += n
	}
	spare := s.spare[a:b]
	for _, r := range rows {
		d := byte(r.key >> shift)
		spare[ends[d]] = r
		ends[d]++
	}
	copy(rows, spare)
	if shift == 0 {
		return
	}
	from := a
	for _, end := range ends {
		s.byKey(from, a+int(end))
		from = a + int(end)
	}
}

// mostSkipped is how much of their codes texts are told apart by that start
// with the same numbers in different digits, or with very long ones. No text
// takes more time than that which is made for it.
const mostSkipped = 64

// byText orders the rows from a to b, the texts of which start with the same
// bytes and are the same in so many bytes of their codes after those.
func (s *rowSort[R]) byText(a, b, same, skip int) {
	if s.outside(a, b) {
		return
	}
	rows := s.rows[a:b]
	if len(rows) <= fewRows {
		insertionSort(rows, func(x, y *sortRow) bool { return s.compareTexts(x, y, same) < 0 })
		return
	}
	if skip > mostSkipped {
		slices.SortStableFunc(rows, func(x, y sortRow) int { return s.compareTexts(&x, &y, same) })
		return
	}
	start := s.text(&rows[0])[same:]
	for i := range rows {
		if text := s.text(&rows[i])[same:]; !strings.HasPrefix(text, start) {
			start = sameStart(text, start)
		}
	}
	if start != "" {
		same, skip = same+len(start), 0
	}
	for i := range rows {
		rows[i].key = naturalKey(s.text(&rows[i])[same:], skip) ^ s.flip
	}
	s.byKey(a, b)
	s.byRestOfText(a, b, same, skip)
}

// byRestOfText orders rows by their texts that are in the order of the keys of
// those.
func (s *rowSort[R]) byRestOfText(a, b, same, skip int) {
	from := max(a, s.start)
	for from > a && s.rows[from-1].key == s.rows[from].key {
		from--
	}
	for from < min(b, s.end) {
		to := from + 1
		for to < b && s.rows[to].key == s.rows[from].key {
			to++
		}
		if ended := byte(s.rows[from].key^s.flip) == 0; !ended {
			s.byText(from, to, same, skip+8)
		}
		from = to
	}
}

func (s *rowSort[R]) text(r *sortRow) string {
	cell := s.read(s.list[r.row])
	return cell.text
}

func (s *rowSort[R]) compareTexts(x, y *sortRow, same int) int {
	c := compareNatural(s.text(x)[same:], s.text(y)[same:])
	if s.flip != 0 {
		return -c
	}
	return c
}

// insertionSort is stable, and fast for few rows.
func insertionSort(rows []sortRow, less func(x, y *sortRow) bool) {
	for i := 1; i < len(rows); i++ {
		r := rows[i]
		at := i
		for ; at > 0 && less(&r, &rows[at-1]); at-- {
			rows[at] = rows[at-1]
		}
		rows[at] = r
	}
}
