package capture

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

// micros is a pcapng time stamp of the default resolution.
func micros(t time.Time) uint64 { return uint64(t.UnixMicro()) }

func TestPcapngInterfacesSectionsAndBlocks(t *testing.T) {
	data := func(n byte) []byte { return append(bytes.Clone(deauth), n) } // 35 bytes: needs padding
	at := epoch.Truncate(time.Microsecond)
	var n ng
	n.section(le).
		iface(127, 0, n.option(1, []byte("a comment")...), n.option(optionInterfaceName, []byte("wlan0mon")...), n.option(optionEnd), []byte("what lies behind the end")).
		iface(105, 20, n.option(optionTimeResolution, 9)).
		enhanced(0, micros(at), data(0)).
		block(5, make([]byte, 12)).                    // interface statistics
		block(0x0bad, append(make([]byte, 1001), 1)).  // custom block
		enhanced(1, uint64(epoch.UnixNano()), data(1), // with a comment, though the option is longer than the frame
			n.option(1, bytes.Repeat([]byte("long "), 100)...), n.option(optionEnd)).
		simple(35, data(2)).
		obsolete(1, uint64(epoch.UnixNano()), data(3)).
		block(10, make([]byte, 100_000)). // secrets, larger than the window
		enhanced(0, micros(at.Add(time.Second)), data(4))
	n.section(be).
		iface(192, 30).
		enhanced(0, micros(at), data(5)).
		simple(1500, data(6)[:32])
	n.section(le).
		iface(163, 0).
		enhanced(0, micros(at), data(7))
	got, err := drainBytes(t, n.b)
	want := []heard{
		{at, 35, 0, dot11.LinkRadiotap, data(0)},
		{epoch, 35, 1, dot11.LinkIEEE80211, data(1)},
		{epoch, 35, 0, dot11.LinkRadiotap, data(2)}, // the time of the frame before
		{epoch, 35, 1, dot11.LinkIEEE80211, data(3)},
		{at.Add(time.Second), 35, 0, dot11.LinkRadiotap, data(4)},
		{at, 35, 0, dot11.LinkPPI, data(5)},
		{at, 1500, 0, dot11.LinkPPI, data(6)[:30]}, // cut by the interface's snaplen
		{at, 35, 0, dot11.LinkAVS, data(7)},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, frames (-want +got):\n%s", err, diff)
	}
}

func TestPcapngTimeResolutions(t *testing.T) {
	half := func(unit uint64) uint64 { return 1_000_000*unit + unit/2 }
	at := time.Unix(1_000_000, 5e8).UTC()
	for _, tt := range []struct {
		name       string
		resolution byte
		offset     int64
		stamp      uint64
		want       time.Time
	}{
		{"microseconds", 6, 0, half(1e6), at},
		{"nanoseconds", 9, 0, half(1e9), at},
		{"tenths", 1, 0, half(10), at},
		{"seconds", 0, 0, 1_000_000, time.Unix(1_000_000, 0).UTC()},
		{"picoseconds", 12, 0, half(1e12), at},
		{"the finest decimal one", 19, 0, 1e19 / 2, time.Unix(0, 5e8).UTC()},
		{"2^-10", 0x80 | 10, 0, half(1 << 10), at},
		{"2^-20", 0x80 | 20, 0, half(1 << 20), at},
		{"2^-32", 0x80 | 32, 0, half(1 << 32), at},
		{"2^-32, last unit of a second", 0x80 | 32, 0, 1<<32 - 1, time.Unix(0, 999999999).UTC()},
		{"2^0", 0x80, 0, 1_000_000, time.Unix(1_000_000, 0).UTC()},
		{"2^-63", 0x80 | 63, 0, 1<<63 + 1<<62, time.Unix(1, 5e8).UTC()},
		{"offset forwards", 6, 86400, half(1e6), at.Add(24 * time.Hour)},
		{"offset backwards", 6, -86400, half(1e6), at.Add(-24 * time.Hour)},
		{"just before 1970", 6, -1_000_001, half(1e6), time.Unix(0, 5e8).UTC()},
		{"before 1970", 6, -2_000_000, half(1e6), time.Unix(0, 5e8).UTC()},
		{"after 9999", 0, 0, math.MaxUint64, time.Unix(maxUnixSeconds, 0).UTC()},
		{"offset that overflows", 6, math.MaxInt64, half(1e6), time.Unix(maxUnixSeconds, 5e8).UTC()},
		{"offset that underflows", 6, math.MinInt64, half(1e6), time.Unix(0, 5e8).UTC()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, o := range []order{le, be} {
				var n ng
				n.section(o).
					iface(127, 0, n.option(optionTimeResolution, tt.resolution), n.option(optionTimeOffset, o.AppendUint64(nil, uint64(tt.offset))...)).
					enhanced(0, tt.stamp, deauth)
				got, err := drainBytes(t, n.b)
				if err != nil || len(got) != 1 || !got[0].Time.Equal(tt.want) {
					t.Errorf("%v: %+v, error %v; want %v", o, got, err, tt.want)
				}
			}
		})
	}
}

func TestPcapngVersion12ReadsAs10(t *testing.T) {
	n := ng{order: le}
	n.block(blockSection, n.sectionBody(1, 2)).iface(127, 0).enhanced(0, 1, deauth)
	if got, err := drainBytes(t, n.b); err != nil || len(got) != 1 {
		t.Errorf("%d frames, error %v", len(got), err)
	}
}

func TestPcapngInterfaceWithoutFramesMayHaveAnyLinkType(t *testing.T) {
	var n ng
	n.section(le).iface(1, 0).iface(127, 0).enhanced(1, 1, deauth)
	if got, err := drainBytes(t, n.b); err != nil || len(got) != 1 {
		t.Errorf("%d frames, error %v", len(got), err)
	}
}

func TestBadPcapngIsAnErrorAfterTheFramesBefore(t *testing.T) {
	// Every case follows a section header (28 bytes), an interface (20) and one frame (68), unless fresh is set.
	const bad = 28 + 20 + 68
	size := uint32(len(deauth))
	for _, tt := range []struct {
		name  string
		fresh bool
		add   func(n *ng)
		want  string
	}{
		{"nothing more", false, func(n *ng) {}, ""},
		{"cut in a block header", false, func(n *ng) { n.b = append(n.b, make([]byte, 11)...) }, "byte 116: block header of 12 bytes is cut short, only 11 are there"},
		{"cut in a frame", false, func(n *ng) { n.enhanced(0, 1, deauth); n.b = n.b[:bad+50] }, "byte 116: enhanced packet block of 68 bytes is cut short, only 50 are there"},
		{"cut in a block passed over", false, func(n *ng) { n.block(5, make([]byte, 100)); n.b = n.b[:bad+50] }, "byte 116: block of 112 bytes is cut short, only 50 are there"},
		{"cut in a trailing length", false, func(n *ng) { n.block(5, make([]byte, 100)); n.b = n.b[:bad+110] }, "byte 116: block of 112 bytes is cut short, only 110 are there"},
		{"length below a header", false, func(n *ng) { n.lyingBlock(5, 8, nil, 8) }, "byte 116: block of type 0x5 claims a length of 8, it must have at least 12"},
		{"length 0", false, func(n *ng) { n.lyingBlock(5, 0, nil, 0) }, "byte 116: block of type 0x5 claims a length of 0, it must have at least 12"},
		{"length below that of a frame", false, func(n *ng) { n.lyingBlock(6, 28, make([]byte, 16), 28) }, "claims a length of 28, it must have at least 32"},
		{"length no multiple of 4", false, func(n *ng) { n.lyingBlock(5, 14, make([]byte, 2), 14) }, "byte 116: block of type 0x5 claims a length of 14, which is not a multiple of 4"},
		{"other trailing length", false, func(n *ng) { n.lyingBlock(6, 68, n.enhancedBody(0, 1, size, size, deauth), 72) }, "byte 116: enhanced packet block of 68 bytes ends with another length, 72"},
		{"other trailing length of a block passed over", false, func(n *ng) { n.lyingBlock(5, 16, make([]byte, 4), 20) }, "byte 116: block of 16 bytes ends with another length, 20"},
		{"length beyond the file", false, func(n *ng) { n.lyingBlock(6, 1<<19, n.enhancedBody(0, 1, size, size, deauth), 1<<19) }, "byte 116: enhanced packet block of 524288 bytes is cut short, only 68 are there"},
		{"length of 4 GiB", false, func(n *ng) { n.lyingBlock(6, 1<<32-4, n.enhancedBody(0, 1, size, size, deauth), 68) }, "byte 116: block of type 0x6 claims 4294967292 bytes, more than"},
		{"unknown block of 4 GiB", false, func(n *ng) { n.lyingBlock(5, 1<<32-4, nil, 0) }, "byte 116: block of 4294967292 bytes is cut short, only 12 are there"},
		{"captured length above the block", false, func(n *ng) { n.block(6, n.enhancedBody(0, 1, size+4, size+4, deauth)) }, "byte 116: enhanced packet block: frame claims 38 bytes, but the block has room for 36"},
		{"captured length of 1 GiB", false, func(n *ng) { n.block(6, n.enhancedBody(0, 1, 1<<30, 1<<30, deauth)) }, "frame claims 1073741824 bytes, more than the 262144"},
		{"captured length of 4 GiB", false, func(n *ng) { n.block(6, n.enhancedBody(0, 1, 1<<32-1, 1, deauth)) }, "frame claims 4294967295 bytes"},
		{"simple frame above the block", false, func(n *ng) { n.simple(size+4, deauth) }, "byte 116: simple packet block: frame claims 38 bytes, but the block has room for 36"},
		{"interface that is not described", false, func(n *ng) { n.enhanced(1, 1, deauth) }, "byte 116: enhanced packet block: frame of interface 1, but the section describes 1"},
		{"interface of the section before", false, func(n *ng) { n.section(be).enhanced(0, 1, deauth) }, "byte 144: enhanced packet block: frame of interface 0, but the section describes 0"},
		{"Ethernet interface", false, func(n *ng) {
			n.iface(1, 0, n.option(optionInterfaceName, []byte("eth0")...)).enhanced(1, 1, deauth)
		}, "read test: byte 144: enhanced packet block: interface 1 (eth0): link type 1 (Ethernet) is not 802.11"},
		{"link type whose low byte is radiotap's", false, func(n *ng) { n.iface(0x17f, 0).enhanced(1, 1, deauth) }, "interface 1: link type 383"},
		{"option past the end", false, func(n *ng) { n.iface(127, 0, []byte{2, 0, 5, 0, 'w', 'l', 'a', 'n'}) }, "byte 116: interface description block: interface 1: an option runs past the end of the block"},
		{"resolution of no bytes", false, func(n *ng) { n.iface(127, 0, n.option(optionTimeResolution)) }, "time resolution of 0 bytes"},
		{"offset of 4 bytes", false, func(n *ng) { n.iface(127, 0, n.option(optionTimeOffset, 1, 2, 3, 4)) }, "time offset of 4 bytes"},
		{"resolution 10^-20", false, func(n *ng) { n.iface(127, 0, n.option(optionTimeResolution, 20)) }, "time resolution 0x14 is finer"},
		{"resolution 2^-64", false, func(n *ng) { n.iface(127, 0, n.option(optionTimeResolution, 0xc0)) }, "time resolution 0xc0 is finer"},
		{"too many interfaces", false, func(n *ng) {
			for range maxInterfaces {
				n.iface(127, 0)
			}
		}, "more than 4096 interfaces in one section"},
		{"section header alone", true, func(n *ng) { n.section(le) }, ""},
		{"cut in the section header", true, func(n *ng) { n.section(le); n.b = n.b[:20] }, "byte 0: section header block of 28 bytes is cut short, only 20 are there"},
		{"version 2", true, func(n *ng) { n.order = be; n.block(blockSection, n.sectionBody(2, 0)) }, "byte 0: section header block: pcapng version 2.0 is not supported"},
		{"byte order mark", true, func(n *ng) { n.section(le); n.b[8]++ }, "byte 8: section header with unknown byte order mark 4e 3c 2b 1a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var n ng
			frames := 0
			if !tt.fresh {
				n.section(le).iface(127, 0).enhanced(0, 1, deauth)
				frames = 1
			}
			tt.add(&n)
			checkBadCapture(t, n.b, frames, tt.want)
		})
	}
}
