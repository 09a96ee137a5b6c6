package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math"
	"testing"
	"time"

	"picket/capture/dot11"
)

// Captures are built byte by byte, so that each field can be given a wrong value.

var le, be order = binary.LittleEndian, binary.BigEndian

type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// epoch is the time of the first frame in the captures that the tests build.
var epoch = time.Unix(1795405927, 37596123).UTC()

// deauth is a deauthentication behind the shortest radiotap header: 34 bytes.
var deauth = []byte{
	0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, // radiotap: version, pad, length 8, nothing present
	0xc0, 0x00, 0x00, 0x00,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0x02, 0x00, 0x00, 0x00, 0x01, 0x00,
	0x02, 0x00, 0x00, 0x00, 0x01, 0x00,
	0x10, 0x00,
	0x07, 0x00,
}

// pcapFile returns the header of a classic capture.
func pcapFile(o order, magic, snaplen, link uint32) []byte {
	b := o.AppendUint32(nil, magic)
	b = o.AppendUint16(b, 2)
	b = o.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = o.AppendUint32(b, snaplen)
	return o.AppendUint32(b, link)
}

// record appends a frame to a classic capture; sub is in the unit of the file's magic number.
func record(o order, b []byte, sec, sub uint32, data []byte) []byte {
	return append(recordHeader(o, b, sec, sub, uint32(len(data)), uint32(len(data))), data...)
}

func recordHeader(o order, b []byte, sec, sub, captured, length uint32) []byte {
	b = o.AppendUint32(b, sec)
	b = o.AppendUint32(b, sub)
	b = o.AppendUint32(b, captured)
	return o.AppendUint32(b, length)
}

// pcapOf is a little-endian nanosecond radiotap capture with a frame at each of the offsets from epoch.
// The frames differ in their last byte.
func pcapOf(at ...time.Duration) []byte {
	b := pcapFile(le, pcapMagicNanos, MaxFrame, 127)
	for i, d := range at {
		t := epoch.Add(d)
		data := bytes.Clone(deauth)
		data[len(data)-1] = byte(i)
		b = record(le, b, uint32(t.Unix()), uint32(t.Nanosecond()), data)
	}
	return b
}

// ng builds a pcapng file.
type ng struct {
	order
	b []byte
}

// block appends a block whose lengths are right.
func (n *ng) block(kind uint32, body []byte) *ng {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	total := uint32(len(body)) + 12
	return n.lyingBlock(kind, total, body, total)
}

func (n *ng) lyingBlock(kind, total uint32, body []byte, trailer uint32) *ng {
	n.b = n.AppendUint32(n.b, kind)
	n.b = n.AppendUint32(n.b, total)
	n.b = append(n.b, body...)
	n.b = n.AppendUint32(n.b, trailer)
	return n
}

func (n *ng) section(o order) *ng {
	n.order = o
	return n.block(blockSection, n.sectionBody(1, 0))
}

func (n *ng) sectionBody(major, minor uint16) []byte {
	b := n.AppendUint32(nil, pcapngByteOrderMagic)
	b = n.AppendUint16(b, major)
	b = n.AppendUint16(b, minor)
	return n.AppendUint64(b, math.MaxUint64)
}

func (n *ng) iface(link uint16, snaplen uint32, options ...[]byte) *ng {
	b := n.AppendUint16(nil, link)
	b = n.AppendUint16(b, 0)
	b = n.AppendUint32(b, snaplen)
	return n.block(blockInterface, append(b, bytes.Join(options, nil)...))
}

func (n *ng) option(code uint16, value ...byte) []byte {
	b := n.AppendUint16(nil, code)
	b = n.AppendUint16(b, uint16(len(value)))
	b = append(b, value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func (n *ng) enhancedBody(iface uint32, stamp uint64, captured, length uint32, data []byte) []byte {
	b := n.AppendUint32(nil, iface)
	b = n.AppendUint32(b, uint32(stamp>>32))
	b = n.AppendUint32(b, uint32(stamp))
	b = n.AppendUint32(b, captured)
	b = n.AppendUint32(b, length)
	b = append(b, data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func (n *ng) enhanced(iface uint32, stamp uint64, data []byte, options ...[]byte) *ng {
	body := n.enhancedBody(iface, stamp, uint32(len(data)), uint32(len(data)), data)
	return n.block(blockEnhancedPacket, append(body, bytes.Join(options, nil)...))
}

func (n *ng) simple(length uint32, data []byte) *ng {
	return n.block(blockSimplePacket, append(n.AppendUint32(nil, length), data...))
}

func (n *ng) obsolete(iface uint16, stamp uint64, data []byte) *ng {
	body := n.enhancedBody(0, stamp, uint32(len(data)), uint32(len(data)), data)
	n.PutUint16(body, iface)
	n.PutUint16(body[2:], 7) // drops
	return n.block(blockObsoletePacket, body)
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// heard is what tests compare of a frame.
type heard struct {
	Time      time.Time
	Length    int
	Interface int
	Link      dot11.LinkType
	Data      []byte
}

// equal is cmp.Equal, at the speed that a hundred thousand frames need.
func (h heard) equal(o heard) bool {
	return h.Time.Equal(o.Time) && h.Length == o.Length && h.Interface == o.Interface && h.Link == o.Link && bytes.Equal(h.Data, o.Data)
}

// drain reads src to its end and checks its frames. The error is nil for io.EOF.
func drain(t testing.TB, src Source) ([]heard, error) {
	t.Helper()
	var all []heard
	for {
		frames, err := src.Next()
		if err != nil {
			if frames != nil {
				t.Errorf("Next returned %d frames with error %v", len(frames), err)
			}
			if _, again := src.Next(); again == nil || again.Error() != err.Error() {
				t.Errorf("Next after error %q: %v", err, again)
			}
			if err == io.EOF {
				err = nil
			}
			return all, err
		}
		if len(frames) == 0 || len(frames) > maxBatch {
			t.Fatalf("batch of %d frames", len(frames))
		}
		for _, f := range frames {
			checkFrame(t, f)
			all = append(all, heard{f.Timestamp, f.Length, f.InterfaceIndex, f.Link, bytes.Clone(f.Data)})
		}
	}
}

// checkFrame checks what holds for each frame of a capture.
func checkFrame(t testing.TB, f Frame) {
	t.Helper()
	if len(f.Data) != f.CaptureLength || cap(f.Data) != len(f.Data) ||
		f.Length < f.CaptureLength || f.CaptureLength > MaxFrame || !f.Link.Supported() || f.Source == nil {
		t.Fatalf("inconsistent frame %+v with %d bytes", f, len(f.Data))
	}
}

// drainBytes reads a capture from memory.
func drainBytes(t testing.TB, b []byte) ([]heard, error) {
	t.Helper()
	return drain(t, reader(b))
}

func reader(b []byte) Source { return NewReader(bytes.NewReader(b), FileOptions{Name: "test"}) }
