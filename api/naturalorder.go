package api

import (
	"cmp"
	"strings"
)

// compareNatural orders texts by their bytes, and the numbers in them by their
// values: wlan2 comes before wlan10. Digits come before all other bytes.
func compareNatural(a, b string) int {
	// Most texts of a field start alike. Numbers are compared from their
	// first digits on.
	same := equalBytes(a, b)
	for same > 0 && isDigit(a[same-1]) {
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

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// equalBytes returns how many bytes a and b start with are the same.
func equalBytes(a, b string) (n int) {
	most := min(len(a), len(b))
	for n+8 <= most && a[n:n+8] == b[n:n+8] {
		n += 8
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// compareDigits compares numbers of any length.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// Texts have codes of one byte after another that compare as the texts do: the
// end of a text is 0, which stands nowhere else; a number is its length, then
// its digits without leading zeros; all other bytes keep their order.
const (
	naturalNumber = 1 // and the length of a short number
	naturalLong   = 9 // the length follows: it is 8 or more
	naturalOther  = 10
)

// naturalCodes are those of all bytes but digits, which have 0.
var naturalCodes = func() (codes [256]byte) {
	for i := range codes {
		switch c := byte(i); {
		case c < '0':
			codes[i] = c + naturalOther
		case c > '9':
			codes[i] = c
		}
	}
	return codes
}()

// naturalKey returns eight bytes of the code of s, from the one at skip on. Keys
// of equal skip compare as the texts do, unless they are equal: then the texts
// may differ behind them, if the last byte is not 0.
func naturalKey(s string, skip int) (key uint64) {
	end, n := skip+8, 0 // bytes of the code: how many are needed, and are made; the last ones are in key
	for i := 0; i < len(s) && n < end; {
		if code := naturalCodes[s[i]]; code != 0 {
			key = key<<8 | uint64(code)
			n++
			i++
			continue
		}
		for i < len(s) && s[i] == '0' {
			i++
		}
		first, digits := i, uint64(0)
		for i < len(s) && isDigit(s[i]) {
			digits = digits<<8 | uint64(s[i])
			i++
		}
		length := i - first
		if length > naturalLong-naturalNumber-1 {
			key, n = appendLongNumber(key, n, end, s[first:i])
			continue
		}
		fit := min(length, end-n-1)
		key = (key<<8|uint64(naturalNumber+length))<<(8*fit) | digits>>(8*(length-fit))
		n += 1 + fit
	}
	return key << (8 * (end - n))
}

// appendLongNumber appends the code of a number of 8 digits or more to the last
// bytes of one of n bytes, of which end are needed.
func appendLongNumber(key uint64, n, end int, number string) (uint64, int) {
	put := func(code byte) {
		if n < end {
			key = key<<8 | uint64(code)
			n++
		}
	}
	put(naturalLong)
	more := len(number) - (naturalLong - naturalNumber)
	for ; more >= 254; more -= 254 {
		put(255)
	}
	put(byte(1 + more))
	for i := 0; i < len(number) && n < end; i++ {
		put(number[i])
	}
	return key, n
}
