package configs

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"picket/alertcore"
)

// option is one key that picket knows.
type option struct {
	key    string
	secret bool // masked in what is shown
	path   bool // %h, %E and %S are replaced
	// set stores a value; its error says what was expected.
	set func(c *Config, value string, at Origin) error
	// id names what a line of a repeatable key is about: a line replaces those
	// of the same id in lower layers. nil for keys with a single value.
	id func(value string) string
	// once says that only the first line of an id within a layer counts.
	once bool
}

// options is the table of all keys, in the order in which they are shown.
// data_folder comes before the paths that may hold %S.
func options() []option {
	return []option{
		text("server_name", func(c *Config) *string { return &c.ServerName }),
		text("server_description", func(c *Config) *string { return &c.ServerDescription }),
		text("server_location", func(c *Config) *string { return &c.ServerLocation }),
		path("data_folder", func(c *Config) *string { return &c.DataFolder }),

		{key: "source", set: setSource, id: everything},
		boolean("channel_hop", func(c *Config) *bool { return &c.ChannelHop }),
		{key: "channel_hop_speed", set: setHopRate},
		boolean("retry_on_source_error", func(c *Config) *bool { return &c.RetrySources }),

		{key: "gps", set: setGPS, id: everything},

		{key: "alert", set: setAlert, id: alertName, once: true},
		number("alertbacklog", 0, 1<<20, func(c *Config) *int { return &c.AlertBacklog }),
		number("alert_ceiling", 1, 1<<20, func(c *Config) *int { return &c.AlertCeiling }),
		{key: "last_time_format", set: setLastTimeFormat},

		boolean("history", func(c *Config) *bool { return &c.History.On }),
		path("history_file", func(c *Config) *string { return &c.History.File }),
		{key: "history_sync", set: setHistorySync},
		{key: "history_max_age", set: setHistoryAge},
		{key: "history_max_size", set: setHistorySize},

		{key: "apspoof", set: setAPSpoof, id: ruleName},
		{key: "ssidcanary", set: setSSIDCanary, id: ruleName},
		devices("devicefound", func(c *Config) *[]Device { return &c.DevicesFound }),
		devices("devicelost", func(c *Config) *[]Device { return &c.DevicesLost }),
		number("devicefound_timeout", 1, maxTimeout, func(c *Config) *int { return &c.DeviceFoundTimeout }),
		number("devicelost_timeout", 1, maxTimeout, func(c *Config) *int { return &c.DeviceLostTimeout }),
		number("detector_bss_table", 16, 1<<24, func(c *Config) *int { return &c.Tables.BSSs }),
		number("detector_station_table", 16, 1<<24, func(c *Config) *int { return &c.Tables.Stations }),
		number("detector_ssid_table", 16, 1<<24, func(c *Config) *int { return &c.Tables.SSIDs }),
		{key: "dot11_max_signal", set: setMaxSignal},
		{key: "detector_option", set: setDetectorOption, id: detectorOptionName, once: true},

		number("httpd_port", 0, 65535, func(c *Config) *int { return &c.HTTPD.Port }),
		{key: "httpd_bind_address", set: setBindAddress},
		text("httpd_uri_prefix", func(c *Config) *string { return &c.HTTPD.URIPrefix }),
		boolean("httpd_open_reads", func(c *Config) *bool { return &c.HTTPD.OpenReads }),
		boolean("httpd_allow_cors", func(c *Config) *bool { return &c.HTTPD.AllowCORS }),
		text("httpd_allowed_origin", func(c *Config) *string { return &c.HTTPD.AllowedOrigin }),
		path("httpd_ssl_cert", func(c *Config) *string { return &c.HTTPD.SSLCert }),
		path("httpd_ssl_key", func(c *Config) *string { return &c.HTTPD.SSLKey }),
		path("httpd_home", func(c *Config) *string { return &c.HTTPD.Home }),
		{key: "httpd_mime", set: setMIME, id: mimeExtension},
		{key: "httpd_proxy_dir", set: setProxyDir},
		{key: "httpd_redirect_unknown", set: setRedirectUnknown},
		text("httpd_username", func(c *Config) *string { return &c.HTTPD.Username }),
		secret("httpd_password", 1, "expected a password", func(c *Config) *string { return &c.HTTPD.Password }),
		path("httpd_auth_file", func(c *Config) *string { return &c.HTTPD.AuthFile }),
		path("httpd_session_db", func(c *Config) *string { return &c.HTTPD.SessionDB }),
		boolean("httpd_allow_auth_creation", func(c *Config) *bool { return &c.HTTPD.AllowAuthCreation }),
		secret("httpd_jwt_key", 8, "expected at least 8 characters", func(c *Config) *string { return &c.HTTPD.JWTKey }),
		text("httpd_jwt_issuer", func(c *Config) *string { return &c.HTTPD.JWTIssuer }),
	}
}

// maxTimeout is a day: who is away for longer has left.
const maxTimeout = 86400

// check rejects what single lines can't show to be wrong.
func (c *Config) check() []error {
	var faults []error
	pair := func(a, b string, hasA, hasB bool) {
		if hasA == hasB {
			return
		}
		if hasB {
			a, b = b, a
		}
		faults = append(faults, &Fault{c.Origin(a), a, "expected " + b + " to be set as well"})
	}
	h := &c.HTTPD
	pair("httpd_username", "httpd_password", h.Username != "", h.Password != "")
	pair("httpd_ssl_cert", "httpd_ssl_key", h.SSLCert != "", h.SSLKey != "")
	return faults
}

func text(key string, field func(*Config) *string) option {
	return option{key: key, set: func(c *Config, value string, _ Origin) error {
		if value == "" {
			return errors.New("expected a text")
		}
		*field(c) = value
		return nil
	}}
}

func path(key string, field func(*Config) *string) option {
	o := option{key: key, path: true}
	o.set = func(c *Config, value string, _ Origin) error {
		if value == "" {
			return errors.New("expected a path")
		}
		*field(c) = value
		return nil
	}
	return o
}

func secret(key string, atLeast int, expected string, field func(*Config) *string) option {
	return option{key: key, secret: true, set: func(c *Config, value string, _ Origin) error {
		if len(value) < atLeast {
			return errors.New(expected)
		}
		*field(c) = value
		return nil
	}}
}

func number(key string, least, most int, field func(*Config) *int) option {
	return option{key: key, set: func(c *Config, value string, _ Origin) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > most {
			return fmt.Errorf("expected a number from %d to %d", least, most)
		}
		*field(c) = n
		return nil
	}}
}

func boolean(key string, field func(*Config) *bool) option {
	return option{key: key, set: func(c *Config, value string, _ Origin) error {
		switch strings.ToLower(value) {
		case "true", "t":
			*field(c) = true
		case "false", "f":
			*field(c) = false
		default:
			return errors.New("expected true or false")
		}
		return nil
	}}
}

func setBindAddress(c *Config, value string, _ Origin) error {
	if value == "localhost" {
		value = "127.0.0.1"
	}
	if _, err := netip.ParseAddr(value); err != nil {
		return errors.New("expected an IP address, such as 127.0.0.1, or 0.0.0.0 for all")
	}
	c.HTTPD.BindAddress = value
	return nil
}

func setHopRate(c *Config, value string, _ Origin) error {
	rate, err := alertcore.ParseRate(value)
	if err != nil || rate.Count < 1 || rate.Count > 50 || rate.Unit > alertcore.Minute {
		return errors.New("expected channels a second or minute, such as 5/sec or 10/min, 50 at most")
	}
	c.HopRate = rate
	return nil
}

func setLastTimeFormat(c *Config, value string, _ Origin) error {
	f := LastTimeFormat(strings.ToLower(value))
	if f != LastTimeDictionary && f != LastTimeArray {
		return errors.New("expected dictionary or array")
	}
	c.LastTimeFormat = f
	return nil
}

// everything makes a higher layer's lines replace all of the lower ones.
func everything(string) string { return "" }
