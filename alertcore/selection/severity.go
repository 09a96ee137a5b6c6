package selection

import (
	"fmt"
	"strconv"
	"strings"

	"picket/alertcore"
)

// ParseSeverity reads the number of a severity or its word, in any case. A
// number between two severities means the graver one.
func ParseSeverity(s string) (alertcore.Severity, error) {
	for severity := alertcore.Info; severity.Valid(); severity += alertcore.Low {
		if strings.EqualFold(s, severity.String()) {
			return severity, nil
		}
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil || n > uint64(alertcore.Critical) {
		return 0, fmt.Errorf("%s: expected 0 to 20, or info, low, medium, high or critical", quote(s))
	}
	const step = uint64(alertcore.Low)
	return alertcore.Severity((n + step - 1) / step * step), nil
}

// quote prints what was given as part of an error, short and on one line.
func quote(s string) string {
	const most = 64
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}
