package radio

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

const busConfiguration = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>`

// startBus makes a bus of its own the system bus of the test.
func startBus(t *testing.T) {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("no dbus-daemon; Debian has it in the package dbus-daemon")
	}
	dir, err := os.MkdirTemp("", "bus") // the paths of sockets must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, config := filepath.Join(dir, "bus"), filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, []byte(strings.ReplaceAll(busConfiguration, "SOCKET", socket)), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(daemon, "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("dbus-daemon gave no address: %v", err)
	}
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+socket)
}

// networkManager stands in for NetworkManager: it has one device, that of wlan1.
type networkManager struct {
	managed atomic.Bool
	refuses bool // to change the property
}

const devicePath dbus.ObjectPath = nmPath + "/Devices/3"

func (n *networkManager) GetDeviceByIpIface(iface string) (dbus.ObjectPath, *dbus.Error) {
	if iface != "wlan1" {
		return "/", dbus.NewError(nmNoDevice, []any{"No device found for the requested iface."})
	}
	return devicePath, nil
}

// startNetworkManager puts it on the bus.
func startNetworkManager(t *testing.T, n *networkManager) {
	t.Helper()
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	if err := bus.Export(n, nmPath, nmService); err != nil {
		t.Fatal(err)
	}
	_, err = prop.Export(bus, devicePath, prop.Map{nmService + ".Device": {"Managed": {
		Value: n.managed.Load(), Writable: !n.refuses, Emit: prop.EmitFalse,
		Callback: func(c *prop.Change) *dbus.Error {
			n.managed.Store(c.Value.(bool))
			return nil
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if reply, err := bus.RequestName(nmService, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("name: %v, %v", reply, err)
	}
}

func TestNetworkManagerLetsAnInterfaceGoAndTakesItBack(t *testing.T) {
	startBus(t)
	var n networkManager
	n.managed.Store(true)
	startNetworkManager(t, &n)
	ctx := t.Context()
	if is, err := ManagedByNetworkManager(ctx, "wlan1"); err != nil || !is {
		t.Errorf("managed %v, %v; want true", is, err)
	}
	if was, err := ReleaseFromNetworkManager(ctx, "wlan1"); err != nil || !was || n.managed.Load() {
		t.Errorf("released %v, %v, managed then %v; want true and false", was, err, n.managed.Load())
	}
	if is, err := ManagedByNetworkManager(ctx, "wlan1"); err != nil || is {
		t.Errorf("managed %v, %v after it was released", is, err)
	}
	if was, err := ReleaseFromNetworkManager(ctx, "wlan1"); err != nil || was {
		t.Errorf("released again: %v, %v; want false, as it was not managed", was, err)
	}
	if err := ReturnToNetworkManager(ctx, "wlan1"); err != nil || !n.managed.Load() {
		t.Errorf("returned: %v, managed then %v", err, n.managed.Load())
	}
	if was, err := ReleaseFromNetworkManager(ctx, "wlan7"); err != nil || was {
		t.Errorf("an interface that it doesn't know: %v, %v; want false", was, err)
	}
}

func TestNetworkManagerThatHoldsOn(t *testing.T) {
	startBus(t)
	n := networkManager{refuses: true}
	n.managed.Store(true)
	startNetworkManager(t, &n)
	was, err := ReleaseFromNetworkManager(t.Context(), "wlan1")
	if err == nil || was || !strings.Contains(err.Error(), "'sudo nmcli device set wlan1 managed no'") {
		t.Errorf("%v, %v; want false and the command that helps", was, err)
	}
}

// What it doesn't manage it need not let go.
func TestNetworkManagerHasNothingToLetGo(t *testing.T) {
	startBus(t)
	startNetworkManager(t, &networkManager{refuses: true})
	if was, err := ReleaseFromNetworkManager(t.Context(), "wlan1"); err != nil || was {
		t.Errorf("%v, %v; want false", was, err)
	}
}

func TestNoNetworkManager(t *testing.T) {
	check := func(t *testing.T) {
		if was, err := ReleaseFromNetworkManager(t.Context(), "wlan1"); err != nil || was {
			t.Errorf("released: %v, %v; want false", was, err)
		}
		if err := ReturnToNetworkManager(t.Context(), "wlan1"); err != nil {
			t.Errorf("returned: %v", err)
		}
	}
	t.Run("on the bus", func(t *testing.T) {
		startBus(t)
		check(t)
	})
	t.Run("and no bus", func(t *testing.T) {
		t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
		check(t)
	})
}

// A bus that says nothing holds nobody up for longer than the context allows.
func TestBusThatDoesNotAnswer(t *testing.T) {
	dir, err := os.MkdirTemp("", "bus")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "bus"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(dir, "bus"))
	ctx, cancel := context.WithCancel(t.Context())
	var silent sync.WaitGroup
	defer silent.Wait()
	silent.Go(func() {
		c, err := l.Accept()
		cancel() // when somebody waits for an answer
		if err == nil {
			_, _ = io.Copy(io.Discard, c)
			c.Close()
		}
	})
	if was, err := ReleaseFromNetworkManager(ctx, "wlan1"); was || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v; want context.Canceled", was, err)
	}
}
