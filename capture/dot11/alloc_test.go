package dot11

import (
	"bytes"
	"testing"
)

// Parse allocates nothing, whatever the frame and however it was captured.
func TestParseAllocatesNothing(t *testing.T) {
	antennas := wire("00 00 18 00 20 00 00 a0 20 08 00 a0 20 08 00 00", "d0 ce 00 c9 01 00 00 00")
	headers := []struct {
		link   LinkType
		header []byte
	}{
		{LinkIEEE80211, nil},
		{LinkRadiotap, radiotapFlags(0)},
		{LinkRadiotap, radiotapFlags(RadioFCSPresent | RadioDataPad)}, // a wrong FCS
		{LinkRadiotap, antennas},
		{LinkPPI, wire("00 00 27 00 69 00 00 00", ppiOtherFields, ppiCommonFields)},
		{LinkPrism, prismOfWlanNG},
		{LinkAVS, avsHeader},
		{LinkType(1), nil},
	}
	for _, h := range headers {
		for k := Kind(0); k < 64; k++ {
			for _, flags := range []Flags{0, ToDS | FromDS | Order} {
				frame := join(h.header, frameControl(k, flags), bytes.Repeat([]byte{0x80}, 100))
				var f Frame
				if n := testing.AllocsPerRun(10, func() { f.Parse(h.link, frame) }); n != 0 {
					t.Errorf("%v, %v, flags %#x: %v allocations", h.link, k, flags, n)
				}
			}
		}
	}
	right := join(radiotapFlags(RadioFCSPresent), appendFCS(bytes.Repeat([]byte{0x80}, 64<<10)))
	var f Frame
	if n := testing.AllocsPerRun(10, func() {
		if d := f.Parse(LinkRadiotap, right); d != Sound {
			t.Fatal(d)
		}
	}); n != 0 {
		t.Errorf("64 KiB with FCS: %v allocations", n)
	}
}
