package alertcore

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Unit is the length of the window that a Rate counts over.
type Unit uint8

// The units, with Kismet's numbers.
const (
	Second Unit = iota
	Minute
	Hour
	Day
)

// Duration returns the length of u.
func (u Unit) Duration() time.Duration {
	return [...]time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour}[u]
}

// String returns the word for u in configuration files.
func (u Unit) String() string {
	return [...]string{"sec", "min", "hour", "day"}[u]
}

// MaxRate is the greatest count of a Rate. A limit is kept exactly, which takes
// eight bytes a counted alert; who wants more than this wants no limit, and
// says so with a negative count.
const MaxRate = 1 << 16

// Rate is a number of alerts in any window of one Unit. A Count of 0 means
// none ever, a negative one means any number.
type Rate struct {
	Count int64
	Unit  Unit
}

// String prints r as it stands in configuration files: "5/min".
func (r Rate) String() string {
	return strconv.FormatInt(r.Count, 10) + "/" + r.Unit.String()
}

// ParseRate reads Kismet's notation, "COUNT/UNIT" with the units sec, second,
// min, minute, hr, hour and day in any case. No unit means a minute. As in
// Kismet, what follows the digits of COUNT, or a second slash, is passed over.
func ParseRate(s string) (Rate, error) {
	count, rest, _ := strings.Cut(strings.ToLower(s), "/")
	unit, _, _ := strings.Cut(rest, "/")

	n, err := leadingInt(count)
	if err != nil {
		return Rate{}, fmt.Errorf("rate %q: %w", s, err)
	}
	r := Rate{Count: n}
	switch unit {
	case "", "min", "minute":
		r.Unit = Minute
	case "sec", "second":
		r.Unit = Second
	case "hr", "hour":
		r.Unit = Hour
	case "day":
		r.Unit = Day
	default:
		return Rate{}, fmt.Errorf("rate %q: unknown unit %q: want sec, min, hour or day", s, unit)
	}
	return r, nil
}

// leadingInt reads the number at the start of s: blanks, a sign, digits.
func leadingInt(s string) (int64, error) {
	s = strings.TrimLeft(s, " \t\r\n\v\f")
	end := 0
	if end < len(s) && (s[end] == '-' || s[end] == '+') {
		end++
	}
	digits := end
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	if end == digits {
		return 0, fmt.Errorf("no number before the unit: want something like 10/min")
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil || n > MaxRate {
		return 0, fmt.Errorf("%s is more than the %d that can be counted: -1 means no limit", s[:end], MaxRate)
	}
	return n, nil
}
