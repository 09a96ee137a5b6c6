package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"picket/api/auth"
)

// chromium is the header of requests that jQuery makes in a browser, for a page
// of this server.
var chromium = []string{
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
	"Accept: application/json, text/javascript, */*; q=0.01", "Accept-Language: en-US,en;q=0.9", "Accept-Encoding: gzip, deflate, br, zstd",
	"X-Requested-With: XMLHttpRequest", "Referer: http://sensor/", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Connection: keep-alive",
}

const fromPage = "Origin: http://sensor" // of its POSTs and its socket

// newServerOfUI serves files where Kismet's interface has them. None is
// Kismet's.
func newServerOfUI(t *testing.T) (*fixture, *client) {
	t.Helper()
	f := newWholeServer(t, func(o *Options, _ *auth.Options) {
		script := &fstest.MapFile{Data: []byte("// a script")}
		o.Pages = Pages{Kismet: true, ProxyDir: "kismet/", Files: fstest.MapFS{
			"index.html": {Data: []byte("<!doctype html><title>a page</title>")}, "js/kismet.ui.js": script, "js/tabulator.min.js": script,
			"js/kismet.ui.datasources.js": script, "js/kismet.ui.dot11.js": script, "css/site.css": {Data: []byte("p{}")},
		}}
	})
	ui := f.client(t, chromium)
	ui.keeps = true
	return f, ui
}

// fields sends a form as jQuery does.
func (c *client) fields(target string, pairs ...string) answer {
	c.t.Helper()
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return c.send(request{
		method: "POST", target: target, body: values.Encode(),
		header: []string{"Content-Type: application/x-www-form-urlencoded; charset=UTF-8", fromPage},
	})
}

// TestKismetUIStarts loads the page, logs in and makes the requests of its
// start, in order.
func TestKismetUIStarts(t *testing.T) {
	f, ui := newServerOfUI(t)
	for path, mime := range map[string]string{"/": "text/html", "/js/kismet.ui.js": "application/javascript", "/css/site.css": "text/css", "/dynamic.js": "application/javascript"} {
		if got := ui.get(path).is(200); got.header.Get("Content-Type") != mime {
			t.Errorf("%s has the type %s", path, got.header.Get("Content-Type"))
		}
	}
	if script := ui.get("/dynamic.js").body; !strings.Contains(script, "async function load_dynamics()") || !strings.Contains(script, "kismet_ui_datasources") || !strings.Contains(script, "kismet_ui_dot11") {
		t.Errorf("dynamic.js is %s", script)
	}
	ui.get("/devices/views/all_views.json").is(401) // asked for before the login, without harm

	ui.get("/system/user_status.json").is(200).json().texts("kismet.system.user")
	ui.get("/session/check_setup_ok").is(200, 406)
	ui.login = "Authorization: Basic a2lzbWV0Og==" // what it tries first
	ui.get("/session/check_login").is(401)
	ui.login = basicAdmin
	ui.get("/session/check_login").is(200)
	if dir := ui.send(request{method: "HEAD", target: "/"}).is(200).header.Get("X-Proxy-Dir"); dir != "kismet/" {
		t.Errorf("X-Proxy-Dir is %q", dir)
	}
	status := ui.get("/system/status.json").is(200).json()
	status.numbers("kismet.system.timestamp.sec", "kismet.system.battery.percentage", "kismet.system.battery.ac", "kismet.system.battery.remaining", "kismet.system.memory.rss").
		texts("kismet.system.server_name", "kismet.system.battery.charging")
	status.at("kismet.system.memory.rrd").at("kismet.common.rrd.minute_vec").list(60)
	status.at("kismet.system.sensors.temp").object()
	status.at("kismet.system.sensors.fan").object()

	if bell := ui.get("/alerts/wrapped/last-time/0/alerts.json").is(200).json().at("kismet.alert.list").list(2); bell[0].at("kismet.alert.timestamp").number() >= bell[1].at("kismet.alert.timestamp").number() {
		t.Error("the newest alert is not the last")
	} else {
		bell[1].texts("kismet.alert.header", "kismet.alert.text", "kismet.alert.source_mac", "kismet.alert.dest_mac")
	}
	for _, m := range ui.get("/messagebus/last-time/0/messages.json").is(200).json().at("kismet.messagebus.list").list(2) {
		m.texts("kismet.messagebus.message_string").numbers("kismet.messagebus.message_time", "kismet.messagebus.message_flags")
	}
	ui.get("/gps/location.json").is(200).json().numbers("kismet.common.location.fix", "kismet.common.location.alt", "kismet.common.location.speed", "kismet.common.location.heading", "kismet.common.location.time_sec").
		at("kismet.common.location.geopoint").list(2)
	for _, v := range ui.get("/devices/views/all_views.json").is(200).json().list(1) {
		v.texts("kismet.devices.view.id", "kismet.devices.view.description").numbers("kismet.devices.view.indexed")
	}
	ui.get("//datasource/all_sources.json").is(200) // some of its addresses have a slash too many

	// It is on the air: what the socket brings.
	socket := f.socket("?user=admin&password=passwordy", fromPage)
	for _, topic := range []string{"TIMESTAMP", "PACKETCHAIN_STATS", "GPS_LOCATION", "ALERT", "BATTERY", "MESSAGE"} {
		socket.send(fmt.Sprintf(`{"SUBSCRIBE":%q}`, topic))
	}
	socket.heededAmongEvents(t)
	f.raise("seen on the screen")
	var order []string
	socket.await(t, map[string]func(datum){
		"ALERT": func(v datum) {
			order = append(order, "ALERT")
			v.texts("kismet.alert.header", "kismet.alert.text", "kismet.alert.source_mac", "kismet.alert.dest_mac").numbers("kismet.alert.timestamp", "kismet.alert.severity")
		},
		"MESSAGE": func(v datum) {
			order = append(order, "MESSAGE")
			if v.at("kismet.messagebus.message_string").text() != "SCARYALERT seen on the screen" || v.at("kismet.messagebus.message_flags").number() != 8 {
				t.Errorf("the message is %v", v.v)
			}
		},
		"TIMESTAMP": func(v datum) { v.numbers("kismet.system.timestamp.sec", "kismet.system.timestamp.usec") },
		"BATTERY": func(v datum) {
			v.texts("kismet.system.battery.charging").numbers("kismet.system.battery.percentage", "kismet.system.battery.ac", "kismet.system.battery.remaining")
		},
		"GPS_LOCATION": func(v datum) {
			v.numbers("kismet.common.location.fix").at("kismet.common.location.geopoint").list(2)
		},
		"PACKETCHAIN_STATS": func(v datum) {
			for _, series := range []string{"packets", "error_packets", "dupe_packets", "queued_packets", "dropped_packets"} {
				v.at("kismet.packetchain." + series + "_rrd").at("kismet.common.rrd.minute_vec").list(60)
			}
		},
	})
	if !slices.Equal(order, []string{"ALERT", "MESSAGE"}) {
		t.Errorf("the events come as %v", order)
	}
}

// TestKismetUIWithoutALogin shows the form for the first login, and takes it.
func TestKismetUIWithoutALogin(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Reads = ReadsGuarded })
	ui := f.client(t, chromium)
	ui.get("/system/user_status.json").is(200)
	ui.get("/session/check_setup_ok").is(500) // the status that it knows by
	ui.fields("/session/set_password", "username", "kismet", "password", "a pass word").is(200)
	ui.get("/session/check_setup_ok").is(200)
	ui.login = "Authorization: Basic a2lzbWV0OmEgcGFzcyB3b3Jk" // kismet:a pass word
	ui.get("/session/check_login").is(200)
}

const alertTableFields = `{"fields":["kismet.alert.hash","kismet.alert.header","kismet.alert.class","kismet.alert.severity","kismet.alert.timestamp",` +
	`"kismet.alert.transmitter_mac","kismet.alert.source_mac","kismet.alert.dest_mac","kismet.alert.text"]}`

// TestKismetUIAlerts has the table of alerts, which it asks for each second,
// sorts and searches, and the details of one.
func TestKismetUIAlerts(t *testing.T) {
	f, ui := newServerOfUI(t)
	ui.login = basicAdmin
	for i := range 10 {
		f.raise(fmt.Sprint("number ", i))
	}
	table := func(pairs ...string) datum {
		t.Helper()
		return ui.fields("/alerts/alerts_view.json", append([]string{"json", alertTableFields, "length", "5"}, pairs...)...).is(200).json()
	}
	texts := func(d datum) (list []string) {
		t.Helper()
		for _, row := range d.at("data").list(1) {
			row.numbers("kismet.alert.hash", "kismet.alert.severity", "kismet.alert.timestamp").
				texts("kismet.alert.header", "kismet.alert.class", "kismet.alert.transmitter_mac", "kismet.alert.source_mac", "kismet.alert.dest_mac")
			list = append(list, row.at("kismet.alert.text").text())
		}
		return list
	}
	first := table("page", "0")
	if first.at("last_row").number() != 12 || first.at("last_page").number() != 3 || len(texts(first)) != 5 {
		t.Errorf("the first page is %v", first.v)
	}
	if rest := texts(table("page", "2")); len(rest) != 2 {
		t.Errorf("the last page has %v", rest)
	}
	// A first click sends asc, and the newest are to be on top.
	byTime := []string{"page", "0", "sort", "kismet.alert.timestamp", "sort_dir"}
	if top := texts(table(append(byTime, "asc")...)); top[0] != "number 9" {
		t.Errorf("after a click on the time there is %v", top)
	}
	if top := texts(table(append(byTime, "desc")...)); strings.HasPrefix(top[0], "number") {
		t.Errorf("after another there is %v", top)
	}
	found := table("page", "0", "search", "number 7")
	if got := texts(found); len(got) != 1 || found.at("last_row").number() != 1 {
		t.Errorf("searched for number 7, it has %v", got)
	}
	f.raise("while it is open") // the next second
	if got := table("page", "0").at("last_row").number(); got != 13 {
		t.Errorf("a second later there are %v rows", got)
	}

	hash := first.at("data").list(1)[0].at("kismet.alert.hash").number()
	for range 2 { // it asks each second
		details := ui.get(fmt.Sprintf("/alerts/by-id/%.0f/alert.json", hash)).is(200).json()
		details.texts("kismet.alert.header", "kismet.alert.class", "kismet.alert.text", "kismet.alert.source_mac", "kismet.alert.transmitter_mac", "kismet.alert.dest_mac").
			numbers("kismet.alert.severity", "kismet.alert.timestamp").at("kismet.alert.location").at("kismet.common.location.geopoint").list(2)
	}
	if pretty := ui.get(fmt.Sprintf("/alerts/by-id/%.0f/alert.prettyjson", hash)).is(200).json(); pretty.at("description.kismet.alert.header").text() == "" {
		t.Error("the link for people has no descriptions")
	}
}

// TestKismetUIPanels has the other tabs and panels.
func TestKismetUIPanels(t *testing.T) {
	f, ui := newServerOfUI(t)
	ui.login = basicAdmin
	page := func(d datum, least int) []datum {
		t.Helper()
		d.numbers("last_row", "last_page", "total_row")
		return d.at("data").list(least)
	}
	devices := ui.fields("/devices/views/all/devices.json", "json", `{"fields":["kismet.device.base.key","kismet.device.base.commonname","kismet.device.base.packets.rrd",["kismet.device.base.signal/kismet.common.signal.last_signal","signal"]]}`, "page", "0", "length", "50").is(200).json()
	key := page(devices, 5)[0].at("kismet.device.base.key").text()
	ui.get("/devices/by-key/" + key + "/device.json").is(200).json().texts("kismet.device.base.macaddr")
	ui.get("/devices/by-mac/9C:5C:8E:10:00:01/devices.json").is(200).json().list(1)
	ssids := ui.fields("/phy/phy80211/ssids/views/ssids.json", "json", `{"fields":["dot11.ssidgroup.hash","dot11.ssidgroup.ssid"]}`, "page", "0", "length", "50", "sort", "dot11.ssidgroup.last_time", "sort_dir", "asc")
	hash := page(ssids.is(200).json(), 2)[0].at("dot11.ssidgroup.hash").number()
	ui.get(fmt.Sprintf("/phy/phy80211/ssids/by-hash/%.0f/ssid.json", hash)).is(200).json().texts("dot11.ssidgroup.ssid")

	for _, c := range ui.get("/channels/channels.json").is(200).json().at("kismet.channeltracker.frequency_map").object() {
		if _, ok := c.(map[string]any)["kismet.channelrec.device_rrd"]; !ok {
			t.Errorf("a channel without devices: %v", c)
		}
	}
	sources := ui.get("/datasource/all_sources.json").is(200).json().list(2)
	for _, s := range sources {
		s.texts("kismet.datasource.uuid", "kismet.datasource.name", "kismet.datasource.interface", "kismet.datasource.channel").
			numbers("kismet.datasource.running", "kismet.datasource.hopping", "kismet.datasource.hop_offset", "kismet.datasource.hop_shuffle_skip").
			at("kismet.datasource.hop_channels").list(0)
	}
	for _, i := range ui.get("/datasource/list_interfaces.json").is(200).json().list(2) {
		i.texts("kismet.datasource.probed.interface", "kismet.datasource.probed.in_use_uuid", "kismet.datasource.probed.hardware").
			at("kismet.datasource.type_driver").texts("kismet.datasource.driver.type", "kismet.datasource.driver.description")
	}
	uuid := sources[0].at("kismet.datasource.uuid").text()
	ui.get("/datasource/by-uuid/" + uuid + "/source.json").is(200).json().texts("kismet.datasource.name")
	ui.fields("/datasource/add_source.cmd", "json", `{"definition":"wlan2"}`).is(200)
	ui.fields("/datasource/by-uuid/"+uuid+"/set_channel.cmd", "json", fmt.Sprintf(`{"cmd":"lock","uuid":%q,"channel":"6"}`, uuid)).is(200)
	ui.fields("/datasource/by-uuid/"+uuid+"/set_channel.cmd", "json", fmt.Sprintf(`{"cmd":"hop","uuid":%q,"channels":["1","6"],"rate":5}`, uuid)).is(200)
	for _, command := range []string{"close_source", "open_source", "disable_source"} {
		ui.get("//datasource/by-uuid/" + uuid + "/" + command + ".cmd").is(200)
	}
	ui.get("/packetchain/packet_stats.json").is(200).json().at("kismet.packetchain.packets_rrd").numbers("kismet.common.rrd.last_time")
	ui.get("/plugins/all_plugins.json").is(200).json().list(0)

	// jQuery reads these by their types.
	made := ui.fields("/auth/apikey/generate.cmd", "json", `{"name":"grafana","role":"readonly","duration":0}`).is(200)
	if made.header.Get("Content-Type") != "text/plain" || len(made.body) != 32 {
		t.Errorf("a key comes as %s: %q", made.header.Get("Content-Type"), made.body)
	}
	reader := f.client(t, curl)
	reader.cookie = "KISMET=" + made.body
	reader.get("/alerts/all_alerts.json").is(200)
	for _, k := range ui.get("/auth/apikey/list.json").is(200).json().list(1) {
		k.texts("kismet.httpd.auth.name", "kismet.httpd.auth.role").numbers("kismet.httpd.auth.expiration")
	}
	if gone := ui.fields("/auth/apikey/revoke.cmd", "json", `{"name":"grafana"}`).is(200); gone.header.Get("Content-Type") != "text/plain" {
		t.Errorf("revoking is answered with %s", gone.header.Get("Content-Type"))
	}
	reader.get("/alerts/all_alerts.json").is(401)
}
