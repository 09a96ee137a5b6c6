package configs

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// History configures what is kept on disk.
type History struct {
	On      bool          // history
	File    string        // history_file
	Sync    bool          // history_sync: who raises an alert is answered when it is on disk
	MaxAge  time.Duration // history_max_age; 0: no bound
	MaxSize int64         // history_max_size: bytes
}

// The bounds of history_max_size: what an SQLite file of alerts needs to be of
// use, and what nobody has on a sensor.
const (
	minHistorySize = 4 << 20
	maxHistorySize = 1 << 40
)

func setHistorySync(c *Config, value string, _ Origin) error {
	switch strings.ToLower(value) {
	case "group":
		c.History.Sync = true
	case "never":
		c.History.Sync = false
	default:
		return errors.New("expected group or never")
	}
	return nil
}

func setHistoryAge(c *Config, value string, _ Origin) error {
	if value == "0" {
		c.History.MaxAge = 0
		return nil
	}
	hours, ok := withUnit(value, map[string]int64{"h": 1, "d": 24, "w": 7 * 24})
	if !ok || hours == 0 || hours > int64(math.MaxInt64/time.Hour) {
		return errors.New("expected a time in hours, days or weeks, such as 12h, 30d or 8w, or 0 for no bound")
	}
	c.History.MaxAge = time.Duration(hours) * time.Hour
	return nil
}

func setHistorySize(c *Config, value string, _ Origin) error {
	size, ok := withUnit(strings.ToUpper(value), map[string]int64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30})
	if !ok || size < minHistorySize || size > maxHistorySize {
		return fmt.Errorf("expected a size from %dMB, such as 64MB or 1GB", minHistorySize>>20)
	}
	c.History.MaxSize = size
	return nil
}

// withUnit reads a whole number and a unit, and returns it in what the units
// are given in.
func withUnit(s string, units map[string]int64) (int64, bool) {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	n, err := strconv.ParseInt(s[:digits], 10, 64)
	unit := units[s[digits:]]
	if err != nil || unit == 0 || n > math.MaxInt64/unit {
		return 0, false
	}
	return n * unit, true
}
