package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Limits of one scenario: on the guest's clock and, for a guest that hangs, on
// the host's.
const (
	guestLimit = 10 * time.Minute
	hostLimit  = 30 * time.Minute
)

const qemu = "qemu-system-x86_64"

// A VM boots a guest that has no network device: a folder shared with it is the
// only way in or out.
type VM struct {
	Image  image
	Share  string   // holds the programs that the guest gets
	Args   []string // words for the kernel's command line
	Memory int      // MiB
}

// virtualTime has the guest's clock count instructions, of 2 ns each, and skip
// the time that it would idle: a slow or busy host makes a run longer, but no
// handshake times out in it.
var virtualTime = []string{
	"-accel", "tcg,thread=single", "-icount", "shift=1,sleep=off", "-rtc", "clock=vm", "-cpu", "max", "-smp", "1",
}

// run boots the guest and waits for its end. What its console says goes to the
// file console.
func (vm VM) run(ctx context.Context, console string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, hostLimit, fmt.Errorf("the guest ran for more than %v", hostLimit))
	defer cancel()
	out, err := os.Create(console)
	if err != nil {
		return err
	}
	defer out.Close()
	words := append([]string{"console=ttyS0", "quiet", "panic=-1", "mitigations=off"}, vm.Args...)
	cmd := exec.CommandContext(ctx, qemu, append(virtualTime,
		"-m", strconv.Itoa(vm.Memory), "-nodefaults", "-no-reboot",
		"-nic", "none", "-display", "none", "-monitor", "none", "-serial", "stdio",
		"-kernel", vm.Image.kernel(), "-initrd", vm.Image.initrd(), "-append", strings.Join(words, " "),
		"-device", "virtio-rng-pci",
		"-fsdev", "local,id=lab,path="+vm.Share+",security_model=none,multidevs=remap",
		"-device", "virtio-9p-pci,fsdev=lab,mount_tag=lab")...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return fmt.Errorf("%s: %w, see %s", qemu, err, console)
	}
	return nil
}

// guestSeconds is how long the scenario ran by the guest's clock.
func guestSeconds(folder string) (float64, error) {
	text, err := os.ReadFile(filepath.Join(folder, "uptime"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, errors.New("the guest did not come to its end")
	} else if err != nil {
		return 0, err
	}
	var began, ended float64
	if _, err := fmt.Sscan(string(text), &began, &ended); err != nil {
		return 0, fmt.Errorf("times of the guest %q: %w", text, err)
	}
	return ended - began, nil
}
