package detectors

import (
	"bytes"
	"fmt"

	"picket/capture/dot11"
)

var netStumbler = Spec{
	Name:        "NETSTUMBLER",
	Class:       "PROBE",
	Severity:    5,
	Limit:       "0/min",
	Burst:       "0/sec",
	Description: "Somebody maps the networks with NetStumbler.",
	Protocols:   protocolsOf(ProtocolAgere),
	New: func(s Settings) (Detector, error) {
		return &netStumblerDetector{seen: NewAddrTable[episode](s.Tables.Stations / 256)}, nil
	},
}

// NETSTUMBLER: somebody maps the networks with NetStumbler.
//
// # What it sees
//
// The frames by which NetStumbler, a program of the years around 2003, asks an
// access point for its name: data in the protocol of WaveLAN and ORiNOCO cards
// (SNAP 00-60-1D, type 1) with a text that gives away the program.
//
// # Source
//
// J. Wright, "Layer 2 Analysis of WLAN Discovery Applications for Intrusion
// Detection", 2002; WVE-2005-0025.
//
// # Trigger
//
// One such frame whose text, after four octets, begins with "Flu" (version
// 3.22), "All" (3.23) or three spaces (3.30), or is another text of at least
// eight letters (unknown version). One finding a minute for each sender.
//
// # Cannot see
//
// Any scanner of today; see PROBENOJOIN. Frames in an encrypted network.
//
// # Known false positives
//
// None known. Link tests of the cards themselves bear other octets: LUCENTTEST.
//
// # Options
//
// None. It is off (rate 0) as long as the configuration does not say otherwise.
type netStumblerDetector struct {
	seen *Table[dot11.Addr, episode]
}

func (d *netStumblerDetector) Frame(c *Context) {
	version, ok := stumblerVersion(agereText(c.Payload))
	if !ok {
		c.Explain("data of a WaveLAN or ORiNOCO card without a text")
		return
	}
	e, _ := d.seen.Put(c.Frame.Source)
	e.add(c)
	if e.due(c.Time) {
		c.Report(Report{
			Text: fmt.Sprintf("Station %s asks access point %s for its name with NetStumbler, %s (it says %s): %s",
				c.Frame.Source, nameBSS(c.Frame.BSSID, c.BSS), version, quoteSSID(beginningOf(agereText(c.Payload))), e),
			Frames: e.frames,
			Trail:  &e.trail,
		})
	} else {
		c.Explain("a text of NetStumbler; the station was told of within the last minute")
	}
}

// agereText is what follows the header of ProtocolAgere.
func agereText(payload []byte) []byte {
	const header = 4
	return payload[min(header, len(payload)):]
}

func stumblerVersion(text []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(text, []byte("Flu")):
		return "version 3.22", true
	case bytes.HasPrefix(text, []byte("All")):
		return "version 3.23", true
	case bytes.HasPrefix(text, []byte("   ")):
		return "version 3.30", true
	case isText(text):
		return "unknown version", true
	}
	return "", false
}

// isText reports whether b begins like something for a person to read.
func isText(b []byte) bool {
	const enough = 8
	if len(b) < enough {
		return false
	}
	for _, c := range b[:enough] {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// beginningOf is the beginning of b, without the zeros that may follow it.
func beginningOf(b []byte) []byte {
	const shown = 40
	return bytes.TrimRight(b[:min(shown, len(b))], "\x00")
}
