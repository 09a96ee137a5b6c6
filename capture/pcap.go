package capture

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/google/gopacket"

	"picket/capture/dot11"
)

// The classic capture format, draft-ietf-opsawg-pcap: a file header of 24 bytes, then records of 16 bytes and the
// frame.
const (
	pcapMagicMicros = 0xa1b2c3d4 // section 4, "Magic Number"
	pcapMagicNanos  = 0xa1b23c4d

	pcapFileHeader   = 24
	pcapRecordHeader = 16
)

// pcap cuts frames out of a classic capture file.
//
// The file's snapshot length is not used: writers set it to 0, or exceed it, and readers such as tcpdump ignore it.
// MaxFrame bounds the frames.
type pcap struct {
	w       *window
	big     bool
	perTick int64 // nanoseconds in one unit of the record's sub-second field
	link    dot11.LinkType
}

// newPcap reads the file header; magic is its first four bytes in order of big.
func newPcap(w *window, magic uint32, big bool) (*pcap, error) {
	h, err := w.peek(pcapFileHeader, true)
	if err != nil {
		return nil, w.failed(0, "pcap file header", pcapFileHeader, err)
	}
	p := &pcap{w: w, big: big, perTick: 1}
	if magic == pcapMagicMicros {
		p.perTick = 1000
	}
	order := byteOrder(big)
	if major, minor := order.Uint16(h[4:]), order.Uint16(h[6:]); major != 2 || minor != 4 {
		return nil, fmt.Errorf("byte 4: pcap version %d.%d is not supported, only 2.4", major, minor)
	}
	// The upper half of the field tells of a frame check sequence (section 4, "LinkType and additional information").
	p.link = dot11.LinkType(order.Uint32(h[20:]))
	if !p.link.Supported() {
		return nil, fmt.Errorf("byte 20: %w", unsupportedLink(0, "", p.link))
	}
	w.take(pcapFileHeader)
	return p, nil
}

func (p *pcap) next(f *Frame, wait bool) error {
	h, err := p.w.peek(pcapRecordHeader, wait)
	if err != nil {
		if err == io.EOF {
			return err
		}
		return p.w.failed(p.w.offset(), "frame header", pcapRecordHeader, err)
	}
	sec, sub, captured, length := p.u32(h), p.u32(h[4:]), p.u32(h[8:]), p.u32(h[12:])
	if captured > MaxFrame {
		return fmt.Errorf("byte %d: frame claims %d bytes, more than the %d of any capture",
			p.w.offset(), captured, MaxFrame)
	}
	n := pcapRecordHeader + int(captured)
	b, err := p.w.peek(n, wait)
	if err != nil {
		return p.w.failed(p.w.offset(), "frame", int64(n), err)
	}
	p.w.take(n)
	f.CaptureInfo = gopacket.CaptureInfo{
		Timestamp:     time.Unix(int64(sec), int64(sub)*p.perTick).UTC(),
		CaptureLength: int(captured),
		// A frame is at least as long as what was captured of it, whatever the writer noted.
		Length: int(min(max(length, captured), maxLength)),
	}
	f.Link = p.link
	f.Data = b[pcapRecordHeader:]
	return nil
}

func (p *pcap) u32(b []byte) uint32 {
	if p.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

// maxLength keeps a claimed length of a frame positive where int has 32 bits.
const maxLength = 1<<31 - 1

func byteOrder(big bool) binary.ByteOrder {
	if big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func unsupportedLink(number int, name string, link dot11.LinkType) error {
	if name != "" {
		name = fmt.Sprintf(" (%s)", name)
	}
	return fmt.Errorf("interface %d%s: %s is not 802.11; "+
		"supported are radiotap (127), 802.11 (105), PPI (192), Prism (119) and AVS (163)",
		number, name, linkName(link))
}

// linkName names the link types of captures that are mistaken for ones of 802.11 most often.
func linkName(link dot11.LinkType) string {
	switch link {
	case 1:
		return "link type 1 (Ethernet)"
	case 113, 276:
		return fmt.Sprintf("link type %d (Linux cooked)", uint16(link))
	}
	return fmt.Sprintf("link type %d", uint16(link))
}
