package capture

import (
	"errors"
	"fmt"
	"io"
)

// errWait says that the next bytes have not been read yet and that the caller did not want to wait for them.
var errWait = errors.New("not buffered")

// initialWindow is the size a window starts with: one pipe's or read-ahead's worth of bytes, some 250 frames.
const initialWindow = 64 << 10

// A window slides over a stream of bytes and gives out slices of its buffer, so that frames need no copy.
// The buffer doubles only when it is full of bytes that were really read.
type window struct {
	r          io.Reader
	buf        []byte
	start, end int   // buf[start:end] is read but not taken
	base       int64 // offset of buf[0] in the stream
	err        error // why r gives no more
}

func newWindow(r io.Reader) *window {
	return &window{r: r, buf: make([]byte, initialWindow)}
}

// offset is the position in the stream of the next byte to take.
func (w *window) offset() int64 { return w.base + int64(w.start) }

// buffered is how many bytes are there to take without reading.
func (w *window) buffered() int { return w.end - w.start }

// peek returns the next n bytes. If they are not buffered, it returns errWait unless wait is set; only then does it
// read, and slices given out earlier become invalid. At the end of the stream the error is io.EOF if nothing is left
// and io.ErrUnexpectedEOF if something is, but fewer than n bytes.
func (w *window) peek(n int, wait bool) ([]byte, error) {
	if w.end-w.start < n {
		if !wait {
			return nil, errWait
		}
		if err := w.fill(n); err != nil {
			return nil, err
		}
	}
	return w.buf[w.start : w.start+n : w.start+n], nil
}

// take moves past n bytes that peek has shown. Slices of them stay valid until the next peek that waits.
func (w *window) take(n int) { w.start += n }

// skip moves past n bytes, buffered or not. It must not be called while slices are given out.
func (w *window) skip(n int64) error {
	for n > 0 {
		if w.buffered() == 0 {
			if err := w.fill(1); err != nil {
				return err
			}
		}
		m := int(min(n, int64(w.buffered())))
		w.take(m)
		n -= int64(m)
	}
	return nil
}

func (w *window) fill(n int) error {
	for idle := 0; w.buffered() < n; {
		if w.err != nil {
			if w.err == io.EOF && w.buffered() > 0 {
				return io.ErrUnexpectedEOF
			}
			return w.err
		}
		w.makeRoom()
		m, err := w.r.Read(w.buf[w.end:])
		w.end += m
		w.err = err
		if m > 0 {
			idle = 0
		} else if idle++; idle == 100 && err == nil {
			w.err = io.ErrNoProgress
		}
	}
	return nil
}

func (w *window) makeRoom() {
	if w.start > 0 {
		w.base += int64(w.start)
		w.end = copy(w.buf, w.buf[w.start:w.end])
		w.start = 0
	}
	if w.end == len(w.buf) {
		w.buf = append(w.buf, make([]byte, len(w.buf))...)
	}
}

// failed says what a failed peek or skip means to the reader of a capture: that what (a header, a frame), which
// begins at byte at and has n bytes, is cut short, or that the stream itself failed. errWait passes unchanged.
func (w *window) failed(at int64, what string, n int64, err error) error {
	end := w.base + int64(w.end)
	switch {
	case err == errWait:
		return err
	case w.err == io.EOF:
		return fmt.Errorf("byte %d: %s of %d bytes is cut short, only %d are there: %w",
			at, what, n, end-at, io.ErrUnexpectedEOF)
	default:
		return fmt.Errorf("byte %d: %w", end, err)
	}
}
