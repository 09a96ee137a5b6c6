package api

import (
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/api/auth"
)

// golden is what a real Kismet 2025-09-R1 answered to a request of the session
// in testdata.
type golden struct {
	status int
	header []string // nil: not recorded
	mime   string
	body   string
	after  string // what further requests under the same label answered
}

var (
	goldenStatus = regexp.MustCompile(`\n\[status (\d+) ct ([^\]]*)\]\n`)
	goldenToken  = regexp.MustCompile(`[0-9A-F]{32}`)
	jwt          = regexp.MustCompile(`eyJ[A-Za-z0-9._-]*`)
)

func readGolden(t *testing.T) map[string]golden {
	t.Helper()
	text, err := os.ReadFile("testdata/kismet-session.txt")
	if err != nil {
		t.Fatal(err)
	}
	session := make(map[string]golden)
	for _, part := range strings.Split(string(text), "##### ")[1:] {
		label, answer, _ := strings.Cut(part, "\n")
		var g golden
		if strings.HasPrefix(answer, "HTTP/1.") {
			head, body, _ := strings.Cut(answer, "\n\n")
			lines := strings.Split(head, "\n")
			g.status, _ = strconv.Atoi(strings.Fields(lines[0])[1])
			g.header = lines[1:]
			g.body = strings.TrimSuffix(body, "\n\n")
		} else if at := goldenStatus.FindStringSubmatchIndex(answer); at != nil {
			g.status, _ = strconv.Atoi(answer[at[2]:at[3]])
			g.mime = answer[at[4]:at[5]]
			g.body = answer[:at[0]]
			g.after = answer[at[1]:]
		}
		session[label] = g
	}
	return session
}

// A goldenStep is a request of the session.
type goldenStep struct {
	label   string
	at      string // the time it is sent at, seconds; "": as the one before
	request request

	differs string              // why the answer is not Kismet's
	edit    func(string) string // makes Kismet's body ours
	status  int                 // ours, if it differs
	body    string              // ours, if it differs and edit is nil

	cut int // only so much of the body was recorded
}

// Requests of the session that are left out, because answering them as we mean
// to changes what later ones see. The tests of definitions, raising and limits
// have them.
//
//	define burst unit > limit unit, again      a failed definition does not use up its name
//	define no class/severity, no severity      they have defaults
//	define app/json;charset nospace            content types match whatever their parameters
//	raise wrong case                           names match in any case
//	raise alias singular                       the old name is served
//	raise ampersand                            %26 is part of the value
//	body too large                             is answered
//
// Others ask for what is not served: static files, tracked_fields.

// goldenSteps returns the session, given what Kismet answered to it, and the
// API keys that it generates on its way: that for readers, and that of a role
// of its own.
func goldenSteps(session map[string]golden, tokenRO, tokenCustom string) []goldenStep {
	login := basicAdmin
	get := func(target string) request { return read(target, login) }
	send := func(target, json string) request { return form(target, "json="+json, login) }
	define := func(json string) request { return send("/alerts/definitions/define_alert.cmd", json) }
	view := func(body string) request { return form("/alerts/alerts_view.json", body, login) }
	raise := func(json string) request { return send("/alerts/raise_alerts.cmd", json) }
	rest := `, "description": "d", "throttle": "10/min", "burst": "3/sec"}`
	app := func(contentType, json string) request {
		return request{method: "POST", target: "/alerts/definitions/define_alert.cmd", body: json, header: []string{login, "Content-Type: " + contentType}}
	}
	const future = "/alerts/last-time/9999999999/alerts.json"
	cookieRO, cookieCustom := "Cookie: KISMET="+tokenRO, "Cookie: KISMET="+tokenCustom
	wrappedCursor := func(s string) string {
		return regexp.MustCompile(`(alert.timestamp": )[0-9.]+`).ReplaceAllString(s, "${1}1795405928.225616")
	}
	const isCursor = "the timestamp handed out is the newest alert's, so that no alert can fall between"

	steps := []goldenStep{
		{label: "first-run check_setup_ok", request: read("/session/check_setup_ok")},
		{label: "first-run empty basic auth -> check_login", request: read("/session/check_login", "Authorization: Basic Og=="),
			differs: "empty credentials are refused", status: 401, body: pageUnauthorized},
		{label: "first-run unauth definitions", request: read("/alerts/definitions.json")},
		{label: "set_password missing", at: "1795405924", request: form("/session/set_password", "username=x")},
		{label: "set_password ok", request: form("/session/set_password", "username=admin&password=passwordy")},
		{label: "set_password again unauth", request: form("/session/set_password", "username=admin&password=foo")},
		{label: "check_setup_ok", request: read("/session/check_setup_ok")},
		{label: "check_login ok", request: get("/session/check_login")},
		{label: "check_login bad", request: read("/session/check_login", "Authorization: Basic YWRtaW46YmFk")},
		{label: "check_session ok", request: get("/session/check_session")},
		{label: "check_login via uri", request: read("/session/check_login?user=admin&password=passwordy")},
		{label: "GET definitions", request: get("/alerts/definitions.json")},
		{label: "GET all_alerts json", request: get("/alerts/all_alerts.json")},
		{label: "all_alerts.ekjson", request: get("/alerts/all_alerts.ekjson")},
		{label: "all_alerts.itjson", request: get("/alerts/all_alerts.itjson")},
		{label: "all_alerts.tjson", request: get("/alerts/all_alerts.tjson")},
		{label: "all_alerts.prettyjson", request: get("/alerts/all_alerts.prettyjson")},
		{label: "all_alerts.cmd", request: get("/alerts/all_alerts.cmd")},
		{label: "all_alerts.jcmd", request: get("/alerts/all_alerts.jcmd")},
		{label: "all_alerts.foo", request: get("/alerts/all_alerts.foo")},
		{label: "no ext", request: get("/alerts/all_alerts")},
		{label: "HEAD api", request: request{method: "HEAD", target: "/alerts/all_alerts.json", header: []string{login}},
			differs: "a HEAD is answered on every read", status: 200},
		{label: "PUT", request: request{method: "PUT", target: "/alerts/all_alerts.json", header: []string{login}}},
		{label: "OPTIONS nocors", request: request{method: "OPTIONS", target: "/alerts/all_alerts.json", header: []string{login}}},
		{label: "GET define", request: get("/alerts/definitions/define_alert.cmd")},
		{label: "define.json ext", request: send("/alerts/definitions/define_alert.json", "{}")},

		{label: "define ok", at: "1795405925", request: define(`{"name": "ScaryAlert", "description": "d", "class": "spoof", "severity": 15, "throttle": "10/min", "burst": "3/sec"}`)},
		{label: "define dup", request: define(`{"name": "scaryALERT", "description": "d", "class": "spoof", "severity": 15, "throttle": "10/min", "burst": "3/sec"}`)},
		{label: "define name in conf only", request: define(`{"name": "ONLYCONF", "description": "d", "class": "spoof", "severity": 15, "throttle": "10/min", "burst": "3/sec"}`)},
		{label: "define burst unit > limit unit", request: define(`{"name": "BU", "description": "d", "class": "spoof", "severity": 15, "throttle": "10/sec", "burst": "3/min"}`)},
		{label: "define sev string", request: define(`{"name": "P2", "class":"X", "severity":"15"` + rest)},
		{label: "define sev 7", request: define(`{"name": "P2", "class":"X", "severity":7` + rest)},
		{label: "define sev 15.7 float", request: define(`{"name": "P3", "class":"X", "severity":15.7` + rest)},
		{label: "define sev false", request: define(`{"name": "P4", "class":"X", "severity":false` + rest)},
		{label: "define bad throttle", request: define(`{"name": "P5", "class":"X", "severity":0, "description": "d", "throttle": "10/fortnight", "burst": "3/sec"}`)},
		{label: "define bad throttle num", request: define(`{"name": "P5", "class":"X", "severity":0, "description": "d", "throttle": "x/min", "burst": "3/sec"}`)},
		{label: "define bad burst", at: "1795405926", request: define(`{"name": "P5", "class":"X", "severity":0, "description": "d", "throttle": "1/min", "burst": "zz"}`)},
		{label: "define throttle number type", request: define(`{"name": "P5", "class":"X", "severity":0, "description": "d", "throttle": 10, "burst": "3/sec"}`)},
		{label: "define bad phy", request: define(`{"name": "P5", "class":"X", "severity":0, "description": "d", "throttle": "1/min", "burst": "1/sec", "phyname":"nope"}`)},
		{label: "define phy null", request: define(`{"name": "P5", "class":"X", "severity":0, "description": "d", "throttle": "1/min", "burst": "1/sec", "phyname":null}`)},
		{label: "define neg rate, no unit, spaces, caps", request: define(`{"name": "Neg", "class":"X", "severity":0, "description": "d", "throttle": " -1", "burst": "7x/SEC/zz", "phyname":"any"}`)},
		{label: "define zero", request: define(`{"name": "ZERO", "class":"X", "severity":0, "description": "d", "throttle": "0/min", "burst": "0/sec"}`)},
		{label: "define burst zero", request: define(`{"name": "BZERO", "class":"X", "severity":0, "description": "d", "throttle": "5/min", "burst": "0/sec"}`)},
		{label: "define empty name", request: define(`{"name": "", "class":"", "severity":0, "description": "", "throttle": "5/min", "burst": "1/sec"}`)},
		{label: "define utf8 name/desc", request: define(url.QueryEscape(`{"name": "straße é", "class":"çlass", "severity":20, "description": "tab\there \"q\" \\ / \u0001 \u00e9 <b>", "throttle": "5/hour", "burst": "2/min"}`))},
		{label: "define no body", request: request{method: "POST", target: "/alerts/definitions/define_alert.cmd", header: []string{login}}},
		{label: "define malformed form json", request: define(`{"name": "X"`)},
		{label: "define malformed app/json", request: app("application/json", `{"name": "X"`)},
		{label: "define array json", request: define(`[1]`)},
		{label: "define trailing garbage form", request: define(`{"name": "TGF", "class":"X", "severity":0, "description": "d", "throttle": "1/min", "burst": "1/sec"} garbage`)},
		{label: "define trailing garbage app/json", request: app("application/json", `{"name": "TGJ", "class":"X", "severity":0, "description": "d", "throttle": "1/min", "burst": "1/sec"} garbage`)},
		{label: "define app/json ok", request: app("application/json", `{"name": "AJ", "class":"X", "severity":0, "description": "d", "throttle": "1/min", "burst": "1/sec"}`)},
		{label: "define json in query + form content", request: request{method: "POST", target: "/alerts/definitions/define_alert.cmd?x=y", header: []string{login}}},
		{label: "definitions now", request: get("/alerts/definitions.json")},

		{label: "raise ok", at: "1795405927.037596", request: raise(`{"name": "SCARYALERT", "text": "Hi"}`)},
		{label: "raise unknown html", request: raise(`{"name": "<a/b>", "text": "Hi"}`)},
		{label: "raise no text", request: raise(`{"name": "SCARYALERT"}`)},
		{label: "raise no name", request: raise(`{"text": "SCARYALERT"}`)},
		{label: "raise bad mac", request: raise(`{"name": "SCARYALERT", "text": "Hi", "bssid": "zz:11"}`)},
		{label: "raise mac 9 bytes", request: raise(`{"name": "SCARYALERT", "text": "Hi", "bssid": "11:22:33:44:55:66:77:88:99"}`)},
		{label: "raise channel number", request: raise(`{"name": "SCARYALERT", "text": "Hi", "channel": 6}`)},
		{label: "raise full", at: "1795405927.497024", request: raise(`{"name": "SCARYALERT", "text": "Text with \"quotes\" / é \\ and 100% ; semi", "bssid": "aa:bb:cc:dd:ee:ff", "source":"00:11:22:33:44:55", "dest":"ff:ff:ff:ff:ff:ff", "other":"0102", "channel":"6HT40"}`)},
		{label: "raise 4 (burst 3)", at: "1795405927.609552", request: raise(`{"name": "SCARYALERT", "text": "Hi"}`)},
		{label: "raise 5 (burst 3)", request: raise(`{"name": "SCARYALERT", "text": "Hi"}`)},
		{label: "raise KISMET", request: raise(`{"name": "KISMET", "text": "Hi"}`)},
		{label: "raise ZERO", request: raise(`{"name": "ZERO", "text": "Hi"}`)},
		{label: "raise BZERO 1", request: raise(`{"name": "BZERO", "text": "Hi"}`),
			differs: "a limit of 0 switches a definition off", status: 400, body: "Invalid request: alert throttle reached, alert not raised.\n"},
		{label: "raise BZERO 2", request: raise(`{"name": "BZERO", "text": "Hi"}`)},
	}
	// The addresses that the session tries, under the label of the step before.
	for _, m := range []struct{ at, mac string }{
		{"1795405927.853741", "aabbccddeeff"}, {"", "aa-bb-cc-dd-ee-ff"}, {"1795405927.919870", "AA:BB"},
		{"1795405927.973737", "a"}, {"1795405928.025704", "aa:bb:cc:00:00:00/ff:ff:ff:00:00:00"},
		{"1795405928.069690", "AZ:BB:CC:DD:EE:FF"}, {"1795405928.129553", " 1:02:03:04:05:06"},
		{"", "AA:BB:CC:DD:EE:FF "}, {"1795405928.225616", "11:22:33:44:55:66:77:88"},
		{"1795405928.300000", ":"}, {"", "aa:bb:cc:*"}, {"", "0x11"},
	} {
		steps = append(steps, goldenStep{label: "mac " + m.mac, at: m.at,
			request: raise(url.QueryEscape(`{"name": "NEG", "text": "mac '` + m.mac + `'", "source": "` + m.mac + `"}`))})
	}
	const noBZERO = "BZERO was not raised"
	steps = append(steps, []goldenStep{
		{label: "macs", request: send("/alerts/all_alerts.itjson", `{"fields":["kismet.alert.text","kismet.alert.source_mac"]}`),
			differs: noBZERO, status: 200, edit: func(s string) string {
				hi := `{"kismet.alert.text": "Hi","kismet.alert.source_mac": "00:00:00:00:00:00"}` + "\n"
				return strings.Replace(s, hi+hi, hi, 1)
			}},
		{label: "last-time 0.0 json", request: get("/alerts/last-time/0.0/alerts.json"),
			differs: noBZERO, status: 200, edit: withoutBZERO},
		{label: "wrapped", request: send("/alerts/wrapped/last-time/9999999999.5/alerts.json", `{"fields":["kismet.alert.header"]}`)},
		{label: "wrapped itjson", request: get("/alerts/wrapped/last-time/9999999999/alerts.itjson"), differs: isCursor, status: 200, edit: wrappedCursor},
		{label: "wrapped ekjson", request: get("/alerts/wrapped/last-time/9999999999/alerts.ekjson"), differs: isCursor, status: 200, edit: func(s string) string {
			return strings.ReplaceAll(wrappedCursor(strings.ReplaceAll(s, "alert_timestamp", "alert.timestamp")), "alert.timestamp", "alert_timestamp")
		}},
		{label: "wrapped with fields", request: send("/alerts/wrapped/last-time/9999999999/alerts.json", `{"fields":["kismet.alert.timestamp"]}`), differs: isCursor, status: 200, edit: wrappedCursor},
		{label: "last-time 'abc'", request: get("/alerts/last-time/abc/alerts.json"), cut: 80},
		{label: "last-time '12abc'", request: get("/alerts/last-time/12abc/alerts.json"), cut: 80},
		{label: "last-time 'nan'", request: get("/alerts/last-time/nan/alerts.json"), cut: 80},
		{label: "last-time 'inf'", request: get("/alerts/last-time/inf/alerts.json"), cut: 80},
		{label: "last-time '-5'", request: get("/alerts/last-time/-5/alerts.json"), cut: 80,
			differs: "a negative time counts back from now, to which the first alert is too old", status: 200, edit: func(s string) string {
				return strings.Replace(s, `"oneShot","kismet.ale`, `"SCARYALERT","kismet.`, 1)[:80]
			}},
		{label: "last-time '1e3'", request: get("/alerts/last-time/1e3/alerts.json"), cut: 80},
		{label: "last-time ''", request: get("/alerts/last-time//alerts.json"), cut: 80},
		{label: "last-time '0x10'", request: get("/alerts/last-time/0x10/alerts.json"), cut: 80},
		{label: "last-time '1e'", request: get("/alerts/last-time/1e/alerts.json"), cut: 80},
		{label: "last-time bad itjson", request: get("/alerts/last-time/abc/alerts.itjson")},
		{label: "by-id", request: get("/alerts/by-id/375002781/alert.json")},
		{label: "by-id pretty", request: get("/alerts/by-id/375002781/alert.prettyjson")},
		{label: "by-id itjson", request: get("/alerts/by-id/375002781/alert.itjson")},
		{label: "by-id unknown", request: get("/alerts/by-id/1/alert.json")},
		{label: "by-id nonnum", request: get("/alerts/by-id/zz/alert.json")},
		{label: "by-id huge", request: get("/alerts/by-id/99999999999/alert.json")},
		{label: "by-id fields", request: send("/alerts/by-id/375002781/alert.json", `{"fields":["kismet.alert.header","kismet.alert.bogus",["kismet.alert.bogus2","alias"],["kismet.alert.severity","sev"],"kismet.alert.location/kismet.common.location.geopoint",["kismet.alert.location/kismet.common.location.fix","fix"],"kismet.alert.location/kismet.common.location.fix","kismet.alert.header",["kismet.alert.text","a"],["kismet.alert.text","b"],"", "/kismet.alert.class/"]}`),
			differs: "an unknown field keeps the name that was asked for", status: 200, edit: func(s string) string {
				return strings.Replace(s, "field.unknown.not.registered", "kismet.alert.bogus", 1)
			}},
		{label: "bad fields type", request: send("/alerts/all_alerts.json", `{"fields":[1]}`)},
		{label: "bad fields pair", request: send("/alerts/all_alerts.json", `{"fields":[["a"]]}`)},
		{label: "fields as string (ignored)", request: send("/alerts/by-id/375002781/alert.json", `{"fields":"kismet.alert.header"}`)},
		{label: "array json on tracked", request: send("/alerts/all_alerts.json", `[]`)},
		{label: "view GET", request: get("/alerts/alerts_view.json"),
			differs: "a request without a dictionary asks for whole alerts", status: 200, edit: func(string) string {
				return withoutBZERO(session["last-time 0.0 json"].body)
			}},
		{label: "view POST nojson", request: form("/alerts/alerts_view.json", "page=0&length=2", login),
			differs: "as for the GET", status: 200, edit: func(string) string {
				two := regexp.MustCompile(`^\[\{.*?\}\},\{.*?\}\}`).FindString(session["last-time 0.0 json"].body)
				return `{"data": ` + two + `],"last_page": 6,"last_row": 11,"total_row": 11}`
			}},
		{label: "view POST json only", request: view(`json={"fields":["kismet.alert.header"]}`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view page", request: view(`json={"fields":["kismet.alert.header","kismet.alert.text"]}&page=0&length=2`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view page size", request: view(`json={"fields":["kismet.alert.header","kismet.alert.text"]}&page=1&size=2`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view page beyond", request: view(`json={"fields":["kismet.alert.header","kismet.alert.text"]}&page=99&length=2`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view page nolen", request: view(`json={"fields":["kismet.alert.header"]}&page=1`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view page bad", request: view(`json={"fields":["kismet.alert.header"]}&page=x`)},
		{label: "view sort asc", request: view(`json={"fields":["kismet.alert.timestamp"]}&page=0&length=3&sort=kismet.alert.timestamp&sort_dir=asc`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view sort desc", request: view(`json={"fields":["kismet.alert.timestamp"]}&page=0&length=3&sort=kismet.alert.timestamp&sort_dir=desc`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view search sev", request: view(`json={"fields":["kismet.alert.header","kismet.alert.severity"]}&page=0&length=3&search=high`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view search mac", request: view(`json={"fields":["kismet.alert.header","kismet.alert.transmitter_mac"]}&page=0&length=3&search=aa:bb`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view search text", request: view(`json={"fields":["kismet.alert.header","kismet.alert.text"]}&page=0&length=3&search=QUOTES`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view nofields", request: view(`json={}&page=0&length=1`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view ekjson", request: form("/alerts/alerts_view.ekjson", `json={"fields":["kismet.alert.header"]}&page=0&length=1`, login), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "view bad pair", request: view(`json={"fields":[["x"]]}`)},
		{label: "view regex ignored", request: view(`json={"fields":["kismet.alert.header"],"regex":[["kismet.alert.header","^NOPE"]]}&page=0&length=1`), differs: noBZERO, status: 200, edit: viewWithoutBZERO},
		{label: "messages all", request: get("/messagebus/all_messages.itjson"),
			differs: "Kismet logs its own files and sockets; BZERO was not raised; BU was defined once", status: 200, edit: ourMessages},
		{label: "messages last bad", request: get("/messagebus/last-time/abc/messages.json")},
		{label: "messages future", at: "1795405930", request: get("/messagebus/last-time/9999999999/messages.json")},
		{label: "apikey gen", at: "1795405931", request: send("/auth/apikey/generate.cmd", `{"name":"ro","role":"readonly","duration":0}`)},
		{label: "apikey gen dup", request: send("/auth/apikey/generate.cmd", `{"name":"ro","role":"readonly","duration":0}`)},
		{label: "apikey gen missing", request: send("/auth/apikey/generate.cmd", `{"name":"ro2","role":"readonly"}`)},
		{label: "apikey gen dur", request: send("/auth/apikey/generate.cmd", `{"name":"cust","role":"custom","duration":3600}`)},
		{label: "apikey list", request: get("/auth/apikey/list.json"), differs: keysAreHashed, status: 200, edit: ourKeys},
		{label: "apikey list ek", request: get("/auth/apikey/list.ekjson"), differs: keysAreHashed, status: 200, edit: ourKeys},
		{label: "ro cookie defs", request: read(future, cookieRO)},
		{label: "ro uri defs", request: read(future + "?KISMET=" + tokenRO)},
		{label: "ro uri w other cookie", request: read(future+"?KISMET="+tokenRO, "Cookie: a=b")},
		{label: "ro define", request: form("/alerts/raise_alerts.cmd", "json={}", cookieRO)},
		{label: "ro + basic", request: form("/alerts/raise_alerts.cmd", "json={}", cookieRO, login)},
		{label: "ro check_session", request: read("/session/check_session", cookieRO)},
		{label: "ro check_login", request: read("/session/check_login", cookieRO)},
		{label: "ro check_setup_ok (unauth route)", request: read("/session/check_setup_ok", cookieRO),
			differs: "what is open to anyone is open to a valid token", status: 200, body: "Login configured in user config\n"},
		{label: "custom defs", request: read("/alerts/definitions.json", cookieCustom)},
		{label: "bearer", request: read(future, "Authorization: Bearer "+tokenRO), differs: "Bearer tokens are taken", status: 200, body: "[]"},
		{label: "revoke", request: send("/auth/apikey/revoke.cmd", `{"name":"ro"}`)},
		{label: "revoke unk", request: send("/auth/apikey/revoke.cmd", `{"name":"ro"}`)},
		{label: "revoke web logon", request: send("/auth/apikey/revoke.cmd", `{"name":"web logon"}`)},
		{label: "prefix", request: get("/kis" + future)},
		{label: "double slash", request: get("//alerts///last-time//9999999999/alerts.json")},
		{label: "404", request: get("/alerts/none.json")},
		{label: "wget UA 401", request: read("/alerts/definitions.json", "User-Agent: Wget/1.2")},
		{label: "t UA 401", request: read("/alerts/definitions.json", "User-Agent: ttt"), differs: "only Wget needs to be asked", status: 401, body: pageUnauthorized},
		{label: "http1.0", request: request{target: future, proto: "HTTP/1.0", header: []string{login}}},
		{label: "conn close", request: read(future, "Connection: close", login)},
		{label: "ws path w/o upgrade", request: get("/eventbus/events.ws")},
	}...)
	return steps
}

// withoutBZERO cuts the alert that was not raised from an array of whole ones.
func withoutBZERO(s string) string {
	return regexp.MustCompile(`\{"kismet.alert.device_key": "00_0","kismet.alert.header": "BZERO".*?\}\},`).ReplaceAllString(s, "")
}

// viewWithoutBZERO cuts it from a view of headers, and from the numbers of rows
// and of pages of one alert.
func viewWithoutBZERO(s string) string {
	return strings.NewReplacer(`{"kismet.alert.header": "BZERO"},`, "",
		`"last_page": 12`, `"last_page": 11`, `"last_row": 12`, `"last_row": 11`, `"total_row": 12`, `"total_row": 11`).Replace(s)
}

const keysAreHashed = "API keys are stored hashed; expiry is told"

func ourKeys(s string) string {
	s = regexp.MustCompile(`,"kismet.httpd.auth.token": "[^"]*"`).ReplaceAllString(s, "")
	custom := `"custom","kismet.httpd.auth.expiration": `
	return strings.Replace(s, custom+"0", custom+"1795409531", 1)
}

func ourMessages(s string) string {
	var kept strings.Builder
	for line := range strings.Lines(s) {
		drop := slices.ContainsFunc([]string{"reading config file", "This is the first time", "(HTTPD)", "Serving static", "HTTP server listening", "BZERO Hi", "define alert 'BU' twice"},
			func(text string) bool { return strings.Contains(line, text) })
		if !drop {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// withoutOurs cuts the members that Kismet does not have from a body.
func withoutOurs(s string) string {
	s = regexp.MustCompile(`,\r?\n\r?\n *"description\.picket[^\n]*\n *"picket\.[^\r\n,]*`).ReplaceAllString(s, "")
	return regexp.MustCompile(`,"picket[._][a-z._]+": ("[^"]*"|-?[0-9.]+)`).ReplaceAllString(s, "")
}

// extends reports whether an error's body is Kismet's and goes on to name the
// key and the fault.
func extends(got, want string) bool {
	words, isLine := strings.CutSuffix(want, "\n")
	rest, ok := strings.CutPrefix(got, words)
	return isLine && ok && strings.HasPrefix(rest, ": ") && strings.HasSuffix(rest, "\n") && strings.Count(rest, "\n") == 1
}

func TestSessionOfKismet(t *testing.T) {
	session := readGolden(t)
	f := newFixture(t, func(o *Options, _ *auth.Options) {
		o.Reads = ReadsGuarded
		o.LastTimeArray = true
		o.URIPrefix = "/kis"
		o.ReservedNames = []string{"ONLYCONF"}
	})
	must(t, f.core.Define(alertcore.Definition{
		Header: "DEAUTHFLOOD", Class: "DENIAL", Severity: alertcore.Medium, Description: "test builtin", PhyID: 0,
		Limit: alertcore.Rate{Count: 5, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: 2, Unit: alertcore.Second},
	}))
	f.clock.set(1795405906_172858)
	f.core.RaiseOneShot("oneShot", "SYSTEM", alertcore.Critical, alertcore.PhyAny, "one shot text")

	macs := strings.SplitAfter(strings.TrimPrefix(session["raise BZERO 2"].after, "\n"), "\n")
	tokenRO, tokenCustom := "", ""
	for i := range goldenSteps(session, "", "") {
		step := goldenSteps(session, tokenRO, tokenCustom)[i]
		g, ok := session[step.label]
		if strings.HasPrefix(step.label, "mac ") {
			g = golden{body: macs[0], mime: "application/json", status: 200}
			if strings.HasPrefix(macs[0], "Invalid") {
				g.status = 400
			}
			macs, ok = macs[1:], true
		}
		if !ok {
			t.Fatalf("no answer is recorded for %q", step.label)
		}
		if step.at != "" {
			at, err := parseTimestamp(step.at)
			must(t, err)
			f.clock.set(int64(at))
		}
		got := f.do(step.request)
		switch step.label {
		case "apikey gen":
			tokenRO = got.body
		case "apikey gen dur":
			tokenCustom = got.body
		}
		t.Run(step.label, func(t *testing.T) { compareGolden(t, step, g, got) })
	}
}

func compareGolden(t *testing.T, step goldenStep, g golden, got response) {
	want, status := g.body, g.status
	if step.differs != "" {
		status, want = step.status, step.body
		if step.edit != nil {
			want = step.edit(g.body)
		}
	}
	body := goldenToken.ReplaceAllString(withoutOurs(got.body), "<token>")
	want = goldenToken.ReplaceAllString(want, "<token>")
	if step.label == "all_alerts.prettyjson" { // recorded without carriage returns
		body = strings.ReplaceAll(body, "\r", "")
	}
	if step.cut > 0 {
		body = body[:min(len(body), step.cut)]
		want, _, _ = strings.Cut(want, "\n")
		body, _, _ = strings.Cut(body, "\n")
		status = got.status // not recorded apart from the body
	}
	if got.status != status {
		t.Errorf("status %d, want %d", got.status, status)
	}
	if body != want && !(status >= 400 && extends(body, want)) {
		t.Errorf("body:\n%s", cmp.Diff(want, body))
	}
	if g.mime != "" && step.cut == 0 && step.differs == "" && got.header.Get("Content-Type") != g.mime {
		t.Errorf("content type %q, want %q", got.header.Get("Content-Type"), g.mime)
	}
	if g.header != nil && step.differs == "" {
		if step.request.proto == "HTTP/1.0" { // Kismet closes without saying so
			got.header.Del("Connection")
		}
		if diff := cmp.Diff(goldenHeader(g.header), ourHeader(got)); diff != "" {
			t.Errorf("header:\n%s", diff)
		}
	}
}

// goldenHeader returns Kismet's header, sorted, but for how it frames bodies.
func goldenHeader(lines []string) []string {
	var header []string
	for _, line := range lines {
		if !strings.HasPrefix(line, "Transfer-Encoding:") && !strings.HasPrefix(line, "Content-Length:") {
			header = append(header, goldenToken.ReplaceAllString(strings.ToLower(line[:1])+line[1:], "<token>"))
		}
	}
	slices.Sort(header)
	return header
}

// ourHeader returns our header likewise, and without the tag that answers have
// so that polls can be conditional.
func ourHeader(got response) []string {
	var header []string
	for _, name := range slices.Sorted(maps.Keys(got.header)) {
		if name == "Content-Length" || name == "Etag" {
			continue
		}
		for _, value := range got.header[name] {
			if name == "Last-Modified" {
				if _, err := time.Parse(time.RFC1123, value); err == nil {
					value = "<now>"
				}
			}
			if name == "Www-Authenticate" {
				name = "WWW-Authenticate"
			}
			line := name + ": " + value
			line = goldenToken.ReplaceAllString(jwt.ReplaceAllString(line, "<JWT>"), "<token>")
			header = append(header, strings.ToLower(line[:1])+line[1:])
		}
	}
	slices.Sort(header)
	return header
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
