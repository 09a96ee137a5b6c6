package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/landlock-lsm/go-landlock/landlock"
	landlockabi "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
	"kernel.org/pub/linux/libs/security/libcap/cap"
)

// neededCapabilities are those of a sensor: to make and tune monitor
// interfaces, and to capture from them. Adapters come back and sources are
// added for as long as it runs.
var neededCapabilities = []cap.Value{cap.NET_ADMIN, cap.NET_RAW}

// privileges are what is left after the others were given up.
type privileges struct {
	capabilities string   // as in "net_admin, net_raw"
	writable     []string // folders
	landlocked   bool     // no others can be written to
}

// dropPrivileges gives up what picket does not need once its listener and its
// files are open, for all of its threads and for good:
//
//   - It starts no programs, writes below the writable folders only, and to
//     /dev/null and /dev/rfkill, and reads everything, as the capture file of
//     a source to be added may be anywhere. Landlock sees to that; kernels
//     before 5.13, and those that were built or booted without it, don't. The
//     folders must exist, and can't be removed themselves.
//   - It keeps of its capabilities the needed ones. The bounding set is
//     emptied too where that is allowed, which takes CAP_SETPCAP.
//   - No program that it could start would have more (no_new_privs).
//
// Who is root stays root, but has to go by the permissions of files like
// anybody else: it is an error if a writable folder is no longer so.
func dropPrivileges(log *slog.Logger, writable []string) (*privileges, error) {
	if _, err := cap.Prctlw(unix.PR_SET_NO_NEW_PRIVS, 1); err != nil {
		return nil, fmt.Errorf("drop privileges: set no_new_privs: %w", err)
	}
	if err := restrictFiles(writable); err != nil {
		return nil, fmt.Errorf("drop privileges: restrict what can be written to %s: %w", strings.Join(writable, ", "), err)
	}
	kept, err := dropCapabilities()
	if err != nil {
		return nil, fmt.Errorf("drop privileges: give up capabilities: %w", err)
	}
	for _, folder := range writable {
		if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
			return nil, fmt.Errorf("can't write to %s with the privileges that are left: %w; give the folder to the user that picket runs as", folder, err)
		}
	}
	landlocked, landlock := landlockState()
	log.Info("privileges dropped", "capabilities", kept, "landlock", landlock)
	return &privileges{kept, writable, landlocked}, nil
}

// restrictFiles uses version 5 of landlock's rules: later ones would also
// keep away from sockets, and D-Bus is reached through one.
func restrictFiles(writable []string) error {
	return landlock.V5.BestEffort().RestrictPaths(
		landlock.PathAccess(landlockabi.AccessFSReadFile|landlockabi.AccessFSReadDir, "/"),
		landlock.RWDirs(writable...),
		landlock.RWFiles("/dev/null", "/dev/rfkill").IgnoreIfMissing(),
	)
}

// dropCapabilities returns what is left, as in "net_admin, net_raw".
func dropCapabilities() (kept string, err error) {
	held := cap.GetProc()
	if can, _ := held.GetFlag(cap.Effective, cap.SETPCAP); can {
		for c := range cap.MaxBits() {
			if err := cap.DropBound(c); err != nil {
				return "", fmt.Errorf("%v: bounding set: %w", c, err)
			}
		}
	}
	var values []cap.Value
	var names []string
	for _, c := range neededCapabilities {
		if has, _ := held.GetFlag(cap.Permitted, c); has {
			values = append(values, c)
			names = append(names, strings.TrimPrefix(c.String(), "cap_"))
		}
	}
	left := cap.NewSet()
	err = errors.Join(
		left.SetFlag(cap.Permitted, true, values...),
		left.SetFlag(cap.Effective, true, values...),
		left.SetProc(),
	)
	if names == nil {
		return "none", err
	}
	return strings.Join(names, ", "), err
}

// landlockState tells whether the kernel has landlock, in words too.
func landlockState() (is bool, text string) {
	version, err := landlockabi.LandlockGetABIVersion()
	if err != nil {
		return false, "not in this kernel"
	}
	return true, fmt.Sprintf("version %d", version)
}
