package detectors

import (
	"bytes"
	"fmt"

	"picket/capture/dot11"
)

var wellenreiter = Spec{
	Name:        "WELLENREITER",
	Class:       "PROBE",
	Severity:    5,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "Somebody maps the networks with Wellenreiter.",
	Wants:       dot11.KindsOf(dot11.ProbeReq, dot11.AssocReq, dot11.ReassocReq),
	New: func(s Settings) (Detector, error) {
		return &wellenreiterDetector{seen: NewAddrTable[episode](s.Tables.Stations / 256)}, nil
	},
}

// wellenreiterName is what the program sets as the network to look for, before
// it tries names.
var wellenreiterName = []byte("this_is_used_for_wellenreiter")

// WELLENREITER: somebody maps the networks with Wellenreiter.
//
// # What it sees
//
// The network name that the scanner Wellenreiter looks for while it tries the
// names of hidden networks. No network bears it.
//
// # Source
//
// WVE-2006-0058; Kismet's alert of the same name.
//
// # Trigger
//
// A probe, association or reassociation request for just that name. One finding
// a minute for each sender.
//
// # Cannot see
//
// Any other scanner; see PROBENOJOIN.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type wellenreiterDetector struct {
	seen *Table[dot11.Addr, episode]
}

func (d *wellenreiterDetector) Frame(c *Context) {
	if !bytes.Equal(c.Elements.SSID, wellenreiterName) {
		c.Explain("it is not for the network that Wellenreiter looks for")
		return
	}
	e, _ := d.seen.Put(c.Frame.Transmitter)
	e.add(c)
	if e.due(c.Time) {
		c.Report(Report{
			Text: fmt.Sprintf("Station %s looks for network %s, as the scanner Wellenreiter does: %s",
				c.Frame.Transmitter, quoteSSID(wellenreiterName), e),
			Frames: e.frames,
			Trail:  &e.trail,
		})
	} else {
		c.Explain("it is for Wellenreiter's network; the station was told of within the last minute")
	}
}
