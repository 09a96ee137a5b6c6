package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unsafe"

	"github.com/google/gopacket/pcapgo"
	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/jsimonetti/rtnetlink/v2/driver"
	"golang.org/x/sys/unix"
)

// The ends of the wire.
const (
	receiving = "veth1"
	sending   = "veth2"
)

// makeWire makes the pair of interfaces.
func makeWire() error {
	// IPv6 would send frames of its own.
	err := os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	conn, err := rtnetlink.Dial(nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	err = conn.Link.New(&rtnetlink.LinkMessage{Attributes: &rtnetlink.LinkAttributes{
		Name: receiving,
		Info: &rtnetlink.LinkInfo{Kind: "veth", Data: &driver.Veth{PeerInfo: &rtnetlink.LinkMessage{
			Attributes: &rtnetlink.LinkAttributes{Name: sending},
		}}},
	}})
	if err != nil {
		return fmt.Errorf("make a pair of interfaces: %w", err)
	}
	links, err := conn.Link.List()
	if err != nil {
		return err
	}
	for _, link := range links {
		err := conn.Link.Set(&rtnetlink.LinkMessage{Index: link.Index, Flags: unix.IFF_UP, Change: unix.IFF_UP})
		if err != nil {
			return fmt.Errorf("set %s up: %w", link.Attributes.Name, err)
		}
	}
	for _, link := range links {
		for link.Attributes.Name != "lo" && link.Attributes.OperationalState != rtnetlink.OperStateUp {
			time.Sleep(time.Millisecond)
			if link, err = conn.Link.Get(link.Index); err != nil {
				return err
			}
		}
	}
	return nil
}

// flatOut is the rate of a sender that does what it can.
const flatOut = 0

// burst is how many frames a sender hands to the kernel at once, at most.
const burst = 32

// sender sends the same frames over and over.
type sender struct {
	fd       int
	messages []unix.Mmsghdr // those of the frames
	next     int
}

func newSender(frames [][]byte) (*sender, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open a packet socket: %w", err)
	}
	r, err := unix.NewIfreq(sending)
	if err != nil {
		return nil, err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, r); err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Ifindex: int(r.Uint32())}); err != nil {
		return nil, err
	}
	s := &sender{fd: fd}
	for _, f := range frames {
		v := &unix.Iovec{Base: &f[0]}
		v.SetLen(len(f))
		m := unix.Mmsghdr{Hdr: unix.Msghdr{Iov: v}}
		m.Hdr.SetIovlen(1)
		s.messages = append(s.messages, m)
	}
	return s, nil
}

// send sends at a rate for a time, and returns how many frames that were and
// how long it took.
func (s *sender) send(rate int, length time.Duration) (frames int, took time.Duration, err error) {
	began := time.Now()
	for {
		took = time.Since(began)
		if took >= length {
			return frames, took, nil
		}
		due := burst
		if rate != flatOut {
			if due = min(int(took.Seconds()*float64(rate))-frames, burst); due <= 0 {
				time.Sleep(100 * time.Microsecond)
				continue
			}
		}
		n, err := s.sendNext(due)
		if err != nil {
			return 0, 0, fmt.Errorf("send: %w", err)
		}
		frames += n
	}
}

// sendNext sends n frames or fewer.
func (s *sender) sendNext(n int) (sent int, err error) {
	n = min(n, len(s.messages)-s.next)
	r, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(s.fd), uintptr(unsafe.Pointer(&s.messages[s.next])), uintptr(n), 0, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	s.next = (s.next + int(r)) % len(s.messages)
	return int(r), nil
}

func readCapture(name string) (frames [][]byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	r, err := pcapgo.NewReader(in)
	if err != nil {
		return nil, err
	}
	for {
		data, _, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return frames, nil
		}
		if err != nil {
			return nil, err
		}
		if len(data) <= 1514 { // what the wire takes
			frames = append(frames, data)
		}
	}
}
