package detectors

import "picket/capture/dot11"

var disconCodeInvalid = Spec{
	Name:        "DISCONCODEINVALID",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A disassociation with a reason code that the standard does not define.",
	Wants:       dot11.KindsOf(dot11.Disassoc),
	New: func(s Settings) (Detector, error) {
		return &disconCodeInvalidDetector{newBadReasons(s)}, nil
	},
}

// DISCONCODEINVALID: a disassociation for a reason that there is not.
//
// # What it sees
//
// A disassociation frame whose reason code is reserved. Networks have no use for
// such, but tools do that try out what receivers make of it, or that write at
// random what they send. Some drivers looked up the code in a table without a
// check.
//
// # Source
//
// IEEE 802.11-2020, table 9-49. Kismet's alert of the same name.
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
// Devices that send 0, or a number of their vendor, as the reason.
//
// # Options
//
// None.
type disconCodeInvalidDetector struct{ badReasons }
