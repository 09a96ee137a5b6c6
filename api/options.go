package api

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"picket/alertcore"
	"picket/alertcore/tracked"
	"picket/api/auth"
	"picket/api/metrics"
)

// Alerts is what the API needs of the alert core; *alertcore.Core has it.
type Alerts interface {
	Define(alertcore.Definition) error
	Defined(name string) bool
	Definitions() []alertcore.DefinitionStatus
	Raise(*alertcore.Alert) (*alertcore.Record, error)
	Latest() *alertcore.Record
	All() ([]*alertcore.Record, alertcore.Micros)
	Since(alertcore.Micros) ([]*alertcore.Record, alertcore.Micros)
	Missed(after alertcore.Micros) (records []*alertcore.Record, whole bool)
	Follow() *alertcore.Follower
	ByHash(uint32) *alertcore.Record
	Backlog() int
	Now() alertcore.Micros
}

// Messages is the server's log for people; *alertcore.Core has it.
type Messages interface {
	Post(alertcore.MessageFlags, string)
	Messages(after int64) []*alertcore.Message
}

// Reads says who may read alerts, definitions, messages and status.
type Reads uint8

// The choices for reads.
const (
	ReadsByListener Reads = iota // open on a loopback address, else as ReadsGuarded
	ReadsOpen                    // open to all who can connect
	ReadsGuarded                 // with a login or an API key
)

// Options of a Server. Alerts, Messages, Auth and Status are required.
type Options struct {
	Alerts      Alerts
	Messages    Messages
	Auth        *auth.Store
	Status      func() Status // called for each request of the status
	Datasources Datasources   // nil: there are none

	// What was heard, and where; nil: nothing, and nowhere. They are called for
	// each request.
	Inventory   func() *Inventory
	Channels    func() []ChannelActivity // by frequency
	PacketStats func() *PacketStats
	Position    func() *Position // nil while it is not known

	// EverySecond has what is told of once a second, by topic; a function is
	// called only while somebody listens, and is not ok if there is nothing to
	// tell.
	EverySecond map[string]func() (v tracked.Value, ok bool)
	OlderAlerts OlderAlerts // nil: what has left Alerts is gone

	// Durable waits until what was raised and defined before it was called is
	// on disk, or returns an error if it won't be; nil: nobody waits.
	Durable func(context.Context) error

	// DevicesFound and DevicesLost are the devices that DEVICEFOUND and
	// DEVICELOST tell of; nil: such alerts are not raised.
	DevicesFound, DevicesLost DeviceList

	// Metrics is what /metrics shows; the server adds what it counts itself.
	// nil: that alone.
	Metrics *metrics.Set
	// Parts are those that /healthz tells of. Start are those of which each
	// has to have been well once, in /readyz, before picket can be used.
	Parts, Start []Part

	// History has the alerts that are no longer in memory; nil: it is off.
	History History
	// Packets writes the captures of evidence; nil: there are none.
	Packets PacketWriter

	LastTimeArray bool     // last_time_format=array
	Reads         Reads    // httpd_open_reads
	ReservedNames []string // alert names that define_alert.cmd must refuse besides the defined ones, upper case
	AllowCORS     bool     // httpd_allow_cors
	AllowedOrigin string   // httpd_allowed_origin; "": the origin that asks
	URIPrefix     string   // httpd_uri_prefix
	FixedKeys     bool     // httpd_allow_auth_creation=false: API keys can't be made or revoked here
	CertFile      string   // httpd_ssl_cert
	KeyFile       string   // httpd_ssl_key

	Pages Pages // served where no route is

	Limits Limits
	Log    *slog.Logger // nil: slog.Default()
}

// Limits bound what clients can take. Zero fields have the defaults of
// DefaultLimits.
type Limits struct {
	Connections     int           // in all
	PeerConnections int           // from one address, or /64 of IPv6
	Header          int           // bytes of the request line and header
	Body            int           // bytes
	Read            time.Duration // from the first byte of a request to its last, and to the first request
	Write           time.Duration // of a response
	Idle            time.Duration // between requests
}

// DefaultLimits suit the smallest machine. The body limit is Kismet's.
var DefaultLimits = Limits{
	Connections:     1024,
	PeerConnections: 512,
	Header:          8 << 10,
	Body:            100_000,
	Read:            10 * time.Second,
	Write:           10 * time.Second,
	Idle:            2 * time.Minute,
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	return Limits{
		Connections:     cmp.Or(l.Connections, d.Connections),
		PeerConnections: cmp.Or(l.PeerConnections, d.PeerConnections),
		Header:          cmp.Or(l.Header, d.Header),
		Body:            cmp.Or(l.Body, d.Body),
		Read:            cmp.Or(l.Read, d.Read),
		Write:           cmp.Or(l.Write, d.Write),
		Idle:            cmp.Or(l.Idle, d.Idle),
	}
}
