package capture

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"picket/capture/dot11"
)

// Options that are written, draft-ietf-opsawg-pcapng sections 3.5, 4.1 and 4.3.
const (
	optionComment     = 1
	optionApplication = 4 // of a section header
	optionFrameFlags  = 2 // of an enhanced packet block

	// inbound is the direction of a frame that the interface received, in the flags.
	inbound = 1

	nanosecondResolution = 9

	maxOption = 1<<16 - 1 // bytes of a value
	// maxComments bounds the comments of a block, so that the longest frame with them is within maxBlock.
	maxComments = 512 << 10
)

// PcapngSection describes a capture as a whole.
type PcapngSection struct {
	Application string   // that wrote it
	Comments    []string // what it holds
}

// A RecordedFrame is a frame to be written.
type RecordedFrame struct {
	Time      time.Time // kept to the nanosecond, from 1970 to 2554
	Link      dot11.LinkType
	Interface string // that heard it
	Length    int    // on the air; less than len(Data) means no more than that was there
	Data      []byte
	Comments  []string
}

// A PcapngWriter writes one section of a pcapng file (draft-ietf-opsawg-pcapng), with comments on frames. An interface
// of the file is a name and link type; it is described before its first frame.
//
// Comments are written as UTF-8: what is not is replaced, and what is too long is cut.
type PcapngWriter struct {
	w          io.Writer
	interfaces map[recordedInterface]uint32
	block      []byte
}

type recordedInterface struct {
	name string
	link dot11.LinkType
}

// NewPcapngWriter begins a section on w.
func NewPcapngWriter(w io.Writer, s PcapngSection) (*PcapngWriter, error) {
	p := &PcapngWriter{w: w, interfaces: map[recordedInterface]uint32{}}
	p.begin(blockSection)
	p.u32(pcapngByteOrderMagic)
	p.u16(1) // version 1.0
	p.u16(0)
	p.u64(1<<64 - 1) // the length of the section is not told
	p.comments(s.Comments)
	if s.Application != "" {
		p.option(optionApplication, optionText(s.Application, maxOption))
	}
	if err := p.end(); err != nil {
		return nil, fmt.Errorf("write the section header: %w", err)
	}
	return p, nil
}

// Write appends a frame. The frame is not kept.
func (p *PcapngWriter) Write(f *RecordedFrame) error {
	if len(f.Data) > MaxFrame {
		return fmt.Errorf("frame of %d bytes, more than the %d of any capture", len(f.Data), MaxFrame)
	}
	number, err := p.describe(recordedInterface{f.Interface, f.Link})
	if err != nil {
		return err
	}
	stamp := nanoseconds(f.Time)
	p.begin(blockEnhancedPacket)
	p.u32(number)
	p.u32(uint32(stamp >> 32))
	p.u32(uint32(stamp))
	p.u32(uint32(len(f.Data)))
	p.u32(uint32(min(max(f.Length, len(f.Data)), maxLength)))
	p.padded(f.Data)
	p.comments(f.Comments)
	p.option(optionFrameFlags, string(binary.LittleEndian.AppendUint32(nil, inbound)))
	if err := p.end(); err != nil {
		return fmt.Errorf("write a frame: %w", err)
	}
	return nil
}

// describe returns the number of an interface. A new one is written.
func (p *PcapngWriter) describe(i recordedInterface) (uint32, error) {
	if number, ok := p.interfaces[i]; ok {
		return number, nil
	}
	number := uint32(len(p.interfaces))
	if number == maxInterfaces {
		return 0, fmt.Errorf("more than %d interfaces in one section", maxInterfaces)
	}
	p.begin(blockInterface)
	p.u16(uint16(i.link))
	p.u16(0)
	p.u32(0) // no snapshot length
	if i.name != "" {
		p.option(optionInterfaceName, optionText(i.name, maxOption))
	}
	p.option(optionTimeResolution, string([]byte{nanosecondResolution}))
	if err := p.end(); err != nil {
		return 0, fmt.Errorf("write the description of interface %q: %w", i.name, err)
	}
	p.interfaces[i] = number
	return number, nil
}

// nanoseconds is the time stamp of a frame. Times before 1970 and after 2554 are clamped.
func nanoseconds(t time.Time) uint64 {
	seconds := t.Unix()
	const most = int64((1<<64 - 1) / uint64(time.Second))
	switch {
	case seconds < 0:
		return 0
	case seconds >= most:
		return uint64(most) * uint64(time.Second)
	}
	return uint64(seconds)*uint64(time.Second) + uint64(t.Nanosecond())
}

// begin starts a block; end gives it its length and writes it.
func (p *PcapngWriter) begin(kind uint32) {
	p.block = p.block[:0]
	p.u32(kind)
	p.u32(0)
}

func (p *PcapngWriter) end() error {
	p.u16(optionEnd)
	p.u16(0)
	total := uint32(len(p.block) + blockTrailer)
	binary.LittleEndian.PutUint32(p.block[4:], total)
	p.u32(total)
	_, err := p.w.Write(p.block)
	return err
}

func (p *PcapngWriter) u16(n uint16) { p.block = binary.LittleEndian.AppendUint16(p.block, n) }
func (p *PcapngWriter) u32(n uint32) { p.block = binary.LittleEndian.AppendUint32(p.block, n) }
func (p *PcapngWriter) u64(n uint64) { p.block = binary.LittleEndian.AppendUint64(p.block, n) }

// padded appends b up to a multiple of four bytes.
func (p *PcapngWriter) padded(b []byte) {
	p.block = append(p.block, b...)
	p.block = append(p.block, make([]byte, -len(b)&3)...)
}

func (p *PcapngWriter) option(code uint16, value string) {
	p.u16(code)
	p.u16(uint16(len(value)))
	p.padded([]byte(value))
}

// comments writes a comment option each. Those beyond the bound are counted in a last one.
func (p *PcapngWriter) comments(list []string) {
	room := maxComments
	for i, comment := range list {
		comment = optionText(comment, maxOption)
		if room -= len(comment); room < 0 {
			p.option(optionComment, fmt.Sprintf("%d more comments are left out", len(list)-i))
			return
		}
		p.option(optionComment, comment)
	}
}

// optionText makes s what readers can show: UTF-8 without NUL, of at most so many bytes.
func optionText(s string, most int) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	s = strings.ReplaceAll(s, "\x00", string(utf8.RuneError))
	if len(s) <= most {
		return s
	}
	for !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
