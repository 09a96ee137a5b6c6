package main

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	landlockabi "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// droppedIn names the folder in which a copy of the test program drops its
// privileges and tries what it can do.
const droppedIn = "PICKET_TEST_DROP_PRIVILEGES_IN"

// someUser is nobody's login.
const someUser = 54321

// attempt is what somebody may do who has dropped privileges. Those that only
// landlock forbids are allowed where the kernel has none.
type attempt struct {
	name     string
	do       func(folder string) error
	want     error
	landlock bool
}

var attempts = []attempt{
	{name: "write a file in a writable folder", do: func(f string) error { return os.WriteFile(f+"/data/new", nil, 0o600) }},
	{name: "replace one", do: func(f string) error {
		return errors.Join(os.WriteFile(f+"/data/tmp", nil, 0o600), os.Rename(f+"/data/tmp", f+"/data/new"))
	}},
	{name: "remove one", do: func(f string) error { return os.Remove(f + "/data/new") }},
	{name: "make a folder in one", do: func(f string) error { return os.Mkdir(f+"/data/folder", 0o700) }},
	{name: "read elsewhere", do: func(f string) error { _, err := os.ReadFile(f + "/capture.pcap"); return err }},
	{name: "list elsewhere", do: func(string) error { _, err := os.ReadDir("/sys/class/net"); return err }},
	{name: "write elsewhere", do: func(f string) error { return os.WriteFile(f+"/capture.pcap", nil, 0o600) }, want: unix.EACCES, landlock: true},
	{name: "make a file elsewhere", do: func(f string) error { return os.WriteFile(f+"/new", nil, 0o600) }, want: unix.EACCES, landlock: true},
	{name: "remove elsewhere", do: func(f string) error { return os.Remove(f + "/capture.pcap") }, want: unix.EACCES, landlock: true},
	{name: "write to /dev/null", do: func(string) error { return os.WriteFile("/dev/null", []byte("x"), 0) }},
	{name: "start a program", do: func(string) error { return exec.Command("/bin/true").Run() }, want: unix.EACCES, landlock: true},
	{name: "connect to a socket elsewhere", do: func(f string) error { return dialAndClose("unix", f+"/bus") }},
	{name: "listen", do: func(string) error {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		return ln.Close()
	}},
	{name: "talk netlink", do: func(string) error { return openSocket(unix.AF_NETLINK, unix.NETLINK_GENERIC) }},
	{name: "capture", do: func(string) error { return openSocket(unix.AF_PACKET, 0) }},
	{name: "give a file away", do: func(f string) error { return os.Chown(f+"/data/folder", someUser+1, -1) }, want: unix.EPERM},
	{name: "mount", do: func(f string) error { return unix.Mount("none", f+"/data/folder", "tmpfs", 0, "") }, want: unix.EPERM},
	{name: "change the user", do: func(string) error { return syscall.Setuid(someUser + 1) }, want: unix.EPERM},
	{name: "take the privileges back", do: func(string) error { return takeBack() }, want: unix.EPERM},
}

func dialAndClose(network, address string) error {
	c, err := net.Dial(network, address)
	if err != nil {
		return err
	}
	return c.Close()
}

func openSocket(family, protocol int) error {
	fd, err := unix.Socket(family, unix.SOCK_RAW|unix.SOCK_CLOEXEC, protocol)
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

func takeBack() error {
	data := [2]unix.CapUserData{{Effective: 1 << unix.CAP_SYS_ADMIN, Permitted: 1 << unix.CAP_SYS_ADMIN}}
	return unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &data[0])
}

// report is what the copy prints.
type report struct {
	Log      string
	Dropped  string            // error of dropPrivileges
	Attempts map[string]string // errors by attempt
	Threads  map[string]int    // how many have which privileges
}

func dropAndTry(folder string) report {
	// More threads than this one, which all have to be reached.
	release, parked := make(chan struct{}), make(chan struct{})
	defer close(release)
	for range 8 {
		go func() {
			runtime.LockOSThread()
			parked <- struct{}{}
			<-release
		}()
		<-parked
	}
	var logged strings.Builder
	r := report{Attempts: map[string]string{}, Threads: map[string]int{}}
	if _, err := dropPrivileges(slog.New(slog.NewTextHandler(&logged, nil)), []string{folder + "/data"}); err != nil {
		r.Dropped = err.Error()
		return r
	}
	r.Log = logged.String()
	tasks, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil {
		r.Dropped = err.Error()
	}
	for _, task := range tasks {
		r.Threads[privilegesOf(task)]++
	}
	for _, a := range attempts {
		if err := a.do(folder); err != nil {
			var number unix.Errno
			errors.As(err, &number)
			r.Attempts[a.name] = unix.ErrnoName(number)
			if number == 0 {
				r.Attempts[a.name] = err.Error()
			}
		}
	}
	return r
}

// privilegesOf returns the lines of /proc/PID/status that tell them.
func privilegesOf(status string) string {
	text, err := os.ReadFile(status)
	if err != nil {
		return err.Error()
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "Cap") || strings.HasPrefix(line, "NoNewPrivs") {
			lines = append(lines, strings.Join(strings.Fields(line), ""))
		}
	}
	return strings.Join(lines, " ")
}

// runDropped runs dropAndTry in a copy, as a user with capabilities or as root (nil).
func runDropped(t *testing.T, folder string, user *syscall.SysProcAttr) (r report) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if user != nil {
		self = copyFor(t, self) // the folder of the original is root's alone
	}
	cmd := exec.Command(self, "-test.run=^TestDroppedPrivileges$")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), droppedIn+"="+folder)
	cmd.SysProcAttr = user
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run the test program again: %v\n%s", err, out)
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("report: %v\n%s", err, out)
	}
	return r
}

// copyFor makes a copy of the file at path that everybody may run.
func copyFor(t *testing.T, path string) string {
	t.Helper()
	folder := openFolder(t)
	from, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(folder+"/test", os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return to.Name()
}

// openFolder makes a folder that everybody may enter; t.TempDir's is not.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "picket-privileges-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// home makes a folder of uid with what the attempts are about.
func home(t *testing.T, uid int) string {
	t.Helper()
	folder := openFolder(t)
	ln, err := net.Listen("unix", folder+"/bus")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	for _, err := range []error{
		os.WriteFile(folder+"/capture.pcap", []byte("frames"), 0o644),
		os.Mkdir(folder+"/data", 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"", "/data", "/capture.pcap", "/bus"} {
		if err := os.Chown(folder+name, uid, uid); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestDroppedPrivileges(t *testing.T) {
	if folder := os.Getenv(droppedIn); folder != "" {
		if err := json.NewEncoder(os.Stdout).Encode(dropAndTry(folder)); err != nil {
			t.Fatal(err)
		}
		os.Exit(0)
	}
	if os.Getuid() != 0 {
		t.Skip("only root has privileges to drop")
	}
	landlockRefusal := func(a attempt) string {
		_, err := landlockabi.LandlockGetABIVersion()
		if a.want == nil || err != nil && a.landlock {
			return ""
		}
		return unix.ErrnoName(a.want.(unix.Errno))
	}
	user := func(ambient ...uintptr) *syscall.SysProcAttr {
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: someUser, Gid: someUser}, AmbientCaps: ambient}
	}
	bounds := privilegesOf("/proc/self/status")
	bounds = bounds[strings.Index(bounds, "CapBnd:"):strings.Index(bounds, " CapAmb:")]
	const empty = "0000000000000000"
	for _, c := range []struct {
		name         string
		uid          int
		user         *syscall.SysProcAttr
		capabilities string // in the log
		left, bounds string // of each thread
		capture      string // the error
	}{
		{"of root", 0, nil, `"net_admin, net_raw"`, "0000000000003000", "CapBnd:" + empty, ""},
		{"of a user with the needed ones", someUser, user(unix.CAP_NET_ADMIN, unix.CAP_NET_RAW), `"net_admin, net_raw"`, "0000000000003000", bounds, ""},
		{"of a user with others", someUser, user(unix.CAP_NET_RAW, unix.CAP_SYS_ADMIN, unix.CAP_CHOWN), "net_raw", "0000000000002000", bounds, ""},
		{"of a user with none", someUser, user(), "none", empty, bounds, "EPERM"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := runDropped(t, home(t, c.uid), c.user)
			if r.Dropped != "" {
				t.Fatal(r.Dropped)
			}
			if want := `msg="privileges dropped" capabilities=` + c.capabilities + " landlock="; !strings.Contains(r.Log, want) {
				t.Errorf("logs %q, want %s", r.Log, want)
			}
			for _, a := range attempts {
				want := landlockRefusal(a)
				if a.name == "capture" {
					want = c.capture
				}
				if got := r.Attempts[a.name]; got != want {
					t.Errorf("%s: error %q, want %q", a.name, got, want)
				}
			}
			want := "CapInh:" + empty + " CapPrm:" + c.left + " CapEff:" + c.left + " " + c.bounds + " CapAmb:" + empty + " NoNewPrivs:1"
			if r.Threads[want] < 9 || len(r.Threads) != 1 {
				t.Errorf("threads have %v, want all %s", r.Threads, want)
			}
		})
	}
	t.Run("not if a folder gets out of reach", func(t *testing.T) {
		folder := home(t, someUser)
		if r := runDropped(t, folder, nil); !strings.HasPrefix(r.Dropped, "can't write to "+folder+"/data with the privileges that are left: permission denied; ") {
			t.Errorf("error %q", r.Dropped)
		}
	})
	t.Run("not if a folder is missing", func(t *testing.T) {
		folder := openFolder(t)
		if r := runDropped(t, folder, nil); !strings.Contains(r.Dropped, folder+"/data: ") {
			t.Errorf("error %q", r.Dropped)
		}
	})
}
