package configs

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
)

// write puts files into a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func load(t *testing.T, p Places) (*Config, []Warning) {
	t.Helper()
	if p.Home == "" {
		p.Home = "/home/pi"
	}
	c, warnings, err := Load(p)
	if err != nil {
		t.Fatal(err)
	}
	return c, warnings
}

// loadText loads text as the one file of configuration.
func loadText(t *testing.T, text string) (*Config, []Warning) {
	t.Helper()
	return load(t, Places{Files: []string{filepath.Join(write(t, map[string]string{"x.conf": text}), "x.conf")}})
}

func TestBuiltInFilesAreADocumentedDefault(t *testing.T) {
	c, warnings := load(t, Places{})
	if len(warnings) > 0 {
		t.Errorf("warnings: %v", warnings)
	}
	got := *c
	got.Alerts, got.settings = nil, nil
	want := Config{
		ServerName:     "picket",
		DataFolder:     "/home/pi/.picket",
		ChannelHop:     true,
		HopRate:        alertcore.Rate{Count: 5, Unit: alertcore.Second},
		RetrySources:   true,
		AlertBacklog:   50,
		AlertCeiling:   10,
		LastTimeFormat: LastTimeDictionary,
		Tables:         Tables{BSSs: 4096, Stations: 16384, SSIDs: 4096},

		DeviceFoundTimeout: 60, DeviceLostTimeout: 60,
		History: History{On: true, File: "/home/pi/.picket/history.kismet", Sync: true, MaxAge: 30 * 24 * time.Hour, MaxSize: 64 << 20},
		HTTPD: HTTPD{
			Port: 2502, BindAddress: "127.0.0.1",
			AuthFile: "/home/pi/.picket/picket_httpd.conf", SessionDB: "/home/pi/.picket/session.db",
			AllowAuthCreation: true, JWTIssuer: "kismet",
		},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Config{})); diff != "" {
		t.Error(diff)
	}
	if got := c.HTTPD.Address(); got != "127.0.0.1:2502" {
		t.Errorf("listens on %s", got)
	}

	text, err := Shipped("picket.conf")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Shipped("picket_alerts.conf")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range options() {
		if !strings.Contains(string(text)+string(rules), "\n"+o.key+"=") && !strings.Contains(string(text)+string(rules), "\n# "+o.key+"=") {
			t.Errorf("%s is in neither of the files that we ship", o.key)
		}
	}
}

func TestCommentedExamplesAreValid(t *testing.T) {
	var live strings.Builder
	for _, name := range fileNames() {
		text, err := Shipped(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			example, commented := strings.CutPrefix(line, "# ")
			key, value, _ := strings.Cut(example, "=")
			known := slices.ContainsFunc(options(), func(o option) bool { return o.key == key })
			if commented && known && strings.TrimSpace(value) != "" && !strings.HasPrefix(value, "NAME") {
				live.WriteString(example)
			}
		}
	}
	live.WriteString("httpd_password=hunter22\n")
	c, _ := loadText(t, live.String())
	if len(c.APSpoof) != 2 || len(c.SSIDCanary) != 1 || len(c.DevicesFound) != 2 || len(c.DevicesLost) != 1 || len(c.Sources) != 3 || len(c.DetectorOptions) != 2 {
		t.Errorf("examples were not read: %+v", c)
	}
}

func TestEveryDetectorHasKismetsRate(t *testing.T) {
	rates := func(p Places) map[string]string {
		c, _ := load(t, p)
		list := map[string]string{}
		for _, a := range c.Alerts {
			list[a.Name] = a.Limit.String() + "," + a.Burst.String()
		}
		return list
	}
	want := rates(Places{Files: []string{"testdata/kismet_alerts.conf"}})
	// What the file does not name has the rate that Kismet falls back to.
	for _, name := range []string{"BADFIXLENIE", "DEVICEFOUND", "DEVICELOST", "DHCPCONFLICT", "DISASSOCTRAFFIC"} {
		want[name] = "10/min,1/sec"
	}
	for name, got := range rates(Places{}) {
		if got != want[name] {
			t.Errorf("%s has %s, want %s", name, got, want[name])
		}
	}
}

func TestKismetsAlertFileLoadsUnchanged(t *testing.T) {
	c, warnings := load(t, Places{Files: []string{"testdata/kismet_alerts.conf"}})
	rates := map[string]AlertRate{}
	for _, a := range c.Alerts {
		if _, twice := rates[a.Name]; twice {
			t.Errorf("%s has two rates", a.Name)
		}
		rates[a.Name] = a
	}
	named := 0
	for _, a := range rates {
		if a.Origin.Source == "testdata/kismet_alerts.conf" {
			named++
		}
	}
	if named != 46 {
		t.Errorf("%d names have rates of the file, want 46", named)
	}
	overpowered := rates["OVERPOWERED"]
	if overpowered.Limit != (alertcore.Rate{Unit: alertcore.Minute}) {
		t.Errorf("OVERPOWERED is not off: %v", overpowered)
	}
	if at := rates["DEAUTHFLOOD"].Origin; at.Source != "testdata/kismet_alerts.conf" || at.Line == 0 {
		t.Errorf("the rate of DEAUTHFLOOD comes from %s", at)
	}
	wantRule := SSIDRule{
		Name: "Foo2", SSID: "Foobar", ValidMACs: []string{"00:11:22:33:44:55", "aa:bb:cc:dd:ee:ff"},
		Origin: Origin{"testdata/kismet_alerts.conf", 54},
	}
	if diff := cmp.Diff(wantRule, c.APSpoof[1]); diff != "" {
		t.Error(diff)
	}
	if c.SSIDCanary[1].SSID != "(?i:foobarcanary)" {
		t.Errorf("canary pattern %q", c.SSIDCanary[1].SSID)
	}
	at := func(line int) Origin { return Origin{"testdata/kismet_alerts.conf", line} }
	wantDevices := []Device{{"00:11:22:33:44:55", at(61)}, {"aa:bb:cc:dd:ee:00/ff:ff:ff:ff:ff:00", at(62)}}
	if diff := cmp.Diff(wantDevices, c.DevicesFound); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Device{{"00:11:22:33:44:55", at(63)}}, c.DevicesLost); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, w := range warnings {
		got = append(got, w.String())
	}
	const why = " is an option of Kismet's that picket has no use for"
	want := []string{
		"testdata/kismet_alerts.conf:67: prelude_alerts" + why,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLaterLayersWin(t *testing.T) {
	folder := write(t, map[string]string{
		"etc/picket.conf":        "httpd_port=1001\nalertbacklog=60\nserver_name=etc\nsource=a.pcap\nsource=b.pcap\n",
		"etc/picket_alerts.conf": "alert=LONGSSID,1/hour,1/sec\napspoof=Home:ssid=\"^Home$\",validmacs=\"02:00:00:00:00:01\"\n",
		"one.conf":               "httpd_port=1002\nserver_name=one\nsource=c.pcap\n",
		"two.conf":               "server_name=two\napspoof=Home:ssid=\"^Casa$\",validmacs=\"02:00:00:00:00:02\"\napspoof=Office:ssid=\"^Office$\",validmacs=\"02:00:00:00:00:03\"\n",
	})
	at := func(name string) string { return filepath.Join(folder, name) }
	c, warnings := load(t, Places{
		Etc:   at("etc"),
		Files: []string{at("one.conf"), at("two.conf")},
		Flags: []Flag{{"--http", "httpd_port", "1003"}},
	})
	if len(warnings) > 0 {
		t.Errorf("warnings: %v", warnings)
	}
	for _, want := range []struct {
		key, value string
		origin     Origin
	}{
		{"httpd_port", "1003", Origin{Source: "--http"}},
		{"server_name", "two", Origin{at("two.conf"), 1}},
		{"source", "c.pcap", Origin{at("one.conf"), 3}},
		{"alertbacklog", "60", Origin{at("etc/picket.conf"), 2}},
		{"alert_ceiling", "10", Origin{"built-in picket.conf", lineOf(t, "picket.conf", "alert_ceiling=10")}},
	} {
		i := slices.IndexFunc(c.Settings(), func(s Setting) bool { return s.Key == want.key })
		if diff := cmp.Diff(Setting{want.key, want.value, want.origin}, c.Settings()[i]); diff != "" {
			t.Error(diff)
		}
		if got := c.Origin(want.key); got != want.origin {
			t.Errorf("%s comes from %s, want %s", want.key, got, want.origin)
		}
	}
	if c.HTTPD.Port != 1003 || c.ServerName != "two" || c.AlertBacklog != 60 {
		t.Errorf("port %d, name %s, backlog %d", c.HTTPD.Port, c.ServerName, c.AlertBacklog)
	}
	if len(c.Sources) != 1 || c.Sources[0].Definition != "c.pcap" {
		t.Errorf("sources %v, want those of the highest layer that names any", c.Sources)
	}
	if builtIn, _ := load(t, Places{}); len(c.Alerts) != len(builtIn.Alerts) {
		t.Errorf("%d rates, want the %d built in with one replaced", len(c.Alerts), len(builtIn.Alerts))
	}
	for _, a := range c.Alerts {
		if want := (alertcore.Rate{Count: 1, Unit: alertcore.Hour}); a.Name == "LONGSSID" && a.Limit != want {
			t.Errorf("LONGSSID has %s", a.Limit)
		}
	}
	var rules []string
	for _, r := range c.APSpoof {
		rules = append(rules, r.Name+" "+r.SSID)
	}
	if diff := cmp.Diff([]string{"Home ^Casa$", "Office ^Office$"}, rules); diff != "" {
		t.Error(diff)
	}
}

// lineOf finds a line in a file that we ship.
func lineOf(t *testing.T, name, line string) int {
	t.Helper()
	text, err := Shipped(name)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.Index(strings.Split(string(text), "\n"), line)
	if i < 0 {
		t.Fatalf("%s has no line %s", name, line)
	}
	return i + 1
}

func TestDevicesOfAllLayersAreListed(t *testing.T) {
	folder := write(t, map[string]string{
		"etc/picket_alerts.conf": "devicefound=02:00:00:00:00:01\ndevicefound=aa:00:00:00:00:02\ndevicelost=02:00:00:00:00:03\ndevicelost_timeout=7\n",
		"one.conf":               "devicefound=AA:00:00:00:00:02\ndevicefound=02:00:00:00:00:04/ff:ff:ff:ff:ff:ff\ndevicefound_timeout=8\n",
	})
	c, warnings := load(t, Places{Etc: filepath.Join(folder, "etc"), Files: []string{filepath.Join(folder, "one.conf")}})
	if len(warnings) > 0 {
		t.Errorf("warnings: %v", warnings)
	}
	addresses := func(devices []Device) (list []string) {
		for _, d := range devices {
			list = append(list, d.Address)
		}
		return list
	}
	if diff := cmp.Diff([]string{"02:00:00:00:00:01", "AA:00:00:00:00:02", "02:00:00:00:00:04/ff:ff:ff:ff:ff:ff"}, addresses(c.DevicesFound)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"02:00:00:00:00:03"}, addresses(c.DevicesLost)); diff != "" {
		t.Error(diff)
	}
	if c.DeviceFoundTimeout != 8 || c.DeviceLostTimeout != 7 {
		t.Errorf("timeouts %d and %d", c.DeviceFoundTimeout, c.DeviceLostTimeout)
	}
}

func TestGrammar(t *testing.T) {
	folder := write(t, map[string]string{
		"main.conf": "# comment\n\n  Server_Name  =  Tower = North  \r\n" +
			"include=part.conf\nopt_include=%E/absent.conf\nopt_override=last.conf\nopt_override=absent.conf\n" +
			"alertbacklog=7\nsource=main.pcap\nserver_location=here\n" +
			"httpd_ssl_cert=%E/c.pem\nhttpd_ssl_key=%S/k.pem\ndata_folder=%h/d\nalert=KARMAOUI,1/min,1/min",
		"part.conf": "alertbacklog=8\nserver_description=part\ninclude=main.conf\n",
		"last.conf": "server_location=there\nsource+=last.pcap\n",
	})
	main := filepath.Join(folder, "main.conf")
	c, warnings := load(t, Places{Files: []string{main}})
	for _, check := range []struct{ what, got, want string }{
		{"blanks are dropped, the first = divides", c.ServerName, "Tower = North"},
		{"a file is included where it is named", c.ServerDescription, "part"},
		{"the override replaces what was set before", c.ServerLocation, "there"},
		{"%E is the folder of the file", c.HTTPD.SSLCert, folder + "/c.pem"},
		{"%S is the data folder, wherever it is set", c.HTTPD.SSLKey, "/home/pi/d/k.pem"},
		{"a built-in path follows the data folder", c.HTTPD.SessionDB, "/home/pi/d/session.db"},
	} {
		if check.got != check.want {
			t.Errorf("%s: got %q, want %q", check.what, check.got, check.want)
		}
	}
	if c.AlertBacklog != 8 {
		t.Errorf("backlog %d, want the first that was read", c.AlertBacklog)
	}
	if len(c.Sources) != 2 || c.Sources[0].Definition != "main.pcap" || c.Sources[1].Definition != "last.pcap" {
		t.Errorf("sources %v: += adds", c.Sources)
	}
	karma := c.Alerts[len(c.Alerts)-1]
	if karma.Name != "KARMAOUI" || karma.Origin != (Origin{main, 14}) {
		t.Errorf("the last line, which has no newline, was not read: %v", karma)
	}
	want := []Warning{{Origin{main, 8}, "alertbacklog was set before, at " + filepath.Join(folder, "part.conf") + ":1, which counts"}}
	if diff := cmp.Diff(want, warnings); diff != "" {
		t.Error(diff)
	}
}

func TestKismetOptionsWithoutUseAreNamedOnce(t *testing.T) {
	_, warnings := loadText(t, "wepkey=00:DEADBEEF00,hex\nwepkey=11:DEADBEEF00,hex\nkis_log_packets=true\ndot11_ap_only_survey=\n")
	var got []string
	for _, w := range warnings {
		key, _, _ := strings.Cut(w.Text, " ")
		got = append(got, key)
		if w.Origin.Line == 0 {
			t.Errorf("%s has no line", w)
		}
	}
	if diff := cmp.Diff([]string{"wepkey", "kis_log_packets", "dot11_ap_only_survey"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	c, _ := loadText(t, "httpd_username=kismet\nhttpd_password=hunter22\nhttpd_jwt_key=0123456789\n")
	for _, s := range c.Settings() {
		if strings.Contains(s.Value, "hunter22") || strings.Contains(s.Value, "0123456789") {
			t.Errorf("%s shows %s", s.Key, s.Value)
		}
	}
	if c.HTTPD.Password != "hunter22" || c.HTTPD.JWTKey != "0123456789" {
		t.Error("the secrets are not what was set")
	}
}

func TestWhatAppliesIsListedOnce(t *testing.T) {
	c, _ := loadText(t, "alert=LONGSSID,1/min,1/sec\nalert=longssid,2/min,1/sec\nalert=NOSUCHALERT,3/min,1/sec\ndetector_option=karmaoui:ssids=4\n")
	var got []string
	for _, s := range c.Settings() {
		if s.Key == "alert" && s.Origin.Source != "built-in picket_alerts.conf" {
			got = append(got, s.Value)
		}
	}
	if diff := cmp.Diff([]string{"LONGSSID,1/min,1/sec", "NOSUCHALERT,3/min,1/sec"}, got); diff != "" {
		t.Error(diff)
	}
	if o := c.DetectorOptions[0]; o.Detector != "KARMAOUI" || o.Key != "ssids" || o.Value != "4" {
		t.Errorf("detector option %+v", o)
	}
}

func TestUnreadableFiles(t *testing.T) {
	folder := write(t, map[string]string{"x.conf": "include=gone.conf\n", "picket.conf/is_a_folder": ""})
	_, _, err := Load(Places{Home: "/home/pi", Files: []string{filepath.Join(folder, "none.conf")}})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "none.conf") {
		t.Errorf("a file named by --config that does not exist: %v", err)
	}
	_, _, err = Load(Places{Home: "/home/pi", Files: []string{filepath.Join(folder, "x.conf")}})
	if err == nil || !strings.Contains(err.Error(), "x.conf:1: include=gone.conf: open ") {
		t.Errorf("an included file that does not exist: %v", err)
	}
	if _, _, err = Load(Places{Home: "/home/pi", Etc: folder}); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a folder in place of a file: %v", err)
	}
	load(t, Places{Etc: filepath.Join(folder, "no-such-folder")})
	if _, _, err = Load(Places{}); err == nil || !strings.Contains(err.Error(), "data_folder=%h/.picket: %h is unknown: the environment names no home folder") {
		t.Errorf("no home folder: %v", err)
	}
	c, _, err := Load(Places{Flags: []Flag{{"--data", "data_folder", "/srv"}}})
	if err != nil || c.HTTPD.SessionDB != "/srv/session.db" {
		t.Errorf("no home folder, and none needed: %v", err)
	}
}
