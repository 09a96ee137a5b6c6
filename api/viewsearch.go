package api

import "strings"

// A searchTerm is what the rows of a view must have in one of their fields.
type searchTerm struct {
	folded  string // in lower case
	rarest  int    // a place in folded, see containsFold
	address uint64 // the bytes, as of addressBits, if the term can be a part of an address
	bytes   int    // how many those are
}

// newSearchTerm reads a term. Pairs of hex digits, with colons or without, are
// searched in addresses too; a single digit at the end does not count.
func newSearchTerm(s string) searchTerm {
	t := searchTerm{folded: lowerASCII(s)}
	t.rarest = rarestByte(t.folded)
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

// in reports whether c has the term: in its text in any case of letters, or, at
// any byte, in its address. To Kismet an address has eight bytes, the missing
// ones being zeros.
func (t *searchTerm) in(c *viewCell) bool {
	if c.kind != cellAddress {
		return c.kind > cellOpaque && c.text != "" && containsFold(c.text, t.folded, t.rarest)
	}
	if t.bytes == 0 {
		return false
	}
	mask := ^uint64(0) << (64 - 8*t.bytes)
	for offset := range 9 - t.bytes {
		if c.address<<(8*offset)&mask == t.address {
			return true
		}
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

// containsFold reports whether s contains part, which is in lower case, in any
// case of ASCII letters. rarest is a place in part, best of a byte that texts
// rarely have: it is looked for, and what is around it compared.
func containsFold(s, part string, rarest int) bool {
	if len(part) > len(s) {
		return false
	}
	if part == "" {
		return true
	}
	if len(part) > longPart {
		return strings.Contains(lowerASCII(s), part)
	}
	small := part[rarest]
	large := small
	if 'a' <= small && small <= 'z' {
		large -= 'a' - 'A'
	}
	window := s[rarest : len(s)-len(part)+rarest+1] // where it can be
	next := func(from int, c byte) int {
		if at := strings.IndexByte(window[from:], c); at >= 0 {
			return from + at
		}
		return len(window)
	}
	atSmall, atLarge := next(0, small), len(window)
	if large != small {
		atLarge = next(0, large)
	}
	for {
		at := min(atSmall, atLarge)
		if at == len(window) {
			return false
		}
		if equalFold(s[at:at+len(part)], part) {
			return true
		}
		if at == atSmall {
			atSmall = next(at+1, small)
		} else {
			atLarge = next(at+1, large)
		}
	}
}

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

// rarestByte returns the place of the byte of part, in lower case, that English
// text has least often.
func rarestByte(part string) int {
	const byFrequency = " etaoinsrhldcumfpgwybvkxjqz"
	best, rank := 0, -1
	for i := range len(part) {
		r := strings.IndexByte(byFrequency, part[i])
		if r < 0 {
			r = len(byFrequency)
		}
		if r > rank {
			best, rank = i, r
		}
	}
	return best
}
