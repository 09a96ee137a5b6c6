package api

import (
	"cmp"
	"math"

	"picket/alertcore/tracked"
)

// A viewCell is what one row of a view has in one field, in the form that views
// compare and search.
type viewCell struct {
	kind cellKind
	text string // that a search looks at, of numbers too: severities have words
	key  uint64 // of numbers, as numberKey, and of addresses, as addressBits
}

type cellKind uint8

const (
	cellAbsent  cellKind = iota // the row has no such field
	cellOpaque                  // has no order and is not searched
	cellText                    // in natural order, by case
	cellNumber                  // by value
	cellAddress                 // by the bits
	cellKinds   = iota          // how many there are
)

func textCell(s string) viewCell { return viewCell{kind: cellText, text: s} }

func numberCell(n float64) viewCell { return viewCell{kind: cellNumber, key: numberKey(n)} }

// addressCell is that of a printed address.
func addressCell(printed string) viewCell {
	return viewCell{kind: cellAddress, key: addressBits(printed)}
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
	case cellNumber, cellAddress:
		return cmp.Compare(a.key, b.key)
	}
	return 0
}

// numberKey returns bits that compare as cmp.Compare compares numbers.
func numberKey(n float64) uint64 {
	if n != n {
		return 0
	}
	b := math.Float64bits(n + 0) // there is a zero below zero, which is not less
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
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
