package api

import (
	"errors"
	"math"
	"strconv"

	"picket/alertcore"
)

var errNumber = errors.New("unable to parse string value")

// parseTimestamp reads decimal seconds to the microsecond, without the detour
// over floating point that would turn some microseconds into their neighbours.
// As a C++ stream does, it takes the longest prefix that can be a number: a
// sign, digits with a point among them, an exponent; a prefix that ends within
// an exponent is no number. Digits beyond the sixth round.
func parseTimestamp(s string) (t alertcore.Micros, err error) {
	negative := false
	rest := s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		negative = rest[0] == '-'
		rest = rest[1:]
	}
	whole, rest := cutDigits(rest)
	fraction := ""
	if rest != "" && rest[0] == '.' {
		fraction, rest = cutDigits(rest[1:])
	}
	if whole == "" && fraction == "" {
		return 0, errNumber
	}
	exponent := 0
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		if exponent, err = parseExponent(rest[1:]); err != nil {
			return 0, err
		}
	}
	t, err = scaleMicros(whole, fraction, exponent)
	if negative {
		t = -t
	}
	return t, err
}

// cutDigits splits s after the digits that it starts with.
func cutDigits(s string) (digits, rest string) {
	end := 0
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	return s[:end], s[end:]
}

func parseExponent(s string) (int, error) {
	sign := 1
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	digits, _ := cutDigits(s)
	if digits == "" {
		return 0, errNumber
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n > math.MaxInt32 {
		n = math.MaxInt32
	}
	return sign * n, nil
}

// maxExponent10 is the decimal exponent of the greatest double.
const maxExponent10 = 308

// scaleMicros returns whole.fraction times ten to the exponent, in millionths.
// What is beyond int64 is its greatest value, as it is beyond all alerts; what
// is beyond a double is an error.
func scaleMicros(whole, fraction string, exponent int) (alertcore.Micros, error) {
	digit := func(i int) (int64, bool) {
		switch {
		case i < len(whole):
			return int64(whole[i] - '0'), true
		case i-len(whole) < len(fraction):
			return int64(fraction[i-len(whole)] - '0'), true
		}
		return 0, false
	}
	first := 0 // digit that is not zero
	for {
		d, ok := digit(first)
		if !ok {
			return 0, nil
		}
		if d != 0 {
			break
		}
		first++
	}
	if len(whole)-first+exponent-1 > maxExponent10 {
		return 0, errNumber
	}
	end := len(whole) + exponent + 6 // of the digits that count
	if end-first > 19 {
		return math.MaxInt64, nil
	}
	var t int64
	for i := first; i < end; i++ {
		d, _ := digit(i)
		if t > (math.MaxInt64-d)/10 {
			return math.MaxInt64, nil
		}
		t = t*10 + d
	}
	if end >= first {
		if next, _ := digit(end); next >= 5 && t < math.MaxInt64 {
			t++
		}
	}
	return alertcore.Micros(t), nil
}

// parseSeconds reads the whole number that s starts with.
func parseSeconds(s string) (int64, error) {
	sign, rest := "", s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		sign, rest = rest[:1], rest[1:]
	}
	digits, _ := cutDigits(rest)
	n, err := strconv.ParseInt(sign+digits, 10, 64)
	if err != nil {
		return 0, errNumber
	}
	return n, nil
}

// parseHash reads the unsigned number that s starts with. A negative one wraps
// around, as it does in a C++ stream.
func parseHash(s string) (uint32, error) {
	negative, rest := false, s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		negative, rest = rest[0] == '-', rest[1:]
	}
	digits, _ := cutDigits(rest)
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return 0, errNumber
	}
	if negative {
		return -uint32(n), nil
	}
	return uint32(n), nil
}
