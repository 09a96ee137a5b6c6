package capture

import (
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// plainBatch is how many frames a plain socket is asked for at once, each of which has room for blockSize bytes.
const plainBatch = 32

// plain is memory that the kernel copies frames to when it is asked.
type plain struct {
	memory   []byte
	frames   []Frame
	messages [plainBatch]unix.Mmsghdr
	iovecs   [plainBatch]unix.Iovec
	arrivals [plainBatch]arrival
}

// arrival is the control message of a frame: when it was received.
type arrival struct {
	unix.Cmsghdr
	sec, nsec int64 // on 32-bit machines too: struct __kernel_timespec
}

// newPlain makes the socket keep size bytes of frames until they are asked for.
func newPlain(fd, size int, f Frame) (*plain, error) {
	// The first goes beyond what the system lets everybody have.
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size); err != nil {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, size); err != nil {
			return nil, fmt.Errorf("receive buffer of %d bytes: %w", size, err)
		}
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS_NEW, 1); err != nil {
		return nil, fmt.Errorf("times of frames: %w", err)
	}
	p := &plain{memory: make([]byte, plainBatch*blockSize), frames: make([]Frame, plainBatch)}
	for i := range p.messages {
		p.frames[i] = f
		p.iovecs[i].Base = &p.memory[i*blockSize]
		p.iovecs[i].SetLen(blockSize)
		h := &p.messages[i].Hdr
		h.Iov = &p.iovecs[i]
		h.SetIovlen(1)
		h.Control = (*byte)(unsafe.Pointer(&p.arrivals[i]))
	}
	return p, nil
}

func (p *plain) next(fd int) ([]Frame, error) {
	for i := range p.messages {
		p.messages[i].Hdr.SetControllen(int(unsafe.Sizeof(arrival{})))
	}
	// With MSG_TRUNC the length is that of the frame, not what there was room for.
	n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&p.messages[0])), plainBatch,
		unix.MSG_DONTWAIT|unix.MSG_TRUNC, 0, 0)
	switch errno {
	case 0:
	case unix.EAGAIN, unix.EINTR:
		return nil, nil
	default:
		return nil, errno
	}
	for i := range p.frames[:n] {
		f, s := &p.frames[i], &p.arrivals[i]
		f.Timestamp = time.Unix(s.sec, s.nsec).UTC()
		f.Length = int(p.messages[i].Len)
		f.CaptureLength = min(f.Length, blockSize)
		data := p.memory[i*blockSize:]
		f.Data = data[:f.CaptureLength:f.CaptureLength]
	}
	return p.frames[:n], nil
}

func (p *plain) free() error { return nil }
