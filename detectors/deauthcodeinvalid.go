package detectors

import "picket/capture/dot11"

var deauthCodeInvalid = Spec{
	Name:        "DEAUTHCODEINVALID",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "0/min",
	Burst:       "0/sec",
	Description: "A deauthentication with a reason code that the standard does not define.",
	Wants:       dot11.KindsOf(dot11.Deauth),
	New: func(s Settings) (Detector, error) {
		return &deauthCodeInvalidDetector{newBadReasons(s)}, nil
	},
}

// DEAUTHCODEINVALID: a deauthentication for a reason that there is not.
//
// # What it sees
//
// A deauthentication frame whose reason code is reserved. Networks have no use for
// such, but tools do that try out what receivers make of it, or that write at
// random what they send. Some drivers looked up the code in a table without a
// check.
//
// # Source
//
// IEEE 802.11-2020, table 9-49. Kismet's alert of the same name. aireplay-ng
// -0 sends any code that it is told to.
//
// # Trigger
//
// One frame with a code other than 1 to 39, 45 to 68 and 71. Encrypted frames
// are not looked at, for their code can't be read. It is repeated once a minute
// for each transmitter while it goes on.
//
// # Cannot see
//
// A forged frame with a usual code: DEAUTHFLOOD and BCASTDISCON look for those.
//
// # Known false positives
//
// Devices that send 0, or a number of their vendor, as the reason. That is
// why the alert is off unless the configuration gives it a rate, as in Kismet.
//
// # Options
//
// None.
type deauthCodeInvalidDetector struct{ badReasons }
