package capture

import (
	"io"
	"testing"
	"testing/synctest"
)

// blocked is a file whose reads wait until it is closed.
type blocked struct {
	reads  int
	closed chan struct{}
}

func (b *blocked) Read([]byte) (int, error) {
	b.reads++
	<-b.closed
	return 0, io.EOF
}

func (b *blocked) Close() error {
	select {
	case <-b.closed:
	default:
		close(b.closed)
	}
	return nil
}

func TestInputClosedWhileItOpensReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails if the goroutine is left
		f := &blocked{closed: make(chan struct{})}
		opened := make(chan struct{})
		in := detach(func() (io.ReadCloser, error) {
			<-opened
			return f, nil
		})
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		close(opened)
		<-f.closed
		if f.reads != 0 {
			t.Errorf("%d reads of a named pipe that belongs to somebody else by now", f.reads)
		}
	})
}

func TestInputClosedWhileItReadsClosesTheFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &blocked{closed: make(chan struct{})}
		in := detach(func() (io.ReadCloser, error) { return f, nil })
		synctest.Wait()
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		<-f.closed
	})
}
