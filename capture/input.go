package capture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// input is what a capture is read from.
type input struct {
	io.Reader
	io.Closer
	regular bool  // holds all of its bytes already
	size    int64 // 0 if unknown
}

// openInput opens the file at path.
//
// Close of what it returns ends a read that blocks. A regular file never blocks for long. Pipes and devices are read
// by a goroutine of their own, because two system calls cannot be interrupted: the open(2) of a named pipe, which
// waits for a writer, and the read(2) of what the runtime cannot poll (standard input that is a terminal, or a pipe
// inherited in blocking mode), which waits for bytes. Close cuts that goroutine off and does not wait for it: it ends
// when its system call returns, at the latest with the process, and holds nothing but a buffer until then.
func openInput(path string) (*input, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err // names operation and path
	}
	switch {
	case st.IsDir():
		return nil, fmt.Errorf("open %s: is a directory, not a capture", path)
	case !st.Mode().IsRegular():
		return detach(func() (io.ReadCloser, error) { return os.Open(path) }), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &input{Reader: f, Closer: f, regular: true, size: st.Size()}, nil
}

// stdinInput makes an input of standard input, which it never closes: it belongs to the process.
func stdinInput(stdin *os.File) (*input, error) {
	st, err := stdin.Stat()
	if err != nil {
		return nil, fmt.Errorf("open standard input: %w", err)
	}
	switch {
	case st.IsDir():
		return nil, errors.New("open standard input: is a directory, not a capture")
	case st.Mode().IsRegular():
		return &input{Reader: stdin, Closer: io.NopCloser(nil), size: st.Size()}, nil
	case stdin.SetReadDeadline(time.Time{}) == nil:
		// A deadline in the past ends reads as closing the file would.
		return &input{Reader: stdin, Closer: closerFunc(func() error { return stdin.SetReadDeadline(time.Unix(1, 0)) })}, nil
	}
	return detach(func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }), nil
}

// detach reads what open returns in a goroutine of its own, see openInput.
func detach(open func() (io.ReadCloser, error)) *input {
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	go func() {
		in, err := open()
		if err != nil {
			w.CloseWithError(err)
			return
		}
		defer in.Close()
		if ctx.Err() != nil {
			return // whoever opens the named pipe next shall have its bytes
		}
		defer context.AfterFunc(ctx, func() { in.Close() })()
		_, err = io.Copy(w, in)
		w.CloseWithError(err) // nil becomes io.EOF
	}()
	return &input{Reader: r, Closer: closerFunc(func() error {
		cancel()
		return r.Close()
	})}
}

type closerFunc func() error

func (f closerFunc) Close() error { return f() }
