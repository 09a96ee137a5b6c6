package alertcore

import (
	"encoding/hex"
	"math"
	"time"

	"picket/alertcore/tracked"
)

// An Alert is what a detector or an external tool has to say. The core does
// not change it and shares it with readers: its raiser must not touch it, or
// the frames in it, afterwards.
type Alert struct {
	Name    string // header of a definition
	Text    string
	BSSID   MAC // the network it is about; Kismet calls it the transmitter
	Source  MAC
	Dest    MAC
	Other   MAC
	Subject MAC    // that limits of built-in alerts are kept for; zero: the BSSID, else the source
	Channel string // as advertised by the network, else as heard

	FrequencyKHz float64   // heard on; 0 if unknown
	FrameTime    time.Time // capture of the frame that completed the finding; zero if raised from outside
	Datasource   string    // name of the source that heard it
	SignalDBm    int       // of that frame, valid iff HasSignal
	HasSignal    bool
	Frames       uint64          // how many frames the finding rests on
	Verdict      string          // "genuine", "spoofed" or "unknown": whether the frames are from whom they name; empty if not judged
	SSID         []byte          // of the network it is about, as sent; nil if there is none
	Evidence     []EvidenceFrame // the first and the last of those that it rests on
	Location     *Location       // of the sensor when it was raised; nil: not known
}

// An EvidenceFrame is one of the frames that made an alert fire.
type EvidenceFrame struct {
	Time       time.Time // of its capture
	LinkType   uint16    // of Data, as in pcap files: 127 is radiotap
	Datasource string    // name of the source that heard it
	Note       string    // which of the alert's frames it is, for people

	// Addresses of its MAC header; zero where it has none. The transmitter is
	// the station that sent it on the air, for the source or for itself.
	Source, Dest, Transmitter MAC

	FrequencyKHz float64 // heard on; 0 if unknown
	SignalDBm    int     // 0 if unknown

	Data   []byte // what was kept of it, from its beginning, with the radio header
	Length int    // octets that it had, with the radio header; 0 for len(Data)
}

// subject is the address that limits of built-in alerts are kept for.
func (a *Alert) subject() MAC {
	switch {
	case !a.Subject.IsZero():
		return a.Subject
	case !a.BSSID.IsZero():
		return a.BSSID
	}
	return a.Source
}

// limitTime is the clock of the limits: that of the frames, so that a replayed
// capture is limited as it was live, or now for what has none.
func (a *Alert) limitTime(now Micros) Micros {
	if a.FrameTime.IsZero() {
		return now
	}
	return MicrosOf(a.FrameTime)
}

// A Record is a published alert. It never changes.
type Record struct {
	core       *Core
	def        *Definition
	alert      *Alert
	suppressed uint64
	limitTime  Micros // when it counted for limits; 0 if it passed none
	time       Micros
	hash       uint32
	json       []byte
	restored   bool // from before the start: its place in time is known
}

// stamp gives r its place in time: now, and after all that came before.
func (r *Record) stamp(older *Record) {
	if r.restored {
		return
	}
	last := r.core.start
	if older != nil {
		last = max(last, older.time)
	}
	r.time = max(r.core.Now(), last+1)
	var input [256]byte
	r.hash = rollingSum(r.appendHashInput(input[:0]))
	r.json = r.encode(r.json[:0])
}

// Time returns the moment of publication.
func (r *Record) Time() Micros { return r.time }

// Hash returns Kismet's identifier of the alert. It is not unique for certain.
func (r *Record) Hash() uint32 { return r.hash }

// Definition returns the definition that the alert was raised under.
func (r *Record) Definition() *Definition { return r.def }

// Alert returns what was raised.
func (r *Record) Alert() *Alert { return r.alert }

// Suppressed returns how many alerts the limits refused for the same subject
// since the record before this one.
func (r *Record) Suppressed() uint64 { return r.suppressed }

// Limited returns when the alert counted for its limits, and for which subject
// if it is built in. when is 0 for one that passed no limit.
func (r *Record) Limited() (subject MAC, when Micros) { return r.alert.subject(), r.limitTime }

// JSON returns the compact encoding, made once. It must not be changed.
func (r *Record) JSON() []byte { return r.json }

func (r *Record) encode(b []byte) []byte {
	if b == nil {
		b = make([]byte, 0, 1024+len(r.alert.Text))
	}
	var members [22]tracked.Member // on the stack: a publication allocates no more than it keeps
	return tracked.AppendJSON(b, tracked.Nested(r.appendMembers(members[:0])))
}

// Object returns the record as the API shows it: Kismet's fields in Kismet's
// order, then ours.
func (r *Record) Object() tracked.Object { return r.appendMembers(nil) }

func (r *Record) appendMembers(o tracked.Object) tracked.Object {
	a := r.alert
	var frameTime float64
	if !a.FrameTime.IsZero() {
		frameTime = MicrosOf(a.FrameTime).Seconds()
	}
	return append(o,
		tracked.Member{Name: "kismet.alert.device_key", Description: "Device key of linked device", Value: tracked.DeviceKey("00_0")},
		tracked.Member{Name: "kismet.alert.header", Description: "Alert definition", Value: tracked.String(r.def.Header)},
		tracked.Member{Name: "kismet.alert.class", Description: "Alert class", Value: tracked.String(r.def.Class)},
		tracked.Member{Name: "kismet.alert.hash", Description: "Alert unique hash", Value: tracked.Uint(tracked.TypeUint32, uint64(r.hash))},
		tracked.Member{Name: "kismet.alert.severity", Description: "Alert severity", Value: tracked.Uint(tracked.TypeUint8, uint64(r.def.Severity))},
		tracked.Member{Name: "kismet.alert.phy_id", Description: "ID of phy generating alert", Value: tracked.Uint(tracked.TypeUint32, uint64(uint32(r.def.PhyID)))},
		tracked.Member{Name: "kismet.alert.timestamp", Description: "alert update timestamp", Value: tracked.Double(r.time.Seconds())},
		tracked.Member{Name: "kismet.alert.transmitter_mac", Description: "Transmitter MAC address", Value: tracked.MAC(a.BSSID.String())},
		tracked.Member{Name: "kismet.alert.source_mac", Description: "Source MAC address", Value: tracked.MAC(a.Source.String())},
		tracked.Member{Name: "kismet.alert.dest_mac", Description: "Destination MAC address", Value: tracked.MAC(a.Dest.String())},
		tracked.Member{Name: "kismet.alert.other_mac", Description: "Other / Extra MAC address", Value: tracked.MAC(a.Other.String())},
		tracked.Member{Name: "kismet.alert.channel", Description: "Phy-specific channel", Value: tracked.String(a.Channel)},
		tracked.Member{Name: "kismet.alert.frequency", Description: "Frequency (khz)", Value: tracked.Double(a.FrequencyKHz)},
		tracked.Member{Name: "kismet.alert.text", Description: "Alert text", Value: tracked.String(a.Text)},
		tracked.Member{Name: "kismet.alert.location", Description: "location", Value: tracked.Nested(a.Location.Object())},
		tracked.Member{Name: "picket.alert.frame_time", Description: "Capture time of the frame that completed the finding", Value: tracked.Double(frameTime)},
		tracked.Member{Name: "picket.alert.datasource", Description: "Data source that heard it", Value: tracked.String(a.Datasource)},
		tracked.Member{Name: "picket.alert.signal_dbm", Description: "Signal strength (dBm), 0 if unknown", Value: tracked.Int(tracked.TypeInt32, int64(signal(a)))},
		tracked.Member{Name: "picket.alert.frames", Description: "Frames that the finding rests on", Value: tracked.Uint(tracked.TypeUint64, a.Frames)},
		tracked.Member{Name: "picket.alert.verdict", Description: "Whether the frames are from whom they name as sender: genuine, spoofed or unknown; empty if not judged", Value: tracked.String(a.Verdict)},
		tracked.Member{Name: "picket.alert.ssid_hex", Description: "SSID that the finding is about, its octets in hexadecimal; empty if there is none", Value: tracked.String(hex.EncodeToString(a.SSID))},
		tracked.Member{Name: "picket.alert.suppressed", Description: "Alerts of the same name and subject that limits refused since the last one", Value: tracked.Uint(tracked.TypeUint64, r.suppressed)},
	)
}

func signal(a *Alert) int32 {
	if !a.HasSignal {
		return 0
	}
	return int32(min(max(a.SignalDBm, math.MinInt32), math.MaxInt32))
}

// nowhere is the location of a sensor without GPS.
var nowhere = tracked.Object{
	{Name: "kismet.common.location.geopoint", Description: "[lon, lat] point", Value: tracked.Pair(0, 0)},
}
