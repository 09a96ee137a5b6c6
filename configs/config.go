package configs

import (
	"net"
	"strconv"

	"picket/alertcore"
)

// Config is what is in effect. Every field holds the value of the option
// named beside it.
type Config struct {
	ServerName        string // server_name
	ServerDescription string // server_description
	ServerLocation    string // server_location
	DataFolder        string // data_folder: where picket may write

	Sources      []Source       // source, in the order written
	ChannelHop   bool           // channel_hop: adapters hop unless their definition says otherwise
	HopRate      alertcore.Rate // channel_hop_speed
	RetrySources bool           // retry_on_source_error

	GPS []GPS // gps, in the order written: the first that knows where the sensor is counts

	Alerts         []AlertRate    // alert: rates by name, of detectors or not
	AlertBacklog   int            // alertbacklog: alerts kept for the API
	AlertCeiling   int            // alert_ceiling: a name's limit over all subjects, in multiples of its rate
	LastTimeFormat LastTimeFormat // last_time_format

	Tables          Tables           // detector_*_table
	APSpoof         []SSIDRule       // apspoof
	SSIDCanary      []SSIDRule       // ssidcanary
	DetectorOptions []DetectorOption // detector_option

	DevicesFound       []Device // devicefound: to tell of when they come
	DevicesLost        []Device // devicelost: to tell of when they go
	DeviceFoundTimeout int      // devicefound_timeout: seconds of absence after which a device is found again
	DeviceLostTimeout  int      // devicelost_timeout: seconds of absence after which a device is lost

	History History // history, history_*

	HTTPD HTTPD // httpd_*

	// Unheeded are lines that are not in effect, as an earlier one of the
	// same place counts.
	Unheeded []Warning

	settings []Setting
}

// HTTPD configures the API's listener and its logins.
type HTTPD struct {
	Port          int    // httpd_port; 0 lets the system choose
	BindAddress   string // httpd_bind_address: an IP address
	URIPrefix     string // httpd_uri_prefix: cut off the front of request paths
	OpenReads     bool   // httpd_open_reads: no login for reads on addresses that others reach
	AllowCORS     bool   // httpd_allow_cors
	AllowedOrigin string // httpd_allowed_origin
	SSLCert       string // httpd_ssl_cert: PEM file; empty serves plain HTTP
	SSLKey        string // httpd_ssl_key

	Home            string     // httpd_home: folder of the web interface of an installed Kismet; empty serves picket's own
	MIMETypes       []MIMEType // httpd_mime: of files there that have no usual one
	ProxyDir        string     // httpd_proxy_dir: "name/" below which a reverse proxy has picket
	RedirectUnknown string     // httpd_redirect_unknown: "/file" that answers what is not there

	Username          string // httpd_username: a login set here can't be changed over the API
	Password          string // httpd_password
	AuthFile          string // httpd_auth_file: where a login set at run time is kept
	SessionDB         string // httpd_session_db: where API keys are kept
	AllowAuthCreation bool   // httpd_allow_auth_creation: API keys may be made and revoked over the API
	JWTKey            string // httpd_jwt_key: signs session cookies; empty chooses one at each start
	JWTIssuer         string // httpd_jwt_issuer
}

// Address returns the address to listen on.
func (h HTTPD) Address() string {
	return net.JoinHostPort(h.BindAddress, strconv.Itoa(h.Port))
}

// Source is one source of frames.
type Source struct {
	Definition string // Kismet's syntax: "attic.pcapng:name=attic,realtime=true"
	Origin     Origin
}

// AlertRate limits the alerts of one name.
type AlertRate struct {
	Name         string // upper case
	Limit, Burst alertcore.Rate
	Origin       Origin
}

// SSIDRule names networks by a pattern, for APSPOOF and SSIDCANARY.
type SSIDRule struct {
	Name      string
	SSID      string   // regular expression, not anchored
	ValidMACs []string // "mac" or "mac/mask"; empty for ssidcanary
	Origin    Origin
}

// Device is one address, or a block of them.
type Device struct {
	Address string // "mac" or "mac/mask"
	Origin  Origin
}

// DetectorOption sets an option of one detector.
type DetectorOption struct {
	Detector, Key, Value string
	Origin               Origin
}

// Tables are the sizes of the tables that hold what was heard.
type Tables struct {
	BSSs     int // detector_bss_table
	Stations int // detector_station_table
	SSIDs    int // detector_ssid_table
}

// LastTimeFormat is the form of the answer to /alerts/last-time/TS/alerts.
type LastTimeFormat string

// The forms: the object of the documented API, or the bare list of Kismet
// since 2020-09.
const (
	LastTimeDictionary LastTimeFormat = "dictionary"
	LastTimeArray      LastTimeFormat = "array"
)

// A Setting is one effective line.
type Setting struct {
	Key    string
	Value  string // as in effect; secrets are masked
	Origin Origin
}

// Settings returns all effective lines, grouped by key.
func (c *Config) Settings() []Setting { return c.settings }

// Origin says where key was set; the zero Origin when it was not.
func (c *Config) Origin(key string) Origin {
	for _, s := range c.settings {
		if s.Key == key {
			return s.Origin
		}
	}
	return Origin{}
}
