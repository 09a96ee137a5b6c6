package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/gopacket"
)

// Block types of draft-ietf-opsawg-pcapng, section 4 ("Block Definitions") and appendix A (the obsolete packet
// block).
const (
	blockSection        = 0x0a0d0d0a // the same in both byte orders
	blockInterface      = 1
	blockObsoletePacket = 2
	blockSimplePacket   = 3
	blockEnhancedPacket = 6
)

const (
	pcapngByteOrderMagic = 0x1a2b3c4d

	blockHeader  = 8 // type and total length
	blockTrailer = 4 // total length again

	// maxBlock bounds the blocks that are looked into: a frame of MaxFrame bytes and ample options. Other blocks
	// (names, statistics, secrets, custom ones) may be of any size, they are passed over.
	maxBlock = 1 << 20
	// maxInterfaces bounds the memory that a section's interface descriptions can take.
	maxInterfaces = 4096
)

// pcapng cuts frames out of a pcapng file.
type pcapng struct {
	w          *window
	big        bool // byte order of the section
	interfaces []ngInterface
	last       time.Time // time of the frame before
}

func newPcapng(w *window) *pcapng {
	// Simple packet blocks carry no time; one that no timed frame precedes gets the earliest time there is.
	return &pcapng{w: w, last: time.Unix(0, 0).UTC()}
}

func (p *pcapng) next(f *Frame, wait bool) error {
	for {
		at := p.w.offset()
		kind, total, err := p.blockStart(at, wait)
		if err != nil {
			return err
		}
		switch kind {
		case blockSection, blockInterface, blockObsoletePacket, blockSimplePacket, blockEnhancedPacket:
			found, err := p.block(f, at, kind, total, wait)
			if err != nil || found {
				return err
			}
		default:
			if err := p.pass(at, total, wait); err != nil {
				return err
			}
		}
	}
}

// blockStart reads type and total length of the block at byte at, and the byte order if it begins a section.
func (p *pcapng) blockStart(at int64, wait bool) (kind, total uint32, err error) {
	// The shortest block has 12 bytes; in that of a section the last four of these are the byte order.
	h, err := p.w.peek(blockHeader+4, wait)
	if err == io.EOF {
		return 0, 0, err
	} else if err != nil {
		return 0, 0, p.w.failed(at, "block header", blockHeader+4, err)
	}
	kind = p.u32(h)
	if kind == blockSection {
		switch binary.LittleEndian.Uint32(h[blockHeader:]) {
		case pcapngByteOrderMagic:
			p.big = false
		case 0x4d3c2b1a:
			p.big = true
		default:
			return 0, 0, fmt.Errorf("byte %d: section header with unknown byte order mark % x",
				at+blockHeader, h[blockHeader:])
		}
	}
	total = p.u32(h[4:])
	if least := leastBlock(kind); total < least {
		return 0, 0, fmt.Errorf("byte %d: block of type %#x claims a length of %d, it must have at least %d",
			at, kind, total, least)
	}
	if total%4 != 0 {
		return 0, 0, fmt.Errorf("byte %d: block of type %#x claims a length of %d, which is not a multiple of 4",
			at, kind, total)
	}
	return kind, total, nil
}

// leastBlock is the length of a block of the kind without options and frame.
func leastBlock(kind uint32) uint32 {
	switch kind {
	case blockSection:
		return 28
	case blockInterface:
		return 20
	case blockSimplePacket:
		return 16
	case blockObsoletePacket, blockEnhancedPacket:
		return 32
	}
	return blockHeader + blockTrailer
}

// block reads a whole block that matters here; found tells that it held a frame.
func (p *pcapng) block(f *Frame, at int64, kind, total uint32, wait bool) (found bool, err error) {
	if total > maxBlock {
		return false, fmt.Errorf("byte %d: block of type %#x claims %d bytes, more than the %d that one can have here",
			at, kind, total, maxBlock)
	}
	b, err := p.w.peek(int(total), wait)
	if err != nil {
		return false, p.w.failed(at, blockName(kind), int64(total), err)
	}
	if err := p.checkTrailer(b[total-blockTrailer:], at, kind, total); err != nil {
		return false, err
	}
	body := b[blockHeader : total-blockTrailer]
	switch kind {
	case blockSection:
		err = p.section(body)
	case blockInterface:
		err = p.describe(body)
	default:
		found = true
		err = p.packet(f, kind, body)
	}
	if err != nil {
		return false, fmt.Errorf("byte %d: %s: %w", at, blockName(kind), err)
	}
	p.w.take(int(total))
	return found, nil
}

// pass moves over a block of any size without keeping it.
func (p *pcapng) pass(at int64, total uint32, wait bool) error {
	if !wait && p.w.buffered() < int(min(total, maxLength)) {
		return errWait
	}
	if err := p.w.skip(int64(total - blockTrailer)); err != nil {
		return p.w.failed(at, "block", int64(total), err)
	}
	t, err := p.w.peek(blockTrailer, wait)
	if err != nil {
		return p.w.failed(at, "block", int64(total), err)
	}
	if err := p.checkTrailer(t, at, 0, total); err != nil {
		return err
	}
	p.w.take(blockTrailer)
	return nil
}

func (p *pcapng) checkTrailer(t []byte, at int64, kind, total uint32) error {
	if again := p.u32(t); again != total {
		return fmt.Errorf("byte %d: %s of %d bytes ends with another length, %d", at, blockName(kind), total, again)
	}
	return nil
}

func (p *pcapng) section(body []byte) error {
	order := byteOrder(p.big)
	// 1.2 was never published, but tools wrote it; the draft says to read it as 1.0.
	if major, minor := order.Uint16(body[4:]), order.Uint16(body[6:]); major != 1 || minor != 0 && minor != 2 {
		return fmt.Errorf("pcapng version %d.%d is not supported, only 1.0", major, minor)
	}
	p.interfaces = p.interfaces[:0]
	return nil
}

func (p *pcapng) describe(body []byte) error {
	if len(p.interfaces) == maxInterfaces {
		return fmt.Errorf("more than %d interfaces in one section", maxInterfaces)
	}
	i, err := parseInterface(body, byteOrder(p.big))
	if err != nil {
		return fmt.Errorf("interface %d: %w", len(p.interfaces), err)
	}
	p.interfaces = append(p.interfaces, i)
	return nil
}

// packet fills f from the body of a block that carries a frame.
func (p *pcapng) packet(f *Frame, kind uint32, body []byte) error {
	var number, captured, length uint32
	var head int // bytes before the frame
	switch kind {
	case blockEnhancedPacket:
		number, captured, length, head = p.u32(body), p.u32(body[12:]), p.u32(body[16:]), 20
	case blockObsoletePacket:
		number, captured, length, head = uint32(byteOrder(p.big).Uint16(body)), p.u32(body[12:]), p.u32(body[16:]), 20
	case blockSimplePacket:
		length, head = p.u32(body), 4
		captured = length
	}
	if int64(number) >= int64(len(p.interfaces)) {
		return fmt.Errorf("frame of interface %d, but the section describes %d", number, len(p.interfaces))
	}
	i := &p.interfaces[number]
	if !i.link.Supported() {
		return unsupportedLink(int(number), i.name, i.link)
	}
	if kind == blockSimplePacket {
		if i.snaplen != 0 {
			captured = min(captured, i.snaplen)
		}
	} else {
		p.last = i.time(uint64(p.u32(body[4:]))<<32 | uint64(p.u32(body[8:])))
	}
	if captured > MaxFrame {
		return fmt.Errorf("frame claims %d bytes, more than the %d of any capture", captured, MaxFrame)
	}
	if int(captured) > len(body)-head {
		return fmt.Errorf("frame claims %d bytes, but the block has room for %d", captured, len(body)-head)
	}
	f.CaptureInfo = gopacket.CaptureInfo{
		Timestamp:      p.last,
		CaptureLength:  int(captured),
		Length:         int(min(max(length, captured), maxLength)),
		InterfaceIndex: int(number),
	}
	f.Link = i.link
	f.Data = body[head : head+int(captured) : head+int(captured)]
	return nil
}

func (p *pcapng) u32(b []byte) uint32 {
	if p.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

func blockName(kind uint32) string {
	switch kind {
	case blockSection:
		return "section header block"
	case blockInterface:
		return "interface description block"
	case blockObsoletePacket:
		return "packet block"
	case blockSimplePacket:
		return "simple packet block"
	case blockEnhancedPacket:
		return "enhanced packet block"
	}
	return "block"
}

var errOptionCut = errors.New("an option runs past the end of the block")
