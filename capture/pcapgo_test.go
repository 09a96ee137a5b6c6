package capture

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

func TestWhatPcapgoWritesIsReadBack(t *testing.T) {
	frames := []heard{
		{epoch, len(deauth), 0, 127, deauth},
		{epoch.Add(time.Nanosecond), 1500, 0, 127, deauth[:30]},
		{epoch.Add(time.Hour), 0, 0, 127, []byte{}},
	}
	t.Run("pcap", func(t *testing.T) {
		for _, tt := range []struct {
			writer func(io.Writer) *pcapgo.Writer
			unit   time.Duration
		}{{pcapgo.NewWriter, time.Microsecond}, {pcapgo.NewWriterNanos, time.Nanosecond}} {
			var b bytes.Buffer
			w := tt.writer(&b)
			check(t, w.WriteFileHeader(65535, layers.LinkTypeIEEE80211Radio))
			want := make([]heard, len(frames))
			for i, f := range frames {
				check(t, w.WritePacket(gopacket.CaptureInfo{Timestamp: f.Time, Length: f.Length, CaptureLength: len(f.Data)}, f.Data))
				want[i] = f
				want[i].Time = f.Time.Truncate(tt.unit)
			}
			got, err := drainBytes(t, b.Bytes())
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("unit %v: error %v (-want +got):\n%s", tt.unit, err, diff)
			}
		}
	})
	t.Run("pcapng", func(t *testing.T) {
		var b bytes.Buffer
		iface := func(link layers.LinkType) pcapgo.NgInterface {
			return pcapgo.NgInterface{Name: "wlan0", Comment: "a comment", OS: "an OS", LinkType: link, TimestampResolution: 9}
		}
		w, err := pcapgo.NewNgWriterInterface(&b, iface(127), pcapgo.DefaultNgWriterOptions)
		check(t, err)
		second, err := w.AddInterface(iface(105))
		check(t, err)
		var want []heard
		for _, f := range frames {
			for _, i := range []int{0, second} {
				f.Interface, f.Link = i, []heard{{Link: 127}, {Link: 105}}[i].Link
				check(t, w.WritePacket(gopacket.CaptureInfo{Timestamp: f.Time, Length: f.Length, CaptureLength: len(f.Data), InterfaceIndex: i}, f.Data))
				want = append(want, f)
			}
			check(t, w.WriteInterfaceStats(0, pcapgo.NgInterfaceStatistics{LastUpdate: f.Time, PacketsReceived: 1}))
		}
		check(t, w.Flush())
		got, err := drainBytes(t, b.Bytes())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("error %v (-want +got):\n%s", err, diff)
		}
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestPcapgoReadersAreNotFitForStrangersFiles pins why this package has readers of its own. If it fails after an
// update of gopacket, pcapgo may have become fit.
func TestPcapgoReadersAreNotFitForStrangersFiles(t *testing.T) {
	ngReader := func(n *ng) *pcapgo.NgReader {
		t.Helper()
		r, err := pcapgo.NewNgReader(bytes.NewReader(n.b), pcapgo.NgReaderOptions{WantMixedLinkType: true})
		check(t, err)
		return r
	}
	stamp := func(resolution byte, stamp uint64) time.Time {
		t.Helper()
		var n ng
		n.section(le).iface(127, 0, n.option(optionTimeResolution, resolution)).enhanced(0, stamp, deauth)
		_, ci, err := ngReader(&n).ReadPacketData()
		check(t, err)
		return ci.Timestamp
	}

	r, err := pcapgo.NewReader(bytes.NewReader(pcapFile(le, pcapMagicMicros, 0, 383)))
	check(t, err)
	if r.LinkType() != layers.LinkTypeIEEE80211Radio {
		t.Errorf("link type 383 reads as %d, no longer as radiotap", r.LinkType())
	}

	cut := recordHeader(le, pcapFile(le, pcapMagicMicros, 65535, 127), 1, 2, 34, 34)
	r, err = pcapgo.NewReader(bytes.NewReader(cut))
	check(t, err)
	if _, _, err := r.ReadPacketData(); err != io.EOF {
		t.Errorf("pcap cut after a frame header: %v, no longer the io.EOF of a whole file", err)
	}

	var n ng
	n.section(le).iface(127, 0).enhanced(0, 1, deauth)
	n.b = n.b[:len(n.b)-20]
	if _, _, err := ngReader(&n).ReadPacketData(); err != io.EOF {
		t.Errorf("pcapng cut in a frame: %v, no longer the io.EOF of a whole file", err)
	}

	n = ng{}
	n.section(le).iface(127, 0)
	n.lyingBlock(blockEnhancedPacket, 68, n.enhancedBody(0, 1, 34, 34, deauth), 4711)
	if _, _, err := ngReader(&n).ReadPacketData(); err != nil {
		t.Errorf("trailing length is checked now: %v", err)
	}

	n = ng{}
	n.section(le).iface(127, 0).block(blockEnhancedPacket, n.enhancedBody(0, 1, 16<<20, 16<<20, deauth))
	if got := allocated(func() { ngReader(&n).ReadPacketData() }); got < 16<<20 {
		t.Errorf("a block that claims a frame of 16 MiB makes it take %d bytes", got)
	}

	if got := stamp(0x80|32, 1<<31); got.Equal(time.Unix(0, 5e8)) {
		t.Error("half a second in units of 2^-32 s is right now")
	}
	if got := stamp(0, 1_000_000); got.Equal(time.Unix(1_000_000, 0)) {
		t.Error("time stamps in seconds are right now")
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a resolution of 2^-64 s does not panic any more")
			}
		}()
		stamp(0xc0, 1)
	}()
}

// FuzzPcapMatchesPcapgo compares with pcapgo on the classic captures that pcapgo reads.
func FuzzPcapMatchesPcapgo(f *testing.F) {
	f.Add(pcapOf(0, time.Second)[24:], false, false)
	f.Add(record(be, nil, 1, 2, deauth), true, true)
	f.Fuzz(func(t *testing.T, records []byte, big, nanos bool) {
		o, magic := le, uint32(pcapMagicMicros)
		if big {
			o = be
		}
		if nanos {
			magic = pcapMagicNanos
		}
		b := append(pcapFile(o, magic, MaxFrame, 127), records...)
		theirs, err := pcapgo.NewReader(bytes.NewReader(b))
		check(t, err)
		ours, _ := drainBytes(t, b)
		for i := 0; ; i++ {
			data, ci, err := theirs.ZeroCopyReadPacketData()
			if err != nil {
				if err == io.EOF && ci.CaptureLength == 0 && len(ours) != i {
					t.Fatalf("%d frames, pcapgo has %d", len(ours), i)
				}
				return
			}
			if i >= len(ours) {
				t.Fatalf("only %d frames, pcapgo has more", len(ours))
			}
			want := heard{ci.Timestamp, min(ci.Length, maxLength), 0, 127, data}
			if !nanos && ours[i].Time.Sub(ci.Timestamp)%(1<<32) == 0 {
				want.Time = ours[i].Time // pcapgo multiplies microseconds in 32 bits
			}
			if !want.equal(ours[i]) {
				t.Fatalf("frame %d (-pcapgo +ours):\n%s", i, cmp.Diff(want, ours[i]))
			}
		}
	})
}
