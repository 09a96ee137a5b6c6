package detectors

import "fmt"

// reasonText names a reason code (IEEE 802.11-2020, table 9-49).
func reasonText(code uint16) string {
	if name, ok := reasonNames[code]; ok {
		return fmt.Sprintf("reason %d (%s)", code, name)
	}
	return fmt.Sprintf("reason %d", code)
}

// reasonNames are those that access points, stations and attackers use.
var reasonNames = map[uint16]string{
	0:  "reserved",
	1:  "unspecified",
	2:  "authentication no longer valid",
	3:  "leaving the network",
	4:  "inactivity",
	5:  "too many stations",
	6:  "class 2 frame of a station that is not authenticated",
	7:  "class 3 frame of a station that is not associated",
	8:  "leaving the BSS",
	9:  "association without authentication",
	12: "BSS transition",
	14: "message integrity failure",
	15: "4-way handshake timeout",
	16: "group key handshake timeout",
	23: "802.1X authentication failed",
	34: "poor channel",
}
