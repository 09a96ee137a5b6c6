package capture

import (
	"io"
	"runtime"
	"strings"
	"testing"
)

// FuzzFile reads any bytes as a capture: no panic, an end, consistent frames (see drain), and no memory but for what
// is in the file.
func FuzzFile(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
		f.Add(gzipped(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		frames, held := 0, 0
		taken := allocated(func() { frames, held = readAny(t, b) })
		// A frame has at least 16 bytes of header beside its data.
		if (len(b) < 2 || b[0] != 0x1f) && held+16*frames > len(b) {
			t.Errorf("%d frames of %d bytes out of a file of %d", frames, held, len(b))
		}
		// The longest block has 1 MiB, and the buffer may have grown to it by doubling.
		if taken > 8<<20 {
			t.Errorf("%d bytes allocated for a file of %d", taken, len(b))
		}
	})
}

// readAny reads b to its end or error, keeping nothing, and returns how many frames it held and how many bytes of
// these.
func readAny(t *testing.T, b []byte) (frames, held int) {
	s := reader(b)
	for {
		batch, err := s.Next()
		if err != nil {
			if !strings.HasPrefix(err.Error(), "read test: ") && err != io.EOF {
				t.Errorf("error %q does not name the file", err)
			}
			return frames, held
		}
		for _, f := range batch {
			checkFrame(t, f)
			if y := f.Timestamp.Year(); y < 1970 || y > 9999 {
				t.Fatalf("frame of the year %d", y)
			}
			held += len(f.Data)
		}
		frames += len(batch)
	}
}

// allocated is how many bytes f takes from the heap.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// seeds are captures with one of everything.
func seeds() [][]byte {
	var n, v ng
	n.section(le).
		iface(127, 0, n.option(optionInterfaceName, []byte("wlan0")...), n.option(optionTimeResolution, 9), n.option(optionEnd)).
		iface(105, 20, n.option(optionTimeResolution, 0x80|20), n.option(optionTimeOffset, make([]byte, 8)...)).
		enhanced(0, uint64(epoch.UnixNano()), deauth, n.option(1, []byte("comment")...)).
		enhanced(1, 1<<30, deauth).
		simple(34, deauth).
		obsolete(0, 1, deauth).
		block(5, make([]byte, 12))
	n.section(be).iface(192, 0).enhanced(0, 1, deauth)
	v.section(le).iface(127, 0).lyingBlock(blockEnhancedPacket, 1<<30, v.enhancedBody(0, 1, 1<<29, 1<<29, deauth), 1<<30)
	return [][]byte{
		pcapOf(0, 1),
		record(be, pcapFile(be, pcapMagicMicros, 0, 105), 1, 2, deauth),
		recordHeader(le, pcapFile(le, pcapMagicMicros, 1<<30, 127), 1, 2, 1<<29, 1<<29),
		n.b,
		v.b,
	}
}

func TestMemoryIsBoundedWhateverAFileClaims(t *testing.T) {
	le30 := uint32(1 << 30)
	var n ng
	n.section(le).iface(127, 0).lyingBlock(blockEnhancedPacket, maxBlock, n.enhancedBody(0, 1, MaxFrame, MaxFrame, deauth), maxBlock)
	for name, b := range map[string][]byte{
		"snaplen and frame of 1 GiB": recordHeader(le, pcapFile(le, pcapMagicMicros, le30, 127), 1, 2, le30, le30),
		"longest frame, not there":   recordHeader(le, pcapFile(le, pcapMagicMicros, le30, 127), 1, 2, MaxFrame, MaxFrame),
		"longest block, not there":   n.b,
	} {
		got := allocated(func() {
			if _, err := drainBytes(t, b); err == nil {
				t.Errorf("%s: no error", name)
			}
		})
		if got > 256<<10 {
			t.Errorf("%s: %d bytes allocated for a file of %d", name, got, len(b))
		}
	}
}
