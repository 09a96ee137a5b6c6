package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// setAside renames the damaged file at path, and its -wal and -shm: who knows
// what can still be read from them.
func setAside(path string, damage error, now time.Time) (Event, error) {
	to := path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	for n := 2; exists(to); n++ {
		to = fmt.Sprintf("%s.damaged-%s-%d", path, now.UTC().Format("20060102T150405Z"), n)
	}
	if err := os.Rename(path, to); err != nil {
		return Event{}, fmt.Errorf("set the damaged file aside: %w", err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+suffix, to+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Event{}, fmt.Errorf("set the damaged file aside: %w", err)
		}
	}
	return Event{SetAside, fmt.Sprintf("The history in %s is damaged (%v). It is kept as %s, and a new one is begun", path, damage, to)}, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
