package radio

import (
	"errors"
	"fmt"
	"os"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Error is what the kernel refused. It wraps the errno: errors.Is(err, unix.EBUSY).
type Error struct {
	Op        string // "tune to channel 6"
	Interface string // or radio: "wlan0mon"
	Err       error
}

func (e *Error) Unwrap() error { return e.Err }

// Error says in one sentence what happened and what helps.
func (e *Error) Error() string {
	var errno unix.Errno
	if !errors.As(e.Err, &errno) {
		return fmt.Sprintf("%s: %s: %v", e.Interface, e.Op, e.Err)
	}
	s := fmt.Sprintf("%s: %s: %s", e.Interface, e.Op, errno.Error())
	var op *netlink.OpError
	if errors.As(e.Err, &op) && op.Message != "" {
		s += " (" + op.Message + ")"
	}
	if advice := adviceOn(errno); advice != "" {
		s += ": " + advice
	}
	return s
}

// adviceOn says what an errno means for Wi-Fi, and what to do.
func adviceOn(errno unix.Errno) string {
	switch errno {
	case unix.EPERM, unix.EACCES:
		return "this takes privileges, which '" + Grant() + "' grants"
	case unix.EBUSY:
		return "another interface of the radio is up and holds it; 'picket sources' lists them, 'ip link set INTERFACE down' frees the radio"
	case unix.ENETDOWN:
		return "the interface is down; 'ip link set INTERFACE up' brings it up"
	case unix.EOPNOTSUPP:
		return "the driver can't do this"
	case unix.EINVAL:
		return "the driver or the regulatory domain doesn't allow this"
	case unix.ENODEV:
		return "the interface is gone"
	case unix.ENFILE:
		return "the driver allows no further interface on this radio"
	case unix.ERFKILL:
		return "the radio is switched off; 'rfkill unblock wifi', or its hardware switch, switches it on"
	}
	return ""
}

// Grant is the command that lets this program do all of what is here, and capture, without being root.
func Grant() string {
	program, err := os.Executable()
	if err != nil {
		program = "picket"
	}
	return "sudo setcap cap_net_admin,cap_net_raw+ep " + program
}
