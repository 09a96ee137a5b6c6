package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/api/auth"
)

// withAlert defines SCARYALERT without limits.
func (f *fixture) withAlert() *fixture {
	f.t.Helper()
	must(f.t, f.core.Define(alertcore.Definition{
		Header: "SCARYALERT", Class: "SPOOF", Severity: alertcore.High, PhyID: alertcore.PhyAny,
		Limit: alertcore.Rate{Count: -1, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: -1, Unit: alertcore.Second},
	}))
	return f
}

func (f *fixture) raise(text string) {
	f.t.Helper()
	_, err := f.core.Raise(&alertcore.Alert{Name: "SCARYALERT", Text: text})
	must(f.t, err)
}

// poll decodes the dictionary of last-time.
type poll struct {
	List []struct {
		Text string `json:"kismet.alert.text"`
	} `json:"kismet.alert.list"`
	Cursor json.Number `json:"kismet.alert.timestamp"`
}

func (p poll) texts() string {
	var all []string
	for _, a := range p.List {
		all = append(all, a.Text)
	}
	return strings.Join(all, " ")
}

func (f *fixture) poll(after json.Number) (p poll) {
	f.t.Helper()
	got := f.do(read("/alerts/last-time/" + after.String() + "/alerts.json"))
	if err := json.Unmarshal([]byte(got.body), &p); err != nil || got.status != 200 {
		f.t.Fatalf("poll after %s: %d %s", after, got.status, got.body)
	}
	return p
}

func TestPollingWithTheCursorMissesAndRepeatsNothing(t *testing.T) {
	f := newFixture(t, nil).withAlert()
	p := f.poll("0")
	if len(p.List) != 0 {
		t.Fatalf("alerts before any was raised: %v", p.List)
	}
	// All in one microsecond of the clock.
	f.raise("one")
	f.raise("two")
	p = f.poll(p.Cursor)
	if p.texts() != "one two" {
		t.Errorf("first poll has %q", p.texts())
	}
	f.raise("three")
	p = f.poll(p.Cursor)
	if p.texts() != "three" {
		t.Errorf("second poll has %q", p.texts())
	}
	again := f.poll(p.Cursor)
	if again.texts() != "" || again.Cursor != p.Cursor {
		t.Errorf("idle poll has %q and moves the cursor from %s to %s", again.texts(), p.Cursor, again.Cursor)
	}
}

func TestLastTimeFormats(t *testing.T) {
	for _, c := range []struct {
		name, path string
		array      bool
		want       func(one, two, cursor string) string
	}{
		{"dictionary", "/alerts/last-time/0/alerts.json", false, func(one, two, cursor string) string {
			return `{"kismet.alert.list": [` + one + "," + two + `],"kismet.alert.timestamp": ` + cursor + "}"
		}},
		{"array", "/alerts/last-time/0/alerts.json", true, func(one, two, _ string) string { return "[" + one + "," + two + "]" }},
		{"lines", "/alerts/last-time/0/alerts.itjson", false, func(one, two, _ string) string { return one + "\n" + two + "\n" }},
		{"lines with array set", "/alerts/last-time/0/alerts.itjson", true, func(one, two, _ string) string { return one + "\n" + two + "\n" }},
		{"mangled lines", "/alerts/last-time/0/alerts.ekjson", false, func(one, two, _ string) string {
			mangle := strings.NewReplacer("kismet.alert.location", "kismet_alert_location", "kismet.alert.", "kismet_alert_", "picket.alert.", "picket_alert_",
				"device.key", "device_key", "kismet.common.location.geopoint", "kismet_common_location_geopoint")
			return mangle.Replace(one) + "\n" + mangle.Replace(two) + "\n"
		}},
		{"wrapped", "/alerts/wrapped/last-time/0/alerts.json", true, func(one, two, cursor string) string {
			return `{"kismet.alert.list": [` + one + "," + two + `],"kismet.alert.timestamp": ` + cursor + "}"
		}},
		{"wrapped line", "/alerts/wrapped/last-time/0/alerts.itjson", false, func(one, two, cursor string) string {
			return `{"kismet.alert.list": [` + one + "," + two + `],"kismet.alert.timestamp": ` + cursor + "}\n"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, func(o *Options, _ *auth.Options) { o.LastTimeArray = c.array }).withAlert()
			f.clock.set(1795405927_037596)
			f.raise("one")
			f.clock.set(1795405927_497024)
			f.raise("two")
			records, _ := f.core.All()
			want := c.want(string(records[0].JSON()), string(records[1].JSON()), "1795405927.497024")
			if got := f.do(read(c.path)); got.body != want {
				t.Error(cmp.Diff(want, got.body))
			}
		})
	}
}

func TestNoAlertsInEveryFormat(t *testing.T) {
	f := newFixture(t, nil)
	for suffix, want := range map[string]string{
		"json": "[]", "cmd": "[]", "jcmd": "[]", "tjson": "[]", "itjson": "", "ekjson": "", "prettyjson": "\r\n [\r\n\r\n ]", "xml": "",
	} {
		f.want(read("/alerts/all_alerts."+suffix), 200, want)
	}
	f.want(read("/alerts/last-time/0/alerts.itjson"), 200, "")
	f.want(read("/alerts/last-time/0/alerts.ekjson"), 200, "")
}

func TestFieldsOfLastTimeAreThoseOfTheAlerts(t *testing.T) {
	f := newFixture(t, nil).withAlert()
	f.clock.set(1795405927_037596)
	f.raise("one")
	const select2 = `json={"fields":["kismet.alert.text",["kismet.alert.header","h"]]}`
	f.want(form("/alerts/last-time/0/alerts.json", select2), 200,
		`{"kismet.alert.list": [{"kismet.alert.text": "one","h": "SCARYALERT"}],"kismet.alert.timestamp": 1795405927.037596}`)
	f.want(form("/alerts/last-time/0/alerts.itjson", select2), 200, `{"kismet.alert.text": "one","h": "SCARYALERT"}`+"\n")
	f.want(form("/alerts/all_alerts.ekjson", select2), 200, `{"kismet_alert_text": "one","h": "SCARYALERT"}`+"\n")
}

func TestNegativeTimeCountsBackFromNow(t *testing.T) {
	f := newFixture(t, nil).withAlert()
	f.raise("old")
	f.clock.add(time.Minute)
	f.raise("young")
	f.clock.add(time.Second)
	for after, want := range map[json.Number]string{"-0.5": "", "-5": "young", "-61.5": "old young", "-9e18": "old young"} {
		if got := f.poll(after).texts(); got != want {
			t.Errorf("%s seconds ago: %q, want %q", after, got, want)
		}
	}
}

func TestListsFollowEveryAlert(t *testing.T) {
	f := newFixture(t, nil).withAlert()
	for i := range 60 { // ten more than are kept
		f.raise(fmt.Sprint(i))
		records, _ := f.core.All()
		for range 2 { // made, then remembered
			body := f.do(read("/alerts/all_alerts.itjson")).body
			if n := strings.Count(body, "\n"); n != len(records) || !strings.Contains(body, fmt.Sprintf(`"kismet.alert.text": "%d"`, i)) {
				t.Fatalf("after alert %d the list has %d alerts of %d, the last of which: %s", i, n, len(records), body[strings.LastIndex(body[:len(body)-1], "\n")+1:])
			}
		}
	}
}

func TestDefinitionsByExternalTools(t *testing.T) {
	f := newFixture(t, nil).withLogin()
	define := func(json string) request {
		return form("/alerts/definitions/define_alert.cmd", "json="+url.QueryEscape(json), basicAdmin)
	}
	// As python-kismet-rest does: no class, no severity.
	f.want(define(`{"name": "ScaryAlert", "description": "d", "throttle": "10/min", "burst": "3/sec"}`), 200, "")
	d := f.core.Definitions()[1].Definition
	want := alertcore.Definition{
		Header: "SCARYALERT", Class: "OTHER", Severity: alertcore.Medium, Description: "d", PhyID: alertcore.PhyAny,
		Limit: alertcore.Rate{Count: 10, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: 3, Unit: alertcore.Second},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
	f.want(define(`{"name": "BT", "description": "", "phyname": "Bluetooth", "throttle": "1", "burst": "1/sec"}`), 200, "")
	if d := f.core.Definitions()[2]; d.PhyID != 3 {
		t.Errorf("Bluetooth is phy %d", d.PhyID)
	}

	// A name is not used up by a definition that failed.
	const fails = `{"name": "BU", "description": "d", "throttle": "10/sec", "burst": "3/min"}`
	f.wantPrefix(define(fails), 504, "Could not activate alert after definition", `"burst"`, "3/min", "10/sec")
	f.wantPrefix(define(fails), 504, "Could not activate alert after definition")
	f.want(define(strings.Replace(fails, "3/min", "3/sec", 1)), 200, "")
	f.wantPrefix(define(fails), 503, "Could not define alert", `"BU"`)

	for _, c := range []struct{ json, prefix, names string }{
		{`{"description": "d", "throttle": "1", "burst": "1"}`, "Invalid request: [json.exception.type_error.302] type must be string, but is null", `"name" is missing`},
		{`{"name": 7, "description": "d", "throttle": "1", "burst": "1"}`, "Invalid request: [json.exception.type_error.302] type must be string, but is number", `"name"`},
		{`{"name": "X", "throttle": "1", "burst": "1"}`, "Invalid request: [json.exception.type_error.302] type must be string, but is null", `"description" is missing`},
		{`{"name": "X", "description": "d", "class": null, "throttle": "1", "burst": "1"}`, "Invalid request: [json.exception.type_error.302] type must be string, but is null", `"class"`},
		{`{"name": "X", "description": "d", "severity": "high", "throttle": "1", "burst": "1"}`, "Invalid request: [json.exception.type_error.302] type must be number, but is string", `"severity"`},
		{`{"name": "X", "description": "d", "severity": 266, "throttle": "1", "burst": "1"}`, "Invalid request: unknown severity level", "266"},
		{`{"name": "X", "description": "d", "burst": "1"}`, "Invalid request: could not parse throttle limits", `"throttle" is missing`},
		{`{"name": "X", "description": "d", "throttle": "", "burst": "1"}`, "Invalid request: could not parse throttle limits", `"throttle"`},
		{`{"name": "X", "description": "d", "throttle": "1"}`, "Invalid request: could not parse burst limits", `"burst" is missing`},
		{`{"name": "X", "description": "d", "throttle": "10/fortnight", "burst": "1"}`, "Invalid request: could not parse throttle limits", `fortnight`},
		{`{"name": "X", "description": "d", "throttle": "1", "burst": "1", "phyname": "zigbee"}`, "Invalid request: could not find phy", `"zigbee"`},
		{`[1]`, "Invalid request: [json.exception.type_error.305] cannot use operator[] with a string argument with array", `"name"`},
		{`"text"`, "Invalid request: [json.exception.type_error.305] cannot use operator[] with a string argument with string", ""},
		{`{"name": "X"`, "Invalid request: [json.exception.type_error.302] type must be string, but is null", "does not parse"},
	} {
		f.wantPrefix(define(c.json), 400, c.prefix, c.names)
	}
	if n := len(f.core.Definitions()); n != 4 {
		t.Errorf("%d definitions, want KISMET and the three that were made", n)
	}
}

func TestContentTypesOfCommands(t *testing.T) {
	f := newFixture(t, nil).withLogin().withAlert()
	const raise = `{"name": "SCARYALERT", "text": "Hi"}`
	for contentType, status := range map[string]int{
		"application/json":                200,
		"application/json; charset=UTF-8": 200,
		"application/json;charset=utf-8":  200,
		"Application/JSON":                200,
		"text/json":                       400,
		"text/plain":                      400,
		"multipart/form-data; boundary=x": 400,
		"":                                400,
	} {
		got := f.do(request{method: "POST", target: "/alerts/raise_alerts.cmd", body: raise, header: []string{basicAdmin, "Content-Type: " + contentType}})
		if got.status != status {
			t.Errorf("content type %q: %d %s", contentType, got.status, got.body)
		}
		if status == 400 && !strings.Contains(got.body, `"name" is missing: the content type`) {
			t.Errorf("content type %q: the answer does not say what is wrong: %s", contentType, got.body)
		}
	}
}

func TestRaisingByExternalTools(t *testing.T) {
	f := newFixture(t, nil).withLogin().withAlert()
	raise := func(json string) request {
		return form("/alerts/raise_alerts.cmd", "json="+url.QueryEscape(json), basicAdmin)
	}
	f.want(raise(`{"name": "ScaryAlert", "text": "any case"}`), 200, "Alert raised\n")
	f.want(form("/alerts/raise_alert.cmd", `json={"name": "SCARYALERT", "text": "old name"}`, basicAdmin), 200, "Alert raised\n")
	f.want(raise(`{"name": "SCARYALERT", "text": "a & b"}`), 200, "Alert raised\n")
	f.want(raise(`{"name": "SCARYALERT", "text": "full", "bssid": "aa:bb:cc:dd:ee:ff", "source": "1", "dest": "AA:BB", "other": "", "channel": "6HT40"}`), 200, "Alert raised\n")
	if got := f.poll("0").texts(); got != "any case old name a & b full" {
		t.Errorf("raised: %q", got)
	}
	a := f.core.Latest().Alert()
	if got := fmt.Sprint(a.BSSID, a.Source, a.Dest, a.Other, " ", a.Channel); got != "AA:BB:CC:DD:EE:FF 01 AA:BB 00:00:00:00:00:00 6HT40" {
		t.Errorf("addresses and channel: %s", got)
	}
	for _, c := range []struct{ json, prefix, names string }{
		{`{"name": "NOPE", "text": "x"}`, "Invalid request:  Unknown alert type 'NOPE'\n", ""},
		{`{"name": "SCARYALERT", "text": 1}`, "Invalid request: [json.exception.type_error.302] type must be string, but is number", `"text"`},
		{`{"name": "SCARYALERT", "text": "x", "dest": "aa-bb-cc-dd-ee-ff"}`, "Invalid request: invalid MAC address", `"dest"`},
		{`{"name": "SCARYALERT", "text": "x", "other": 1}`, "Invalid request: [json.exception.type_error.302] type must be string, but is number", `"other"`},
		{`{"name": "SCARYALERT", "text": "x", "channel": null}`, "Invalid request: [json.exception.type_error.302] type must be string, but is null", `"channel"`},
	} {
		f.wantPrefix(raise(c.json), 400, c.prefix, c.names)
	}
}

func TestPathsAreMatchedAsTheyStand(t *testing.T) {
	f := newFixture(t, nil)
	for path, status := range map[string]int{
		"/alerts/all_alerts.json?x=//y":         200,
		"//alerts//all_alerts.json":             200,
		"http://sensor/alerts/all_alerts.json":  200,
		"/alerts/all%5Falerts.json":             404,
		"/alerts/all_alerts.json/":              404,
		"/alerts/ALL_ALERTS.json":               404,
		"/alerts/all_alerts.":                   404,
		"/alerts/all_alerts.a.json":             404,
		"/alerts/all_alerts.j-son":              404,
		"/alerts/last-time/x/y/alerts.json":     404,
		"/alerts/../alerts/all_alerts.json":     404,
		"/alerts/definitions/define_alert.jcmd": 404,
		"/":                                     404,
	} {
		if got := f.do(read(path)); got.status != status {
			t.Errorf("%s: %d, want %d", path, got.status, status)
		}
	}
}
