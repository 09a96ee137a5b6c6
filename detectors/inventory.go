package detectors

import (
	"time"

	"picket/capture/dot11"
)

// An Inventory is a copy of what the engine knows of who is on the air.
type Inventory struct {
	Networks []NetworkSeen
	Stations []StationSeen
	Names    []NameSeen
}

// NetworkSeen is what was heard of a BSS. What is not known is zero.
type NetworkSeen struct {
	BSSID       dot11.Addr
	First, Last time.Time
	Advertised  time.Time // last beacon or probe response
	LastBeacon  time.Time
	SSID        Name // the last that was told
	HidesSSID   bool // the last beacon did not tell it
	AdHoc       bool // it is an IBSS
	Channel     uint8
	FreqMHz     uint16 // heard on
	Interval    uint16 // of beacons, in TU of 1024 µs
	Security    Security
	protection  protection
	Signal      SignalSeen
	Frames      uint64 // transmitted by the BSSID, but for those that dismiss stations
	Beacons     uint64 // among them
	Restarted   time.Time
}

// StationSeen is what was heard of a station that is no access point.
type StationSeen struct {
	Addr        dot11.Addr
	First, Last time.Time
	BSSID       dot11.Addr // of the BSS that it last talked to
	Associated  bool       // it has joined a BSS, or was served by one
	FreqMHz     uint16     // last heard on
	Signal      SignalSeen
	Frames      uint64 // it transmitted, but for those that end an association
}

// NameSeen is what was heard of a network name.
type NameSeen struct {
	Name        Name
	First, Last time.Time
	Advertised  time.Time  // last beacon or probe response with it
	Probed      time.Time  // last probe request for it
	BSSID       dot11.Addr // that last advertised it
}

// SignalSeen is how strong somebody was heard, in dBm.
type SignalSeen struct {
	Known          bool
	Last, Min, Max int8
}

// portion is how many records are copied in one go: so many that the frames
// that wait meanwhile are no more than a batch.
const portion = 512

// TakeInventory copies what the engine knows, in portions: each is copied
// within a call of inTurn, which has to run what it is given when nobody else
// uses the engine, before it returns. Frames may be handed to the engine between
// two portions; who is there from the first to the last is in the copy once.
func (e *Engine) TakeInventory(inTurn func(func())) *Inventory {
	v := &Inventory{}
	inTurn(func() {
		v.Networks = make([]NetworkSeen, 0, e.state.bss.Len())
		v.Stations = make([]StationSeen, 0, e.state.stations.Len())
		v.Names = make([]NameSeen, 0, e.state.ssids.Len())
	})
	inPortions(inTurn, e.state.bss, func(b *BSS) { v.Networks = append(v.Networks, e.networkSeen(b)) })
	inPortions(inTurn, e.state.stations, func(s *Station) { v.Stations = append(v.Stations, e.stationSeen(s)) })
	inPortions(inTurn, e.state.ssids, func(n *SSID) {
		v.Names = append(v.Names, NameSeen{
			Name: n.Name, First: e.line.time(n.First), Last: e.line.time(n.Last),
			Advertised: e.line.time(n.Advertised), Probed: e.line.time(n.Probed), BSSID: n.BSSID,
		})
	})
	return v
}

func inPortions[K comparable, V any](inTurn func(func()), t *Table[K, V], take func(*V)) {
	for place, more := 0, true; more; place += portion {
		inTurn(func() {
			end := min(place+portion, t.Places())
			for i := place; i < end; i++ {
				if v := t.At(i); v != nil {
					take(v)
				}
			}
			more = end < t.Places()
		})
	}
}

func (e *Engine) networkSeen(b *BSS) NetworkSeen {
	return NetworkSeen{
		BSSID: b.BSSID, First: e.line.time(b.First), Last: e.line.time(b.Last),
		Advertised: e.line.time(b.Advertised), LastBeacon: e.line.time(b.LastBeacon),
		SSID: b.SSID, HidesSSID: b.HidesSSID, AdHoc: b.Capability&dot11.CapIBSS != 0,
		Channel: b.Channel, FreqMHz: b.FreqMHz, Interval: b.Interval,
		Security: b.Security, protection: b.protection,
		Signal: signalSeen(&b.Signal), Frames: b.Frames, Beacons: b.Beacons, Restarted: e.line.time(b.Restarted),
	}
}

func (e *Engine) stationSeen(s *Station) StationSeen {
	return StationSeen{
		Addr: s.Addr, First: e.line.time(s.First), Last: e.line.time(s.Last),
		BSSID: s.BSSID, Associated: s.Joined != 0 || s.Served != 0,
		FreqMHz: s.FreqMHz, Signal: signalSeen(&s.Signal), Frames: s.Frames,
	}
}

func signalSeen(s *Signal) SignalSeen {
	newest, weakest, strongest, known := s.Range()
	return SignalSeen{known, newest, weakest, strongest}
}

// time is when an Instant was, by the clock of now; zero for never.
func (l *timeline) time(t Instant) time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(t-l.shift))
}

// Encryption says in the usual words how a station gets in: "Open", "WEP",
// "WPA2-PSK", "WPA2-PSK WPA3-SAE". It is empty when that is not known.
func (n *NetworkSeen) Encryption() string {
	p := n.protection
	switch n.Security {
	case SecurityUnknown:
		return ""
	case SecurityOpen:
		return "Open"
	case SecurityWEP:
		return "WEP"
	}
	text := ""
	add := func(is bool, name string) {
		if is {
			if text != "" {
				text += " "
			}
			text += name
		}
	}
	psk := dot11.SuiteSet(1<<dot11.AKMPSK | 1<<dot11.AKMFTPSK | 1<<dot11.AKMPSKSHA256 | 1<<dot11.AKMFTPSKSHA384 | 1<<dot11.AKMPSKSHA384)
	enterprise := dot11.SuiteSet(akm8021X &^ akmSuiteB)
	add(p.wpaKM&psk != 0, "WPA-PSK")
	add(p.wpaKM&enterprise != 0, "WPA-EAP")
	add(p.akms&psk != 0, "WPA2-PSK")
	add(p.akms&enterprise != 0, "WPA2-EAP")
	add(p.akms&akmSAE != 0, "WPA3-SAE")
	add(p.akms&akmSuiteB != 0, "WPA3-EAP")
	add(p.akms&(1<<dot11.AKMOWE) != 0, "OWE")
	if text == "" {
		return n.Security.String()
	}
	return text
}
