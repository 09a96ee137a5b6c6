package configs

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestBadLines pins the whole text of every error.
func TestBadLines(t *testing.T) {
	const (
		rate   = "; expected NAME,RATE,BURST, such as DEAUTHFLOOD,5/min,2/sec"
		spoof  = `; expected NAME:ssid="REGEX",validmacs="MAC,MAC/MASK"`
		canary = `; expected NAME:ssid="REGEX"`
	)
	for _, test := range []struct{ line, want string }{
		{"what is this", `"what is this": expected key=value, a comment that begins with # or a blank line`},
		{"=5", `"=5": expected key=value, a comment that begins with # or a blank line`},
		{"\x00\x01", `"\x00\x01": expected key=value, a comment that begins with # or a blank line`},
		{"http_port=2502", "http_port: unknown option; did you mean httpd_port?"},
		{"password=secret", "password: unknown option; expected one of picket's or Kismet's"},
		{"httpd_port+=1", ""},

		{"httpd_port=80a", "httpd_port=80a: expected a number from 0 to 65535"},
		{"httpd_port=65536", "httpd_port=65536: expected a number from 0 to 65535"},
		{"channel_hop_speed=51/sec", "channel_hop_speed=51/sec: expected channels a second or minute, such as 5/sec or 10/min, 50 at most"},
		{"channel_hop_speed=1/day", "channel_hop_speed=1/day: expected channels a second or minute, such as 5/sec or 10/min, 50 at most"},
		{"channel_hop_speed=0/sec", "channel_hop_speed=0/sec: expected channels a second or minute, such as 5/sec or 10/min, 50 at most"},
		{"channel_hop=often", "channel_hop=often: expected true or false"},
		{"HTTPD_Port=", "httpd_port=: expected a number from 0 to 65535"},
		{"httpd_bind_address=everywhere", "httpd_bind_address=everywhere: expected an IP address, such as 127.0.0.1, or 0.0.0.0 for all"},
		{"httpd_open_reads=yes", "httpd_open_reads=yes: expected true or false"},
		{"httpd_jwt_key=short", "httpd_jwt_key=(not shown): expected at least 8 characters"},
		{"httpd_password=", "httpd_password=: expected a password"},
		{"httpd_password=hunter22", "httpd_password: expected httpd_username to be set as well"},
		{"httpd_username=me", "httpd_username: expected httpd_password to be set as well"},
		{"httpd_ssl_cert=/c.pem", "httpd_ssl_cert: expected httpd_ssl_key to be set as well"},
		{"httpd_session_db=", "httpd_session_db=: expected a path"},
		{"data_folder=%S/x", "data_folder=%S/x: %S, the data folder, can't be used here"},
		{"server_name=", "server_name=: expected a text"},
		{"include=", "include=: expected the path of a file"},
		{"include=%S/x.conf", "include=%S/x.conf: %S, the data folder, can't be used here"},
		{"source=", "source=: expected the definition of a source, such as wlan1:name=attic or attic.pcapng"},

		{"alertbacklog=many", "alertbacklog=many: expected a number from 0 to 1048576"},
		{"alertbacklog=-1", "alertbacklog=-1: expected a number from 0 to 1048576"},
		{"alert_ceiling=0", "alert_ceiling=0: expected a number from 1 to 1048576"},
		{"last_time_format=list", "last_time_format=list: expected dictionary or array"},
		{"detector_bss_table=0", "detector_bss_table=0: expected a number from 16 to 16777216"},
		{"detector_option=KARMAOUI", "detector_option=KARMAOUI: expected NAME:option=value, such as KARMAOUI:ssids=3"},
		{"dot11_max_signal=loud", "dot11_max_signal=loud: expected a signal in dBm, from -100 to 100"},
		{"dot11_max_signal=101", "dot11_max_signal=101: expected a signal in dBm, from -100 to 100"},
		{"detector_option=ssids=3", "detector_option=ssids=3: expected NAME:option=value, such as KARMAOUI:ssids=3"},

		{"alert=DEAUTHFLOOD", "alert=DEAUTHFLOOD: expected NAME,RATE,BURST, such as DEAUTHFLOOD,5/min,2/sec"},
		{"alert=,5/min,1/sec", "alert=,5/min,1/sec: expected NAME,RATE,BURST, such as DEAUTHFLOOD,5/min,2/sec"},
		{"alert=X,5/min,1/sec,1", "alert=X,5/min,1/sec,1: expected NAME,RATE,BURST, such as DEAUTHFLOOD,5/min,2/sec"},
		{"alert=X,5/fortnight,1/sec", `alert=X,5/fortnight,1/sec: rate: rate "5/fortnight": unknown unit "fortnight": want sec, min, hour or day` + rate},
		{"alert=X,5/min,lots", `alert=X,5/min,lots: burst: rate "lots": no number before the unit: want something like 10/min` + rate},
		{"alert=X,5/min,1/hour", "alert=X,5/min,1/hour: expected the burst to count over no longer a time than the rate, 5/min"},

		{"apspoof=Home", "apspoof=Home: no NAME: in front" + spoof},
		{`apspoof=Home:ssid="x"`, `apspoof=Home:ssid="x": no validmacs` + spoof},
		{`apspoof=Home:validmacs="02:00:00:00:00:01"`, `apspoof=Home:validmacs="02:00:00:00:00:01": no ssid` + spoof},
		{`apspoof=Home:ssid="x,validmacs=y`, `apspoof=Home:ssid="x,validmacs=y: the quotes of ssid are not closed` + spoof},
		{`apspoof=Home:ssid="x"y,validmacs=z`, `apspoof=Home:ssid="x"y,validmacs=z: no comma after the quotes of ssid` + spoof},
		{`apspoof=Home:ssid="x",colour="red"`, `apspoof=Home:ssid="x",colour="red": unknown part "colour"` + spoof},
		{`apspoof=Home:nothing`, `apspoof=Home:nothing: no key=value in "nothing"` + spoof},
		{`ssidcanary=Lab:ssid="x",validmacs="02:00:00:00:00:01"`, `ssidcanary=Lab:ssid="x",validmacs="02:00:00:00:00:01": unknown part "validmacs"` + canary},
		{"devicefound=", "devicefound=: expected MAC or MAC/MASK, such as aa:bb:cc:00:00:00/ff:ff:ff:00:00:00"},
		{"devicelost=", "devicelost=: expected MAC or MAC/MASK, such as aa:bb:cc:00:00:00/ff:ff:ff:00:00:00"},
		{"devicefound_timeout=0", "devicefound_timeout=0: expected a number from 1 to 86400"},
		{"devicelost_timeout=1d", "devicelost_timeout=1d: expected a number from 1 to 86400"},
		{`ssidcanary=:ssid="x"`, `ssidcanary=:ssid="x": no NAME: in front` + canary},
	} {
		t.Run(test.line, func(t *testing.T) {
			path := filepath.Join(write(t, map[string]string{"x.conf": "# first line\n" + test.line + "\n"}), "x.conf")
			_, _, err := Load(Places{Home: "/home/pi", Files: []string{path}})
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if want := path + ":2: " + test.want; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestAllFaultsAreReportedInTheOrderOfTheFile(t *testing.T) {
	path := filepath.Join(write(t, map[string]string{
		"x.conf": "httpd_port=x\nnonsense\nalertbacklog=x\nno_such_key=1\nserver_name=\n",
	}), "x.conf")
	// The flag hides the bad port, which is reported all the same.
	_, _, err := Load(Places{Home: "/home/pi", Files: []string{path}, Flags: []Flag{{"--http", "httpd_port", "1"}, {"--data", "data_folder", ""}}})
	if err == nil {
		t.Fatal("no error")
	}
	var got []string
	for line := range strings.Lines(err.Error()) {
		place, _, _ := strings.Cut(strings.TrimPrefix(line, path), ": ")
		got = append(got, place)
	}
	if want := ":1 :2 :3 :4 :5 --data"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q:\n%v", got, want, err)
	}
}

func TestRulesKeepTheBackslashesOfPatterns(t *testing.T) {
	c, _ := loadText(t, `apspoof= Odd : ssid = "a\.b\"c,d" , ValidMACs = 02:00:00:00:00:01
ssidcanary=Plain:ssidregex=^lab\d+$
`)
	if r := c.APSpoof[0]; r.Name != "Odd" || r.SSID != `a\.b"c,d` || len(r.ValidMACs) != 1 {
		t.Errorf("%+v", r)
	}
	if r := c.SSIDCanary[0]; r.SSID != `^lab\d+$` {
		t.Errorf("%+v", r)
	}
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"alert=X,5/min,1/sec\n", `apspoof=A:ssid="x\"",validmacs="02:00:00:00:00:01/ff"`, "opt_override=x.conf\nhttpd_port+=1",
		"include=%E/y.conf", "detector_option=a:b=c", "=\x00\r\n#",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(write(t, map[string]string{"x.conf": text}), "x.conf")
		c, _, err := Load(Places{Home: "/home/pi", Files: []string{path}})
		if (c == nil) == (err == nil) {
			t.Errorf("config %v with error %v", c, err)
		}
	})
}
