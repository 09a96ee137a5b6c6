package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"picket/api/auth"
)

// pseudoTerminal is a terminal with the test in front of it.
type pseudoTerminal struct {
	t      *testing.T
	person *os.File // types and reads here
	tty    *os.File // what a program has
	shown  strings.Builder
}

func newPseudoTerminal(t *testing.T) *pseudoTerminal {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	t.Cleanup(func() { person.Close() })
	var number int
	control(t, person, func(fd int) (err error) {
		if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err == nil {
			number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		}
		return err
	})
	tty, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	if err := person.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &pseudoTerminal{t: t, person: person, tty: tty}
}

// control does something to f that os.File has no method for.
func control(t *testing.T, f *os.File, do func(fd int) error) {
	t.Helper()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var done error
	if err := errors.Join(raw.Control(func(fd uintptr) { done = do(int(fd)) }), done); err != nil {
		t.Fatal(err)
	}
}

// echoes reports whether the terminal shows what is typed.
func (p *pseudoTerminal) echoes() (yes bool) {
	p.t.Helper()
	control(p.t, p.tty, func(fd int) error {
		state, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		yes = err == nil && state.Lflag&unix.ECHO != 0
		return err
	})
	return yes
}

// start runs a picket that is alone on the terminal.
func (p *pseudoTerminal) start(args ...string) *exec.Cmd {
	p.t.Helper()
	picket, err := exec.LookPath("picket")
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(picket, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.tty, p.tty, p.tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { cmd.Process.Kill() })
	return cmd
}

// await reads until the terminal has shown text.
func (p *pseudoTerminal) await(text string) {
	p.t.Helper()
	var b [1024]byte
	for !strings.Contains(p.shown.String(), text) {
		n, err := p.person.Read(b[:])
		p.shown.Write(b[:n])
		if err != nil {
			p.t.Fatalf("the terminal has not shown %q, but %q: %v", text, p.shown.String(), err)
		}
	}
}

func (p *pseudoTerminal) typeIn(keys string) {
	p.t.Helper()
	if _, err := p.person.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// loginFails returns why nobody can log in with a password, nil if one can.
func loginFails(t *testing.T, folder, user, password string) error {
	t.Helper()
	store, err := auth.Open(auth.Options{UserFile: filepath.Join(folder, "picket_httpd.conf"), SessionDB: filepath.Join(folder, "picket_session.json")})
	if err != nil {
		t.Fatal(err)
	}
	return store.Login(netip.MustParseAddr("127.0.0.1"), user, password)
}

func TestTypedPasswordIsNotShown(t *testing.T) {
	t.Setenv("ETC", t.TempDir())
	folder := t.TempDir()
	p := newPseudoTerminal(t)
	if !p.echoes() {
		t.Fatal("the terminal shows nothing that is typed, whatever is tested")
	}
	cmd := p.start("passwd", "--data", folder, "alice")
	p.await("New password for alice: ")
	p.typeIn("correct horse\n")
	p.await("Once more: ")
	p.typeIn("correct horse\n")
	p.await("The login of alice is set")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if shown := p.shown.String(); strings.Contains(shown, "horse") {
		t.Errorf("the terminal has shown %q", shown)
	}
	if !p.echoes() {
		t.Error("afterwards the terminal shows nothing that is typed")
	}
	if err := loginFails(t, folder, "alice", "correct horse"); err != nil {
		t.Errorf("the password has no effect: %v", err)
	}
	if loginFails(t, folder, "alice", "correct hors") == nil {
		t.Error("any password has an effect")
	}
}

func TestPasswordQuestionCanBeInterrupted(t *testing.T) {
	t.Setenv("ETC", t.TempDir())
	for _, tc := range []struct {
		name      string
		questions []string
	}{
		{"the first", []string{"New password for alice: "}},
		{"the second", []string{"New password for alice: ", "Once more: "}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			folder := t.TempDir()
			p := newPseudoTerminal(t)
			cmd := p.start("passwd", "--data", folder, "alice")
			for i, q := range tc.questions {
				if i > 0 {
					p.typeIn("correct horse\n")
				}
				p.await(q)
			}
			p.typeIn("half a pass\x03")
			p.await("nothing was changed")
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exitFailed {
				t.Errorf("it ends with %v", err)
			}
			if shown := p.shown.String(); strings.Contains(shown, "horse") || strings.Contains(shown, "half") {
				t.Errorf("the terminal has shown %q", shown)
			}
			if !p.echoes() {
				t.Error("afterwards the terminal shows nothing that is typed")
			}
			if loginFails(t, folder, "alice", "correct horse") == nil {
				t.Error("the password was changed")
			}
		})
	}
}
