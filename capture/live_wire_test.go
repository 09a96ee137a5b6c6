package capture

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/jsimonetti/rtnetlink/v2/driver"
	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// wire is a pair of interfaces in a network namespace of its own: what is sent on one is received on the other.
type wire struct {
	t       *testing.T
	links   *rtnetlink.Conn
	far     int // socket that sends on the far end
	indexes map[string]uint32
}

// The ends of a wire.
const (
	nearEnd = "near"
	farEnd  = "far"
)

// newWire moves the test to a namespace of its own. It has to be called, and the sockets be opened, by the goroutine
// of the test.
func newWire(t *testing.T) *wire {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root may make network interfaces")
	}
	runtime.LockOSThread() // never unlocked: the thread, and with it the namespace, ends with the test
	if err := unix.Unshare(unix.CLONE_NEWNET); errors.Is(err, os.ErrPermission) {
		t.Skip("no network namespaces here: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	stayOnOneProcessor(t)
	// IPv6 would send frames of its own.
	err := os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	w := &wire{t: t, indexes: make(map[string]uint32)}
	if w.links, err = rtnetlink.Dial(nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.links.Close() })
	const mtu = 65535
	err = w.links.Link.New(&rtnetlink.LinkMessage{Attributes: &rtnetlink.LinkAttributes{
		Name: nearEnd, MTU: mtu,
		Info: &rtnetlink.LinkInfo{Kind: "veth", Data: &driver.Veth{PeerInfo: &rtnetlink.LinkMessage{
			Attributes: &rtnetlink.LinkAttributes{Name: farEnd, MTU: mtu},
		}}},
	}})
	if err != nil {
		t.Fatalf("make a pair of interfaces: %v", err)
	}
	all, err := w.links.Link.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range all {
		if link.Attributes.Name != "lo" {
			w.indexes[link.Attributes.Name] = link.Index
		}
	}
	w.setUp(farEnd, true)
	w.setUp(nearEnd, true)
	w.settle()
	w.far = w.socketOn(farEnd)
	return w
}

// stayOnOneProcessor keeps frames in the order in which they are sent: each processor has a queue of its own for what
// is received.
func stayOnOneProcessor(t *testing.T) {
	t.Helper()
	var all, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		t.Fatal(err)
	}
	for cpu := 0; one.Count() == 0; cpu++ {
		if all.IsSet(cpu) {
			one.Set(cpu)
		}
	}
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		t.Fatal(err)
	}
}

func (w *wire) setUp(end string, up bool) {
	w.t.Helper()
	m := &rtnetlink.LinkMessage{Index: w.indexes[end], Change: unix.IFF_UP}
	if up {
		m.Flags = unix.IFF_UP
	}
	if err := w.links.Link.Set(m); err != nil {
		w.t.Fatalf("set %s up %v: %v", end, up, err)
	}
}

// settle waits until the kernel lets frames pass, which is some time after both ends were set up.
func (w *wire) settle() {
	w.t.Helper()
	for _, index := range w.indexes {
		for {
			link, err := w.links.Link.Get(index)
			if err != nil {
				w.t.Fatal(err)
			}
			if link.Flags&unix.IFF_UP == 0 || link.Attributes.OperationalState == rtnetlink.OperStateUp {
				break
			}
			time.Sleep(time.Millisecond)
		}
	}
}

func (w *wire) cut() {
	w.t.Helper()
	if err := w.links.Link.Delete(w.indexes[nearEnd]); err != nil {
		w.t.Fatal(err)
	}
}

// socketOn returns a socket that sends on an end.
func (w *wire) socketOn(end string) int {
	w.t.Helper()
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Ifindex: int(w.indexes[end])}); err != nil {
		w.t.Fatal(err)
	}
	return fd
}

func (w *wire) send(frames ...[]byte) {
	w.t.Helper()
	for _, f := range frames {
		if _, err := unix.Write(w.far, f); err != nil {
			w.t.Fatal(err)
		}
	}
}

// open captures on the near end.
func (w *wire) open(o LiveOptions) *Live {
	w.t.Helper()
	o.Link = dot11.LinkRadiotap
	l, err := OpenLive(nearEnd, o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { l.Close() })
	return l
}

// numbered are deauthentications of length octets, which say in the last four which one they are. No more may be on
// their way at once than the kernel queues for the far end, 1000.
func numbered(n, length int) [][]byte {
	frames := make([][]byte, n)
	for i := range frames {
		frames[i] = append(append([]byte{}, deauth...), make([]byte, length-len(deauth))...)
		binary.BigEndian.PutUint32(frames[i][length-4:], uint32(i))
	}
	return frames
}

// noRing is a kernel that has no ring to give.
func noRing(int, int, Frame) (*ring, error) { return nil, unix.ENOPROTOOPT }

// buffers are the ways to capture.
var buffers = map[string]LiveOptions{"ring": {}, "plain": {newRing: noRing}}

// forEachBuffer runs a test of both ways to capture, each on a wire of its own.
func forEachBuffer(t *testing.T, test func(t *testing.T, w *wire, o LiveOptions)) {
	for name, o := range buffers {
		t.Run(name, func(t *testing.T) { test(t, newWire(t), o) })
	}
}
