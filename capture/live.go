package capture

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// LiveOptions say how an interface is captured on. All may be left empty.
type LiveOptions struct {
	Info   *Info                // of the frames; nil: named after the interface
	Link   dot11.LinkType       // what the interface gives; 0: by its hardware type, which has to be that of monitor mode
	Ring   int                  // bytes of the ring, of which there are two blocks at least; 0: DefaultRing, or what is to be had
	Filter []bpf.RawInstruction // frames it does not accept are left in the kernel; see package filter

	newRing func(fd, size int, f Frame) (*ring, error) // for tests, instead of the function of this name
}

// LiveStats count frames since the start of a capture.
type LiveStats struct {
	Frames  uint64 // accepted by the filter and stored for the reader
	Drops   uint64 // accepted by the filter and lost, as there was no room
	Freezes uint64 // times that the ring was found full
}

// Live captures on a network interface. The frames of a batch lie in memory that the kernel writes to, and are its
// again with the next call of Next: nothing is copied.
//
// All methods but Next may be called from any goroutine. While somebody may be looking at frames their memory stays:
// after Close it is given back by the Next that returns os.ErrClosed, so there has to be one, unless there was none
// before.
type Live struct {
	info   *Info
	ifname string
	plain  error

	file   *os.File // of the socket, which waits in the runtime's poller
	conn   syscall.RawConn
	closed atomic.Bool

	// Of the goroutine in Next:
	poll    func(fd uintptr) bool // l.receive, made once
	batch   []Frame
	failure error // of the socket
	ended   error // what Next returns from now on

	mu     sync.Mutex
	began  bool   // there was a Next: the buffer is that goroutine's
	buffer buffer // nil when its memory is given back
	stats  LiveStats
}

// buffer is where the kernel leaves the frames of a socket.
type buffer interface {
	// next returns the frames that have arrived, at most maxBatch; none if there is none now. Those before are void.
	next(fd int) ([]Frame, error)
	free() error
}

// OpenLive captures on an interface that is up, with a ring (AF_PACKET, TPACKET_V3) or, where the kernel has none to
// give, with a plain socket. What is sent on the interface is captured too, as libpcap does.
//
// An error that is os.ErrPermission says which command grants what is missing. A ring that was asked for and is larger
// than memory allows is an error, unix.ENOMEM.
func OpenLive(ifname string, o LiveOptions) (*Live, error) {
	l, err := openLive(ifname, o)
	if err != nil {
		return nil, fmt.Errorf("capture on %s: %w", ifname, err)
	}
	return l, nil
}

func openLive(ifname string, o LiveOptions) (_ *Live, err error) {
	fd, err := packetSocket()
	if err != nil {
		return nil, err
	}
	l := &Live{info: o.Info, ifname: ifname}
	defer func() {
		if err == nil {
			return
		}
		if l.buffer != nil {
			l.buffer.free()
		}
		unix.Close(fd)
	}()

	if l.info == nil {
		l.info = &Info{Name: ifname, UUID: UnseenRadioUUID(ifname), Definition: ifname, Kind: KindRadio}
	}
	index, hardware, err := lookUpInterface(fd, ifname)
	if err != nil {
		return nil, err
	}
	f := Frame{Link: o.Link, Source: l.info}
	if f.Link == 0 {
		if f.Link, err = linkOfHardware(hardware); err != nil {
			return nil, err
		}
	}
	// Both before the socket is bound, so that no frame gets in that should not.
	if err := attachFilter(fd, o.Filter); err != nil {
		return nil, err
	}
	if l.buffer, l.plain, err = newBuffer(fd, f, o); err != nil {
		return nil, err
	}
	if err := bindPacketSocket(fd, index); err != nil {
		return nil, err
	}

	l.file = os.NewFile(uintptr(fd), ifname)
	if l.conn, err = l.file.SyscallConn(); err != nil {
		return nil, err
	}
	l.poll = l.receive
	return l, nil
}

// newBuffer returns a ring, or a plain buffer and why it is no ring. The frames are to be like f.
func newBuffer(fd int, f Frame, o LiveOptions) (b buffer, plain, err error) {
	open := newRing
	if o.newRing != nil {
		open = o.newRing
	}
	size := cmp.Or(o.Ring, DefaultRing)
	for {
		r, err := open(fd, size, f)
		if err == nil {
			return r, nil, nil
		}
		noMemory := errors.Is(err, unix.ENOMEM)
		if noMemory && o.Ring != 0 {
			return nil, nil, err
		}
		if !noMemory || size <= leastRing {
			plain = err
			break
		}
		size /= 2
	}
	p, err := newPlain(fd, size, f)
	if err != nil {
		return nil, nil, fmt.Errorf("%w; neither is there a ring: %w", err, plain)
	}
	return p, plain, nil
}

// Info names the source.
func (l *Live) Info() *Info { return l.info }

// Plain is nil if there is a ring, and otherwise says why there is none.
func (l *Live) Plain() (reason error) { return l.plain }

// Next implements [Source]. The error of an interface that is down or gone is unix.ENETDOWN.
func (l *Live) Next() ([]Frame, error) {
	if l.ended != nil {
		return nil, l.ended
	}
	l.mu.Lock()
	l.began = true
	l.mu.Unlock()
	l.batch = nil
	for {
		err := l.conn.Read(l.poll)
		switch {
		case l.closed.Load():
			return nil, l.end(os.ErrClosed)
		case len(l.batch) > 0:
			return l.batch, nil
		case l.failure != nil:
			l.conn.Control(l.receiveLast)
			if len(l.batch) > 0 {
				return l.batch, nil
			}
			return nil, l.end(fmt.Errorf("receive from %s: %w", l.ifname, l.failure))
		case err != nil:
			return nil, l.end(fmt.Errorf("wait for frames from %s: %w", l.ifname, err))
		}
	}
}

// receive takes what has arrived and reports whether that is anything, or the end.
func (l *Live) receive(fd uintptr) (done bool) {
	if l.closed.Load() {
		return true
	}
	var err error
	if l.batch, err = l.buffer.next(int(fd)); len(l.batch) > 0 {
		return true
	}
	if err == nil {
		err = socketError(int(fd))
	}
	if err != nil && l.failure == nil {
		l.failure = err
		// The frames before the failure may be in a block of the ring that the kernel has yet to hand over.
		l.file.SetReadDeadline(time.Now().Add(lastFrames))
	}
	return false
}

// receiveLast takes what has arrived, after a failure.
func (l *Live) receiveLast(fd uintptr) { l.batch, _ = l.buffer.next(int(fd)) }

// end gives the buffer back. Next returns err from now on.
func (l *Live) end(err error) error {
	l.ended, l.batch = err, nil
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count()
	l.free()
	return err
}

// free gives the memory back, if that has not been done. l.mu is held.
func (l *Live) free() error {
	if l.buffer == nil {
		return nil
	}
	err := l.buffer.free()
	l.buffer = nil
	return err
}

// Close ends the capture and makes a Next that waits return os.ErrClosed.
func (l *Live) Close() error {
	if l.closed.Swap(true) {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count()
	err := l.file.Close()
	if !l.began {
		err = errors.Join(err, l.free())
	}
	return err
}

// Stats returns the kernel's counts; after Close, those until then.
func (l *Live) Stats() LiveStats {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count()
	return l.stats
}

// count adds what the kernel has counted since it was last asked, while the socket is open. l.mu is held.
func (l *Live) count() {
	l.conn.Control(func(fd uintptr) {
		s, err := unix.GetsockoptTpacketStatsV3(int(fd), unix.SOL_PACKET, unix.PACKET_STATISTICS)
		if err != nil {
			return
		}
		l.stats.Frames += uint64(s.Packets - s.Drops) // the kernel counts those that it dropped among the packets
		l.stats.Drops += uint64(s.Drops)
		l.stats.Freezes += uint64(s.Freeze_q_cnt)
	})
}
