package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// KindFile is the kind of sources that read captures, Kismet's name for it.
const KindFile = "pcapfile"

// FileOptions name the source that is opened. All may be left empty.
type FileOptions struct {
	Name       string // instead of the file's name
	UUID       string // instead of one made from the file's absolute path
	Definition string // where the file comes from, for Info
	Number     int
}

// OpenFile opens a capture: pcap (micro- or nanoseconds, either byte order), pcapng, gzip of either. The path "-"
// means standard input, of which nothing is read before the first Next.
//
// The header of a regular file is read at once, so that one that is no capture, or is one of Ethernet, is refused
// here. Pipes and devices are looked into by the first Next, as they may have nothing to read yet.
func OpenFile(path string, o FileOptions) (Source, error) {
	if path == "-" {
		return openStdin(os.Stdin, o)
	}
	in, err := openInput(path)
	if err != nil {
		return nil, err
	}
	f := newFile(in, path, o)
	if in.regular {
		if err := f.begin(); err != nil {
			in.Close()
			return nil, err
		}
	}
	return f, nil
}

// openStdin is OpenFile("-") with stdin in the place of standard input.
func openStdin(stdin *os.File, o FileOptions) (Source, error) {
	in, err := stdinInput(stdin)
	if err != nil {
		return nil, err
	}
	if o.Name == "" {
		o.Name = "stdin"
	}
	if o.UUID == "" {
		o.UUID = sourceUUID(KindFile, "-")
	}
	if o.Definition == "" {
		o.Definition = "-"
	}
	return newFile(in, "standard input", o), nil
}

// NewReader reads a capture from r, in the formats of [OpenFile]. Name and UUID come from o, else Name is "reader"
// and the UUID is made from the name. Close closes r if it is an io.Closer; if not, a Next that blocks in r ends only
// when r does.
func NewReader(r io.Reader, o FileOptions) Source {
	if o.Name == "" {
		o.Name = "reader"
	}
	if o.UUID == "" {
		o.UUID = sourceUUID("reader", o.Name)
	}
	c, ok := r.(io.Closer)
	if !ok {
		c = io.NopCloser(nil)
	}
	return newFile(&input{Reader: r, Closer: c}, o.Name, o)
}

// A decoder cuts the frames out of one capture format. next fills CaptureInfo, Link and Data of f with the next
// frame. Only if wait is set may it read from the input, which makes the frames before it invalid; otherwise it
// returns errWait when the next frame is not in memory. It returns io.EOF where a capture may end.
type decoder interface {
	next(f *Frame, wait bool) error
}

// file is a capture in a file or a pipe.
type file struct {
	info    *Info
	path    string // for errors, as the user wrote it
	in      *input
	read    atomic.Int64
	gzipped bool
	dec     decoder // nil until the format is known
	batch   []Frame
	err     error // what Next returns once all frames are out

	closed    atomic.Bool
	closeOnce sync.Once
	closeErr  error
}

func newFile(in *input, path string, o FileOptions) *file {
	if o.Name == "" {
		o.Name = filepath.Base(path)
	}
	if o.UUID == "" {
		o.UUID = fileUUID(path)
	}
	if o.Definition == "" {
		o.Definition = path
	}
	return &file{
		info: &Info{Name: o.Name, UUID: o.UUID, Definition: o.Definition, Kind: KindFile, Number: o.Number},
		path: path,
		in:   in,
	}
}

func (f *file) Info() *Info { return f.info }

// Next returns the frames that are in memory, at most maxBatch, and reads only if there is none. So a live pipe is
// never kept waiting for a full batch.
func (f *file) Next() ([]Frame, error) {
	if f.closed.Load() {
		return nil, os.ErrClosed
	}
	if f.err == nil && f.dec == nil {
		f.err = f.begin()
	}
	n := 0
	for f.err == nil && n < maxBatch {
		fr := &f.batch[n]
		if err := f.dec.next(fr, n == 0); err == errWait {
			break
		} else if err != nil {
			f.err = f.fail(err)
			break
		}
		fr.Source = f.info
		n++
	}
	if n > 0 {
		return f.batch[:n], nil
	}
	if f.closed.Load() {
		return nil, os.ErrClosed
	}
	return nil, f.err
}

// begin finds out the format and reads the file's header.
func (f *file) begin() error {
	w := newWindow(countingReader{f.in, &f.read})
	magic, err := w.peek(2, true)
	if err == nil && magic[0] == 0x1f && magic[1] == 0x8b { // RFC 1952, 2.3.1
		f.gzipped = true
		sniffed := bytes.NewReader(w.buf[w.start:w.end])
		z, err := gzip.NewReader(bufio.NewReaderSize(io.MultiReader(sniffed, w.r), initialWindow))
		if err != nil {
			return f.fail(fmt.Errorf("byte 0: %w", err))
		}
		w = newWindow(z)
	}
	if f.dec, err = newDecoder(w); err != nil {
		return f.fail(err)
	}
	f.batch = make([]Frame, maxBatch)
	return nil
}

func newDecoder(w *window) (decoder, error) {
	b, err := w.peek(4, true)
	switch {
	case err == io.EOF:
		return nil, errors.New("byte 0: empty, no capture")
	case err != nil:
		return nil, w.failed(0, "magic number", 4, err)
	}
	for _, big := range []bool{false, true} {
		switch magic := byteOrder(big).Uint32(b); magic {
		case pcapMagicMicros, pcapMagicNanos:
			return newPcap(w, magic, big)
		case blockSection:
			return newPcapng(w), nil
		}
	}
	return nil, fmt.Errorf("byte 0: unknown magic number %#08x, this is neither pcap nor pcapng nor gzip of one",
		binary.BigEndian.Uint32(b))
}

// fail adds the file to an error, and of which stream its byte offsets are. io.EOF passes unchanged.
func (f *file) fail(err error) error {
	switch {
	case err == io.EOF:
		return err
	case f.gzipped:
		return fmt.Errorf("read %s: in the decompressed stream: %w", f.path, err)
	default:
		return fmt.Errorf("read %s: %w", f.path, err)
	}
}

func (f *file) Progress() (read, size int64) { return f.read.Load(), f.in.size }

func (f *file) Close() error {
	f.closeOnce.Do(func() {
		f.closed.Store(true)
		f.closeErr = f.in.Close()
	})
	return f.closeErr
}

type countingReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
