package configs

import (
	"slices"
	"strings"
)

// unusedInKismet reports whether key is an option of Kismet's documentation
// that a detection sidecar has no use for: its trackers, logs, plugins, what
// it does with its location, web pages and other radios. Families whose members share a prefix
// are taken whole.
func unusedInKismet(key string) bool {
	families := []string{
		"bluetooth_", "btle_", "channel_hop", "device_", "dot11_", "gps", "kis_log_",
		"log_", "map_", "mqtt_", "packet_", "pcapng_log_", "plugin_", "ppi_log_",
		"prelude_", "remote_capture_", "rtl433_", "sdrrtl", "server_announce", "track_",
		"tracker_", "uav_", "wigle",
	}
	if slices.ContainsFunc(families, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
		return true
	}
	return slices.Contains([]string{
		// kismet.conf
		"allowplugins", "allow_plugins", "bin_paths", "capture_binary_path", "helper_binary_path",
		"ipc_buffer_kb", "load_alert", "mask_datasource_interface", "mask_datasource_type",
		"opt_plugin", "override_dlt", "plugin", "randomized_hopping",
		"split_source_hopping", "suiduser", "tcp_buffer_kb", "timestamp", "tzset", "version",
		// kismet_80211.conf
		"allowkeytransmit", "hidedata", "wepkey",
		// kismet_httpd.conf; keys are hashed, so that there are none to view
		"httpd_allow_auth_view", "httpd_redirect_unknown_target",
		"httpd_session_timeout", "httpd_ssl", "httpd_user_home",
		// kismet_logging.conf, kismet_filter.conf
		"enable_logging", "logging_enabled", "write_interval",
		// kismet_memory.conf
		"keep_datasource_signal_history", "keep_location_cloud_history", "keep_per_datasource_stats",
		"manuf_lookup", "ouifile", "ulimit_mbytes",
	}, key)
}

// nearest suggests the option that was meant by key, which is none.
func nearest(key string) string {
	best, distance := "", 3
	for _, o := range options() {
		if d := editDistance(key, o.key); d < distance {
			best, distance = o.key, d
		}
	}
	if best == "" {
		return "; expected one of picket's or Kismet's"
	}
	return "; did you mean " + best + "?"
}

// editDistance counts the letters to insert, delete or change to make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
