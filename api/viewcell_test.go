package api

import (
	"cmp"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTextsAreInNaturalOrder(t *testing.T) {
	ordered := []string{
		"", "0", "1", "2", "6HT40", "9", "10", "36", "36a", "99999999999999999999", "100000000000000000000",
		"-", "A", "A9", "AA", "AP", "AP1", "AP2", "AP10", "AP10b", "AP 2", "AP 10", "APa", "SCARYALERT", "a", "oneShot", "wlan2", "wlan10", "é",
	}
	for i, a := range ordered {
		for j, b := range ordered {
			if got, want := compareNatural(a, b), cmp.Compare(i, j); got != want {
				t.Errorf("%q to %q: %d, want %d", a, b, got, want)
			}
		}
	}
	if compareNatural("AP007", "AP7") != 0 {
		t.Error("AP007 and AP7 differ")
	}
}

func TestSearchTermsAndCells(t *testing.T) {
	ap := addressCell("AA:BB:CC:DD:EE:FF")
	short, long := addressCell("01:02"), addressCell("11:22:33:44:55:66:77:88")
	severity := viewCell{kind: cellNumber, key: numberKey(15), text: "HIGH"}
	for _, c := range []struct {
		term string
		cell viewCell
		want bool
	}{
		{"aa:bb", ap, true},
		{"AABB", ap, true},
		{"ddeeff", ap, true},
		{"bb:cc", ap, true},
		{"aa:bb:c", ap, true}, // the single digit does not count
		{"abbc", ap, false},   // not at a byte
		{"aa:cc", ap, false},
		{"a", ap, false},
		{"", ap, false},
		{"00", ap, true}, // the eight bytes of an address end with zeros
		{"ff:00:00", ap, true},
		{"ff:00:00:00", ap, false},
		{"aa:bb:cc:dd:ee:ff", ap, true},
		{"aa:bb:cc:dd:ee:ff:00:00", ap, true},
		{"aa:bb:cc:dd:ee:ff:00:00:00", ap, false},
		{"xx", ap, false},
		{"01:02", short, true},
		{"77:88", long, true},
		{"88:00", long, false},
		{"high", severity, true},
		{"iG", severity, true},
		{"15", severity, false},
		{"low", severity, false},
		{"7", numberCell(7), false},
		{"quotes", textCell(`with "QUOTES"`), true},
		{"QUOTES", textCell("quotes"), true},
		{"é", textCell("café"), true},
		{"É", textCell("café"), false}, // letters of ASCII alone have two cases
		{"aab", textCell("xaaab"), true},
		{"toolong", textCell("too"), false},
		{"dead", textCell("DEAD beef"), true},
		{"x", viewCell{kind: cellOpaque, text: "x"}, false},
		{"x", viewCell{}, false},
	} {
		term := newSearchTerm(c.term)
		if got := term.in(&c.cell); got != c.want {
			t.Errorf("%q in %+v: %v, want %v", c.term, c.cell, got, c.want)
		}
	}
}

func TestSearchFindsWhatAPlainOneFinds(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	text := func(most int) string {
		b := make([]byte, random.IntN(most+1))
		for i := range b {
			b[i] = "aAbB-7"[random.IntN(6)]
		}
		return string(b)
	}
	found := 0
	for range 20_000 {
		s, part := text(30), text(4)
		if random.IntN(50) == 0 {
			part = text(2 * longPart)
			s += part + text(9)
		}
		term := newSearchTerm(part)
		cell := textCell(s)
		want := s != "" && strings.Contains(strings.ToLower(s), strings.ToLower(part))
		if got := term.in(&cell); got != want {
			t.Fatalf("%q in %q: %v, want %v", part, s, got, want)
		}
		if want {
			found++
		}
	}
	if found < 1000 || found > 19_000 {
		t.Errorf("found in %d of 20000", found)
	}
}

// What is no pair but looks like one has to be compared, which takes time.
func TestPairsAreFoundWhereTheyAre(t *testing.T) {
	const text = "Network 'home-96' (02:00:00:00:00:01) on Channel 12 is told to be left by frames that its access point did not send"
	for from := range len(text) - 2 {
		part := text[from : from+2]
		pair := lowerASCII(part)
		first, second := uint64(pair[0])*eachByte, uint64(pair[1])*eachByte
		for end := from + 2; end <= len(text); end++ {
			s := text[:end]
			for after := range from + 1 {
				want := after + strings.Index(lowerASCII(s[after:]), pair)
				if got := nextPair(s, after, first, second); got != want {
					t.Fatalf("%q in %q from %d: at %d, want %d", part, s, after, got, want)
				}
			}
		}
	}
	for _, pair := range []string{"ng", "st", "zz", "me-", "0x"} {
		if got := nextPair(text, 0, uint64(pair[0])*eachByte, uint64(pair[1])*eachByte); got >= 0 && !strings.EqualFold(text[got:got+2], pair[:2]) {
			t.Errorf("%q: at %d, where there is %q", pair, got, text[got:got+2])
		}
	}
}

func TestAddressesCompareByTheirFirstBytes(t *testing.T) {
	for printed, want := range map[string]uint64{
		"00:00:00:00:00:00": 0, "01": 1 << 56, "01:02": 0x0102 << 48,
		"AA:BB:CC:DD:EE:FF": 0xAABBCCDDEEFF << 16, "11:22:33:44:55:66:77:88": 0x1122334455667788, "": 0,
	} {
		if got := addressBits(printed); got != want {
			t.Errorf("%s: %x, want %x", printed, got, want)
		}
	}
}
