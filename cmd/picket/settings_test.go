package main

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/api"
	"picket/api/auth"
	"picket/configs"
	"picket/detectors"
)

func flagsOf(lines ...string) []configs.Flag {
	var flags []configs.Flag
	for _, line := range lines {
		key, value, _ := strings.Cut(line, "=")
		flags = append(flags, configs.Flag{Name: "test", Key: key, Value: value})
	}
	return flags
}

func TestOptionsOfTheServerReachIt(t *testing.T) {
	c := loadConfig(t, flagsOf(
		"alert=NETSTUMBLER,5/min,1/sec", "last_time_format=array", "httpd_open_reads=true", "httpd_allow_cors=true",
		"httpd_allowed_origin=https://a.example", "httpd_uri_prefix=/wids", "httpd_allow_auth_creation=false",
		"httpd_ssl_cert=/c.pem", "httpd_ssl_key=/k.pem",
		"httpd_proxy_dir=wids/", "httpd_redirect_unknown=/404.html", "httpd_mime=GPX:application/gpx+xml",
	)...)
	got := serverOptions(&sensor{config: c}, nil)
	want := api.Options{
		LastTimeArray: true, Reads: api.ReadsOpen, AllowCORS: true, AllowedOrigin: "https://a.example",
		URIPrefix: "/wids", FixedKeys: true, CertFile: "/c.pem", KeyFile: "/k.pem",
		Pages: api.Pages{ProxyDir: "wids/", Unknown: "/404.html", Types: map[string]string{"gpx": "application/gpx+xml"}},
	}
	parts := cmpopts.IgnoreFields(api.Options{}, "Inventory", "Channels", "PacketStats", "Position", "EverySecond", "Durable", "Packets", "History", "OlderAlerts", "Alerts", "Datasources", "Messages", "Auth", "Status", "Log", "ReservedNames")
	page := cmpopts.IgnoreFields(api.Pages{}, "Files", "Policy")
	if diff := cmp.Diff(want, got, parts, page); diff != "" {
		t.Error(diff)
	}
	if names := strings.Join(got.ReservedNames, " "); !strings.Contains(names, "NETSTUMBLER") || !strings.Contains(names, "LONGSSID") {
		t.Errorf("reserved names are %s", names)
	}

	plain := serverOptions(&sensor{config: loadConfig(t)}, nil)
	if diff := cmp.Diff(api.Options{}, plain, parts, page); diff != "" {
		t.Errorf("the built-in configuration: %s", diff)
	}
}

func TestOptionsOfTheLoginReachIt(t *testing.T) {
	c := loadConfig(t, flagsOf(
		"httpd_auth_file=/a", "httpd_session_db=/s", "httpd_username=me", "httpd_password=mine",
		"httpd_jwt_key=12345678", "httpd_jwt_issuer=tower",
	)...)
	want := auth.Options{
		UserFile: "/a", SessionDB: "/s", Username: "me", Password: "mine", JWTKey: "12345678", JWTIssuer: "tower",
	}
	if diff := cmp.Diff(want, loginOptions(c), cmpopts.IgnoreFields(auth.Options{}, "Clock")); diff != "" {
		t.Error(diff)
	}
}

func TestOptionsOfDetectorsReachThem(t *testing.T) {
	c := loadConfig(t, flagsOf(
		"alert=LONGSSID,0/min,0/sec", "detector_bss_table=100", "detector_station_table=200", "detector_ssid_table=300",
		"detector_option=karmaoui:ssids=7", "detector_option=DEVICELOST:devicelost_timeout=9",
		"devicefound=02:00:00:00:00:01", "devicefound=02:00:00:00:00:02/ff:ff:ff:ff:ff:00", "devicelost=02:00:00:00:00:03", "devicefound_timeout=7", "dot11_max_signal=-20",
		`apspoof=Home:ssid="^Home$",validmacs="02:00:00:00:00:01"`, `ssidcanary=Lab:ssid="lab"`,
	)...)
	got, err := detectorConfig(c)
	if err != nil {
		t.Fatal(err)
	}
	byDefault, err := detectorConfig(loadConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	off := maps.Clone(byDefault.Off)
	off["LONGSSID"] = true
	want := detectors.Config{
		Tables:   detectors.Sizes{BSS: 100, Stations: 200, SSIDs: 300},
		APSpoof:  []detectors.SSIDRule{{Name: "Home", Pattern: "^Home$", ValidMACs: []string{"02:00:00:00:00:01"}, Origin: "test"}},
		Canaries: []detectors.SSIDRule{{Name: "Lab", Pattern: "lab", Origin: "test"}},
		Options: map[string]map[string]string{
			"KARMAOUI": {"ssids": "7"}, "DEVICEFOUND": {"devicefound_timeout": "7"}, "DEVICELOST": {"devicelost_timeout": "9"},
			"OVERPOWERED": {"dot11_max_signal": "-20"},
		},
		Off: off,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(detectors.Config{}, "OnPanic", "OnLead", "Found", "Lost")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"02:00:00:00:00:00/FF:FF:FF:FF:FF:00", "02:00:00:00:00:01"}, got.Found.Devices()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"02:00:00:00:00:03"}, got.Lost.Devices()); diff != "" {
		t.Error(diff)
	}
}

func TestRealtimeFlagPacesSources(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.pcap.gz")
	if err := os.WriteFile(path, demoCapture, 0o644); err != nil {
		t.Fatal(err)
	}
	c := loadConfig(t)
	for _, test := range []struct {
		flag  bool
		paced bool
		text  string
	}{{false, false, path}, {true, true, path}, {false, true, path + ":realtime=true"}} {
		synctest.Test(t, func(t *testing.T) {
			src, err := (&datasources{}).open(test.text, test.flag)
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			began := time.Now()
			alertsOf(t, c, src)
			if paced := time.Since(began) > 90*time.Second; paced != test.paced {
				t.Errorf("%s, --realtime %t: paced %t", test.text, test.flag, paced)
			}
		})
	}
}
