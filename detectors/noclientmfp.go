package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var noClientMFP = Spec{
	Name:        "NOCLIENTMFP",
	Class:       "SPOOF",
	Severity:    5,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "A client joins without the management frame protection that the network offers, and can be thrown off it.",
	Wants:       dot11.KindsOf(dot11.AssocReq, dot11.ReassocReq, dot11.Beacon, dot11.ProbeResp),
	Options: []Option{
		{Name: "accesspoints", Default: 0, Min: 0, Max: 1, Unit: "(1 = yes)", Doc: "Whether to tell of access points that offer no protection, too."},
	},
	New: func(s Settings) (Detector, error) {
		d := &noClientMFPDetector{clients: newMemberTable[Instant](s.Tables.Stations / 16)}
		if s.Int("accesspoints") != 0 {
			d.accessPoints = NewAddrTable[Instant](s.Tables.BSS / 4)
		}
		return d, nil
	},
}

// noMFPRepeat is after what time it is told again: a client does not change
// what it can do.
const noMFPRepeat = 24 * time.Hour

// NOCLIENTMFP: a client does without management frame protection.
//
// # What it sees
//
// A client that joins a network without management frame protection (802.11w)
// although the access point offers it. Anybody can throw this client off the
// network with forged deauthentications, which is how many attacks begin.
//
// # Source
//
// IEEE 802.11-2020, 9.4.2.24.4 (RSN capabilities: MFPC, MFPR).
//
// # Trigger
//
// An association or reassociation request with a whole RSN element that does
// not say that the client is capable (MFPC), to an access point whose beacons
// or probe responses say that it is. Once a day for each client and access
// point. If the option accesspoints is 1, also an access point with an RSN
// element and without protection, once a day.
//
// # Cannot see
//
// Clients of an access point of which no beacon or probe response was heard.
// Whether a client that says to be capable was let in with protection.
//
// # Known false positives
//
// None: it is a fact, not an attack. Old clients can't help it.
//
// # Options
//
//   - accesspoints: 1 to tell of access points that offer no protection, too (0).
type noClientMFPDetector struct {
	clients      *Table[member, Instant] // when it was told of
	accessPoints *Table[dot11.Addr, Instant]
}

func (d *noClientMFPDetector) Frame(c *Context) {
	if k := c.Frame.Kind; k == dot11.Beacon || k == dot11.ProbeResp {
		if d.accessPoints != nil {
			d.accessPoint(c)
		} else {
			c.Explain("access points without management frame protection are not told of: option accesspoints")
		}
		return
	}
	f, b := c.Frame, c.BSS
	switch {
	case b == nil || b.Advertised == 0:
		c.Explain("what the access point offers is not known")
		return
	case !b.MFPCapable():
		c.Explain("the access point offers no management frame protection")
		return
	case !isStation(f.Transmitter) || !declines(c):
		c.Explain("the client is capable of management frame protection, or has no whole RSN element")
		return
	}
	told, _ := d.clients.Put(member{f.BSSID, f.Transmitter})
	if !mfpDue(told, c.Time) {
		c.Explain("the client declines management frame protection; that was told within the last day")
		return
	}
	offer, result := "offers", "forged deauthentications can throw it off the network"
	if b.MFPRequired() {
		offer, result = "demands", "the access point has to refuse it"
	}
	c.Report(Report{Text: fmt.Sprintf("Client %s joins %s without management frame protection (%s), which the access point %s: %s",
		f.Transmitter, nameBSS(f.BSSID, b), f.Kind, offer, result)})
}

// declines reports whether the frame has an RSN element, whole, without the
// bit for management frame protection.
func declines(c *Context) bool {
	es := c.Elements
	return es.HasRSN && !es.RSN.Truncated && !es.RSN.MFPCapable() && es.Fault == dot11.NoFault
}

func mfpDue(told *Instant, t Instant) bool {
	if *told != 0 && t.Sub(*told) < noMFPRepeat {
		return false
	}
	*told = t
	return true
}

func (d *noClientMFPDetector) accessPoint(c *Context) {
	if !c.advertises || c.BSS == nil || c.Frame.Truncated || !declines(c) {
		c.Explain("it offers management frame protection, or has no whole RSN element")
		return
	}
	told, _ := d.accessPoints.Put(c.Frame.BSSID)
	if mfpDue(told, c.Time) {
		c.Report(Report{Text: fmt.Sprintf("Access point %s offers no management frame protection: forged deauthentications can throw its clients off the network",
			nameBSS(c.Frame.BSSID, c.BSS))})
	}
}
