package detectors

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

// anyDevice lists all addresses.
const anyDevice = "00:00:00:00:00:00/00:00:00:00:00:00"

// listOf is a list of devices that a test holds.
func listOf(t testing.TB, devices ...string) *DeviceList {
	t.Helper()
	l := new(DeviceList)
	if err := l.Add(devices...); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestDeviceListMatchesAddressesAndBlocks(t *testing.T) {
	l := listOf(t, "02:00:00:00:00:01", "aa:bb:cc:dd:ee:ff/ff:ff:ff:00:00:00", "AA:BB:CC:00:00:07", "00:00:00:00:00:09/00:00:00:00:00:0F")
	for _, test := range []struct{ device, want string }{
		{"02:00:00:00:00:01", "02:00:00:00:00:01"},
		{"02:00:00:00:00:02", ""},
		{"aa:bb:cc:12:34:50", "AA:BB:CC:00:00:00/FF:FF:FF:00:00:00"},
		{"aa:bb:cc:12:34:59", "AA:BB:CC:00:00:00/FF:FF:FF:00:00:00"}, // the mask of most bits goes first
		{"aa:bb:cc:00:00:07", "AA:BB:CC:00:00:07"},
		{"aa:bb:cd:12:34:56", ""},
		{"12:34:56:78:9a:b9", "00:00:00:00:00:09/00:00:00:00:00:0F"},
	} {
		entry, ok := l.match(dot11.Addr(mustAddr(test.device)))
		if got := entry.String(); ok != (test.want != "") || ok && got != test.want {
			t.Errorf("%s is listed as %s (%t), want %q", test.device, got, ok, test.want)
		}
	}
}

func TestDeviceListIsChangedAsAWholeOrNotAtAll(t *testing.T) {
	l := new(DeviceList)
	if _, ok := l.match(dot11.Addr{2}); ok || l.Devices() != nil {
		t.Error("the zero list is not empty")
	}
	check := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, l.Devices()); diff != "" {
			t.Errorf("the list (-want +got):\n%s", diff)
		}
	}
	add := func(devices ...string) error { return l.Add(devices...) }
	if err := add("02:00:00:00:00:02", " 02:00:00:00:00:01 ", "02:00:00:00:00:02", "02:00:00:00:00:03/ff:ff:ff:ff:ff:00"); err != nil {
		t.Error(err)
	}
	check("02:00:00:00:00:00/FF:FF:FF:FF:FF:00", "02:00:00:00:00:01", "02:00:00:00:00:02")
	for _, bad := range []string{"", "02:00:00:00:00", "02:00:00:00:00:0g", "02-00-00-00-00-01", "02:00:00:00:00:01/24", "02:00:00:00:00:01/", "02:00:00:00:00:01x"} {
		if err := add("02:00:00:00:00:07", bad); err == nil {
			t.Errorf("%q was added", bad)
		}
		if err := l.Remove("02:00:00:00:00:01", bad); err == nil {
			t.Errorf("%q was removed", bad)
		}
	}
	check("02:00:00:00:00:00/FF:FF:FF:FF:FF:00", "02:00:00:00:00:01", "02:00:00:00:00:02")
	if err := l.Remove("02:00:00:00:00:09/FF:FF:FF:FF:FF:00", "02:00:00:00:00:01", "02:00:00:00:00:05"); err != nil {
		t.Error(err)
	}
	check("02:00:00:00:00:02")

	var many []string
	for i := range MaxListed - 1 {
		many = append(many, fmt.Sprintf("04:00:00:00:%02x:%02x", i>>8, i&0xff))
	}
	if err := add(many...); err != nil {
		t.Error(err)
	}
	if err := add("02:00:00:00:00:02"); err != nil {
		t.Errorf("what is listed is added to a full list: %v", err)
	}
	if err := add("02:00:00:00:00:03"); !errors.Is(err, ErrListFull) || !strings.Contains(err.Error(), "4096") {
		t.Errorf("one too many: %v", err)
	}
	if n := len(l.Devices()); n != MaxListed {
		t.Errorf("%d devices listed", n)
	}
	if err := l.Remove(l.Devices()...); err != nil || l.Devices() != nil {
		t.Errorf("all were removed: %v, %v left", err, l.Devices())
	}
}

func TestDeviceListIsChangedByManyWhileItIsUsed(t *testing.T) {
	l := new(DeviceList)
	device := dot11.Addr(mustAddr("02:00:00:00:00:ff"))
	stop := make(chan struct{})
	var users, changers sync.WaitGroup
	users.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				l.match(device)
				l.Devices()
			}
		}
	})
	for i := range 4 {
		changers.Go(func() {
			mine := fmt.Sprintf("02:00:00:00:00:%02x", i)
			for range 100 {
				if err := errors.Join(l.Add(mine), l.Remove(mine), l.Add(mine)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	changers.Wait()
	close(stop)
	users.Wait()
	if n := len(l.Devices()); n != 4 {
		t.Errorf("%d devices listed, want 4: %v", n, l.Devices())
	}
}
