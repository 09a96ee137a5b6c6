package detectors

import (
	"fmt"
	"strings"
	"time"

	"picket/capture/dot11"
)

// presenceKinds are the frames that show that their transmitter is there.
// Deauthentications and disassociations are what forgers send in the names of
// others.
const presenceKinds = (dot11.AllManagement|dot11.AllData)&^
	(1<<dot11.Deauth|1<<dot11.Disassoc) |
	1<<dot11.BlockAckReq | 1<<dot11.BlockAck | 1<<dot11.PSPoll | 1<<dot11.RTS

// An appearance is how and where a device was heard, in the frame of a moment.
type appearance struct {
	at        time.Time // capture time
	source    string    // data source
	bssid     dot11.Addr
	name      Name // of the network, or looked for; the zero Name if unknown
	kind      dot11.Kind
	channel   uint16
	freqMHz   uint16
	signalDBm int8
	has       dot11.RadioFields
}

func appearanceOf(c *Context) appearance {
	f := c.Frame
	s := appearance{
		at: c.captured, source: c.Source, kind: f.Kind, channel: c.channelNumber(),
		freqMHz: f.Radio.FreqMHz, signalDBm: f.Radio.SignalDBm, has: f.Radio.Has,
	}
	if isStation(f.BSSID) {
		s.bssid = f.BSSID
	}
	if c.HasName {
		s.name = c.Name
	} else if c.BSS != nil {
		s.name = c.BSS.SSID
	}
	return s
}

// String says what the frame was, where, and how strong.
func (s *appearance) String() string {
	var b strings.Builder
	b.WriteString(s.kind.String())
	named := !s.name.Hidden()
	switch {
	case s.kind == dot11.ProbeReq && named:
		fmt.Fprintf(&b, " for %s", quoteSSID(s.name.Bytes()))
	case s.bssid.IsZero():
	case named:
		fmt.Fprintf(&b, " in the network %s (%s)", quoteSSID(s.name.Bytes()), s.bssid)
	default:
		fmt.Fprintf(&b, " in the network %s", s.bssid)
	}
	if s.channel != 0 {
		fmt.Fprintf(&b, ", channel %d", s.channel)
	}
	if s.has&dot11.HasSignal != 0 {
		fmt.Fprintf(&b, ", %d dBm", s.signalDBm)
	}
	return b.String()
}

// monitored is how a text begins about a device that is listed as entry.
func monitored(device dot11.Addr, entry maskedAddr) string {
	if entry.mask == dot11.Broadcast {
		return fmt.Sprintf("Monitored device %s", device)
	}
	return fmt.Sprintf("Monitored device %s (listed as %s)", device, entry)
}
