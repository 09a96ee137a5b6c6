package detectors

var vdoo202027301 = Spec{
	Name:        "VDOO202027301",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "Key data too long for a handshake, which overflow the memory of Realtek's RTL8710C.",
	Protocols:   protocolsOf(ProtocolEAPOL),
	New: func(s Settings) (Detector, error) {
		return &vdoo202027301Detector{newOversizers(s)}, nil
	},
}

// vdooLimit is what the firmware's buffer for the keys of other handshakes than
// those of VDOO202027302 holds.
const vdooLimit = 257

// VDOO202027301: keys in a handshake that are longer than keys can be.
//
// # What it sees
//
// Message 3 of a 4-way handshake, or the first of a group key handshake, with
// key data so long that the firmware of Realtek's RTL8710C and other Ameba
// chips overflows its memory when it unwraps them. The sender is an access
// point that knows the password, or an impostor that does.
//
// # Source
//
// CVE-2020-27301; VDOO's advisory on the Realtek RTL8710C, 2021.
//
// # Trigger
//
// An unprotected message of that kind, from the access point, with a key
// descriptor of RSN or WPA of another version than 2, whose key data are
// declared longer than 257 octets, and longer than the access point has use for
// by what it advertises: fast transition (802.11r), management frame protection
// and Wi-Fi 7 make them longer. Key data that are not all there count when the
// frame's checksum was verified, else when a second frame with that length
// comes within ten seconds. One finding a minute for each sender.
//
// # Cannot see
//
// What the key data hold, which is encrypted. Those in an encrypted frame, as
// in a re-keying.
//
// # Known false positives
//
// An access point of which no beacon was heard, with fast transition or Wi-Fi
// 7.
//
// # Options
//
// None.
type vdoo202027301Detector struct{ oversizers }

func (d *vdoo202027301Detector) Frame(c *Context) {
	m := c.keyMessage()
	switch {
	case m == nil:
		c.Explain("no key message")
	case m.usesAESWrap():
		c.Explain("the key data are wrapped with AES, which is VDOO202027302's matter")
	case longKeyData(c, m, vdooLimit):
		d.reportKeyData(c, m, "with this key descriptor", vdooLimit, "CVE-2020-27301")
	}
}
