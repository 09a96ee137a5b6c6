package api

import (
	"math/bits"
	"slices"
	"strings"

	"picket/alertcore/tracked"
)

// A searchTerm is what the rows of a view must have in one of their fields.
type searchTerm struct {
	folded  string // in lower case
	pair    int    // a place in folded, see containsFold
	address uint64 // the bytes, as of addressBits, if the term can be a part of an address
	bytes   int    // how many those are
}

// newSearchTerm reads a term. Pairs of hex digits, with colons or without, are
// searched in addresses too; a single digit at the end does not count.
func newSearchTerm(s string) searchTerm {
	t := searchTerm{folded: lowerASCII(s)}
	t.pair = rarestPair(t.folded)
	digits := strings.ReplaceAll(s, ":", "")
	for i := range len(digits) {
		if !isHex(digits[i]) {
			return t
		}
	}
	if n := len(digits) / 2; n <= 8 {
		for i := range n {
			t.address |= uint64(hexValue(digits[2*i])<<4|hexValue(digits[2*i+1])) << (56 - 8*i)
		}
		t.bytes = n
	}
	return t
}

// in reports whether c has the term: in its text in any case of letters, or in
// its address.
func (t *searchTerm) in(c *viewCell) bool {
	if c.kind == cellAddress {
		return t.inAddress(c.key)
	}
	return c.kind > cellOpaque && t.inText(c.text)
}

func (t *searchTerm) inText(s string) bool { return s != "" && containsFold(s, t.folded, t.pair) }

// inAddress reports whether an address has the term, at any byte. To Kismet it
// has eight bytes, the missing ones being zeros.
func (t *searchTerm) inAddress(address uint64) bool {
	if t.bytes == 0 || !hasByte(address, byte(t.address>>56)) {
		return false
	}
	mask := ^uint64(0) << (64 - 8*t.bytes)
	for range 9 - t.bytes {
		if address&mask == t.address {
			return true
		}
		address <<= 8
	}
	return false
}

// cannotBeIn reports whether no cell of the kind of c has the term.
func (t *searchTerm) cannotBeIn(c *viewCell) bool {
	switch c.kind {
	case cellOpaque:
		return true
	case cellNumber:
		return c.text == ""
	case cellAddress:
		return t.bytes == 0
	}
	return false
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = folded[b[i]]
	}
	return string(b)
}

// folded maps the capital ASCII letters to small ones.
var folded = func() (table [256]byte) {
	for i := range table {
		table[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			table[i] += 'a' - 'A'
		}
	}
	return table
}()

// longPart is from where on it pays to search in a way whose time does not
// multiply with the length.
const longPart = 64

// Eight bytes in one number, to look at all at once.
const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
	oneCase  = 0x5f // the bits that the cases of a letter share, but for the highest
)

// containsFold reports whether s contains part, which is in lower case, in any
// case of ASCII letters. pair is a place in part, best of two bytes that texts
// rarely have together: they are looked for, and what is around them compared.
func containsFold(s, part string, pair int) bool {
	last := len(s) - len(part) // place of part
	switch {
	case last < 0:
		return false
	case len(part) < 2:
		return part == "" || strings.IndexByte(s, part[0]) >= 0 || isSmall(part[0]) && strings.IndexByte(s, part[0]-'a'+'A') >= 0
	case len(part) > longPart:
		return strings.Contains(lowerASCII(s), part)
	}
	first, second := uint64(part[pair])*eachByte, uint64(part[pair+1])*eachByte
	window := s[pair : last+pair+2] // where they can be
	for at := 0; ; at++ {
		if at = nextPair(window, at, first, second); at < 0 {
			return false
		}
		if equalFold(s[at:at+len(part)], part) {
			return true
		}
	}
}

// nextPair returns a place in s, not before from, before which there is no pair of
// two bytes in any case, or -1. There may be one at the place. Each of the two
// is all bytes of its number.
func nextPair(s string, from int, first, second uint64) int {
	if len(s) < 9 {
		for ; from+1 < len(s); from++ {
			if ((s[from]^byte(first))|(s[from+1]^byte(second)))&oneCase == 0 {
				return from
			}
		}
		return -1
	}
	rest := s[from:]
	for len(rest) >= 17 { // two steps at once
		found := pairsIn(eightBytes(rest), eightBytes(rest[1:]), first, second)
		later := pairsIn(eightBytes(rest[8:]), eightBytes(rest[9:]), first, second)
		if found|later != 0 {
			at := len(s) - len(rest)
			if found == 0 {
				return at + 8 + bits.TrailingZeros64(later)/8
			}
			return at + bits.TrailingZeros64(found)/8
		}
		rest = rest[16:]
	}
	if len(rest) >= 9 {
		if found := pairsIn(eightBytes(rest), eightBytes(rest[1:]), first, second); found != 0 {
			return len(s) - len(rest) + bits.TrailingZeros64(found)/8
		}
		rest = rest[8:]
	}
	end := s[len(s)-9:] // the last places, and some that were looked at
	known := 9 - len(rest)
	if found := pairsIn(eightBytes(end), eightBytes(end[1:]), first, second) >> (8 * known); found != 0 {
		return len(s) - len(rest) + bits.TrailingZeros64(found)/8
	}
	return -1
}

// pairsIn returns a number with the high bit set of each byte in x that is first
// in any case, if the one in y at its place is second. Of the bytes above such a
// one, others may have it set too.
func pairsIn(x, y, first, second uint64) uint64 {
	differ := ((x ^ first) | (y ^ second)) & (oneCase * eachByte)
	return (differ - eachByte) & highBits
}

// hasByte reports whether one of the eight bytes is b.
func hasByte(eight uint64, b byte) bool {
	differ := eight ^ uint64(b)*eachByte
	return (differ-eachByte)&^differ&highBits != 0
}

// eightBytes returns the bytes of s, the first one in the least significant place.
func eightBytes(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func isSmall(c byte) bool { return 'a' <= c && c <= 'z' }

// equalFold reports whether s is part, which is in lower case and as long, in
// any case of letters.
func equalFold(s, part string) bool {
	for i := range len(part) {
		if folded[s[i]] != part[i] {
			return false
		}
	}
	return true
}

// rarestPair returns the place in part, in lower case, of the two neighbours that
// English text has least often.
func rarestPair(part string) int {
	const byFrequency = " etaoinsrhldcumfpgwybvkxjqz"
	best, most, before := 0, -1, 0
	for i := range len(part) {
		rank := strings.IndexByte(byFrequency, part[i])
		if rank < 0 {
			rank = len(byFrequency)
		}
		if i > 0 && before+rank > most {
			best, most = i-1, before+rank
		}
		before = rank
	}
	return best
}

// A rowSearch tells rows that have a term in one of some fields.
type rowSearch[R any] struct {
	term      searchTerm
	shared    []func(R) viewCell // columns of viewRows.shared
	addresses []func(R) viewCell
	texts     []func(R) viewCell // and numbers that have texts
	object    func(R) tracked.Object
	others    [][]string // read from the row's object
}

// search returns what q searches for. There must be rows.
func (v *viewRows[R]) search(q *viewQuery) *rowSearch[R] {
	s := &rowSearch[R]{term: newSearchTerm(q.search), object: v.object}
	for _, path := range q.fields.Paths() {
		read := v.columnOf(path)
		if read == nil {
			s.others = append(s.others, path)
			continue
		}
		cell := read(v.list[0])
		switch {
		case s.term.cannotBeIn(&cell):
		case v.shared != nil && v.shared(strings.Join(path, "/")):
			s.shared = append(s.shared, read)
		case cell.kind == cellAddress:
			s.addresses = append(s.addresses, read)
		default:
			s.texts = append(s.texts, read)
		}
	}
	return s
}

// matches reports whether row has the term.
func (s *rowSearch[R]) matches(row R) bool { return s.inShared(row) || s.inOwn(row) }

func (s *rowSearch[R]) inShared(row R) bool {
	for _, read := range s.shared {
		if cell := read(row); s.term.in(&cell) {
			return true
		}
	}
	return false
}

func (s *rowSearch[R]) inOwn(row R) bool {
	for _, read := range s.addresses {
		if cell := read(row); s.term.inAddress(cell.key) {
			return true
		}
	}
	for _, read := range s.texts {
		if cell := read(row); s.term.inText(cell.text) {
			return true
		}
	}
	if len(s.others) == 0 {
		return false
	}
	object := s.object(row)
	return slices.ContainsFunc(s.others, func(path []string) bool {
		cell := cellIn(object, path)
		return s.term.in(&cell)
	})
}
