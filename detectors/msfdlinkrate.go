package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var msfDlinkRate = Spec{
	Name:        "MSFDLINKRATE",
	Class:       "EXPLOIT",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A rates element too long for rates, as Metasploit's exploit of D-Link's Windows driver sends it.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddRates,
	New: func(s Settings) (Detector, error) {
		return &msfDlinkRateDetector{newOffenders(s)}, nil
	},
}

// MSFDLINKRATE: an element of rates that overflows.
//
// # What it sees
//
// A supported rates element of more than 16 octets, a second one of more than
// the 8 that are legal, or extended rates of more than 32, in any management
// frame. Each of the three overflows the memory of the Windows driver A5AGU.SYS
// of D-Link's DWL-G132, and takes over the computer. Metasploit's module
// dlink_wifi_rates sends a second element of 75 octets that begins EB 49, which
// the text says.
//
// # Source
//
// CVE-2006-6055, MOKB-13-11-2006, WVE-2006-0072. The module of the Metasploit
// Framework, and the note in it on the other two ways. IEEE 802.11-2020, 9.4.2.3.
// Kismet's alert of the same name, which looks for other octets.
//
// # Trigger
//
// One frame, when its checksum was verified, or when its elements end where the
// frame ends; else a second one within ten seconds with an element of the same
// length. It is repeated once a minute for each transmitter while it goes on.
//
// # Cannot see
//
// A single element of 9 to 16 octets: that is how it was before there were
// extended rates.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type msfDlinkRateDetector struct{ offenders }

func (d *msfDlinkRateDetector) Frame(c *Context) {
	var longest dot11.Element
	walk := c.Frame.Elements()
	for walk.Next() {
		if (walk.ID == dot11.ElementRates || walk.ID == dot11.ElementExtRates) && len(walk.Data) > len(longest.Data) {
			longest = walk.Element
		}
	}
	n := len(longest.Data)
	if !d.show(c, flawOf(longest.ID, n), c.Elements.Fault == dot11.NoFault) {
		return
	}
	f := c.Frame
	text := fmt.Sprintf("%s from %s to %s with %d octets of rates at offset %d", f.Kind, f.Transmitter, f.Receiver, n, longest.Offset)
	if n == 75 && longest.Data[0] == 0xeb && longest.Data[1] == 0x49 {
		text += ", just as Metasploit's dlink_wifi_rates sends them"
	}
	d.report(c, text+": an attempt to overflow the memory of receivers (CVE-2006-6055)")
}
