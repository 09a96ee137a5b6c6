package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"picket/alertcore"
	"picket/api/auth"
)

// filled is a path with values in place of its parameters.
func filled(f *fixture, path, suffix string) string {
	records, _ := f.core.All()
	heard := slices.IndexFunc(records, func(r *alertcore.Record) bool { return r.Alert().Evidence != nil })
	hash := fmt.Sprint(records[heard].Hash())
	if strings.HasPrefix(path, "/phy/phy80211/ssids/") {
		hash = fmt.Sprint(heardAir().SSIDs[0].hash())
	}
	return strings.NewReplacer(
		"{"+paramSuffix+"}", suffix, "{"+paramTime+"}", "0", "{"+paramUUID+"}", atticUUID, "{"+paramHash+"}", hash,
		"{"+paramView+"}", "all", "{"+paramMAC+"}", "9C:5C:8E:10:00:01", "{"+paramKey+"}", "4202770D00000000_9C5C8E100001",
	).Replace(path)
}

// example is what the description gives as an example of the body of an
// operation, as JSON; "" if it has none.
func (c *contract) example(operation string) string {
	c.t.Helper()
	body, where := c.at(c.pointer(operation) + "/requestBody")
	media := mapOf(mapOf(mapOf(body)["content"])["application/json"])
	if media["example"] == nil {
		return ""
	}
	where += pointerTo("content", "application/json", "schema")
	if why := invalidBy(c.schema(where), media["example"]); why != "" {
		c.t.Errorf("the example of %s: %s", operation, why)
	}
	text, err := json.Marshal(media["example"])
	must(c.t, err)
	if form := mapOf(mapOf(mapOf(body)["content"])[typeForm]); mapOf(form["example"])["json"] == nil {
		c.t.Errorf("%s has no example of a form", operation)
	}
	return string(text)
}

// askAll makes every request that is described and has no stream, with what
// ask makes of it, and holds the answers against the description.
func (c *contract) askAll(f *fixture, ask func(operation, method, path string) (request, bool)) {
	c.t.Helper()
	for _, operation := range c.operations() {
		method, path, _ := strings.Cut(operation, " ")
		if path == pathEvents || path == "/alerts/stream" || path == "/session/set_password" {
			continue
		}
		if r, ok := ask(operation, method, path); ok {
			c.hold(operation, r, f.do(r))
		}
	}
}

// asked is a request of an operation, a POST with the example of its body.
func (c *contract) asked(f *fixture, method, path, suffix string, header ...string) request {
	c.t.Helper()
	target := filled(f, path, suffix)
	if method == "GET" {
		return read(target, header...)
	}
	if example := c.example(method + " " + path); example != "" {
		return form(target, posted(example), header...)
	}
	return form(target, "", header...)
}

// TestAnswersAreAsDescribed makes requests of every operation that end in every
// way that is described, and holds the answers against the description.
func TestAnswersAreAsDescribed(t *testing.T) {
	c := newContract(t)
	f := newWholeServer(t, nil)
	for _, suffix := range []string{"json", "itjson", "cmd", "prettyjson"} {
		c.askAll(f, func(_, method, path string) (request, bool) {
			return c.asked(f, method, path, suffix, basicAdmin), suffix == "json" || strings.HasSuffix(path, anySuffix)
		})
	}
	c.askAll(f, func(_, method, path string) (request, bool) { return c.asked(f, method, path, "json"), true }) // nobody
	c.askAll(f, func(_, method, path string) (request, bool) {
		r := c.asked(f, method, path, "json", basicAdmin, "If-None-Match: *")
		return r, method == "GET" && !strings.HasSuffix(path, ".cmd")
	})
	c.askAll(f, func(_, method, path string) (request, bool) { // nonsense
		if method == "GET" {
			return read(filled(f, path, "json")+"?json=[1]", basicAdmin), true
		}
		return form(filled(f, path, "json"), "json=[1]", basicAdmin), true
	})
	c.askAll(f, func(operation, method, path string) (request, bool) {
		r := form(filled(f, path, "json"), "json="+strings.Repeat("x", DefaultLimits.Body), basicAdmin)
		return r, c.operation(operation)["requestBody"] != nil
	})
	c.single(f)
	c.elsewhere()
	c.streams()
	for _, operation := range c.operations() {
		for status := range mapOf(c.operation(operation)["responses"]) {
			if !c.seen[operation+" "+status] {
				t.Errorf("%s is described as answering %s, which no request has seen", operation, status)
			}
		}
	}
}

// single makes requests that only one operation has.
func (c *contract) single(f *fixture) {
	c.t.Helper()
	for _, s := range []struct {
		path   string
		status int
		get    string // of the target, "": none
		post   string
	}{
		{"/alerts/last-time/{ts}/alerts.{suffix}", 400, "/alerts/last-time/noon/alerts.json", ""},
		{"/alerts/wrapped/last-time/{ts}/alerts.{suffix}", 400, "/alerts/wrapped/last-time/noon/alerts.json", ""},
		{"/alerts/wrapped/last-time/{ts}/alerts.{suffix}", 400, "/alerts/wrapped/last-time/noon/alerts.itjson", ""},
		{"/alerts/by-id/{hash}/alert.{suffix}", 404, "/alerts/by-id/12/alert.json", ""},
		{"/alerts/by-id/{hash}/alert.{suffix}", 500, "/alerts/by-id/x/alert.json", ""},
		{"/alerts/by-id/{hash}/packets.pcapng", 400, "/alerts/by-id/x/packets.pcapng", ""},
		{"/alerts/by-id/{hash}/packets.pcapng", 404, "/alerts/by-id/12/packets.pcapng", ""},
		{"/alerts/alerts_view.{suffix}", 200, "/alerts/alerts_view.json", "page=0&length=1&sort=kismet.alert.timestamp&sort_dir=asc"},
		{"/alerts/alerts_view.{suffix}", 400, "/alerts/alerts_view.json", "page=x"},
		{"/alerts/history", 400, "/alerts/history", "limit=many"},
		{"/alerts/history", 500, "/alerts/history", posted(`{"fields":[1]}`)},
		{"/alerts/history.{suffix}", 400, "/alerts/history.json", "limit=many"},
		{"/alerts/history.{suffix}", 500, "/alerts/history.json", posted(`{"fields":[1]}`)},
		{"/devices/views/{view}/devices.{suffix}", 200, "/devices/views/all/devices.json", "page=0&length=2"},
		{"/devices/views/{view}/devices.{suffix}", 400, "/devices/views/all/devices.json", "page=x"},
		{"/devices/views/{view}/devices.{suffix}", 404, "/devices/views/none/devices.json", ""},
		{"/devices/views/{view}/devices.{suffix}", 500, "/devices/views/all/devices.json", "page=0&" + posted(`{"regex":1}`)},
		{"/devices/views/{view}/last-time/{ts}/devices.{suffix}", 404, "/devices/views/none/last-time/0/devices.json", ""},
		{"/devices/by-key/{key}/device.{suffix}", 404, "/devices/by-key/0/device.json", ""},
		{"/phy/phy80211/clients-of/{key}/clients.{suffix}", 404, "/phy/phy80211/clients-of/0/clients.json", ""},
		{"/phy/phy80211/ssids/views/ssids.{suffix}", 200, "/phy/phy80211/ssids/views/ssids.json", "page=0&length=1"},
		{"/phy/phy80211/ssids/views/ssids.{suffix}", 400, "/phy/phy80211/ssids/views/ssids.json", "page=x"},
		{"/phy/phy80211/ssids/by-hash/{hash}/ssid.{suffix}", 404, "/phy/phy80211/ssids/by-hash/1/ssid.json", ""},
		{"/messagebus/last-time/{ts}/messages.{suffix}", 500, "/messagebus/last-time/noon/messages.json", ""},
	} {
		for method, r := range map[string]request{"GET": read(s.get, basicAdmin), "POST": form(s.get, s.post, basicAdmin)} {
			if method == "GET" && s.post != "" {
				r.target += "?" + s.post
			}
			c.ends(f, method+" "+s.path, r, s.status)
		}
	}
	for _, name := range []string{"pause_source", "resume_source", "open_source", "close_source", "disable_source"} {
		path := "/datasource/by-uuid/" + otherUUID + "/" + name + ".cmd"
		c.ends(f, "GET /datasource/by-uuid/{uuid}/"+name+".cmd", read(path, basicAdmin), 500)
		c.ends(f, "POST /datasource/by-uuid/{uuid}/"+name+".cmd", form(path, "", basicAdmin), 500)
	}
	const define, raise = "POST /alerts/definitions/define_alert.cmd", "POST /alerts/raise_alerts.cmd"
	definition := `{"name":"%s","description":"","throttle":"1/sec","burst":"1/%s"}`
	c.ends(f, define, form("/alerts/definitions/define_alert.cmd", posted(fmt.Sprintf(definition, "SCARYALERT", "sec")), basicAdmin), 503)
	c.ends(f, define, form("/alerts/definitions/define_alert.cmd", posted(fmt.Sprintf(definition, "SLOW", "min")), basicAdmin), 504)
	c.ends(f, raise, form("/alerts/raise_alerts.cmd", posted(`{"name":"NOSUCH","text":""}`), basicAdmin), 400)

	const password = "POST /session/set_password"
	c.ends(f, password, form("/session/set_password", "username=admin&password=passwordy", basicAdmin), 200)
	c.ends(f, password, form("/session/set_password", "username=admin", basicAdmin), 400)
	c.ends(f, password, form("/session/set_password", "username=a&password=b"), 403)
	c.ends(f, password, form("/session/set_password", strings.Repeat("x", DefaultLimits.Body+1)), 413)
	broken, err := f.core.Raise(&alertcore.Alert{Name: "SCARYALERT", Evidence: make([]alertcore.EvidenceFrame, 10)})
	must(c.t, err)
	for method, r := range map[string]request{"GET": read("", basicAdmin), "POST": form("", "", basicAdmin)} {
		r.target = fmt.Sprintf("/alerts/by-id/%d/packets.pcapng", broken.Hash())
		c.ends(f, method+" /alerts/by-id/{hash}/packets.pcapng", r, 500)
	}
}

// ends holds an answer that must have a status.
func (c *contract) ends(f *fixture, operation string, r request, status int) {
	c.t.Helper()
	got := f.do(r)
	if got.status != status {
		c.t.Errorf("%s, asked with %s %s, answers %d, want %d: %s", operation, r.target, r.body, got.status, status, got.body)
	}
	c.hold(operation, r, got)
}

// elsewhere asks servers that lack something, or are ill.
func (c *contract) elsewhere() {
	c.t.Helper()
	bare := newFixture(c.t, func(o *Options, _ *auth.Options) { o.Reads = ReadsGuarded })
	c.ends(bare, "GET /session/check_setup_ok", read("/session/check_setup_ok"), 500)
	configured := newFixture(c.t, func(_ *Options, a *auth.Options) { a.Username, a.Password = "admin", "passwordy" })
	c.ends(configured, "GET /session/check_setup_ok", read("/session/check_setup_ok"), 406)

	array := newWholeServer(c.t, func(o *Options, _ *auth.Options) { o.LastTimeArray = true })
	for _, suffix := range []string{"json", "itjson"} {
		c.ends(array, "GET /alerts/last-time/{ts}/alerts.{suffix}", read("/alerts/last-time/0/alerts."+suffix, basicAdmin), 200)
	}

	without := newWholeServer(c.t, func(o *Options, _ *auth.Options) {
		o.History, o.DevicesFound, o.Durable = nil, nil, func(context.Context) error { return errors.New("off") }
	})
	ill := newWholeServer(c.t, func(o *Options, _ *auth.Options) {
		o.History = &pastAlerts{err: errors.New("disk I/O error")}
		o.Parts = []Part{{"history", func() error { return errors.New("disk I/O error") }}}
		o.Start = o.Parts
	})
	c.ends(without, "POST /alerts/definitions/define_alert.cmd", c.asked(without, "POST", "/alerts/definitions/define_alert.cmd", "", basicAdmin), 200)
	c.ends(without, "POST /alerts/raise_alerts.cmd", c.asked(without, "POST", "/alerts/raise_alerts.cmd", "", basicAdmin), 200)
	c.ends(ill, "GET /healthz", read("/healthz", basicAdmin), 503)
	c.ends(ill, "GET /healthz", read("/healthz"), 503)
	c.ends(ill, "GET /readyz", read("/readyz"), 503)
	for _, method := range []string{"GET", "POST"} {
		ask := func(f *fixture, path string, status int) {
			c.t.Helper()
			r := c.asked(f, method, path, "json", basicAdmin)
			r.target = strings.Replace(r.target, filled(f, "{"+paramHash+"}", ""), "12", 1)
			c.ends(f, method+" "+path, r, status)
		}
		ask(without, "/alerts/history", 404)
		ask(ill, "/alerts/history", 503)
		ask(without, "/alerts/history.{suffix}", 404)
		ask(ill, "/alerts/history.{suffix}", 503)
		ask(ill, "/alerts/by-id/{hash}/alert.{suffix}", 503)
		ask(ill, "/alerts/by-id/{hash}/packets.pcapng", 503)
		for _, l := range []string{"found", "lost", "both"} {
			ask(without, "/devices/alerts/mac/"+l+"/macs.{suffix}", 404)
			if method == "POST" {
				ask(without, "/devices/alerts/mac/"+l+"/add.cmd", 404)
				ask(without, "/devices/alerts/mac/"+l+"/remove.cmd", 404)
			}
		}
	}

	guessed := newWholeServer(c.t, nil)
	guessed.from("192.0.2.9")
	const wrong = "Authorization: Basic YWRtaW46d3Jvbmc=" // admin:wrong
	for range 5 {
		guessed.do(read("/session/check_login", wrong))
	}
	c.askAll(guessed, func(operation, method, path string) (request, bool) {
		return c.asked(guessed, method, path, "json", wrong), c.operation(operation)["x-picket-role"] != "anyone"
	})
	upgrade := []string{wrong, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="}
	c.ends(guessed, "GET "+pathEvents, read(pathEvents, upgrade...), 429)
	c.ends(guessed, "GET /alerts/stream", read("/alerts/stream", wrong), 429)
}
