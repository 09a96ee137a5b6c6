package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

var nonceDegrade = Spec{
	Name:        "NONCEDEGRADE",
	Class:       "EXPLOIT",
	Severity:    10,
	Limit:       "0/min",
	Burst:       "0/sec",
	Description: "A key handshake without freshness or without a key, as attacks on careless stations use.",
	Protocols:   protocolsOf(ProtocolEAPOL),
	New: func(s Settings) (Detector, error) {
		zero, err := newZeroKey()
		if err != nil {
			return nil, err
		}
		return &nonceDegradeDetector{
			zero:  zero,
			pairs: NewTable[degradeKey, episode](s.Tables.Stations / 64),
		}, nil
	},
}

// NONCEDEGRADE: a handshake that gives no key, or no fresh one.
//
// # What it sees
//
// Key messages that no sound station sends, nor accepts: a nonce of zeros where
// the handshake needs a fresh one; a message whose MIC was made with a key of
// zeros, which a station has that was made to skip the first messages; a group
// key handshake in the clear, which takes place before there is a key. An
// impostor without the password gives a careless station, such as OpenBSD's
// was, its own group key in this way, and then sends it what it likes.
//
// # Source
//
// M. Vanhoef, D. Schepers and F. Piessens, "Discovering Logical Vulnerabilities
// in the Wi-Fi Handshake Using Model-Based Testing", 2017; M. Vanhoef and F.
// Piessens, "Key Reinstallation Attacks", 2017.
//
// # Trigger
//
// An unprotected EAPOL-Key frame of one of these kinds, whole: message 1, 2 or
// 3 of the 4-way handshake with a zero nonce; any with the MIC of the zero key
// (HMAC-MD5, HMAC-SHA-1 or AES-CMAC, as the frame says); one of the group key
// handshake of RSN. One finding a minute for each pair of stations and each
// kind.
//
// # Cannot see
//
// A group key handshake that is encrypted, as it should be. A MIC of the AKM
// suites with SHA-256 or SHA-384.
//
// # Known false positives
//
// Old drivers that send the messages of the group key handshake in the clear.
//
// # Options
//
// None. It is off (rate 0) as long as the configuration does not say otherwise.
type nonceDegradeDetector struct {
	zero  *zeroKey
	pairs *Table[degradeKey, episode]
}

type degradeKey struct {
	bssid, station dot11.Addr
	kind           degradeKind
}

type degradeKind uint8

const (
	degradeNone degradeKind = iota
	degradeZeroKey
	degradeZeroNonce
	degradeClearGroup
)

func (d *nonceDegradeDetector) Frame(c *Context) {
	m := c.keyMessage()
	if m == nil || m.Truncated {
		c.Explain("not a whole key message")
		return
	}
	kind := d.judge(c, m)
	if kind == degradeNone {
		if c.Explaining() {
			c.Explain("%s is protected as it has to be: a nonce where one is due, no MIC of a key of zeros", m.number)
		}
		return
	}
	e, _ := d.pairs.Put(degradeKey{m.bssid, m.station, kind})
	e.add(c)
	if e.due(c.Time) {
		c.Report(Report{
			Text:   kind.text(c, m, e),
			BSSID:  m.bssid,
			Source: c.Frame.Transmitter,
			Dest:   c.Frame.Receiver,
			Frames: e.frames,
			Trail:  &e.trail,
		})
	} else {
		c.Explain("it gives no fresh key; the two were told of for this within the last minute")
	}
}

func (d *nonceDegradeDetector) judge(c *Context, m *keyMessage) degradeKind {
	needsNonce := keyM1 <= m.number && m.number <= keyM3
	switch {
	case d.zero.signed(c.Payload, &m.EAPOLKey):
		return degradeZeroKey
	case needsNonce && m.Descriptor == dot11.DescriptorRSN && m.Nonce == [32]byte{}:
		return degradeZeroNonce
	case m.Descriptor == dot11.DescriptorRSN && (m.number == keyGroup1 || m.number == keyGroup2):
		return degradeClearGroup
	}
	return degradeNone
}

func (k degradeKind) text(c *Context, m *keyMessage, e *episode) string {
	from, to := m.station, m.bssid
	if m.fromAP {
		from, to = to, from
	}
	what := fmt.Sprintf("%s from %s to %s", m.number, from, to)
	if b := c.LookupBSS(m.bssid); b != nil && !b.SSID.Hidden() {
		what += " in network " + quoteSSID(b.SSID.Bytes())
	}
	switch k {
	case degradeZeroKey:
		what += " has a MIC that was made with a key of zeros: the handshake was cut short, and what it sets up protects nothing"
	case degradeZeroNonce:
		what += " has a nonce of zeros: the key that comes of it is not fresh"
	case degradeClearGroup:
		what += " is in the clear"
		if m.Nonce == [32]byte{} && m.KeyDataLength == 0 {
			what += ", with no key data and a nonce of zeros"
		}
		what += ": it takes place before there is a key to protect it, as with a station that was made to skip the 4-way handshake"
	}
	return what + "; " + e.String()
}
