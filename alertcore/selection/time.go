package selection

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"picket/alertcore"
)

// ParseTime reads a moment: Unix seconds with or without a fraction, a
// negative number of seconds before now, a time of RFC 3339, or how long ago,
// as in 90m, 12h or 7d. Digits beyond the microsecond are cut. What lies before
// 1970 is 1970.
func ParseTime(s string, now alertcore.Micros) (alertcore.Micros, error) {
	if t, ok := parseSeconds(s); ok {
		if strings.HasPrefix(s, "-") {
			// The greatest time back is more than there is to subtract from.
			t = now + max(t, math.MinInt64/2)
		}
		return max(t, 0), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return max(alertcore.MicrosOf(t), 0), nil
	}
	if ago, ok := parseAge(s); ok {
		return max(now-ago, 0), nil
	}
	return 0, fmt.Errorf("%s: expected seconds since 1970, a negative number of seconds, a time such as 2026-01-31T12:00:00Z, or how long ago, such as 90m, 12h or 7d", quote(s))
}

// parseSeconds reads decimal seconds, exactly.
func parseSeconds(s string) (t alertcore.Micros, ok bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, false
	}
	const decimals = 6
	fraction = (fraction + "000000")[:decimals]
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		n = math.MaxInt64 // there are but digits, too many of them
	}
	if negative {
		n = -n
	}
	return alertcore.Micros(n), true
}

// parseAge reads a whole number of seconds, minutes, hours, days or weeks.
func parseAge(s string) (alertcore.Micros, bool) {
	if s == "" {
		return 0, false
	}
	unit, ok := map[byte]time.Duration{
		's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour,
	}[s[len(s)-1]]
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 32)
	if !ok || err != nil {
		return 0, false
	}
	micros := uint64(unit / time.Microsecond)
	return alertcore.Micros(min(n, math.MaxInt64/micros) * micros), true
}
