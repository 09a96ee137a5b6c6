package detectors

import (
	"cmp"
	"time"

	"picket/capture/dot11"
)

// state holds what the air has said, in tables of fixed size. It is looked up
// before the detectors see a frame and updated after.
type state struct {
	bss      *Table[dot11.Addr, BSS]
	stations *Table[dot11.Addr, Station]
	ssids    *Table[Name, SSID]
}

func newState(s Sizes) *state {
	return &state{
		bss:      NewAddrTable[BSS](s.BSS),
		stations: NewAddrTable[Station](s.Stations),
		ssids:    NewNameTable[SSID](s.SSIDs),
	}
}

func (s Sizes) orDefault() Sizes {
	d := DefaultSizes
	return Sizes{
		BSS:      cmp.Or(s.BSS, d.BSS),
		Stations: cmp.Or(s.Stations, d.Stations),
		SSIDs:    cmp.Or(s.SSIDs, d.SSIDs),
	}
}

// lookupAddresses fills in the records of those whom the frame involves.
func (s *state) lookupAddresses(c *Context) {
	c.BSS, c.Station, c.Peer = nil, nil, nil
	f := c.Frame
	if isStation(f.BSSID) {
		c.BSS = s.bss.Get(f.BSSID)
	}
	if f.Transmitter != f.BSSID && isStation(f.Transmitter) {
		c.Station = s.stations.Get(f.Transmitter)
	}
	if f.Receiver != f.BSSID && isStation(f.Receiver) {
		c.Peer = s.stations.Get(f.Receiver)
	}
}

// nameRefresh is how old the order of eviction of SSIDs may be.
const nameRefresh = time.Second

// lookupName fills in the SSID that the frame's elements name and its record.
// Of a BSS that keeps its name it is at hand, and the table is asked only now
// and then, so that the record keeps its place in it. A record that was evicted
// is by now that of another name.
func (s *state) lookupName(c *Context) {
	c.SSID = nil
	b := c.BSS
	switch {
	case c.repeats:
		c.Name, c.HasName = b.SSID, b.named
	case b != nil && b.name != nil && c.Elements.HasSSID && b.name.Name.is(c.Elements.SSID):
		c.Name, c.HasName = b.name.Name, true
	default:
		c.Name, c.HasName = shownName(c.Elements)
	}
	if !c.HasName {
		return
	}
	if b != nil && b.name != nil && b.name.Name == c.Name && c.Time.Sub(b.nameFound) < nameRefresh {
		c.SSID = b.name
		return
	}
	c.SSID = s.ssids.Get(c.Name)
	if b != nil {
		b.name, b.nameFound = c.SSID, c.Time
	}
}

// isStation reports whether a can be the address of one station.
func isStation(a dot11.Addr) bool { return !a.IsGroup() && !a.IsZero() }

// shownName is the SSID of a frame that names one.
func shownName(es *dot11.ElementSet) (name Name, ok bool) {
	if !es.HasSSID {
		return Name{}, false
	}
	name, ok = NameOf(es.SSID)
	return name, ok && !name.Hidden()
}

// update takes the frame into the state. Of deauthentications and
// disassociations only the time is noted: they are what forgers send, and no
// sign that the one they name is there.
func (s *state) update(c *Context) {
	f := c.Frame
	switch f.Kind {
	case dot11.Deauth, dot11.Disassoc:
		s.notePartings(c)
		return
	case dot11.Beacon, dot11.ProbeResp:
		s.updateAdvertisement(c)
		return
	case dot11.ProbeReq, dot11.AssocReq, dot11.ReassocReq:
		s.updateName(c, false)
	}
	if !f.Kind.IsManagement() && !f.Kind.IsData() {
		return
	}
	switch {
	case !isStation(f.Transmitter) || f.BSSID.IsZero():
	case f.Transmitter == f.BSSID:
		s.heardBSS(c)
		if c.Peer != nil && f.Kind.IsData() {
			c.Peer.Served = c.Time
			noteData(c, c.Peer, true)
		}
		if c.Peer != nil && joiningKinds.Has(f.Kind) {
			c.Peer.Joined = c.Time
		}
	default:
		s.updateStation(c)
	}
}

// heardBSS notes a frame transmitted by the BSSID.
func (s *state) heardBSS(c *Context) *BSS {
	b := c.BSS
	if b == nil {
		b, _ = s.bss.Put(c.Frame.BSSID)
		b.BSSID, b.First = c.Frame.BSSID, c.Time
	}
	b.Last = c.Time
	b.Frames++
	if c.Frame.Kind.IsManagement() {
		b.Numbering.heard(c)
		b.noteSwitch(c)
	}
	radio := &c.Frame.Radio
	if radio.Has&dot11.HasFrequency != 0 {
		b.FreqMHz = radio.FreqMHz
	}
	if radio.Has&dot11.HasSignal != 0 {
		b.Signal.add(radio.SignalDBm, c.Source, c.Time)
	}
	return b
}

// updateAdvertisement takes in a beacon or probe response of the BSS itself.
// In an IBSS any member sends them.
func (s *state) updateAdvertisement(c *Context) {
	f := c.Frame
	fixed, ok := f.Beacon()
	if !ok || !isStation(f.BSSID) {
		return
	}
	if f.Transmitter != f.BSSID && fixed.Capability&dot11.CapIBSS == 0 {
		return
	}
	if fixed.Capability&dot11.CapIBSS != 0 && c.BSS != nil && c.BSS.isAP(c.Time) {
		c.BSS.ofBeacon = false
		return // an access point's address, but not the access point
	}
	b := s.heardBSS(c)
	if b.RestartedBy(fixed.TSF, c.Time) {
		b.Restarted = c.Time
	}
	b.TSF, b.TSFAt = fixed.TSF, c.Time
	b.Advertised = c.Time
	if f.Kind == dot11.Beacon {
		if b.LastBeacon == 0 || c.Time.Sub(b.LastBeacon) > BeaconGap {
			b.BeaconsSince = c.Time
		}
		b.LastBeacon = c.Time
		b.Beacons++
		b.HidesSSID = !c.HasName
		b.radio.note(c)
	}
	b.Interval, b.Capability = fixed.Interval, fixed.Capability
	b.ofBeacon = f.Kind == dot11.Beacon
	name := s.updateName(c, true)
	if c.ad.repeats {
		return // the rest is what it was
	}
	b.named = name != nil
	es := c.Elements
	if security := shownSecurity(c); security != SecurityUnknown {
		b.Security = security
		b.protection = protectionOf(security, es)
	}
	b.RSN, b.HasRSN = es.RSN, es.HasRSN
	b.WPA, b.HasWPA = es.WPA, es.HasWPA
	b.MultiLink = es.HasMultiLink
	if ch := es.Channel(); ch != 0 {
		b.Channel = ch
		if f.Kind == dot11.Beacon {
			b.BeaconChannel = ch
		}
	}
	if f.Kind == dot11.Beacon {
		b.country.note(es.Country)
	}
	if name != nil {
		b.SSID = name.Name
	}
}

// updateName notes that the frame names an SSID.
func (s *state) updateName(c *Context, advertised bool) *SSID {
	n := c.SSID
	if n == nil {
		if !c.HasName {
			return nil
		}
		n, _ = s.ssids.Put(c.Name)
		n.Name, n.First = c.Name, c.Time
	}
	n.Last = c.Time
	if advertised {
		n.Advertised, n.BSSID = c.Time, c.Frame.BSSID
	} else if c.Frame.Kind == dot11.ProbeReq {
		n.Probed = c.Time
	}
	return n
}

func (s *state) updateStation(c *Context) {
	f, st := c.Frame, c.Station
	if st == nil {
		st, _ = s.stations.Put(f.Transmitter)
		st.Addr, st.First = f.Transmitter, c.Time
	}
	st.Last = c.Time
	st.Frames++
	if isStation(f.BSSID) {
		st.BSSID = f.BSSID
	}
	if f.Kind != dot11.ProbeReq {
		st.Spoke = c.Time
	}
	switch {
	case f.Kind.IsManagement():
		st.Numbering.heard(c)
	case f.Kind.IsData() && f.Receiver == f.BSSID:
		noteData(c, st, false)
	}
	if joiningKinds.Has(f.Kind) {
		st.Joined = c.Time
		if f.Kind != dot11.Auth {
			st.MFP = c.Elements.HasRSN && c.Elements.RSN.MFPCapable()
		}
	}
	if f.Radio.Has&dot11.HasFrequency != 0 {
		st.FreqMHz = f.Radio.FreqMHz
	}
	if f.Radio.Has&dot11.HasSignal != 0 {
		st.Signal.add(f.Radio.SignalDBm, c.Source, c.Time)
	}
}

// joiningKinds are the kinds of frame that an association begins with.
var joiningKinds = dot11.KindsOf(dot11.Auth, dot11.AssocReq, dot11.AssocResp, dot11.ReassocReq, dot11.ReassocResp)
