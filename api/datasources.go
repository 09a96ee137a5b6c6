package api

import (
	"context"
	"errors"
	"time"

	"picket/api/rrd"
)

// Datasource is the state of one source of frames.
type Datasource struct {
	Name             string
	UUID             string // 8-4-4-4-12 upper-case hexadecimal digits
	Definition       string // as configured: "wlan1:name=attic"
	Interface        string // that the definition names: "wlan1"
	CaptureInterface string // that frames come from: "wlan1mon"
	Hardware         string // driver or chip of the adapter
	Type             string // Kismet's name of what drives it: "linuxwifi", "pcapfile"
	Number           int    // order in which the sources were made

	Running bool   // frames come, or would if there were some on the air
	Paused  bool   // they are thrown away
	Retry   bool   // opened again after a failure
	Error   string // why it does not run; "" if nothing is wrong
	Warning string // what is not as it should be while it runs

	LinkType    int      // of pcap: 127 is radiotap
	Channels    []string // that the radio can be tuned to, as "6", "36HT40+"
	Hopping     bool
	Channel     string   // now, or the one it is locked to
	HopRate     float64  // channels a second
	HopChannels []string // that it hops over

	Packets       uint64
	PacketRate    rrd.Series // a second
	ByteRate      rrd.Series // of the frames on the air
	BadPackets    uint64     // damaged, or none of 802.11
	KernelDrops   uint64     // frames that came faster than they were read
	LastFrame     time.Time  // zero: none yet
	RetryAttempts uint64     // failed ones since it last ran
	TotalRetries  uint64
	Retuned       uint64 // times that others changed the channel
	Watched       []ChannelTime
}

// ChannelTime says how long a channel was listened to in the last minute.
type ChannelTime struct {
	Channel      string
	FrequencyKHz float64 // center of the primary channel; 0 if unknown
	Seconds      float64 // more than 60 if several radios did
}

// Interface is what a source could be made of.
type Interface struct {
	Interface string // "wlan1"
	Type      string // as Datasource.Type
	Hardware  string
	InUseUUID string // of the source that has it; "" if none does
	Problem   string // why no source can be made of it; "" if one can
}

// HopRequest says how a source is to hop. Zero fields stay as they are.
type HopRequest struct {
	Channels []string
	Rate     float64 // channels a second
}

// Datasources is what the API needs of who runs the sources. UUIDs are passed
// in upper case. Who calls the methods that change a source is told by the
// error what was wrong; ErrNoSource says that none has the UUID.
type Datasources interface {
	Datasources() []Datasource
	Interfaces(context.Context) ([]Interface, error)
	Watched() []ChannelTime // over all sources

	AddSource(definition string) (uuid string, err error)
	LockChannel(uuid, channel string) error
	Hop(uuid string, h HopRequest) error
	PauseSource(uuid string) error
	ResumeSource(uuid string) error
	CloseSource(uuid string) error // frames end, the source stays listed
	OpenSource(uuid string) error  // it was closed, or waits to be tried again
}

// ErrNoSource says in Kismet's words that no source has a UUID.
var ErrNoSource = errors.New("no such datasource")

// noDatasources is a server without sources.
type noDatasources struct{}

func (noDatasources) Datasources() []Datasource                       { return nil }
func (noDatasources) Interfaces(context.Context) ([]Interface, error) { return nil, nil }
func (noDatasources) Watched() []ChannelTime                          { return nil }

func (noDatasources) AddSource(string) (string, error) {
	return "", errors.New("this server takes no datasources")
}

func (noDatasources) LockChannel(string, string) error { return ErrNoSource }
func (noDatasources) Hop(string, HopRequest) error     { return ErrNoSource }
func (noDatasources) PauseSource(string) error         { return ErrNoSource }
func (noDatasources) ResumeSource(string) error        { return ErrNoSource }
func (noDatasources) CloseSource(string) error         { return ErrNoSource }
func (noDatasources) OpenSource(string) error          { return ErrNoSource }
