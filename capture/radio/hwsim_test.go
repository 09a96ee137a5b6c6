package radio

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// The tests below change radios: those that the kernel's mac80211_hwsim simulates, in a machine of their own that has
// iw, ip and hwsimctl. There, PICKET_HWSIM=1 is set.

func needHWSim(t *testing.T) {
	t.Helper()
	if os.Getenv("PICKET_HWSIM") != "1" {
		t.Skip("PICKET_HWSIM=1 is not set: simulated radios are only had in the lab's machine")
	}
}

// run runs a command.
func run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// plugIn adds a radio with an address of its own, and returns it once it is there. It is pulled out when the test ends.
func plugIn(t *testing.T, addr dot11.Addr) Radio {
	t.Helper()
	w := watch(t)
	run(t, "hwsimctl", "add", "-mac", addr.String(), "-channels", "2")
	w.until(InterfaceAdded, "")
	r := find(t, addr)
	t.Cleanup(func() { _ = exec.Command("hwsimctl", "del", r.Name).Run() })
	return r
}

func find(t *testing.T, addr dot11.Addr) Radio {
	t.Helper()
	list := radios(t)
	i := slices.IndexFunc(list, func(r Radio) bool { return r.Addr == addr })
	if i < 0 {
		t.Fatalf("no radio with the address %v in %+v", addr, list)
	}
	return list[i]
}

func radios(t *testing.T) []Radio {
	t.Helper()
	c, err := Dial()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	list, err := c.Radios()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// watched is a watcher in a test, which fails where an event does not come.
type watched struct {
	t *testing.T
	w *Watcher
}

func watch(t *testing.T) watched {
	t.Helper()
	w, err := NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return watched{t, w}
}

// until reads events until one comes of the kind and, if it is not empty, the name.
func (w watched) until(kind EventKind, name string) Event {
	w.t.Helper()
	for {
		e, err := w.w.Next()
		if err != nil {
			w.t.Fatalf("waiting for %v of %q: %v", kind, name, err)
		}
		if e.Kind == kind && (name == "" || e.Name == name) {
			return e
		}
	}
}

func open(t *testing.T, name string, o MonitorOptions) *Monitor {
	t.Helper()
	m, err := OpenMonitor(name, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func exists(name string) bool {
	_, err := os.Stat(filepath.Join("/sys/class/net", name))
	return err == nil
}

func isUp(t *testing.T, name string) bool {
	t.Helper()
	return strings.Contains(run(t, "ip", "-o", "link", "show", "dev", name), ",UP")
}

func iwType(t *testing.T, name string) string {
	t.Helper()
	_, rest, _ := strings.Cut(run(t, "iw", "dev", name, "info"), "type ")
	kind, _, _ := strings.Cut(rest, "\n")
	return kind
}

func TestHWSimListsWhatARadioCanDo(t *testing.T) {
	needHWSim(t)
	run(t, "iw", "reg", "set", "DE")
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 1})
	if !r.Monitor || !r.Injection || r.Driver != "mac80211_hwsim" || r.Country != "DE" || r.Block != NotBlocked {
		t.Errorf("radio %+v, want monitor, injection, driver mac80211_hwsim, domain DE, not blocked", r)
	}
	if len(r.Interfaces) != 1 || r.Interfaces[0].Type != TypeManaged || r.Interfaces[0].Up {
		t.Errorf("interfaces %+v, want one managed that is down", r.Interfaces)
	}
	for _, test := range []struct {
		channel string
		refusal string // part of it, empty for none
	}{
		{"6", ""}, {"6HT40+", ""}, {"36VHT80", ""}, {"36VHT160", ""}, {"1W6e", ""}, {"1W6e160", ""}, {"1W6e320", ""},
		{"14", "channel 14 (2484 MHz) is disabled in regulatory domain DE"},
		{"20", "has no channel 20 (5100 MHz)"},
	} {
		c, err := ParseChannel(test.channel)
		if err != nil {
			t.Fatal(err)
		}
		switch err := r.Supports(c); {
		case test.refusal == "" && err != nil:
			t.Error(err)
		case test.refusal != "" && (err == nil || !strings.Contains(err.Error(), test.refusal)):
			t.Errorf("channel %s: %v, want %q in the error", test.channel, err, test.refusal)
		}
	}
}

func TestHWSimMonitorBesideManagedInterface(t *testing.T) {
	needHWSim(t)
	run(t, "iw", "reg", "set", "DE")
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 2})
	name := r.Interfaces[0].Name
	run(t, "ip", "link", "set", name, "up")

	m := open(t, name, MonitorOptions{})
	if got := m.Interface(); got.Name != name+"mon" || got.Type != TypeMonitor || !got.Up {
		t.Errorf("monitor %+v, want %smon, up", got, name)
	}
	if isUp(t, name) {
		t.Errorf("%s is up beside the monitor", name)
	}
	for _, text := range []string{
		"1", "6HT40+", "11HT40-", "13", "36", "36HT40+", "40HT40-", "36VHT80", "52VHT160", "112VHT80",
		"1W6e", "5W6e40", "37W6e80", "37W6e160", "37W6e320", "93W6e",
	} {
		want, err := ParseChannel(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Tune(want); err != nil {
			t.Error(err)
			continue
		}
		if got, err := m.Channel(); err != nil || got != want {
			t.Errorf("tuned to %s, is at %s, %v", text, got, err)
		}
		info := run(t, "iw", "dev", m.Interface().Name, "info")
		if expect := fmt.Sprintf("(%d MHz), width: %d MHz", want.FreqMHz, want.Width.MHz()); !strings.Contains(info, expect) {
			t.Errorf("channel %s: iw says %q, want %q in it", text, info, expect)
		}
	}
	run(t, "iw", "dev", m.Interface().Name, "set", "channel", "3")
	if got, err := m.Channel(); err != nil || got.Number() != 3 {
		t.Errorf("retuned to channel 3 by another program, is at %s, %v", got, err)
	}
	if err := m.Tune(Channel{FreqMHz: 2484}); !errors.Is(err, unix.EINVAL) || !strings.Contains(err.Error(), "channel 14") {
		t.Errorf("tuned to a disabled channel: %v, want EINVAL and the channel", err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if exists(name+"mon") || !isUp(t, name) {
		t.Errorf("after the end: %smon exists %v, %s up %v; want it gone and that up", name, exists(name+"mon"), name, isUp(t, name))
	}
	if err := m.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

func TestHWSimPrimaryThatIsKeptHoldsTheChannel(t *testing.T) {
	needHWSim(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 3})
	name := r.Interfaces[0].Name
	run(t, "ip", "link", "set", name, "up")
	m := open(t, name, MonitorOptions{KeepPrimary: true, VIF: "ears"})
	if m.Interface().Name != "ears" || !isUp(t, name) {
		t.Errorf("monitor %s, want ears beside %s, which stays up", m.Interface().Name, name)
	}
	if err := m.Tune(Channel{FreqMHz: 2412}); !errors.Is(err, unix.EBUSY) || !strings.Contains(err.Error(), "another interface of the radio is up") {
		t.Errorf("tuned while the other interface is up: %v", err)
	}
}

func TestHWSimInterfaceIsTurnedAndTurnedBack(t *testing.T) {
	needHWSim(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 4})
	primary := r.Interfaces[0]
	run(t, "ip", "link", "set", primary.Name, "up")
	primary.Up = true
	c, err := Dial()
	if err != nil {
		t.Fatal(err)
	}
	m := &Monitor{client: c, radio: r, iface: primary}
	if err := m.turn(primary, MonitorOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := iwType(t, primary.Name); got != "monitor" || !isUp(t, primary.Name) {
		t.Errorf("turned into %s, up %v", got, isUp(t, primary.Name))
	}
	if err := m.Tune(Channel{FreqMHz: 2437}); err != nil {
		t.Error(err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if got := iwType(t, primary.Name); got != "managed" || !isUp(t, primary.Name) {
		t.Errorf("left as %s, up %v; want managed and up", got, isUp(t, primary.Name))
	}
}

func TestHWSimMonitorThatIsThereIsUsed(t *testing.T) {
	needHWSim(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 5})
	name := r.Interfaces[0].Name
	run(t, "iw", "dev", name, "set", "type", "monitor")
	m := open(t, name, MonitorOptions{})
	if m.Interface().Name != name || !isUp(t, name) {
		t.Errorf("monitor %+v, want %s and up", m.Interface(), name)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if got := iwType(t, name); got != "monitor" || isUp(t, name) {
		t.Errorf("left as %s, up %v; want monitor and down, as it was", got, isUp(t, name))
	}
}

func TestHWSimNameOfTheMonitorIsTaken(t *testing.T) {
	needHWSim(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 6})
	name := r.Interfaces[0].Name
	run(t, "iw", "phy", r.Name, "interface", "add", name+"mon", "type", "monitor")
	m := open(t, name, MonitorOptions{})
	if got := m.Interface().Name; got != name+"mon1" {
		t.Errorf("monitor %s beside another program's %smon, want %smon1", got, name, name)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if !exists(name + "mon") {
		t.Errorf("the other program's %smon is gone", name)
	}
	if _, err := OpenMonitor(name, MonitorOptions{VIF: "lo"}); err == nil || !strings.Contains(err.Error(), "another interface of that name") {
		t.Errorf("a monitor called lo: %v", err)
	}
}
