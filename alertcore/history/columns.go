package history

import (
	"strings"

	"picket/alertcore"
)

// phyNames are those of the phys of a stock Kismet, by number.
var phyNames = [...]string{
	"IEEE802.11", "RFSENSOR", "Z-Wave", "Bluetooth", "UAV", "NrfMousejack", "BTLE", "METER", "ADSB", "802.15.4", "RADIATION",
}

// phyName is what kismetdb calls a phy.
func phyName(id int64) string {
	switch {
	case id == alertcore.PhyAny:
		return "ANY"
	case 0 <= id && id < int64(len(phyNames)):
		return phyNames[id]
	}
	return "UNKNOWN"
}

// messageTypes are kismetdb's words for the flags of messages. The first that
// fits counts; alerts have none.
var messageTypes = [...]struct {
	flag alertcore.MessageFlags
	word string
}{
	{alertcore.MessageInfo, "INFO"},
	{alertcore.MessageError, "ERROR"},
	{alertcore.MessageDebug, "DEBUG"},
	{alertcore.MessageFatal, "FATAL"},
	{alertcore.MessageAlert, ""},
}

func messageType(flags alertcore.MessageFlags) string {
	for _, t := range messageTypes {
		if flags&t.flag != 0 {
			return t.word
		}
	}
	return ""
}

func messageFlags(word string) alertcore.MessageFlags {
	for _, t := range messageTypes {
		if t.word == word {
			return t.flag
		}
	}
	return alertcore.MessageInfo
}

// addressesOf returns all that a names, each between blanks, for
// picket_alerts.
func addressesOf(a *alertcore.Alert) string {
	var b strings.Builder
	for _, m := range [...]alertcore.MAC{a.BSSID, a.Source, a.Dest, a.Other, a.Subject} {
		if text := m.String(); !m.IsZero() && !strings.Contains(b.String(), " "+text+" ") {
			if b.Len() == 0 {
				b.WriteByte(' ')
			}
			b.WriteString(text)
			b.WriteByte(' ')
		}
	}
	return b.String()
}
