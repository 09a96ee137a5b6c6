package api

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// textsOf returns texts that are hard to tell apart.
var textsOf = []struct {
	name string
	text func(*rand.Rand) string
}{
	{"few letters and digits", func(r *rand.Rand) string {
		b := make([]byte, r.IntN(12))
		for i := range b {
			b[i] = "ab019 "[r.IntN(6)]
		}
		return string(b)
	}},
	{"any bytes", func(r *rand.Rand) string {
		b := make([]byte, r.IntN(5))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return string(b)
	}},
	{"the same", func(*rand.Rand) string { return "Network 'home' is told to be left" }},
	{"high bytes", func(r *rand.Rand) string { return strings.Repeat("\xff", r.IntN(60)) }},
	{"empty or not", func(r *rand.Rand) string { return strings.Repeat("x", r.IntN(2)) }},
	{"long starts", func(r *rand.Rand) string {
		return fmt.Sprintf("%s%d (%02x:%02x) on channel %d", []string{"Network 'home-", "Network 'office ", "Station "}[r.IntN(3)], r.IntN(120), r.IntN(3), r.IntN(256), r.IntN(14))
	}},
	{"long numbers", func(r *rand.Rand) string { return fmt.Sprint("at ", 1_700_000_000_000_000+r.Int64N(2000), " s") }},
	{"zeros in front", func(r *rand.Rand) string {
		return "n" + strings.Repeat("0", r.IntN(100)) + fmt.Sprint(r.IntN(30)) + "-" + fmt.Sprint(r.IntN(3))
	}},
	{"very long numbers", func(r *rand.Rand) string {
		return strings.Repeat("7", 240+r.IntN(40)) + strings.Repeat("1", r.IntN(2)*300) + fmt.Sprint(r.IntN(9))
	}},
}

// A page is what it is in the list that is sorted as a whole, in both directions.
func TestPagesAreThoseOfTheSortedList(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	cells := map[string]func() viewCell{
		"few numbers": func() viewCell { return numberCell(float64(random.IntN(5) - 2)) },
		"numbers":     func() viewCell { return numberCell(random.NormFloat64() * 1e6) },
		"odd numbers": func() viewCell {
			return numberCell([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1, -1, math.MaxFloat64, 5e-324}[random.IntN(9)])
		},
		"addresses":     func() viewCell { return viewCell{kind: cellAddress, key: random.Uint64() >> random.IntN(64)} },
		"few addresses": func() viewCell { return viewCell{kind: cellAddress, key: uint64(random.IntN(3)) << 63} },
		"any": func() viewCell {
			return []viewCell{{}, {kind: cellOpaque}, textCell("a"), textCell("b"), numberCell(1), numberCell(2), addressCell("01")}[random.IntN(7)]
		},
	}
	for _, of := range textsOf {
		cells[of.name] = func() viewCell { return textCell(of.text(random)) }
	}
	for name, cell := range cells {
		for range 150 {
			type row struct {
				cell viewCell
				at   int32
			}
			list := make([]row, random.IntN([]int{8, 60, 600}[random.IntN(3)]))
			direction := 1 - 2*random.IntN(2)
			want := make([]int32, len(list))
			for i := range list {
				list[i] = row{cell(), int32(i)}
				want[i] = int32(i)
			}
			sort := newRowSort(list, func(r row) viewCell { return r.cell }, direction < 0)
			slices.SortStableFunc(want, func(a, b int32) int { return direction * compareCells(&list[a].cell, &list[b].cell) })
			start := random.IntN(len(list) + 1)
			end := start + random.IntN(len(list)-start+1)
			if random.IntN(3) == 0 {
				start, end = 0, min(len(list), 50)
			}
			var got []int32
			for _, r := range sort.page(start, end) {
				got = append(got, r.at)
			}
			if !slices.Equal(got, want[start:end]) {
				t.Fatalf("%s, %d rows from %d to %d, direction %d:\n got %v\nwant %v", name, len(list), start, end, direction, got, want[start:end])
			}
		}
	}
}

// naturalCode returns all of the code of s, as naturalKey makes it.
func naturalCode(s string) (code []uint64) {
	for {
		key := naturalKey(s, 8*len(code))
		code = append(code, key)
		if byte(key) == 0 {
			return code
		}
	}
}

func FuzzNaturalKeys(f *testing.F) {
	f.Add("wlan2", "wlan10")
	f.Add("AP007", "AP7")
	f.Add("a\x00", "a0")
	f.Add(strings.Repeat("1", 300), strings.Repeat("9", 299))
	f.Add("home-5 10000000", "home-5 9999999")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 2000 {
			return // the time for all of a code multiplies with the length
		}
		want := compareNatural(a, b)
		if got := slices.Compare(naturalCode(a), naturalCode(b)); got != want {
			t.Fatalf("%q to %q: %d by keys, %d by themselves", a, b, got, want)
		}
		if got := compareNatural(b, a); got != -want {
			t.Fatalf("%q to %q: %d, but %d the other way", a, b, want, got)
		}
	})
}

func TestKeysCompareAsTextsDo(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 9))
	for _, of := range textsOf {
		for range 2000 {
			a, b := of.text(random), of.text(random)
			if got, want := slices.Compare(naturalCode(a), naturalCode(b)), compareNatural(a, b); got != want {
				t.Fatalf("%q to %q: %d by keys, %d by themselves", a, b, got, want)
			}
		}
	}
}

func TestNumbersHaveKeysOfTheirOrder(t *testing.T) {
	list := []float64{math.NaN(), math.Inf(-1), -math.MaxFloat64, -1, -5e-324, 0, math.Copysign(0, -1), 5e-324, 1, 1.5, math.MaxFloat64, math.Inf(1)}
	for _, a := range list {
		for _, b := range list {
			if got, want := cmp.Compare(numberKey(a), numberKey(b)), cmp.Compare(a, b); got != want {
				t.Errorf("%v to %v: %d by keys, %d by themselves", a, b, got, want)
			}
		}
	}
}
