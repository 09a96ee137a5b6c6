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
	address uint64 // the bytes, as of addressBits, if the term can be a part of an address
	bytes   int    // how many those are
}

// newSearchTerm reads a term. Pairs of hex digits, with colons or without, are
// searched in addresses too; a single digit at the end does not count.
func newSearchTerm(s string) searchTerm {
	t := searchTerm{folded: lowerASCII(s)}
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
		return c.kind > cellOpaque && c.text != "" && containsFold(c.text, t.folded)
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

// containsFold reports whether s contains part, which is in lower case, in any
// case of ASCII letters.
func containsFold(s, part string) bool {
	if part == "" {
		return true
	}
	first := part[0]
	for i := 0; i+len(part) <= len(s); i++ {
		if folded[s[i]] != first {
			continue
		}
		n := 1
		for n < len(part) && folded[s[i+n]] == part[n] {
			n++
		}
		if n == len(part) {
			return true
		}
	}
	return false
}
