package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"picket/alertcore"
	"picket/configs"
)

// The alerts about picket itself, of Kismet's names. It defines SOURCEERROR and
// ROOTUSER, and raises the others without a definition, past all limits; so
// does picket, which sees to it that they are rare. docs/system-alerts.md says
// when each of them is raised, and which of Kismet's are not.
const (
	alertSourceError = "SOURCEERROR"
	alertSourceOpen  = "SOURCEOPEN"
	alertPacketLost  = "PACKETLOST"
	alertPacketQueue = "PACKETQUEUE"
	alertConfigError = "CONFIGERROR"
	alertRootUser    = "ROOTUSER"
	alertLogDisabled = "LOGDISABLED"
)

const classSystem = "SYSTEM"

// systemDefinitions are Kismet's.
var systemDefinitions = []alertcore.Definition{
	{
		Header: alertSourceError, Class: classSystem, Severity: alertcore.High,
		Description: "A data source has failed.", PhyID: alertcore.PhyUnknown,
		Limit: alertcore.Rate{Count: 1, Unit: alertcore.Second}, Burst: alertcore.Rate{Count: 10, Unit: alertcore.Second},
	},
	{
		Header: alertRootUser, Class: classSystem, Severity: alertcore.High,
		Description: "The server was started as root.", PhyID: alertcore.PhyUnknown,
		Limit: alertcore.Rate{Count: 1, Unit: alertcore.Second}, Burst: alertcore.Rate{Count: 1, Unit: alertcore.Second},
	},
}

// alert raises one that has no limit.
func (s *sensor) alert(name string, severity alertcore.Severity, text string) {
	s.core.RaiseOneShot(name, classSystem, severity, alertcore.PhyUnknown, text)
}

// tellOfStart raises the alerts about how picket was started. left is nil when
// it has kept its privileges.
func (s *sensor) tellOfStart(left *privileges) {
	if text := unheededText(s.config); text != "" {
		s.log.Warn(text)
		s.alert(alertConfigError, alertcore.High, text)
	}
	if os.Geteuid() == 0 {
		text := rootUserText(left)
		s.log.Warn(text)
		if _, err := s.core.Raise(&alertcore.Alert{Name: alertRootUser, Text: text}); err != nil && !errors.Is(err, alertcore.ErrThrottled) {
			s.log.Error("alert was refused", "error", err)
		}
	}
}

// rootUserText says what is left to somebody who takes over a picket that was
// started as root.
func rootUserText(left *privileges) string {
	const advice = "; better start it as a user of its own, after 'setcap cap_net_admin,cap_net_raw+ep' on the program"
	if left == nil {
		return "picket runs as root, with all of root's privileges" + advice
	}
	files := "reads what root may read and writes to " + strings.Join(left.writable, " and ") + " alone"
	if !left.landlocked {
		files = "reads and writes what root may, as this kernel has no landlock to forbid it"
	}
	return fmt.Sprintf("picket runs as root. Of root's capabilities it has kept: %s; it %s%s", left.capabilities, files, advice)
}

// unheededText says which lines of the configuration are not in effect; nothing
// if all are. Those that are wrong keep picket from running.
func unheededText(c *configs.Config) string {
	if len(c.Unheeded) == 0 {
		return ""
	}
	const most = 5
	var lines []string
	for _, w := range c.Unheeded[:min(most, len(c.Unheeded))] {
		lines = append(lines, w.String())
	}
	if more := len(c.Unheeded) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return "Lines of the configuration are not in effect: " + strings.Join(lines, "; ")
}
