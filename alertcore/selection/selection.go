// Package selection says which of the alerts of the past are meant: in the
// words of the API's parameters and of the command line's flags, which are the
// same.
package selection

import (
	"fmt"
	"strings"

	"picket/alertcore"
)

// A Selection of alerts. The zero value selects all.
type Selection struct {
	Since alertcore.Micros   // published then or later
	Until alertcore.Micros   // published before; 0: no end
	Name  string             // upper case; "": any
	MAC   Mask               // one of the four addresses of the alert
	Least alertcore.Severity // or graver
}

// The keys of Set.
const (
	Since    = "since"
	Until    = "until"
	Name     = "name"
	MAC      = "mac"
	Severity = "severity"
)

// Keys are those that Set knows.
var Keys = [...]string{Since, Until, Name, MAC, Severity}

// Set narrows s. Times that count back do so from now. The error names the key
// and says what was expected.
func (s *Selection) Set(key, value string, now alertcore.Micros) (err error) {
	switch key {
	case Since:
		s.Since, err = ParseTime(value, now)
	case Until:
		s.Until, err = ParseTime(value, now)
		if err == nil {
			s.Until = max(s.Until, 1) // 0 is no end
		}
	case Name:
		s.Name = alertcore.Upper(value)
	case MAC:
		s.MAC, err = ParseMask(value)
	case Severity:
		s.Least, err = ParseSeverity(value)
	default:
		err = fmt.Errorf("expected one of %s", strings.Join(Keys[:], ", "))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}
