package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

// What the detectors of oversized EAPOL-Key frames share.

// keyConfirm is within what time a frame that may be damaged has to come again.
const keyConfirm = 10 * time.Second

// An oversizer is a transmitter of key frames that are too long.
type oversizer struct {
	episode
	length int // of the last, and when
	last   Instant
}

// oversizers remembers who sends key frames that are too long.
type oversizers struct {
	senders *Table[dot11.Addr, oversizer]
}

func newOversizers(s Settings) oversizers {
	return oversizers{NewAddrTable[oversizer](s.Tables.BSS / 64)}
}

// add takes in the current frame, which declares a length that is too great. It
// returns what there is to tell of, nil when it is not time to tell. A frame
// that contradicts itself might be damaged, unless its checksum was verified:
// then it takes another one of that length.
func (o oversizers) add(c *Context, length int, consistent bool) *episode {
	s, isNew := o.senders.Put(c.Frame.Transmitter)
	repeated := !isNew && s.length == length && c.Time.Sub(s.last) < keyConfirm
	s.length, s.last = length, c.Time
	s.episode.add(c)
	verified := c.Frame.FCSPresent && !c.Frame.Truncated
	if !consistent && !verified && !repeated {
		c.Explain("it declares too much and has less, so it may be damaged: it takes a second one of that length")
		return nil
	}
	if !s.due(c.Time) {
		c.Explain("it is too long; the sender was told of within the last minute")
		return nil
	}
	return &s.episode
}

// declared says how much of a length that is declared is there.
func declared(length, have int) string {
	if have < length {
		return fmt.Sprintf("%d octets, of which %d are there", length, have)
	}
	return fmt.Sprintf("%d octets", length)
}

// longestKeyData is how long the key data can be that the access point has to
// send in message 3 of the 4-way handshake (IEEE 802.11-2020, 12.7.6.4), judged
// by what it advertises. The standard sets no limit.
func longestKeyData(b *BSS) int {
	const (
		extension = 2 + 4           // RSNXE
		wpa       = 2 + 22          // the element of WPA, with one suite each
		header    = 2 + 4           // of a KDE
		groupKey  = header + 2 + 32 // GTK
		integrity = header + 8 + 32 // IGTK, BIGTK
		channel   = header + 3      // operating channel information
		// Fast transition: PMKR1Name in the RSN element, mobility domain,
		// fast transition element with the names of the key holders, two
		// timeouts.
		transition = 18 + 5 + 2 + 82 + 8 + 8 + 50 + 2*7
		// Each further link of a multi-link device: its elements and keys.
		links = 3
		link  = header + 7 + rsnLongest + extension + groupKey + 2*integrity
		wrap  = 8 + 8 // padding and what key wrapping adds
	)
	suites := int(b.RSN.PairwiseCount) + int(b.RSN.AKMCount)
	n := min(2+2+4+2+2+4*suites+2+2+4, rsnLongest) + extension + groupKey + channel + wrap
	if b.HasWPA {
		n += wpa
	}
	if b.MFPCapable() {
		n += 2 * integrity
	}
	if b.RSN.AKMs&akmFT != 0 {
		n += transition
	}
	if b.MultiLink {
		n += links * link
	}
	return n
}

// rsnLongest is more than the RSN element of any access point takes.
const rsnLongest = 64

// akmFT are the AKM suites of fast BSS transition.
const akmFT = 1<<dot11.AKMFT8021X | 1<<dot11.AKMFTPSK | 1<<dot11.AKMFTSAE | 1<<dot11.AKMFT8021XSHA384 |
	1<<dot11.AKMFTFILSSHA256 | 1<<dot11.AKMFTFILSSHA384 | 1<<dot11.AKMFTPSKSHA384 | 1<<dot11.AKMFTSAEGroupHash

// longKeyData reports whether the current frame is a message of an access point
// that gives a station its keys, with key data longer than limit and than the
// access point can have use for.
func longKeyData(c *Context, m *keyMessage, limit int) bool {
	if m.number != keyM3 && m.number != keyGroup1 || !m.fromAP {
		c.Explain("no message by which an access point gives its keys")
		return false
	}
	length := int(m.KeyDataLength)
	if length <= limit {
		if c.Explaining() {
			c.Explain("%d octets of key data, more than %d are too long", length, limit)
		}
		return false
	}
	b := c.LookupBSS(m.bssid)
	if b == nil || b.Advertised == 0 || !b.HasRSN {
		return true
	}
	longest := longestKeyData(b)
	if c.Explaining() {
		c.Explain("%d octets of key data, and by what the access point advertises it has use for %d", length, longest)
	}
	return length > longest
}

// reportKeyData tells of key data that are too long.
func (o oversizers) reportKeyData(c *Context, m *keyMessage, kind string, limit int, cve string) {
	e := o.add(c, int(m.KeyDataLength), !m.Truncated)
	if e == nil {
		return
	}
	c.Report(Report{
		Text: fmt.Sprintf("Key data of %s (%s, more than %d) in %s from %s to %s: an attempt to overflow the memory of Realtek's firmware (%s) by somebody who knows the password: %s",
			declared(int(m.KeyDataLength), len(m.KeyData)), kind, limit, m.number, nameBSS(m.bssid, c.LookupBSS(m.bssid)), m.station, cve, e),
		BSSID:  m.bssid,
		Source: c.Frame.Transmitter,
		Dest:   c.Frame.Receiver,
		Frames: e.frames,
		Trail:  &e.trail,
	})
}
