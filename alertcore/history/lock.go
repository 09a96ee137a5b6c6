package history

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// errInUse is the cause when another process writes the history.
var errInUse = errors.New("another process is writing it")

// lockPoll is how often a lock is tried that another process has.
const lockPoll = 50 * time.Millisecond

// lock makes this process the one that writes the history at path, until the
// returned file is closed: SQLite would let several write, and each would take
// its own alerts for all there are. It waits for one that is about to end.
//
// The lock is on a file of its own, which stays: to close the database's would
// give up the locks that SQLite has on it.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the history: %w", err)
	}
	for waited := time.Duration(0); ; waited += lockPoll {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) || waited >= writeBusy {
			break
		}
		time.Sleep(lockPoll)
	}
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		err = errInUse
	case errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP):
		return f, nil // a file system without locks: SQLite's own are all there is
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock the history: %w", err), f.Close())
	}
	return f, nil
}
