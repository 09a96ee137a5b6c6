package detectors

import (
	"bytes"
	"strconv"
	"time"

	"picket/capture/dot11"
)

// Context is one frame and what the engine knew of those involved before it.
// It is the engine's and is reused: nothing in it outlives the call.
type Context struct {
	Frame *dot11.Frame
	// Elements are those of a management frame, empty for others.
	Elements *dot11.ElementSet
	// Time is when the frame was captured.
	Time Instant
	// Listened is Time on a line that stands still while nobody listens, as
	// far as the engine is told. What is not heard for some time is missing
	// only if that much has passed here.
	Listened Instant
	// Source names the data source that heard it.
	Source string

	// BSS is that of Frame.BSSID, Station the transmitter's record and Peer
	// the receiver's when they are not access points, SSID that of the SSID
	// element. Each is nil when it was never heard of before this frame.
	BSS     *BSS
	Station *Station
	Peer    *Station
	SSID    *SSID
	// Name is the SSID the frame names, valid iff HasName: there is one of
	// legal length and it is not hidden.
	Name    Name
	HasName bool

	// Protocol is what a data frame that can be read carries, as far as
	// detectors know it, and Payload the octets of EAPOL and Agere.
	Protocol Protocol
	Payload  []byte

	// again: another source has heard the frame before. It must not be counted.
	again bool
	// repeats: the frame is a beacon of a BSS whose elements are those of its
	// last advertisement, a beacon, too.
	repeats bool
	// ad is what an access point's beacon or probe response advertises, valid
	// iff advertises.
	ad         advertisement
	advertises bool

	// carried is the packet, valid iff Protocol is DHCP or IP.
	carried packet
	// key is what keyMessage returns.
	key            keyMessage
	keyRead, isKey bool

	engine   *Engine
	captured time.Time
	running  *slot
	why      *explanation // nil unless somebody wants to know
}

// FromAP reports whether the frame claims to be sent by the BSSID itself.
func (c *Context) FromAP() bool {
	return c.Frame.Transmitter == c.Frame.BSSID && !c.Frame.BSSID.IsZero()
}

// LookupBSS is the BSS of an address other than Frame.BSSID, nil when never
// heard of.
func (c *Context) LookupBSS(a dot11.Addr) *BSS { return c.engine.state.bss.Peek(a) }

// Keep copies the current frame into the evidence arena.
func (c *Context) Keep() Ref { return c.keep(Ref{}) }

func (c *Context) keep(old Ref) Ref {
	return c.engine.evidence.keep(old, c.Frame, c.captured, c.Source)
}

// Report hands a finding of the running detector to the engine's user.
func (c *Context) Report(r Report) {
	f := &Finding{
		Name:       c.running.spec.Name,
		Text:       r.Text,
		BSSID:      orAddr(r.BSSID, c.Frame.BSSID),
		Source:     orAddr(r.Source, c.Frame.Source),
		Dest:       orAddr(r.Dest, c.Frame.Destination),
		Other:      r.Other,
		Subject:    r.Subject,
		Channel:    c.channel(),
		Time:       c.captured,
		Frames:     max(r.Frames, 1),
		RateBased:  c.running.spec.RateBased,
		Datasource: c.Source,
		Verdict:    r.Verdict,
		SSID:       c.ssid(&r),
	}
	f.FreqMHz, f.SignalDBm, f.HasSignal = reception(&c.Frame.Radio)
	if r.Trail != nil {
		f.Evidence = r.Trail.collect(&c.engine.evidence)
	}
	if len(f.Evidence) == 0 {
		if e, ok := c.engine.evidence.evidence(c.Keep(), "the frame"); ok {
			f.Evidence = []Evidence{e}
		}
	}
	for i := range f.Evidence {
		if e := &f.Evidence[i]; e.Time.Equal(c.captured) && e.Datasource == c.Source && bytes.HasPrefix(c.Frame.Captured(), e.Data) {
			e.Note += ", which completed the finding"
		}
	}
	c.running.stats.Findings++
	if c.why != nil {
		d := c.why.decision(c.running)
		d.Findings = append(d.Findings, f)
	}
	c.Lead(leadFound)
	c.engine.report(f)
}

// ssid is a copy of the SSID that a report is about.
func (c *Context) ssid(r *Report) []byte {
	bssid, bss := orAddr(r.BSSID, c.Frame.BSSID), c.BSS
	switch {
	case r.SSID != nil:
		return bytes.Clone(r.SSID)
	case bssid != c.Frame.BSSID:
		bss = c.LookupBSS(bssid)
	case c.HasName:
		return bytes.Clone(c.Name.Bytes())
	}
	if bss == nil || bss.SSID.Hidden() {
		return nil
	}
	return bytes.Clone(bss.SSID.Bytes())
}

// channel is the one that the frame, else its BSS, advertises, else the one
// the frame was heard on, else "0" as Kismet has it.
func (c *Context) channel() string { return strconv.Itoa(int(c.channelNumber())) }

func (c *Context) channelNumber() uint16 {
	if ch := c.Elements.Channel(); ch != 0 {
		return uint16(ch)
	}
	if c.BSS != nil && c.BSS.Channel != 0 {
		return uint16(c.BSS.Channel)
	}
	if c.Frame.Radio.Has&dot11.HasFrequency != 0 {
		return c.Frame.Radio.Channel
	}
	return 0
}

func orAddr(a, b dot11.Addr) dot11.Addr {
	if a.IsZero() {
		return b
	}
	return a
}
