package detectors

import (
	"time"

	"picket/capture/dot11"
)

// Sizes are capacities of the state tables, in records. The tables are
// allocated whole when the engine is built.
type Sizes struct {
	BSS, Stations, SSIDs int
}

// DefaultSizes fit a machine with 512 MB of memory.
var DefaultSizes = Sizes{BSS: 4096, Stations: 16384, SSIDs: 4096}

// A Name is an SSID of legal length as a comparable value.
type Name struct {
	length uint8
	octets [32]byte
}

// NameOf makes a Name of an SSID element's data. ok is false when it is
// longer than the 32 octets of IEEE 802.11-2020, 9.4.2.2.
func NameOf(ssid []byte) (n Name, ok bool) {
	if len(ssid) > len(n.octets) {
		return Name{}, false
	}
	n.length = uint8(copy(n.octets[:], ssid))
	return n, true
}

// Bytes are the octets of the SSID; valid while n is.
func (n *Name) Bytes() []byte { return n.octets[:n.length] }

// is reports whether n is the given SSID.
func (n *Name) is(ssid []byte) bool { return string(n.Bytes()) == string(ssid) }

// Hidden reports whether the name tells nothing: empty, or all zero octets as
// some access points send in place of each letter.
func (n *Name) Hidden() bool { return n.octets == [32]byte{} }

// String is the SSID as text, unprintable octets escaped.
func (n *Name) String() string { return EscapeSSID(n.Bytes()) }

// BSS is what the air has said of one BSSID. Its fields come from frames that
// bear the BSSID as transmitter; those a forger sends are among them.
type BSS struct {
	BSSID       dot11.Addr
	First, Last Instant // any frame transmitted by the BSSID

	// Of beacons and probe responses.
	Advertised Instant // the last of either; 0 when only other frames were heard
	LastBeacon Instant // 0 when no beacon was heard
	// BeaconsSince is when the beacons began that have come since without a
	// gap of more than BeaconGap.
	BeaconsSince Instant
	Beacons      uint64
	HidesSSID    bool // the last beacon did not tell its SSID
	SSID         Name // the last that was not hidden
	Channel      uint8
	// BeaconChannel is the one its beacons advertise; 0 when they don't say.
	BeaconChannel uint8
	Interval      uint16 // in TU of 1024 µs
	Capability    dot11.Capability
	Security      Security
	protection    protection // in detail; valid iff Security is known
	// ofBeacon: the last advertisement was a beacon, and all of these fields
	// are of it. It had the name SSID iff named.
	ofBeacon, named bool
	RSN, WPA        dot11.RSN
	HasRSN          bool
	HasWPA          bool
	MultiLink       bool // it is a link of a multi-link device (Wi-Fi 7)

	// Of its beacons: what country they name, how often they come, and how
	// their clock runs by that of the radio.
	country country
	pace    pace
	radio   radioClock

	// Switch is the channel switch it last announced.
	Switch SwitchNotice

	// watched are the detectors that hold a record of the BSS.
	watched watchers

	// TSF is the timing synchronisation function's last value, in µs, as
	// advertised at TSFAt.
	TSF   uint64
	TSFAt Instant
	// Restarted is when the TSF was last heard to have begun anew after the
	// BSS had been heard before: the access point restarted. 0 when never.
	Restarted Instant

	Numbering
	// parting is the last dismissal of all stations in its name, as access
	// points send when they restart.
	parting parting

	Frames  uint64 // transmitted by it, but for those that dismiss stations
	FreqMHz uint16 // heard on
	Signal  Signal

	// beacon remembers the elements of its beacons.
	beacon dot11.ElementMemo

	// name is the record of the SSID it was last heard with, as found in the
	// table at nameFound.
	name      *SSID
	nameFound Instant
}

// BeaconGap is the silence after which an access point's beacons have
// ceased: ten of the usual interval, more than interference swallows.
const BeaconGap = time.Second

// isAP reports whether an access point has advertised the BSS of late.
func (b *BSS) isAP(t Instant) bool {
	return b.Advertised != 0 && b.Capability&(dot11.CapESS|dot11.CapIBSS) == dot11.CapESS && t.Sub(b.Advertised) <= time.Minute
}

// farewellGrace is how soon after a farewell to all stations a change of what
// an access point advertises is that of a restart.
const farewellGrace = 2 * time.Second

// leftJustNow reports whether the access point seems to have taken leave of its
// stations just before t.
func (b *BSS) leftJustNow(t Instant) bool {
	return b.parting.at != 0 && t.Sub(b.parting.last) <= farewellGrace
}

// MFPCapable reports whether the BSS offers management frame protection.
func (b *BSS) MFPCapable() bool { return b.HasRSN && b.RSN.MFPCapable() }

// MFPRequired reports whether the BSS demands management frame protection.
func (b *BSS) MFPRequired() bool { return b.HasRSN && b.RSN.MFPRequired() }

// TSFDeviation is by how much tsf, heard at t, departs from the line that the
// BSS's TSF was on: negative when it lags. One access point's beacons stay
// within milliseconds; a restart or a second transmitter does not.
func (b *BSS) TSFDeviation(tsf uint64, t Instant) time.Duration {
	return time.Duration(int64(tsf-b.TSF))*time.Microsecond - t.Sub(b.TSFAt)
}

// restartSlack covers the delays between a TSF's beginning, its beacons and
// their capture.
const restartSlack = time.Second

// RestartedBy reports whether tsf, heard at t, shows that the access point has
// begun anew since it was last heard: its clock ran back, and to less than
// the time that has passed since. A second transmitter with the same BSSID
// does not look so unless it begins at that very moment.
func (b *BSS) RestartedBy(tsf uint64, t Instant) bool {
	if b.Advertised == 0 || tsf >= b.TSF {
		return false
	}
	return tsf <= uint64((t.Sub(b.TSFAt)+restartSlack)/time.Microsecond)
}

// Station is what the air has said of one station that is not an access point.
type Station struct {
	Addr        dot11.Addr
	First, Last Instant    // frames it transmitted
	BSSID       dot11.Addr // of the BSS it last talked to; zero when none
	Numbering
	// Joined is when it last authenticated or associated, or was answered;
	// 0 when that was not heard. MFP: its last association request offered
	// management frame protection.
	Joined Instant
	MFP    bool
	// parting is the last frame that ended its association, or that it ended
	// it with.
	parting parting
	// Served is when a BSS last sent a data frame to it alone: it was
	// associated. 0 when never.
	Served Instant
	// Spoke is when it last sent something to a BSS or in one, which a mere
	// probe request is not. 0 when never.
	Spoke   Instant
	Frames  uint64 // it transmitted, but for those that end an association
	FreqMHz uint16 // it was last heard on
	Signal  Signal
}

// SSID is what the air has said of one network name.
type SSID struct {
	Name        Name
	First, Last Instant
	Advertised  Instant    // last beacon or probe response with it; 0 when none
	Probed      Instant    // last probe request for it; 0 when none
	BSSID       dot11.Addr // that last advertised it
}

// Signal is a running mean of the signal that one data source hears, and what
// was heard at all.
type Signal struct {
	source string
	last   Instant
	mean   int16 // in 1/16 dBm
	n      uint8
	// Of any source, in dBm; valid iff n is not 0.
	newest, min, max int8
}

const (
	signalScale  = 16
	signalWeight = 8 // the newest frame has 1/8 of the weight
	signalStale  = 10 * time.Second
)

// DBm is the mean; ok is false until enough frames were heard to speak of one,
// and for a data source other than the one it is of.
func (s *Signal) DBm(source string) (dbm int, ok bool) {
	return int(s.mean) / signalScale, s.n >= signalWeight && s.source == source
}

// Range is the newest signal of any data source, the weakest and the strongest,
// in dBm; ok is false when none was ever given.
func (s *Signal) Range() (newest, weakest, strongest int8, ok bool) {
	return s.newest, s.min, s.max, s.n != 0
}

func (s *Signal) add(dbm int8, source string, at Instant) {
	value := int16(dbm) * signalScale
	s.newest = dbm
	if s.n == 0 {
		s.min, s.max = dbm, dbm
	}
	s.min, s.max = min(s.min, dbm), max(s.max, dbm)
	switch {
	case s.n == 0, s.source != source && at.Sub(s.last) > signalStale:
		s.source, s.last, s.mean, s.n = source, at, value, 1
	case s.source == source:
		s.mean += (value - s.mean) / signalWeight
		s.last = at
		if s.n < signalWeight {
			s.n++
		}
	}
}
