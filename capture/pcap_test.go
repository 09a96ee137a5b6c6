package capture

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

func TestPcapIsReadInBothByteOrdersAndResolutions(t *testing.T) {
	for _, tt := range []struct {
		name  string
		order order
		magic uint32
		sub   uint32
		want  time.Time
	}{
		{"microseconds, little endian", le, pcapMagicMicros, 37596, time.Unix(1795405927, 37596000)},
		{"microseconds, big endian", be, pcapMagicMicros, 37596, time.Unix(1795405927, 37596000)},
		{"nanoseconds, little endian", le, pcapMagicNanos, 37596123, time.Unix(1795405927, 37596123)},
		{"nanoseconds, big endian", be, pcapMagicNanos, 37596123, time.Unix(1795405927, 37596123)},
		{"after 2038", le, pcapMagicMicros, 999999, time.Unix(1795405927, 999999000)},
		{"a second and more of microseconds", le, pcapMagicMicros, 5_000_000, time.Unix(1795405932, 0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := pcapFile(tt.order, tt.magic, 65535, 127)
			b = record(tt.order, b, 1795405927, tt.sub, deauth)
			got, err := drainBytes(t, b)
			want := []heard{{tt.want.UTC(), len(deauth), 0, dot11.LinkRadiotap, deauth}}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("error %v, frames (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestPcapSnaplenIsNotTrusted(t *testing.T) {
	for name, snaplen := range map[string]uint32{"zero": 0, "shorter than the frame": 1, "a gigabyte": 1 << 30, "all ones": 1<<32 - 1} {
		t.Run(name, func(t *testing.T) {
			b := record(le, pcapFile(le, pcapMagicMicros, snaplen, 105), 1, 2, deauth)
			got, err := drainBytes(t, b)
			if err != nil || len(got) != 1 {
				t.Errorf("%d frames, error %v; want the one frame", len(got), err)
			}
		})
	}
}

func TestPcapLengthOnAirIsNeverBelowTheCapturedOne(t *testing.T) {
	for _, tt := range []struct {
		name         string
		length, want uint32
	}{{"cut by the snaplen", 1500, 1500}, {"not noted", 0, uint32(len(deauth))}, {"absurd", 1<<32 - 1, maxLength}} {
		b := recordHeader(le, pcapFile(le, pcapMagicMicros, 0, 127), 1, 2, uint32(len(deauth)), tt.length)
		got, err := drainBytes(t, append(b, deauth...))
		if err != nil || len(got) != 1 || got[0].Length != int(tt.want) {
			t.Errorf("%s: %+v, error %v; want length %d", tt.name, got, err, tt.want)
		}
	}
}

func TestPcapOfEveryLinkTypeThatCarries80211(t *testing.T) {
	for _, link := range []uint32{105, 119, 127, 163, 192, 127 | 0x24000000 /* frame check sequence of 4 bytes present */} {
		b := record(le, pcapFile(le, pcapMagicMicros, 0, link), 1, 2, deauth)
		got, err := drainBytes(t, b)
		if err != nil || len(got) != 1 || got[0].Link != dot11.LinkType(link&0xffff) {
			t.Errorf("link type %#x: %+v, error %v", link, got, err)
		}
	}
}

func TestPcapLongestFrame(t *testing.T) {
	data := make([]byte, MaxFrame)
	for i := range data {
		data[i] = byte(i >> 8)
	}
	b := pcapFile(le, pcapMagicMicros, 0, 127)
	for i := range uint32(3) {
		b = record(le, b, i, 0, data)
	}
	got, err := drainBytes(t, b)
	if err != nil || len(got) != 3 {
		t.Fatalf("%d frames, error %v", len(got), err)
	}
	for i, f := range got {
		if diff := cmp.Diff(data, f.Data); diff != "" {
			t.Errorf("frame %d:\n%s", i, diff)
		}
	}
}

func TestBadPcapIsAnErrorAfterTheFramesBefore(t *testing.T) {
	good := record(le, pcapFile(le, pcapMagicMicros, 65535, 127), 1, 2, deauth) // 74 bytes
	old := pcapFile(le, pcapMagicMicros, 65535, 127)
	le.PutUint16(old[6:], 3)
	for _, tt := range []struct {
		name   string
		b      []byte
		frames int
		want   string
		is     error
	}{
		{"empty", nil, 0, "read test: byte 0: empty, no capture", nil},
		{"three bytes", good[:3], 0, "byte 0: magic number of 4 bytes is cut short, only 3 are there", io.ErrUnexpectedEOF},
		{"unknown magic number", []byte("PK\x03\x04 and more"), 0, "byte 0: unknown magic number 0x504b0304", nil},
		{"cut in the file header", good[:23], 0, "byte 0: pcap file header of 24 bytes is cut short, only 23 are there", io.ErrUnexpectedEOF},
		{"header alone", good[:24], 0, "", nil},
		{"old version", old, 0, "byte 4: pcap version 2.3 is not supported", nil},
		{"cut in a frame header", append(good[:74:74], 1), 1, "byte 74: frame header of 16 bytes is cut short, only 1 are there", io.ErrUnexpectedEOF},
		{"cut after a frame header", good[:24+16], 0, "byte 24: frame of 50 bytes is cut short, only 16 are there", io.ErrUnexpectedEOF},
		{"cut in a frame", record(le, good[:74:74], 3, 4, deauth)[:100], 1, "byte 74: frame of 50 bytes is cut short, only 26 are there", io.ErrUnexpectedEOF},
		{"frame above the bound", recordHeader(le, good[:74:74], 3, 4, MaxFrame+1, MaxFrame+1), 1, "byte 74: frame claims 262145 bytes, more than the 262144", nil},
		{"frame of 4 GiB", recordHeader(le, good[:74:74], 3, 4, 1<<32-1, 1<<32-1), 1, "byte 74: frame claims 4294967295 bytes", nil},
		{"Ethernet", pcapFile(le, pcapMagicMicros, 65535, 1), 0, "read test: byte 20: interface 0: link type 1 (Ethernet) is not 802.11", nil},
		{"link type whose low byte is radiotap's", pcapFile(le, pcapMagicMicros, 65535, 0x17f), 0, "link type 383", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := checkBadCapture(t, tt.b, tt.frames, tt.want)
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("error %q is not %q", err, tt.is)
			}
		})
	}
}

// checkBadCapture reads b as it is and compressed, and wants so many frames and then an error that contains want, or
// none if want is empty. It returns the error of b as it is.
func checkBadCapture(t *testing.T, b []byte, frames int, want string) error {
	t.Helper()
	got, err := drainBytes(t, b)
	checkError(t, err, want)
	if len(got) != frames {
		t.Errorf("%d frames before the error, want %d", len(got), frames)
	}
	got, zerr := drainBytes(t, gzipped(b))
	checkError(t, zerr, strings.Replace(want, "read test: ", "read test: in the decompressed stream: ", 1))
	if len(got) != frames {
		t.Errorf("compressed: %d frames before the error, want %d", len(got), frames)
	}
	return err
}

// checkError wants an error that contains want, or none if want is empty.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error %q, want none", err)
	case want != "" && err == nil:
		t.Errorf("no error, want %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("error %q, want %q", err, want)
	}
}
