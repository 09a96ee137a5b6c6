package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// packetSocket returns a packet socket that receives nothing before it is bound.
func packetSocket() (fd int, err error) {
	fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err == nil || !errors.Is(err, os.ErrPermission) {
		return fd, os.NewSyscallError("socket", err)
	}
	self, lost := os.Executable()
	if lost != nil {
		self = os.Args[0]
	}
	return -1, fmt.Errorf("%w, which this grants: sudo setcap cap_net_raw,cap_net_admin+ep %s", err, self)
}

// lookUpInterface returns the index of an interface and its hardware type (ARPHRD_*).
func lookUpInterface(fd int, ifname string) (index int, hardware uint16, err error) {
	r, err := unix.NewIfreq(ifname)
	if err != nil {
		return 0, 0, fmt.Errorf("%q can't be the name of an interface", ifname)
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, r); err != nil {
		return 0, 0, err
	}
	index = int(r.Uint32())
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFHWADDR, r); err != nil {
		return 0, 0, fmt.Errorf("hardware type: %w", err)
	}
	return index, r.Uint16(), nil // the family of ifr_hwaddr
}

// linkOfHardware returns the link type of a monitor interface (net/if_arp.h).
func linkOfHardware(hardware uint16) (dot11.LinkType, error) {
	switch hardware {
	case unix.ARPHRD_IEEE80211_RADIOTAP:
		return dot11.LinkRadiotap, nil
	case unix.ARPHRD_IEEE80211:
		return dot11.LinkIEEE80211, nil
	case unix.ARPHRD_IEEE80211_PRISM:
		return dot11.LinkPrism, nil
	case unix.ARPHRD_ETHER:
		return 0, errors.New("not a monitor interface, it gives Ethernet frames")
	}
	return 0, fmt.Errorf("not a monitor interface, it is of hardware type %d", hardware)
}

// attachFilter makes the kernel leave out what the filter does not accept.
func attachFilter(fd int, filter []bpf.RawInstruction) error {
	if len(filter) == 0 {
		return nil
	}
	program := make([]unix.SockFilter, len(filter))
	for i, in := range filter {
		program[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	fprog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &fprog); err != nil {
		return fmt.Errorf("attach a filter of %d instructions: %w", len(program), err)
	}
	return nil
}

// bindPacketSocket begins to receive all that passes an interface.
func bindPacketSocket(fd, index int) error {
	err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: networkOrder(unix.ETH_P_ALL), Ifindex: index})
	if err != nil {
		return err
	}
	return socketError(fd) // where the kernel leaves it that the interface is down
}

func networkOrder(v uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, v))
}

// socketError returns the error that the kernel has left at a socket, and clears it. It is asked for whenever there
// are no frames, and returns at once, so that the scheduler is not told of the call: what it would do then takes many
// times as long.
func socketError(fd int) error {
	var left int32
	size := uint32(unsafe.Sizeof(left))
	_, _, errno := unix.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_ERROR,
		uintptr(unsafe.Pointer(&left)), uintptr(unsafe.Pointer(&size)), 0)
	if errno == 0 {
		errno = unix.Errno(left)
	}
	if errno != 0 {
		return errno
	}
	return nil
}
