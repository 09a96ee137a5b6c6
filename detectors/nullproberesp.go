package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var nullProbeResp = Spec{
	Name:        "NULLPROBERESP",
	Class:       "DENIAL",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A probe response with an SSID of no length, from no hidden network, which crashes old firmware.",
	Wants:       dot11.KindsOf(dot11.ProbeResp),
	New: func(s Settings) (Detector, error) {
		return &nullProbeRespDetector{
			offenders: newOffenders(s),
			unknown:   NewAddrTable[nullResponses](s.Tables.BSS / 8),
		}, nil
	},
}

// nullUnknown is how many responses, over at least BeaconGap, show that one
// without beacons is no hidden network that was not heard properly.
const nullUnknown = 3

// NULLPROBERESP: a probe response that names no network.
//
// # What it sees
//
// A probe response to one station whose SSID has no length. The firmware of old
// Prism, Orinoco and AirPort cards crashed on it. Hidden networks that answer
// so, as some do, and meshes, which have names of another kind, are told apart.
//
// # Source
//
// WVE-2006-0064. Kismet's alert of the same name, which was never raised.
//
// # Trigger
//
// From a BSSID whose beacons tell their SSID: one such frame, when its checksum
// was verified, else two within ten seconds. From one whose beacons were never
// heard: three within ten seconds, over at least a second, from it or to the
// same station, which is time enough for the beacons of a hidden network. It is
// repeated once a minute for each transmitter while it goes on.
//
// # Cannot see
//
// The attack in the name of a hidden network.
//
// # Known false positives
//
// A hidden network that answers, while its beacons are not heard for a second.
// One that shares its BSSID with a network that is not hidden.
//
// # Options
//
// None.
type nullProbeRespDetector struct {
	offenders
	// unknown are those who sent or got responses of BSSs without beacons.
	unknown *Table[dot11.Addr, nullResponses]
}

type nullResponses struct {
	first, last Instant
	n           int
}

func (d *nullProbeRespDetector) Frame(c *Context) {
	f, es := c.Frame, c.Elements
	if !es.HasSSID || len(es.SSID) > 0 || es.MeshID != nil || f.Receiver.IsGroup() {
		return
	}
	why, certain := "which is not hidden", false
	switch b := c.BSS; {
	case b == nil || b.LastBeacon == 0:
		from, to := d.count(f.Transmitter, c.Time), d.count(f.Receiver, c.Time)
		if !from && !to {
			return
		}
		why, certain = "of which no beacons are heard", true
	case b.HidesSSID:
		return
	}
	if d.show(c, 0, certain) {
		d.report(c, fmt.Sprintf("Probe response from %s to %s with an SSID of no length in the name of %s, %s: it crashes old Wi-Fi cards",
			f.Transmitter, f.Receiver, nameBSS(f.BSSID, c.BSS), why))
	}
}

// count takes in a response of a BSS without beacons that a sent or got, and
// reports whether there were enough of them.
func (d *nullProbeRespDetector) count(a dot11.Addr, t Instant) bool {
	r, _ := d.unknown.Put(a)
	if t.Sub(r.last) > flawMemory {
		*r = nullResponses{first: t}
	}
	r.last = t
	r.n++
	return r.n >= nullUnknown && t.Sub(r.first) >= BeaconGap
}
