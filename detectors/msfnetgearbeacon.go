package detectors

import (
	"bytes"
	"fmt"

	"picket/capture/dot11"
)

var msfNetgearBeacon = Spec{
	Name:        "MSFNETGEARBEACON",
	Class:       "EXPLOIT",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A beacon with so many elements as overflow NetGear's Windows driver, as Metasploit sends it.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	Odd:         dot11.OddSize,
	New: func(s Settings) (Detector, error) {
		return &msfNetgearBeaconDetector{newOffenders(s)}, nil
	},
}

// MSFNETGEARBEACON: a beacon that overflows by its length.
//
// # What it sees
//
// A beacon or probe response with more than 1100 octets of elements. They
// overflow the memory of the Windows driver of NetGear's WG111v2, and take over
// the computer. Metasploit's module netgear_wg111_beacon has machine code in
// them, 6A 39 58 01, that jumps to the rest.
//
// # Source
//
// CVE-2006-5972, MOKB-16-11-2006. The module of the Metasploit Framework.
// Kismet's alert of the same name, which looks for the code at one place.
//
// # Trigger
//
// More than 1100 octets of elements that have that code anywhere. Or that are
// of no network that needs so many: there is neither the HT nor the HE
// capabilities element, one of which every network since 2009 has. One frame,
// when its checksum was verified, or when its elements end where the frame
// ends; else a second one within ten seconds with the code at the same place,
// or of the same length. It is repeated once a
// minute for each transmitter while it goes on.
//
// # Cannot see
//
// The same overflow with other code and with capabilities of a new network.
//
// # Known false positives
//
// None known. The long beacons of Wi-Fi 6 and 7 have the capabilities.
//
// # Options
//
// None.
type msfNetgearBeaconDetector struct{ offenders }

func (d *msfNetgearBeaconDetector) Frame(c *Context) {
	f := c.Frame
	jump := bytes.Index(f.Bytes(), []byte{0x6a, 0x39, 0x58, 0x01})
	s := flaw(jump)
	if jump < 0 {
		if isModern(c) {
			return
		}
		s = flaw(len(f.Bytes()))
	}
	if !d.show(c, s, c.Elements.Fault == dot11.NoFault) {
		return
	}
	text := fmt.Sprintf("%s from %s to %s of %d octets, more than such a network has to say", f.Kind, f.Transmitter, f.Receiver, len(f.Bytes()))
	if jump >= 0 {
		text = fmt.Sprintf("%s from %s to %s of %d octets, with the code of Metasploit's netgear_wg111_beacon at offset %d",
			f.Kind, f.Transmitter, f.Receiver, len(f.Bytes()), jump)
	}
	d.report(c, text+": an attempt to overflow the memory of receivers (CVE-2006-5972)")
}

// isModern reports whether the frame has capabilities of HT or HE, of a
// length that they can have.
func isModern(c *Context) bool {
	walk := c.Frame.Elements()
	for walk.Next() {
		e := &walk.Element
		ht := e.ID == dot11.ElementHTCap
		he := e.ID == dot11.ElementExtension && e.Ext == dot11.ExtHECap
		if (ht || he) && dot11.ElementLengths(e.ID, e.Ext).Has(len(e.Data)) {
			return true
		}
	}
	return false
}
