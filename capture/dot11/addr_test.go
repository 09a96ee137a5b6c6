package dot11

import (
	"strings"
	"testing"
)

func TestAddrPrintsAndParsesAsKismetDoes(t *testing.T) {
	a := Addr{0x9c, 0x5c, 0x8e, 0x10, 0x00, 0x0f}
	const text = "9C:5C:8E:10:00:0F"
	if got := a.String(); got != text {
		t.Errorf("String() = %q, want %q", got, text)
	}
	for _, s := range []string{text, strings.ToLower(text)} {
		if got, err := ParseAddr(s); err != nil || got != a {
			t.Errorf("ParseAddr(%q) = %v, %v, want %v", s, got, err, a)
		}
	}
}

func TestParseAddrRefusesWhatIsNoAddress(t *testing.T) {
	for _, s := range []string{
		"", "9C:5C:8E:10:00", "9C:5C:8E:10:00:0", "9C:5C:8E:10:00:0F:", "9C-5C-8E-10-00-0F",
		"9C:5C:8E:10:00:0G", "9C:5C:8E:1 :00:0F", "9C5C8E10000F",
	} {
		if got, err := ParseAddr(s); err == nil {
			t.Errorf("ParseAddr(%q) = %v, want an error", s, got)
		}
	}
}

func TestAddrBits(t *testing.T) {
	for _, test := range []struct {
		addr               Addr
		zero, group, local bool
	}{
		{Addr{}, true, false, false},
		{Broadcast, false, true, true},
		{Addr{0x01, 0x00, 0x5e, 0, 0, 0xfb}, false, true, false},
		{Addr{0xda, 0xa1, 0x19, 0x7e, 0x55, 0x01}, false, false, true},
		{Addr{0x9c, 0x5c, 0x8e, 0x10, 0x00, 0x01}, false, false, false},
	} {
		a := test.addr
		if a.IsZero() != test.zero || a.IsGroup() != test.group || a.IsLocal() != test.local {
			t.Errorf("%v: zero %v, group %v, local %v; want %v, %v, %v", a,
				a.IsZero(), a.IsGroup(), a.IsLocal(), test.zero, test.group, test.local)
		}
	}
}
