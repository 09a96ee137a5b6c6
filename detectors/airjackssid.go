package detectors

import (
	"bytes"
	"fmt"

	"picket/capture/dot11"
)

var airJackSSID = Spec{
	Name:        "AIRJACKSSID",
	Class:       "PROBE",
	Severity:    5,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "The SSID that the AirJack injection driver comes with is on the air.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	New: func(s Settings) (Detector, error) {
		return &airJackSSIDDetector{newOffenders(s)}, nil
	},
}

// AIRJACKSSID: somebody uses AirJack.
//
// # What it sees
//
// The SSID "AirJack", in capitals or not. The AirJack driver and the attacks
// that came with it (disconnecting stations, uncovering hidden SSIDs, a
// machine in the middle) advertise it as long as nobody sets another.
//
// # Source
//
// WVE-2005-0018. M. Lynn and R. Baird, "Advanced 802.11b Attack", Black Hat
// 2002. Kismet's alert of the same name.
//
// # Trigger
//
// One beacon or probe response with that SSID. It is repeated once a minute for
// each transmitter while it goes on.
//
// # Cannot see
//
// AirJack with another SSID, and all that came after AirJack.
//
// # Known false positives
//
// Somebody who calls a network so.
//
// # Options
//
// None.
type airJackSSIDDetector struct{ offenders }

func (d *airJackSSIDDetector) Frame(c *Context) {
	const name = "airjack"
	if c.Name.length != uint8(len(name)) || !c.HasName || !bytes.EqualFold(c.Name.Bytes(), []byte(name)) {
		return
	}
	if d.show(c, 0, true) {
		d.report(c, fmt.Sprintf("%s from %s with SSID %s, which the AirJack attack driver comes with",
			c.Frame.Kind, c.Frame.Transmitter, quoteSSID(c.Name.Bytes())))
	}
}
