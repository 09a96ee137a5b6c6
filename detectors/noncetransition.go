package detectors

import (
	"fmt"

	"picket/capture/dot11"
)

// Fast BSS transition (IEEE 802.11-2020, 13.5) has the nonces in an element of
// the reassociation request, and no messages.

// transitionNonces are those of a fast transition element (9.4.2.47), which has
// 2 octets of control and a MIC before them; false when it has no MIC, or one of
// another length.
func transitionNonces(c *Context) (anonce, snonce [32]byte, ok bool) {
	const nonces = 2 + micLength
	walk := c.Frame.Elements()
	for walk.Next() {
		if walk.ID != dot11.ElementFastTransition || len(walk.Data) < nonces+64 {
			continue
		}
		anonce, snonce = [32]byte(walk.Data[nonces:]), [32]byte(walk.Data[nonces+32:])
		return anonce, snonce, snonce != [32]byte{}
	}
	return anonce, snonce, false
}

func (d *nonceReuseDetector) reassociation(c *Context) {
	f := c.Frame
	if !isStation(f.Transmitter) || !isStation(f.BSSID) {
		return
	}
	anonce, snonce, ok := transitionNonces(c)
	if !ok {
		c.Explain("no reassociation by fast transition")
		return
	}
	h, _ := d.clients.Put(f.Transmitter)
	if !h.transition || h.bssid != f.BSSID || h.anonce != anonce || h.snonce != snonce {
		*h = handshake{bssid: f.BSSID, transition: true, anonce: anonce, snonce: snonce}
		h.frame.repeats(c)
		h.trail.Add(c)
		c.Explain("a fast transition with nonces that are new")
		return
	}
	if h.frame.repeats(c) || h.done == 0 || c.Time.Sub(h.done) < reuseCrossing {
		c.Explain("the request comes again, by the link layer or before it was answered")
		return
	}
	h.repeat(c)
	h.trail.Add(c)
	d.watch(c)
	if h.spoke != 0 && h.due(c.Time) {
		h.report(c, f.Transmitter, fmt.Sprintf("Fast reassociation request in the name of %s to %s comes again %s after it was answered (%s so far, nonce %X…), although the station has sent encrypted data since: key reinstallation (KRACK)",
			f.Transmitter, nameBSS(f.BSSID, c.BSS), rough(c.Time.Sub(h.done)), plural(h.repeats, "time"), h.snonce[:4]))
	} else {
		c.Explain("the request comes again; the station has not sent encrypted data since the answer, or it was told of within the last minute")
	}
}

// response notes that a fast transition was granted.
func (d *nonceReuseDetector) response(c *Context) {
	h := d.clients.Peek(c.Frame.Receiver)
	status, _, ok := c.Frame.AssocStatus()
	if h == nil || !ok || status != dot11.StatusSuccess || !h.transition || h.bssid != c.Frame.BSSID || h.done != 0 {
		return
	}
	h.done = c.Time
	d.watch(c)
}
