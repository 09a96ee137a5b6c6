package dot11

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a memo finds is what the frame holds, whichever frames came before: the
// same again, another access point's, or one of which an octet has changed.
func TestElementMemoAgreesWithElementSet(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.pcap.gz")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	remembered := 0
	for _, path := range paths {
		var memo ElementMemo
		check := func(link LinkType, data []byte, length int) {
			var f Frame
			if f.ParseTruncated(link, data, length) != Sound {
				return
			}
			var want ElementSet
			want.Fill(&f)
			got := memo.Fill(&f)
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Fatalf("%s: % x (-set +memo):\n%s", path, data, diff)
			}
			if memo.length > 0 {
				remembered++
			}
		}
		link, frames := readCapture(t, path)
		for _, data := range frames {
			check(link, data, len(data))
			check(link, data, len(data))
			if len(data) < 100 {
				continue
			}
			changed := append([]byte(nil), data...)
			changed[60+random.IntN(len(changed)-60)]++
			check(link, changed, len(changed))
			check(link, data[:len(data)-random.IntN(30)], len(data))
			check(link, data, len(data))
		}
	}
	if remembered < 1000 {
		t.Errorf("only %d frames were remembered", remembered)
	}
}

// The traffic map is the one element that changes between beacons of an access
// point that stays as it is.
func TestElementMemoKeepsAllButTheTrafficMap(t *testing.T) {
	beacon := func(tim byte, channel byte) []byte {
		b := append([]byte{0x80, 0, 0, 0}, make([]byte, 20+12)...)
		b = append(b, 0, 4, 'H', 'o', 'm', 'e')
		b = append(b, 5, 4, tim, 3, 0, tim)
		return append(b, 3, 1, channel)
	}
	var memo ElementMemo
	var f Frame
	fill := func(data []byte) *ElementSet {
		t.Helper()
		if defect := f.Parse(LinkIEEE80211, data); defect != Sound {
			t.Fatal(defect)
		}
		return memo.Fill(&f)
	}
	fill(beacon(0, 6))
	kept := &memo.set.SSID[0]
	set := fill(beacon(2, 6))
	if &set.SSID[0] != kept {
		t.Error("a beacon with another traffic map is parsed anew")
	}
	if set.TIM[0] != 2 || set.TIM[3] != 2 {
		t.Errorf("the traffic map is % x, that of the beacon before", set.TIM)
	}
	if set = fill(beacon(2, 11)); set.DSChannel != 11 {
		t.Errorf("channel %d, want the new one", set.DSChannel)
	}
}

func TestElementMemoAllocatesNothing(t *testing.T) {
	var memo ElementMemo
	link, frames := readCapture(t, "testdata/clean.pcap.gz")
	var f Frame
	i := 0
	if n := testing.AllocsPerRun(2000, func() {
		data := frames[i%len(frames)]
		if i++; f.Parse(link, data) == Sound {
			memo.Fill(&f)
		}
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// Where elements lie, and whether their end is the frame's, is not in their
// octets.
func TestElementMemoTellsTheSameElementsOfAnotherFrameApart(t *testing.T) {
	elements := []byte{0, 4, 'H', 'o', 'm', 'e', 3, 200, 6} // the last one is cut
	beacon := func(flags byte, header int) []byte {
		b := append([]byte{0x80, flags}, make([]byte, header-2+12)...)
		return append(b, elements...)
	}
	plain, withHTControl := beacon(0, 24), beacon(byte(Order), 28)
	for _, second := range []struct {
		name   string
		data   []byte
		length int
	}{
		{"with a longer header", withHTControl, len(withHTControl)},
		{"of which the capture has the beginning", plain, len(plain) + 100},
	} {
		var memo ElementMemo
		var f Frame
		f.Parse(LinkRadiotap, append([]byte{0, 0, 8, 0, 0, 0, 0, 0}, plain...))
		if memo.Fill(&f).Fault != BodyCut {
			t.Fatal("the first frame's fault is not seen")
		}
		f.ParseTruncated(LinkRadiotap, append([]byte{0, 0, 8, 0, 0, 0, 0, 0}, second.data...), 8+second.length)
		var want ElementSet
		want.Fill(&f)
		if diff := cmp.Diff(want, *memo.Fill(&f)); diff != "" {
			t.Errorf("the second frame, %s (-set +memo):\n%s", second.name, diff)
		}
	}
}
