package live

import (
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"time"

	"picket/capture"
	"picket/capture/radio"
)

// machine is what sources need of the computer that they run on.
type machine interface {
	// adapter returns the permanent address of the adapter that has the interface.
	adapter(iface string) (addr [6]byte, ok bool)
	// interfaceOf returns an interface of the adapter with the address.
	interfaceOf(addr [6]byte) (iface string, ok bool)
	openMonitor(iface string, o radio.MonitorOptions) (monitor, error)
	openReceiver(iface string, o capture.LiveOptions) (receiver, error)
	// release takes an interface from NetworkManager, where that runs, and returns what gives it back.
	release(iface string) (giveBack func(), err error)
}

// monitor is an adapter that hands out what it hears; *radio.Monitor is one.
type monitor interface {
	Interface() radio.Interface
	Radio() radio.Radio
	Tune(radio.Channel) error
	Channel() (radio.Channel, error)
	Close() error
}

// receiver reads frames from an interface; *capture.Live is one.
type receiver interface {
	capture.Source
	Stats() capture.LiveStats
	Plain() error
}

// linux is the machine that the program runs on.
type linux struct{}

func (linux) adapter(iface string) ([6]byte, bool) {
	if strings.Contains(iface, "/") {
		return [6]byte{}, false
	}
	return readAddress(filepath.Join("/sys/class/net", iface, "phy80211/macaddress"))
}

func (l linux) interfaceOf(addr [6]byte) (string, bool) {
	interfaces, err := os.ReadDir("/sys/class/net")
	if err != nil {
		return "", false
	}
	for _, entry := range interfaces {
		if got, ok := l.adapter(entry.Name()); ok && got == addr {
			return entry.Name(), true
		}
	}
	return "", false
}

func readAddress(path string) (addr [6]byte, ok bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return addr, false
	}
	n, err := hex.Decode(addr[:], []byte(strings.ReplaceAll(strings.TrimSpace(string(text)), ":", "")))
	return addr, err == nil && n == len(addr)
}

func (linux) openMonitor(iface string, o radio.MonitorOptions) (monitor, error) {
	m, err := radio.OpenMonitor(iface, o)
	if err != nil {
		return nil, err // not a nil *radio.Monitor
	}
	return m, nil
}

func (linux) openReceiver(iface string, o capture.LiveOptions) (receiver, error) {
	l, err := capture.OpenLive(iface, o)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// busTime is how long NetworkManager may take to answer.
const busTime = 3 * time.Second

func (linux) release(iface string) (giveBack func(), err error) {
	ctx, cancel := context.WithTimeout(context.Background(), busTime)
	defer cancel()
	was, err := radio.ReleaseFromNetworkManager(ctx, iface)
	if err != nil || !was {
		return func() {}, err
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), busTime)
		defer cancel()
		// It goes its own way again whether or not it was told.
		_ = radio.ReturnToNetworkManager(ctx, iface)
	}, nil
}
