package api

import (
	"cmp"
	"strings"

	"picket/alertcore/tracked"
)

// A viewCell is what one row of a view has in one field, in the form that views
// compare and search.
type viewCell struct {
	kind    cellKind
	text    string  // that a search looks at, of numbers too: severities have words
	number  float64 // of numbers
	address uint64  // of addresses, as addressBits
}

type cellKind uint8

const (
	cellAbsent  cellKind = iota // the row has no such field
	cellOpaque                  // has no order and is not searched
	cellText                    // in natural order, by case
	cellNumber                  // by value
	cellAddress                 // by the bits
)

func textCell(s string) viewCell { return viewCell{kind: cellText, text: s} }

func numberCell(n float64) viewCell { return viewCell{kind: cellNumber, number: n} }

// addressCell is that of a printed address.
func addressCell(printed string) viewCell {
	return viewCell{kind: cellAddress, address: addressBits(printed)}
}

// cellOf is the cell of a value that is there.
func cellOf(v tracked.Value) viewCell {
	switch v.Type {
	case tracked.TypeString, tracked.TypeUUID:
		return textCell(v.Text())
	case tracked.TypeMAC:
		return addressCell(v.Text())
	}
	if n, ok := v.Number(); ok {
		return numberCell(n)
	}
	return viewCell{kind: cellOpaque}
}

// compareCells orders the cells of one field. Rows without it come first.
func compareCells(a, b *viewCell) int {
	if a.kind != b.kind {
		return cmp.Compare(a.kind, b.kind)
	}
	switch a.kind {
	case cellText:
		return compareNatural(a.text, b.text)
	case cellNumber:
		return cmp.Compare(a.number, b.number)
	case cellAddress:
		return cmp.Compare(a.address, b.address)
	}
	return 0
}

// compareNatural orders texts by their bytes, and the numbers in them by their
// values: wlan2 comes before wlan10. Digits come before all other bytes.
func compareNatural(a, b string) int {
	// Most texts of a field start alike. Numbers are compared from their
	// first digits on.
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	for same > 0 && '0' <= a[same-1] && a[same-1] <= '9' {
		same--
	}
	a, b = a[same:], b[same:]
	for a != "" && b != "" {
		numberA, restA := cutDigits(a)
		numberB, restB := cutDigits(b)
		switch {
		case numberA == "" && numberB == "":
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		case numberA == "":
			return 1
		case numberB == "":
			return -1
		}
		if c := compareDigits(numberA, numberB); c != 0 {
			return c
		}
		a, b = restA, restB
	}
	return cmp.Compare(len(a), len(b))
}

// compareDigits compares numbers of any length.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// addressBits returns the bytes of a printed address, the first one in the most
// significant place, and zeros behind the last: addresses of all lengths
// compare.
func addressBits(printed string) (bits uint64) {
	shift := 64
	for i := 0; i+1 < len(printed) && shift > 0; i += 3 {
		shift -= 8
		bits |= uint64(hexValue(printed[i])<<4|hexValue(printed[i+1])) << shift
	}
	return bits
}

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
