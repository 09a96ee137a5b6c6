package api

import (
	"math"
	"math/bits"
	"slices"
	"strings"
)

// A rowSort puts the rows of a view in the order of their cells of one field,
// rows with equal cells in the order they come in. Only the rows of a page are
// wanted: the others are told apart from them, by fixed-size keys, and left as
// they are. So a page takes a few passes along the rows, whatever is in them.
//
// It keeps 16 bytes a row twice over, and 16 more for texts.
type rowSort struct {
	rows       []sortRow
	spare      []sortRow // for rows on the move
	texts      []string  // by row; nil if there are none
	kinds      [cellKinds]int
	flip       uint64 // what keys are turned round with for the other direction
	start, end int    // of the page
}

// sortRow is a row on its way to its place.
type sortRow struct {
	key  uint64 // orders rows among which nothing else has been told apart
	row  int32
	kind cellKind
}

// newRowSort reads the cells of rows.
func newRowSort[R any](list []R, read func(R) viewCell, descending bool) *rowSort {
	s := &rowSort{rows: make([]sortRow, len(list))}
	if descending {
		s.flip = math.MaxUint64
	}
	for i, row := range list {
		cell := read(row)
		r := &s.rows[i]
		r.row, r.kind = int32(i), cell.kind
		s.kinds[cell.kind]++
		switch cell.kind {
		case cellNumber, cellAddress:
			r.key = cell.key ^ s.flip
		case cellText:
			if s.texts == nil {
				s.texts = make([]string, len(list))
			}
			s.texts[i] = cell.text
		}
	}
	return s
}

// absent reports whether no row has the field.
func (s *rowSort) absent() bool { return s.kinds[cellAbsent] == len(s.rows) }

// window returns the rows that have the places from start to end when all are
// in order.
func (s *rowSort) window(start, end int) []sortRow {
	s.start, s.end = start, end
	if start == end {
		return nil
	}
	s.spare = make([]sortRow, len(s.rows))
	s.byKind()
	at := 0
	for i := range s.kinds {
		kind := cellKind(i)
		if s.flip != 0 {
			kind = cellKinds - 1 - kind
		}
		next := at + s.kinds[kind]
		switch kind {
		case cellText:
			s.byText(at, next, 0, 0)
		case cellNumber, cellAddress:
			s.byKey(at, next)
		}
		at = next
	}
	return s.rows[start:end]
}

// outside reports whether there is nothing to do for the rows from a to b.
func (s *rowSort) outside(a, b int) bool { return b-a < 2 || b <= s.start || a >= s.end }

// byKind brings rows of the same kind together, in the order of the kinds.
func (s *rowSort) byKind() {
	if slices.Contains(s.kinds[:], len(s.rows)) {
		return
	}
	slices.SortStableFunc(s.rows, func(a, b sortRow) int {
		if s.flip != 0 {
			a, b = b, a
		}
		return int(a.kind) - int(b.kind)
	})
}

// fewRows are sorted by comparing them.
const fewRows = 24

// byKey orders the rows from a to b by their keys: it deals them out by the
// highest bits in which they differ.
func (s *rowSort) byKey(a, b int) {
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
func (s *rowSort) byText(a, b, same, skip int) {
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
	if more := s.sameStart(rows, same); more > same {
		same, skip = more, 0
	}
	for i := range rows {
		rows[i].key = naturalKey(s.texts[rows[i].row][same:], skip) ^ s.flip
	}
	s.byKey(a, b)
	for from := max(a, s.runStart(a, s.start)); from < min(b, s.end); {
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

// runStart returns where the rows start that have the key of the one at.
func (s *rowSort) runStart(a, at int) int {
	for at > a && s.rows[at-1].key == s.rows[at].key {
		at--
	}
	return at
}

func (s *rowSort) compareTexts(x, y *sortRow, same int) int {
	c := compareNatural(s.texts[x.row][same:], s.texts[y.row][same:])
	if s.flip != 0 {
		return -c
	}
	return c
}

// sameStart returns how many bytes the texts of rows start with are the same, of
// which so many are known to be. It does not part a number.
func (s *rowSort) sameStart(rows []sortRow, known int) int {
	start := s.texts[rows[0].row][known:]
	for i := range rows {
		text := s.texts[rows[i].row][known:]
		if !strings.HasPrefix(text, start) {
			start = start[:equalBytes(text, start)]
		}
	}
	for start != "" && isDigit(start[len(start)-1]) {
		start = start[:len(start)-1]
	}
	return known + len(start)
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
