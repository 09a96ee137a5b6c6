package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var rsnLoop = Spec{
	Name:        "RSNLOOP",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An RSN or WPA element that counts more cipher suites or keys than it holds, which can send a careless receiver into a loop or beyond its memory.",
	Wants:       dot11.AllManagement,
	Odd:         dot11.OddSuites,
	New: func(s Settings) (Detector, error) {
		return &rsnLoopDetector{newOffenders(s)}, nil
	},
}

// RSNLOOP: an element of security that counts more than it holds.
//
// # What it sees
//
// An RSN or WPA element, in any management frame that carries elements, whose
// count of pairwise ciphers, of key managements or of PMKIDs can't be true: it
// holds fewer. Receivers that trust the count read on beyond the element, or
// are busy with it for long. Some are made to drop their association by it.
//
// # Source
//
// CVE-2017-9714 (a loop in Qualcomm's driver). IEEE 802.11-2020, 9.4.2.24.
// D. Schepers, M. Ranganathan and M. Vanhoef, "On the Robustness of Wi-Fi
// Deauthentication Countermeasures", WiSec 2022, for the PMKIDs. Kismet's alert
// of the same name, which wants more than 1024 ciphers.
//
// # Trigger
//
// One frame, when its checksum was verified; else a second one within ten
// seconds with the same element and count, lest a damaged frame counts. It is
// repeated once a minute for each transmitter while it goes on.
//
// # Cannot see
//
// RSN elements inside of other elements and of EAPOL-Key frames. A count that
// is large and true.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type rsnLoopDetector struct{ offenders }

func (d *rsnLoopDetector) Frame(c *Context) {
	walk := c.Frame.Elements()
	for walk.Next() {
		name, body, r := "RSN", walk.Data, dot11.RSN{}
		switch walk.ID {
		case dot11.ElementRSN:
			r = dot11.ParseRSN(walk.Data)
		case dot11.ElementVendor:
			r = dot11.ParseWPA(walk.Data)
			name, body = "WPA", walk.Data[min(4, len(walk.Data)):] // after OUI and type
		}
		if r.Overcounted {
			d.element(c, name, &r, len(body))
			return
		}
	}
}

func (d *rsnLoopDetector) element(c *Context, name string, r *dot11.RSN, length int) {
	what, count, room := overcount(r, length)
	if !d.show(c, flaw(count)<<8|flaw(length), false) {
		return
	}
	f := c.Frame
	d.report(c, fmt.Sprintf("%s from %s to %s: its %s element counts %d %s and has room for %d: an attempt to loop or crash receivers (CVE-2017-9714)",
		f.Kind, f.Transmitter, f.Receiver, name, count, what, room))
}

// overcount is which list of an element with so many octets is shorter than its
// count says, that count, and how many entries there is room for.
func overcount(r *dot11.RSN, length int) (what string, count uint16, room int) {
	const suite, number, pmkid = 4, 2, 16
	rest := length - 2 - suite - number // after version, group cipher and the count
	if int(r.PairwiseCount)*suite > rest {
		return "pairwise ciphers", r.PairwiseCount, rest / suite
	}
	rest -= int(r.PairwiseCount)*suite + number
	if int(r.AKMCount)*suite > rest {
		return "key managements", r.AKMCount, rest / suite
	}
	rest -= int(r.AKMCount)*suite + 2 + number // also after the capabilities
	return "PMKIDs", r.PMKIDCount, rest / pmkid
}
