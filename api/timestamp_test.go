package api

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"picket/alertcore"
)

func TestTimestampsAreExactToTheMicrosecond(t *testing.T) {
	for text, want := range map[string]alertcore.Micros{
		"0":                         0,
		"0.0":                       0,
		"-0":                        0,
		"1795405927.037596":         1795405927_037596,
		"1795405927.000001":         1795405927_000001,
		"1795405927.37596":          1795405927_375960,
		"1795405927":                1795405927_000000,
		"1795405927.":               1795405927_000000,
		".5":                        500_000,
		"+7":                        7_000_000,
		"1795405927.0375959":        1795405927_037596, // printed with more digits than it has
		"1795405927.0375964":        1795405927_037596,
		"1795405927.9999999":        1795405928_000000,
		"1.7954059270375960e9":      1795405927_037596,
		"1e3":                       1000_000000,
		"1E+3":                      1000_000000,
		"1500e-3":                   1_500000,
		"1e-7":                      0,
		"5e-7":                      1,
		"1e300":                     math.MaxInt64,
		"99999999999999999999":      math.MaxInt64,
		"12abc":                     12_000000,
		"0x10":                      0,
		"1.2.3":                     1_200000,
		"-5":                        -5_000000,
		"-0.25":                     -250_000,
		"0000000000000000000000001": 1_000000,
	} {
		if got, err := parseTimestamp(text); err != nil || got != want {
			t.Errorf("parseTimestamp(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "abc", "nan", "inf", "-", "+", ".", "-.", "1e", "1e+", "e5", "1e400", " 1"} {
		if got, err := parseTimestamp(text); err == nil {
			t.Errorf("parseTimestamp(%q) = %d, want an error", text, got)
		}
	}
}

// What parses as a number in full must be that number, rounded.
func FuzzTimestamp(f *testing.F) {
	for _, seed := range []string{"1795405927.037596", "-1e3", "12abc", "0x10", "1e", ".5e-7", "99999999999999999999", "5e-7"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseTimestamp(text)
		if strings.ContainsAny(text, "_xXpPiInN") || len(text) > 60 {
			return
		}
		if _, floatErr := strconv.ParseFloat(text, 64); floatErr != nil {
			return
		}
		exact, ok := new(big.Rat).SetString(text)
		if !ok {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		exact.Mul(exact, big.NewRat(1_000_000, 1))
		negative := exact.Sign() < 0
		exact.Abs(exact)
		exact.Add(exact, big.NewRat(1, 2)) // half away from zero, then down
		want := new(big.Int).Quo(exact.Num(), exact.Denom())
		if !want.IsInt64() {
			want.SetInt64(math.MaxInt64)
		}
		if negative {
			want.Neg(want)
		}
		if want.Int64() != int64(got) {
			t.Fatalf("%q is %d microseconds, want %d", text, got, want)
		}
	})
}
