package radio

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

func TestErrorsSayWhatHelps(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		err  error
		says []string
	}{
		{unix.EPERM, []string{"'sudo setcap cap_net_admin,cap_net_raw+ep " + program + "'"}},
		{unix.EBUSY, []string{"another interface", "'ip link set INTERFACE down'"}},
		{unix.ENETDOWN, []string{"'ip link set INTERFACE up'"}},
		{unix.EOPNOTSUPP, []string{"the driver can't"}},
		{unix.EINVAL, []string{"the driver or the regulatory domain"}},
		{unix.ENODEV, []string{"gone"}},
		{unix.ENFILE, []string{"no further interface"}},
		{unix.ERFKILL, []string{"'rfkill unblock wifi'"}},
		{unix.EIO, []string{"input/output error"}},
		{errors.New("odd"), []string{"odd"}},
		{&netlink.OpError{Op: "receive", Err: unix.EINVAL, Message: "channel is disabled"}, []string{"(channel is disabled)"}},
	} {
		err := &Error{Op: "tune to channel 6", Interface: "wlan1mon", Err: test.err}
		for _, part := range append(test.says, "wlan1mon: tune to channel 6: ") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q, want %q in it", err, part)
			}
		}
		if !errors.Is(err, test.err) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: want one line, and %v to be found in it", err, test.err)
		}
	}
	if err := error(&Error{Err: unix.EPERM}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("%v is not os.ErrPermission", err)
	}
}
