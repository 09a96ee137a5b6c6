package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var rtl8195VD1406 = Spec{
	Name:        "RTL8195VD1406",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An EAPOL-Key frame longer than 512 octets, which overflows the memory of Realtek's RTL8195A and its like.",
	Protocols:   protocolsOf(ProtocolEAPOL),
	New: func(s Settings) (Detector, error) {
		return &rtl8195VD1406Detector{newOversizers(s)}, nil
	},
}

// rtl8195Buffer is the size of the memory that the firmware copies a key frame
// into.
const rtl8195Buffer = 512

// RTL8195VD1406: a key frame that is longer than a receiver's memory for it.
//
// # What it sees
//
// An EAPOL-Key frame, in either direction, that is or says to be longer than
// 512 octets. The firmware of Realtek's Ameba chips (RTL8195A, RTL8711AM and
// others, in many small devices) copies it into 512 octets to check its MIC,
// and runs what the sender likes.
//
// # Source
//
// CVE-2020-9395; VDOO's advisories VD-1406 and VD-1407.
//
// # Trigger
//
// An EAPOL-Key frame of RSN or WPA whose body is declared longer than 512
// octets, also when less than that is there or the frame is the first of
// several fragments. A frame that has less than it declares counts when its
// checksum was verified, else when a second one with that length comes within
// ten seconds. One finding a minute for each sender. An access point that is
// part of a multi-link device (Wi-Fi 7) sends the keys of all links in one
// message: from it, as much as that can take is not counted.
//
// # Cannot see
//
// The same in an encrypted frame, as in a re-keying.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type rtl8195VD1406Detector struct{ oversizers }

func (d *rtl8195VD1406Detector) Frame(c *Context) {
	const rsnKey, wpaKey = dot11.DescriptorRSN, dot11.DescriptorWPA
	p, ok := dot11.ParseEAPOL(c.Payload)
	if !ok || p.PacketType != dot11.EAPOLTypeKey || len(p.Body) == 0 || p.Body[0] != rsnKey && p.Body[0] != wpaKey {
		c.Explain("no key frame of RSN or WPA")
		return
	}
	if p.Length <= rtl8195Buffer {
		if c.Explaining() {
			c.Explain("%d octets, more than %d are too long", p.Length, rtl8195Buffer)
		}
		return
	}
	bssid, _, fromAP := c.sides(true)
	b := c.LookupBSS(bssid)
	if fromAP && b != nil && b.MultiLink && int(p.Length) <= keyBodyFixed+longestKeyData(b) {
		c.Explain("it is no longer than the keys of all links of a Wi-Fi 7 access point")
		return
	}
	e := d.add(c, int(p.Length), len(p.Body) == int(p.Length))
	if e == nil {
		return
	}
	c.Report(Report{
		Text: fmt.Sprintf("EAPOL-Key frame of %s (more than %d) from %s to %s of %s: an attempt to overflow the memory of Realtek's RTL8195A firmware (CVE-2020-9395): %s",
			declared(int(p.Length), len(p.Body)), rtl8195Buffer, c.Frame.Transmitter, c.Frame.Receiver, nameBSS(bssid, b), e),
		BSSID:  bssid,
		Source: c.Frame.Transmitter,
		Dest:   c.Frame.Receiver,
		Frames: e.frames,
		Trail:  &e.trail,
	})
}

// keyBodyFixed is the length of a key frame's body without key data, with the
// longest MIC.
const keyBodyFixed = 77 + 32 + 2
