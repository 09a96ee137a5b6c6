package detectors

import "picket/capture/dot11"

var vdoo202027302 = Spec{
	Name:        "VDOO202027302",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "Key data too long for a WPA2 handshake with AES, which overflow the memory of Realtek's RTL8710C.",
	Protocols:   protocolsOf(ProtocolEAPOL),
	New: func(s Settings) (Detector, error) {
		return &vdoo202027302Detector{newOversizers(s)}, nil
	},
}

// vdooLimitAES is what the firmware's buffer for keys wrapped with AES holds.
const vdooLimitAES = 128

// VDOO202027302: keys in a WPA2 handshake that are longer than keys can be.
//
// # What it sees
//
// Message 3 of a 4-way handshake of WPA2, or the first of a group key
// handshake, with key data so long that the firmware of Realtek's RTL8710C and
// other Ameba chips overflows its memory when it copies them. The sender is an
// access point that knows the password, or an impostor that does.
//
// # Source
//
// CVE-2020-27302; VDOO's advisory on the Realtek RTL8710C, 2021.
//
// # Trigger
//
// An unprotected message of that kind, from the access point, with key
// descriptor version 2 (WPA2 with AES), whose key data are declared longer than
// 128 octets, and longer than the access point has use for by what it
// advertises: WPA beside WPA2, management frame protection and fast transition
// make them longer. Key data that are not all there count when the frame's
// checksum was verified, else when a second frame with that length comes within
// ten seconds. One finding a minute for each sender.
//
// # Cannot see
//
// What the key data hold, which is encrypted. Those in an encrypted frame, as
// in a re-keying. A length that the access point's other features would
// explain.
//
// # Known false positives
//
// An access point of which no beacon was heard, with beacon protection and WPA
// beside WPA2.
//
// # Options
//
// None.
type vdoo202027302Detector struct{ oversizers }

func (d *vdoo202027302Detector) Frame(c *Context) {
	m := c.keyMessage()
	switch {
	case m == nil:
		c.Explain("no key message")
	case !m.usesAESWrap():
		c.Explain("the key data are not wrapped with AES, which is VDOO202027301's matter")
	case longKeyData(c, m, vdooLimitAES):
		d.reportKeyData(c, m, "wrapped with AES", vdooLimitAES, "CVE-2020-27302")
	}
}

// usesAESWrap reports whether the key data are encrypted as WPA2 has it.
func (m *keyMessage) usesAESWrap() bool {
	return m.Info&dot11.KeyInfoVersion == 2
}
