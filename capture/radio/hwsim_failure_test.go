package radio

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

func TestHWSimRadioThatIsSwitchedOff(t *testing.T) {
	needHWSim(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 7})
	soft, err := filepath.Glob(filepath.Join("/sys/class/ieee80211", r.Name, "rfkill*/soft"))
	if err != nil || len(soft) != 1 {
		t.Fatalf("rfkill switches %v, %v", soft, err)
	}
	if err := os.WriteFile(soft[0], []byte("1"), 0); err != nil {
		t.Fatal(err)
	}
	if got := find(t, r.Addr).Block; got != SoftBlocked {
		t.Errorf("the list says %v", got)
	}
	_, err = OpenMonitor(r.Interfaces[0].Name, MonitorOptions{})
	if !errors.Is(err, unix.ERFKILL) || !strings.Contains(err.Error(), "'rfkill unblock wifi'") {
		t.Errorf("opened: %v, want ERFKILL and the command that helps", err)
	}
}

func TestHWSimAdapterIsPulledOut(t *testing.T) {
	needHWSim(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 8})
	m := open(t, r.Interfaces[0].Name, MonitorOptions{})
	run(t, "hwsimctl", "del", r.Name)
	if err := m.Tune(Channel{FreqMHz: 2412}); !errors.Is(err, unix.ENODEV) {
		t.Errorf("tuned without an adapter: %v", err)
	}
	if _, err := m.Channel(); !errors.Is(err, unix.ENODEV) {
		t.Errorf("channel without an adapter: %v", err)
	}
	if got := m.Radio(); got.Addr != r.Addr {
		t.Errorf("radio %+v, want what it was", got)
	}
	if err := m.Close(); err != nil {
		t.Errorf("closed without an adapter: %v", err)
	}
	if _, err := OpenMonitor(r.Interfaces[0].Name, MonitorOptions{}); !errors.Is(err, unix.ENODEV) {
		t.Errorf("opened without an adapter: %v", err)
	}
}

func TestHWSimEvents(t *testing.T) {
	needHWSim(t)
	run(t, "iw", "reg", "set", "DE")
	w := watch(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 9})
	name := r.Interfaces[0].Name
	if e := w.until(RadioAdded, r.Name); e.Phy != r.Index {
		t.Errorf("%+v, want radio %d", e, r.Index)
	}
	if e := w.until(InterfaceAdded, name); e.Phy != r.Index || e.Index != r.Interfaces[0].Index {
		t.Errorf("%+v, want radio %d and interface %d", e, r.Index, r.Interfaces[0].Index)
	}
	run(t, "ip", "link", "set", name, "up")
	w.until(InterfaceUp, name)
	run(t, "ip", "link", "set", name, "down")
	w.until(InterfaceDown, name)
	run(t, "ip", "link", "set", name, "name", "attic")
	if e := w.until(InterfaceRenamed, "attic"); e.Index != r.Interfaces[0].Index {
		t.Errorf("%+v, want interface %d", e, r.Interfaces[0].Index)
	}
	run(t, "iw", "phy", r.Name, "set", "name", "roof")
	w.until(RadioRenamed, "roof")
	run(t, "iw", "reg", "set", "US")
	if e := w.until(RegulatoryChanged, ""); e.Country != "US" {
		t.Errorf("%+v, want country US", e)
	}
	run(t, "iw", "dev", "attic", "del")
	w.until(InterfaceRemoved, "attic")
	run(t, "hwsimctl", "del", "roof")
	w.until(RadioRemoved, "roof")
}

// Of a process that is killed, no monitor interface stays behind.
func TestHWSimKilledProcessLeavesNothing(t *testing.T) {
	needHWSim(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 10})
	name := r.Interfaces[0].Name
	child := childThatOpens(t, name)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	w := watch(t)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != name+"mon\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	w.until(InterfaceRemoved, name+"mon")
}

// One that lacks the privilege is told how to get it, in one sentence.
func TestHWSimWithoutPrivilege(t *testing.T) {
	needHWSim(t)
	r := plugIn(t, dot11.Addr{2, 0x11, 0, 0, 0, 11})
	child := childThatOpens(t, r.Interfaces[0].Name)
	child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 1000, Gid: 1000}}
	out, _ := child.CombinedOutput()
	if !bytes.Contains(out, []byte("'sudo setcap cap_net_admin,cap_net_raw+ep ")) || bytes.Count(out, []byte("\n")) != 1 {
		t.Errorf("the child says %q, want one line with the command that grants the privilege", out)
	}
}

const childVariable = "PICKET_HWSIM_CHILD"

// childThatOpens is a process that opens the radio, prints the monitor's name, and stays.
func childThatOpens(t *testing.T, name string) *exec.Cmd {
	t.Helper()
	child := exec.Command("/proc/self/exe")
	child.Env = append(os.Environ(), childVariable+"="+name)
	return child
}

func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		monitor, err := OpenMonitor(name, MonitorOptions{})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(monitor.Interface().Name)
		select {} // until it is killed
	}
	os.Exit(m.Run())
}
