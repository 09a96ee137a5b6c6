package detectors

import (
	"bytes"
	"fmt"

	"picket/capture/dot11"
)

var lucentTest = Spec{
	Name:        "LUCENTTEST",
	Class:       "PROBE",
	Severity:    5,
	Limit:       "0/min",
	Burst:       "0/sec",
	Description: "A Lucent or ORiNOCO card tests the link, which their tools do to survey a site.",
	Protocols:   protocolsOf(ProtocolAgere),
	New: func(s Settings) (Detector, error) {
		return &lucentTestDetector{seen: NewAddrTable[episode](s.Tables.Stations / 256)}, nil
	},
}

// LUCENTTEST: a Lucent or ORiNOCO card tests the link.
//
// # What it sees
//
// The link test of the site survey program for these cards: data in their
// protocol (SNAP 00-60-1D, type 1) that counts up from zero. Somebody measures
// how far the network reaches.
//
// # Source
//
// Kismet's alert of the same name.
//
// # Trigger
//
// One such frame that, after four octets, goes on 0, 1, 2, 3. One finding a
// minute for each sender.
//
// # Cannot see
//
// Other site survey programs. Frames in an encrypted network.
//
// # Known false positives
//
// The owner of the network who surveys it.
//
// # Options
//
// None. It is off (rate 0) as long as the configuration does not say otherwise.
type lucentTestDetector struct {
	seen *Table[dot11.Addr, episode]
}

func (d *lucentTestDetector) Frame(c *Context) {
	if !bytes.HasPrefix(agereText(c.Payload), []byte{0, 1, 2, 3}) {
		c.Explain("data of a WaveLAN or ORiNOCO card that do not count up from zero")
		return
	}
	e, _ := d.seen.Put(c.Frame.Source)
	e.add(c)
	if e.due(c.Time) {
		c.Report(Report{
			Text: fmt.Sprintf("%s tests the link with %s in %s as Lucent and ORiNOCO cards do to survey a site: %s",
				c.Frame.Source, c.Frame.Destination, nameBSS(c.Frame.BSSID, c.BSS), e),
			Frames: e.frames,
			Trail:  &e.trail,
		})
	} else {
		c.Explain("a link test; the card was told of within the last minute")
	}
}
