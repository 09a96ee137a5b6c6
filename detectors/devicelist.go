package detectors

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"picket/capture/dot11"
)

// A DeviceList names devices: by their addresses, "aa:bb:cc:dd:ee:ff", or by
// blocks of them, "aa:bb:cc:00:00:00/ff:ff:ff:00:00:00". Any goroutine may
// change it while an engine uses it; the engine never waits. The zero
// DeviceList is empty.
type DeviceList struct {
	set atomic.Pointer[deviceSet] // nil: empty
	mu  sync.Mutex                // of those who replace set
}

// MaxListed is how many addresses and blocks a DeviceList holds. Who may edit
// it over a network must not be able to fill the memory.
const MaxListed = 4096

// ErrListFull says that a list holds MaxListed devices.
var ErrListFull = errors.New("the list is full")

// deviceSet is a list at one moment. It never changes.
type deviceSet struct {
	listed []maskedAddr // in order of address and mask
	blocks []deviceBlock
}

// A deviceBlock holds all that is listed under the same mask.
type deviceBlock struct {
	mask  dot11.Addr
	addrs map[dot11.Addr]struct{}
}

func orEmpty(l *DeviceList) *DeviceList {
	if l == nil {
		return new(DeviceList)
	}
	return l
}

// Add puts devices on the list, all of them or, when there is an error, none.
func (l *DeviceList) Add(devices ...string) error {
	return l.change(devices, func(listed, given []maskedAddr) ([]maskedAddr, error) {
		listed = append(slices.Clone(listed), given...)
		slices.SortFunc(listed, maskedAddr.compare)
		listed = slices.Compact(listed)
		if len(listed) > MaxListed {
			return nil, fmt.Errorf("%w: it holds %d devices", ErrListFull, MaxListed)
		}
		return listed, nil
	})
}

// Remove takes devices off the list, as they were put on it. Those that are
// not on it are passed over.
func (l *DeviceList) Remove(devices ...string) error {
	return l.change(devices, func(listed, given []maskedAddr) ([]maskedAddr, error) {
		return slices.DeleteFunc(slices.Clone(listed), func(m maskedAddr) bool {
			return slices.Contains(given, m)
		}), nil
	})
}

// empty reports whether nothing is on the list.
func (l *DeviceList) empty() bool { return l.set.Load() == nil }

// Devices returns what is on the list, in order.
func (l *DeviceList) Devices() []string {
	s := l.set.Load()
	if s == nil {
		return nil
	}
	list := make([]string, len(s.listed))
	for i, m := range s.listed {
		list[i] = m.String()
	}
	return list
}

func (l *DeviceList) change(devices []string, to func(listed, given []maskedAddr) ([]maskedAddr, error)) error {
	given := make([]maskedAddr, len(devices))
	for i, s := range devices {
		var err error
		if given[i], err = parseMaskedAddr(strings.TrimSpace(s)); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var listed []maskedAddr
	if s := l.set.Load(); s != nil {
		listed = s.listed
	}
	listed, err := to(listed, given)
	if err != nil {
		return err
	}
	l.set.Store(newDeviceSet(listed))
	return nil
}

// newDeviceSet is nil when nothing is listed.
func newDeviceSet(listed []maskedAddr) *deviceSet {
	if len(listed) == 0 {
		return nil
	}
	s := &deviceSet{listed: listed}
	for _, m := range listed {
		i := slices.IndexFunc(s.blocks, func(b deviceBlock) bool { return b.mask == m.mask })
		if i < 0 {
			i = len(s.blocks)
			s.blocks = append(s.blocks, deviceBlock{m.mask, map[dot11.Addr]struct{}{}})
		}
		s.blocks[i].addrs[m.addr] = struct{}{}
	}
	slices.SortFunc(s.blocks, func(a, b deviceBlock) int { return cmp.Compare(b.bits(), a.bits()) })
	return s
}

func (b *deviceBlock) bits() (n int) {
	for _, octet := range b.mask {
		n += bits.OnesCount8(octet)
	}
	return n
}

// match returns the entry that a falls under, of several the one whose mask
// says most.
func (l *DeviceList) match(a dot11.Addr) (entry maskedAddr, ok bool) {
	s := l.set.Load()
	if s == nil {
		return maskedAddr{}, false
	}
	for i := range s.blocks {
		b := &s.blocks[i]
		entry = maskedAddr{mask: b.mask}
		entry.addr = entry.masked(a)
		if _, ok = b.addrs[entry.addr]; ok {
			return entry, true
		}
	}
	return maskedAddr{}, false
}
