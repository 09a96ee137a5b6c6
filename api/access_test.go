package api

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/api/auth"
)

func TestWhoMayRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		listen string
		reads  Reads
		status int
	}{
		{"loopback", loopback, ReadsByListener, 200},
		{"loopback, guarded", loopback, ReadsGuarded, 401},
		{"IPv6 loopback", "::1", ReadsByListener, 200},
		{"a network", "192.0.2.1", ReadsByListener, 401},
		{"any address", "0.0.0.0", ReadsByListener, 401},
		{"a network, opened", "192.0.2.1", ReadsOpen, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixtureOn(t, c.listen, func(o *Options, _ *auth.Options) { o.Reads = c.reads })
			for _, path := range []string{
				"/alerts/definitions.json", "/alerts/all_alerts.json", "/alerts/last-time/0/alerts.json", "/alerts/wrapped/last-time/0/alerts.json",
				"/messagebus/all_messages.json", "/messagebus/last-time/0/messages.json", "/system/status.json", "/system/timestamp.json",
			} {
				if got := f.do(read(path)); got.status != c.status {
					t.Errorf("%s: %d, want %d", path, got.status, c.status)
				}
			}
			if got := f.do(read("/system/user_status.json")); got.status != 200 {
				t.Errorf("user_status: %d", got.status)
			}
		})
	}
}

func TestCommandsNeedTheAdministratorEverywhere(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Reads = ReadsOpen }).withLogin()
	key, err := f.server.o.Auth.Generate("ro", auth.RoleReadonly, 0)
	must(t, err)
	for _, path := range []string{
		"/alerts/definitions/define_alert.cmd", "/alerts/raise_alerts.cmd", "/alerts/raise_alert.cmd",
		"/auth/apikey/generate.cmd", "/auth/apikey/revoke.cmd",
	} {
		f.want(form(path, "json={}"), 401, pageUnauthorized)
		f.want(form(path, "json={}", "Cookie: KISMET="+key), 401, pageUnauthorized)
		if got := f.do(form(path, "json={}", basicAdmin)); got.status == 401 {
			t.Errorf("%s refuses the administrator", path)
		}
	}
	f.want(read("/auth/apikey/list.json", "Cookie: KISMET="+key), 401, pageUnauthorized)
}

func TestTheFirstPasswordIsSetOnceAndFromHere(t *testing.T) {
	set := func(header ...string) request {
		return form("/session/set_password", "username=admin&password=passwordy", header...)
	}
	const onlyHere = "Login is not configured; the first one can be set from the machine itself only"
	f := newFixtureOn(t, "0.0.0.0", nil)
	f.from(elsewhere)
	f.wantPrefix(set(), 403, onlyHere)
	f.from(loopback)
	f.wantPrefix(set("X-Forwarded-For: 192.0.2.7"), 403, onlyHere)
	f.wantPrefix(set("Origin: http://evil.example"), 403, onlyHere)
	f.want(read("/session/check_setup_ok"), 500, "Login not configured\n")
	f.want(form("/session/set_password", "username=a%3Ab&password=p"), 400, auth.ErrUserName.Error()+"\n")
	f.want(set("Origin: http://sensor"), 200, "Login configured\n")
	f.wantPrefix(set(), 403, "Login is already configured")

	f.from(elsewhere)
	f.want(form("/session/set_password", "username=admin&password=new+one", basicAdmin), 200, "Login configured\n")
	f.want(read("/session/check_login", basicAdmin), 401, pageUnauthorized)
	f.want(read("/session/check_login?user=admin&password=new%20one"), 200, "Login valid\n")
}

func TestTheLoginOfTheConfigurationCannotBeChanged(t *testing.T) {
	f := newFixture(t, func(_ *Options, a *auth.Options) { a.Username, a.Password = "admin", "passwordy" })
	f.want(read("/session/check_setup_ok"), 406, "Login configured in global config\n")
	f.want(read("/session/check_login", basicAdmin), 200, "Login valid\n")
	f.want(form("/session/set_password", "username=a&password=b", basicAdmin), 403,
		"Login is configured in global Kismet configuration and may not be configured via this API.\n")
}

func TestPlacesOfAToken(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Reads = ReadsGuarded }).withLogin()
	key, err := f.server.o.Auth.Generate("ro", auth.RoleReadonly, 0)
	must(t, err)
	login := f.do(read("/session/check_session", basicAdmin)).header.Get("Set-Cookie")
	jwtToken := strings.TrimSuffix(strings.TrimPrefix(login, "KISMET="), "; Path=/")
	for _, token := range []string{key, jwtToken} {
		for _, r := range []request{
			read("/session/check_session", "Cookie: KISMET="+token),
			read("/session/check_session", "Cookie: a=b; KISMET="+token+"; c=d"),
			read("/session/check_session?KISMET=" + token),
			read("/session/check_session", "Authorization: Bearer "+token),
		} {
			got := f.do(r)
			if got.status != 200 || got.header.Get("Set-Cookie") != "KISMET="+token+"; Path=/" {
				t.Errorf("%v: %d, cookie %q", r, got.status, got.header.Get("Set-Cookie"))
			}
		}
	}
	f.want(read("/session/check_session?KISMET="+key, "Cookie: a=b"), 401, pageUnauthorized)
	f.want(read("/session/check_session", "Cookie: KISMET="+key[1:]), 401, pageUnauthorized)
	// A stale cookie does not shut out who has a password: python-kismet-rest
	// sends both.
	f.want(read("/session/check_session", "Cookie: KISMET=stale", basicAdmin), 200, "Session valid\n")

	f.clock.add(25 * time.Hour)
	f.want(read("/session/check_session", "Cookie: KISMET="+jwtToken), 401, pageUnauthorized)
	f.want(read("/session/check_session", "Cookie: KISMET="+key), 200, "Session valid\n")
}

func TestKeysExpire(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Reads = ReadsGuarded }).withLogin()
	key := f.do(form("/auth/apikey/generate.cmd", `json={"name":"ha","role":"readonly","duration":60}`, basicAdmin)).body
	f.want(read("/alerts/all_alerts.json", "Cookie: KISMET="+key), 200, "[]")
	f.clock.add(time.Minute)
	f.want(read("/alerts/all_alerts.json", "Cookie: KISMET="+key), 401, pageUnauthorized)
	f.want(read("/auth/apikey/list.json", basicAdmin), 200, "[]")
	f.wantPrefix(form("/auth/apikey/generate.cmd", `json={"name":"ha","role":"readonly","duration":-1}`, basicAdmin), 500, `ERROR: "duration"`)
	f.wantPrefix(form("/auth/apikey/generate.cmd", `json={"name":"web logon","role":"admin","duration":0}`, basicAdmin), 500, "ERROR: cannot create duplicate auth")
}

func TestKeysCanBeFixed(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.FixedKeys = true }).withLogin()
	f.want(form("/auth/apikey/generate.cmd", `json={"name":"a","role":"admin","duration":0}`, basicAdmin), 500, "ERROR: auth creation is disabled in the kismet configuration\n")
	f.want(form("/auth/apikey/revoke.cmd", `json={"name":"a"}`, basicAdmin), 500, "ERROR: auth creation/deletion is disabled in the kismet configuration\n")
}

func TestGuessersAreSlowedButNotTheOthers(t *testing.T) {
	f := newFixture(t, nil).withLogin()
	f.want(read("/session/check_login", basicAdmin), 200, "Login valid\n")
	f.from(elsewhere)
	status := 0
	for range 5 {
		got := f.do(read("/session/check_login?user=admin&password=guess"))
		if status = got.status; status == 429 {
			if got.header.Get("Retry-After") == "" || got.body != pageSlowDown {
				t.Errorf("429 without a word: %v %s", got.header, got.body)
			}
		}
	}
	if status != 429 {
		t.Fatalf("the fifth guess in a row is answered %d", status)
	}
	// A login that was verified before is not stopped, wherever it comes from.
	f.want(read("/session/check_login", basicAdmin), 200, "Login valid\n")
	f.from("192.0.2.8")
	f.want(read("/session/check_login?user=admin&password=typo"), 401, pageUnauthorized)
	f.from(elsewhere)
	f.clock.add(time.Hour)
	f.want(read("/session/check_login?user=admin&password=guess"), 401, pageUnauthorized)
}

func TestNoSecretIsStoredInClear(t *testing.T) {
	f := newFixture(t, nil).withLogin()
	key := f.do(form("/auth/apikey/generate.cmd", `json={"name":"ha","role":"readonly","duration":0}`, basicAdmin)).body
	for _, path := range []string{f.auth.UserFile, f.auth.SessionDB} {
		text, err := os.ReadFile(path)
		must(t, err)
		if strings.Contains(string(text), "passwordy") || strings.Contains(string(text), key) {
			t.Errorf("%s: %s", filepath.Base(path), text)
		}
	}
}

func TestCORS(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.AllowCORS = true }).withLogin()
	want := map[string]string{
		"Access-Control-Allow-Origin":      "http://ui.example",
		"Access-Control-Allow-Credentials": "true",
		"Vary":                             "Origin",
		"Access-Control-Max-Age":           "86400",
		"Access-Control-Allow-Methods":     "POST, GET, HEAD, OPTIONS, UPGRADE",
		"Access-Control-Allow-Headers":     "Content-Type, Authorization, If-None-Match",
		"Access-Control-Expose-Headers":    "ETag",
	}
	origin := "Origin: http://ui.example"
	for name, c := range map[string]struct {
		request request
		status  int
	}{
		"answer":    {read("/alerts/all_alerts.json", origin), 200},
		"preflight": {request{method: "OPTIONS", target: "/any/path", header: []string{origin}}, 200},
		"401":       {form("/alerts/raise_alerts.cmd", "json={}", origin), 401},
		"404":       {read("/nowhere", origin), 404},
		"405":       {request{method: "PUT", target: "/alerts/all_alerts.json", header: []string{origin}}, 405},
		"400":       {form("/alerts/raise_alerts.cmd", "json={}", origin, basicAdmin), 400},
		"431":       {read("/"+strings.Repeat("x", 10_000), origin), 431},
	} {
		got := f.do(c.request)
		if got.status != c.status {
			t.Errorf("%s: status %d", name, got.status)
		}
		for header, value := range want {
			if name == "431" && header == "Access-Control-Allow-Origin" {
				value = "*" // the header was not read
			}
			if got.header.Get(header) != value {
				t.Errorf("%s: %s is %q, want %q", name, header, got.header.Get(header), value)
			}
		}
	}
	if got := f.do(request{method: "OPTIONS", target: "/x"}); got.body != "" || got.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("preflight without origin: %v", got)
	}
	f = newFixture(t, func(o *Options, _ *auth.Options) { o.AllowCORS, o.AllowedOrigin = true, "http://only.example" })
	if got := f.do(read("/alerts/all_alerts.json", origin)).header.Get("Access-Control-Allow-Origin"); got != "http://only.example" {
		t.Errorf("fixed origin: %q", got)
	}
}

func TestSystemStatusHasAllMembers(t *testing.T) {
	f := newFixture(t, nil)
	f.clock.set(1795405928_000042)
	f.want(read("/system/timestamp.json"), 200, `{"kismet.system.timestamp.sec": 1795405928,"kismet.system.timestamp.usec": 42}`)
	f.want(read("/system/user_status.json"), 200, `{"kismet.system.user": "picket"}`)
	body := f.do(read("/system/status.json")).body
	for _, name := range strings.Fields(`battery.percentage battery.charging battery.ac battery.remaining timestamp.sec timestamp.usec timestamp.start_sec
		memory.rss devices.count user version git build_time server_name server_description server_location memory.rrd devices.rrd
		sensors.fan sensors.temp num_fields num_components num_http_connections string_cache_size`) {
		if !strings.Contains(body, `"kismet.system.`+name+`": `) {
			t.Errorf("kismet.system.%s is missing", name)
		}
	}
	if !strings.Contains(body, `"kismet.server.uuid": `) {
		t.Errorf("status: %s", body)
	}
	f.want(form("/system/status.json", "json="+url.QueryEscape(`{"fields":["kismet.system.user",["kismet.system.version","v"]]}`)), 200,
		`{"kismet.system.user": "picket","v": "2025.09.0-picket"}`)
}
