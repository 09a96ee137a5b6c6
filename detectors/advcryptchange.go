package detectors

import (
	"fmt"
	"strings"

	"picket/capture/dot11"
)

var advCryptChange = Spec{
	Name:        "ADVCRYPTCHANGE",
	Class:       "SPOOF",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "A network is offered with weaker protection than before, with another kind without a restart, or with two kinds by turns.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	OnChange:    true,
	New: func(s Settings) (Detector, error) {
		return &advCryptChangeDetector{NewTable[network, history[protection]](s.Tables.BSS / 8)}, nil
	},
}

// ADVCRYPTCHANGE: a network that offers other protection than it did.
//
// # What it sees
//
// A BSSID offers a network with other ciphers, key management or management
// frame protection than before. An impostor does so to be joined by clients
// that would otherwise insist on better (WPA2 in place of WPA3, a password in
// place of 802.1X), or to be able to disconnect them (management frame
// protection taken off).
//
// # Source
//
// Kismet's alert of the same name. Downgrades of WPA3: M. Vanhoef and E. Ronen,
// "Dragonblood", 2020. RSN and WPA elements: IEEE 802.11-2020, 9.4.2.24.
//
// # Trigger
//
// What beacons and probe responses of one BSSID and SSID offer is compared: the
// level (WPA, WPA2, WPA3), pairwise ciphers, key management, management frame
// protection. Frames that are not whole are left out.
//
// By turns: two offers, each shown more than once, take turns, and one is back
// twice within a minute, or once after no more than five seconds.
//
// Weaker: three frames over at least a second show an offer that is weaker
// than the one before, whatever happened between. Weaker is a lower level, no
// WPA3 where it could be chosen, other key management beside 802.1X, ciphers
// with less than 256 bits beside those, less management frame protection.
//
// Different: the same with an offer that is neither weaker nor better, when the
// TSF went on and no more than three beacon intervals passed between the two,
// so that the access point has not restarted.
//
// At most one finding a minute for each network. Networks that are open, or
// WEP, where they were better before are left to CRYPTODROP.
//
// # Cannot see
//
// A network that is weak when it is heard for the first time. An impostor with
// an address of its own (APSPOOF). What is agreed on in the handshake, which is
// encrypted.
//
// # Known false positives
//
// An administrator who weakens the protection on purpose, or to let old
// clients in.
//
// # Options
//
// None.
type advCryptChangeDetector struct {
	networks *Table[network, history[protection]]
}

func (d *advCryptChangeDetector) Frame(c *Context) {
	ad, b := &c.ad, c.BSS
	if !c.advertises || ad.security == SecurityUnknown || b == nil || b.Security == SecurityUnknown {
		c.Explain("it is no whole frame of an access point that was heard before")
		return
	}
	shown := protectionOf(ad.security, c.Elements)
	// A hidden name is taken for the one that is known.
	known := ad.differs&traitName == 0
	if known && b.watched&watchedByAdvCryptChange == 0 && ad.differs&traitProtection == 0 {
		c.Explain("the protection is as before")
		return
	}
	key := network{b.BSSID, c.Name}
	if !c.HasName {
		key.ssid = b.SSID
	}
	h, isNew := d.networks.Put(key)
	if isNew {
		if known {
			h.now.adopt(b.protection, b, c.Source)
		}
		b.watched |= watchedByAdvCryptChange
	}
	weaker := shown.weaker(h.now.value)
	better := !weaker && h.now.value.weaker(shown)
	if c.Explaining() {
		c.Explain("%s, and last %s: weaker: %t, better: %t", shown, h.now.value, weaker, better)
	}
	said := h.observe("protection", shown, c, ad.restart || better, weaker)
	if known && said == inOrder && h.settled(c.Time) {
		d.networks.Delete(key)
		b.watched &^= watchedByAdvCryptChange
	}
	switch {
	case said == inOrder:
		return
	case isCryptoDrop(said, h.now.value.level, h.before.value.level):
		c.Explain("a drop to open or WEP is left to CRYPTODROP")
		return
	case !h.due(c.Time):
		c.Explain("told of within the last minute")
		return
	}
	c.Report(Report{
		Text:   protectionText(h, said, key),
		Frames: h.frames,
		Trail:  &h.trail,
	})
}

// isCryptoDrop reports whether CRYPTODROP tells of it.
func isCryptoDrop(said verdict, now, before Security) bool {
	if said == takesTurns && before < now {
		now, before = before, now
	}
	return now <= SecurityWEP && now < before
}

func protectionText(h *history[protection], said verdict, key network) string {
	what := fmt.Sprintf("Network '%s' of BSSID %s", &key.ssid, key.bssid)
	if said == takesTurns {
		return fmt.Sprintf("%s is offered with %s%s and with %s%s by turns: there are two access points with this BSSID",
			what, h.now.value, h.now.dBm(), h.before.value, h.before.dBm())
	}
	text := fmt.Sprintf("%s is offered with %s%s where %s before it was %s%s",
		what, h.now.value, h.now.dBm(), rough(h.gap), h.before.value, h.before.dBm())
	if list := h.now.value.weaknesses(h.before.value); len(list) > 0 {
		return text + ", which is weaker: " + strings.Join(list, ", ")
	}
	return text + ", without a restart"
}
