package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"picket/api/auth"
)

// newGuarded is a server whose reads need a login, with alerts in it.
func newGuarded(t *testing.T, array bool) *fixture {
	return newWholeServer(t, func(o *Options, _ *auth.Options) { o.LastTimeArray = array })
}

// TestHomeAssistant is github.com/kloba/ha-kismet: an API key in the cookie,
// JSON bodies, a poll each 30 seconds with whole seconds of its own clock.
func TestHomeAssistant(t *testing.T) {
	f := newGuarded(t, false)
	ha := f.client(t, aiohttpClient)
	ha.cookie = "KISMET=" + f.newKey(t, "readonly")
	status := ha.postJSON("/system/status.json", `{"fields": ["kismet.system.timestamp.sec", "kismet.system.version", "kismet.system.memory.rss", "kismet.system.devices.count"]}`).is(200).json()
	status.texts("kismet.system.version").numbers("kismet.system.timestamp.sec", "kismet.system.memory.rss", "kismet.system.devices.count")
	if len(status.object()) != 4 {
		t.Errorf("other fields are there: %v", status.v)
	}
	for _, s := range ha.get("/datasource/all_sources.json").is(200).json().list(2) {
		s.texts("kismet.datasource.name", "kismet.datasource.uuid").numbers("kismet.datasource.running")
	}
	for _, a := range ha.get("/alerts/all_alerts.json").is(200).json().list(2) {
		a.texts("kismet.alert.header", "kismet.alert.text")
	}
	since := fmt.Sprintf("/alerts/wrapped/last-time/%d/alerts.json", now)
	if got := ha.get(since).is(200).json().at("kismet.alert.list").list(0); len(got) != 2 {
		t.Errorf("%d alerts since the second before", len(got))
	}
	ha.postJSON("/devices/last-time/-60/devices.json", `{"fields": ["kismet.device.base.macaddr", "kismet.device.base.last_time"]}`).is(200).json().list(1)
	for _, d := range ha.postJSON("/devices/multimac/devices.json", `{"devices": ["9C:5C:8E:10:00:01"]}`).is(200).json().list(1) {
		d.texts("kismet.device.base.commonname").at("kismet.device.base.signal").numbers("kismet.common.signal.last_signal")
	}
}

// TestKismetHome is github.com/josevnz/kismet_home: the login's cookie, and
// look-ups that know Kismet's severities and classes alone.
func TestKismetHome(t *testing.T) {
	f := newGuarded(t, false)
	home := f.client(t, pythonRequests)
	home.login, home.keeps = basicAdmin, true
	home.get("/session/check_session").is(200)
	home.login = "" // from here on the cookie does
	home.get("/system/status.json").is(200).json().numbers("kismet.system.timestamp.sec")
	classes := []string{"DENIAL", "EXPLOIT", "OTHER", "PROBE", "SPOOF", "SYSTEM"}
	known := func(v datum, prefix string) {
		t.Helper()
		if class := v.at(prefix + "class").text(); !slices.Contains(classes, class) {
			t.Errorf("the class %s is not known there", class)
		}
		if severity := v.at(prefix + "severity").number(); !slices.Contains([]float64{0, 5, 10, 15, 20}, severity) {
			t.Errorf("the severity %v is not known there", severity)
		}
	}
	home.postJSON("/alerts/definitions/define_alert.cmd", `{"name": "KISMETHOME", "description": "d", "severity": 5, "class": "DENIAL", "throttle": "1/min", "burst": "1/day", "phyname": "any"}`).is(504)
	home.postJSON("/alerts/definitions/define_alert.cmd", `{"name": "KISMETHOME", "description": "d", "severity": 5, "class": "DENIAL", "throttle": "10/min", "burst": "1/sec", "phyname": "any"}`).is(200)
	// Another tool has defined one and not said of what class it is.
	home.postJSON("/alerts/definitions/define_alert.cmd", `{"name": "PLAIN", "description": "d", "throttle": "10/min", "burst": "1/sec"}`).is(200)
	for _, d := range home.get("/alerts/definitions.json").is(200).json().list(2) {
		known(d, "kismet.alert.definition.")
		d.texts("kismet.alert.definition.header", "kismet.alert.definition.description").
			numbers("kismet.alert.definition.limit_rate", "kismet.alert.definition.limit_unit", "kismet.alert.definition.limit_burst", "kismet.alert.definition.burst_unit", "kismet.alert.definition.phyid", "kismet.alert.definition.time_last")
	}
	raised := home.postJSON("/alerts/raise_alerts.cmd", `{"name": "KISMETHOME", "text": "Trying to raise an alert", "bssid": "FF:FF:FF:FF:FF:FF", "source": "FF:FF:FF:FF:FF:FF", "dest": "FF:FF:FF:FF:FF:FF", "other": "FF:FF:FF:FF:FF:FF", "channel": "1"}`)
	if raised.is(200).body != "Alert raised\n" {
		t.Errorf("raising is answered %q", raised.body)
	}
	alerts := home.get("/alerts/all_alerts.json").is(200).json().list(3)
	for _, a := range alerts {
		known(a, "kismet.alert.")
		a.texts("kismet.alert.device_key", "kismet.alert.header", "kismet.alert.transmitter_mac", "kismet.alert.source_mac", "kismet.alert.dest_mac",
			"kismet.alert.other_mac", "kismet.alert.channel", "kismet.alert.text").numbers("kismet.alert.hash", "kismet.alert.phy_id", "kismet.alert.timestamp", "kismet.alert.frequency")
	}
	hash := alerts[len(alerts)-1].at("kismet.alert.hash").number()
	if text := home.get(fmt.Sprintf("/alerts/by-id/%.0f/alert.json", hash)).is(200).json().at("kismet.alert.text").text(); text != "Trying to raise an alert" {
		t.Errorf("by hash it is %s", text)
	}
}

// TestIDMEFv2Connector polls all alerts each ten seconds, and knows again what
// it has had by time, header and text.
func TestIDMEFv2Connector(t *testing.T) {
	f := newGuarded(t, false)
	c := f.client(t, pythonRequests)
	c.login = basicAdmin
	seen := map[string]int{}
	poll := func() {
		for _, a := range c.get("/alerts/all_alerts.json").is(200).json().list(1) {
			a.numbers("kismet.alert.severity").texts("kismet.alert.source_mac")
			seen[fmt.Sprint(a.at("kismet.alert.timestamp").number(), "-", a.at("kismet.alert.header").text(), "-", a.at("kismet.alert.text").text())]++
		}
	}
	poll()
	f.raise("the same")
	f.raise("the same")
	poll()
	poll()
	counts := map[int]int{}
	for _, n := range seen {
		counts[n]++
	}
	if len(seen) != 4 || counts[3] != 2 || counts[2] != 2 {
		t.Errorf("the connector sees %v", seen)
	}
}

// TestGravwellIngester polls with a key and whole seconds, and wants the bare
// array: picket needs last_time_format=array for it.
func TestGravwellIngester(t *testing.T) {
	f := newGuarded(t, true)
	c := f.client(t, pythonRequests)
	c.cookie = "KISMET=" + f.newKey(t, "readonly")
	last := 0.0
	for _, a := range c.get("/alerts/last-time/0/alerts.json").is(200).json().list(2) {
		at := a.at("kismet.alert.timestamp").number()
		if at <= last {
			t.Errorf("an alert of %v comes after one of %v", at, last)
		}
		last = at
	}
	if rest := c.get(fmt.Sprintf("/alerts/last-time/%d/alerts.json", int(last)+1)).is(200).json().list(0); len(rest) != 0 {
		t.Errorf("a later poll gets %v", rest)
	}
}

// TestEewids wants the dictionary that Kismet answered until 2020, and hands
// whole records on.
func TestEewids(t *testing.T) {
	f := newGuarded(t, false)
	c := f.client(t, pythonRequests)
	c.login, c.keeps = basicAdmin, true
	c.get("/session/check_session").is(200)
	got := c.get("/alerts/last-time/0/alerts.json").is(200).json()
	if n := len(got.at("kismet.alert.list").list(2)); n != 2 {
		t.Errorf("%d alerts", n)
	}
	cursor := got.at("kismet.alert.timestamp").number()
	f.raise("later")
	again := c.get(fmt.Sprintf("/alerts/last-time/%f/alerts.json", cursor)).is(200).json().at("kismet.alert.list").list(1)
	if len(again) != 1 || again[0].at("kismet.alert.text").text() != "later" {
		t.Errorf("polling on gets %v", again)
	}
}

// TestKismetAlerts is github.com/benpiper/kismet-alerts: the login in the
// address of the event socket, and the texts of alerts.
func TestKismetAlerts(t *testing.T) {
	f := newGuarded(t, false)
	s := f.socket("?user=admin&password=passwordy", "User-Agent: Python/3.11 websockets/12.0")
	s.send(`{"SUBSCRIBE":"ALERT"}`)
	s.heeded()
	f.raise("DEAUTHFLOOD of the garage")
	alert := s.event(t, TopicAlert)
	if text := alert.at("kismet.alert.text").text(); !strings.Contains(text, "garage") {
		t.Errorf("the text is %s", text)
	}
	// kismetAtakCompanion reads these too.
	alert.texts("kismet.alert.header", "kismet.alert.class", "kismet.alert.dest_mac", "kismet.alert.source_mac", "kismet.alert.transmitter_mac").
		numbers("kismet.alert.severity", "kismet.alert.timestamp")
}

// event reads the next event, of which there must be one topic, this one.
func (c *socketTest) event(t *testing.T, topic string) datum {
	t.Helper()
	text := c.next()
	v := answer{t, read(pathEvents), response{body: text}}.json()
	if len(v.object()) != 1 {
		t.Fatalf("the event has several topics: %s", text)
	}
	return v.at(topic)
}

// TestStatusLEDs is kismet_status_leds.py: a key in the address, and topics
// that say how sources are.
func TestStatusLEDs(t *testing.T) {
	f := newGuarded(t, false)
	s := f.socket("?KISMET=" + f.newKey(t, "readonly"))
	topics := []string{"GPS_LOCATION", "MESSAGE", "DATASOURCE_ERROR", "DATASOURCE_OPENED", "NEW_DATASOURCE", "PACKETCHAIN_STATS"}
	for _, topic := range topics {
		s.send(fmt.Sprintf(`{"SUBSCRIBE": %q}`, topic))
	}
	s.heededAmongEvents(t)
	for _, topic := range topics[2:5] {
		f.server.PublishSource(topic, atticUUID)
	}
	f.core.Post(4, "attic: no such device")
	waiting := map[string]func(datum){
		"GPS_LOCATION":      func(v datum) { v.numbers("kismet.common.location.fix") },
		"MESSAGE":           func(v datum) { v.texts("kismet.messagebus.message_string").numbers("kismet.messagebus.message_flags") },
		"DATASOURCE_ERROR":  func(v datum) { v.texts("kismet.datasource.uuid") },
		"DATASOURCE_OPENED": func(v datum) { v.texts("kismet.datasource.uuid") },
		"NEW_DATASOURCE":    func(v datum) { v.texts("kismet.datasource.uuid") },
		"PACKETCHAIN_STATS": func(v datum) { v.at("kismet.packetchain.packets_rrd").numbers("kismet.common.rrd.last_value") },
	}
	s.await(t, waiting)
}

// heededAmongEvents is heeded while other events may come.
func (c *socketTest) heededAmongEvents(t *testing.T) {
	t.Helper()
	c.send("{}")
	c.await(t, map[string]func(datum){"ERROR": func(datum) {}})
}

// await reads events until there was one of each topic.
func (c *socketTest) await(t *testing.T, waiting map[string]func(datum)) {
	t.Helper()
	for len(waiting) > 0 {
		v := answer{t, read(pathEvents), response{body: c.next()}}.json()
		for topic := range v.object() {
			if look := waiting[topic]; look != nil {
				look(v.at(topic))
				delete(waiting, topic)
			}
		}
	}
}

// TestSmallScripts has requests of scripts that are around.
func TestSmallScripts(t *testing.T) {
	f := newGuarded(t, true)
	key := f.newKey(t, "readonly")
	script := f.client(t, curl)
	script.cookie = "KISMET=" + key
	if recent := script.get("/alerts/wrapped/last-time/-60/alerts.json").is(200).json().at("kismet.alert.list").list(0); len(recent) != 2 {
		t.Errorf("the last minute has %d alerts", len(recent))
	}
	script.get("/session/check_session.json").is(200)
	// One that looks for where alerts are.
	script.get("/alerts/alerts.json").is(404)
	for _, target := range []string{"/alerts/all_alerts.json", "/alerts/last-time/0/alerts.json", "/alerts/last-time/-3600/alerts.json"} {
		hashes := map[float64]bool{}
		for _, a := range script.get(target).is(200).json().list(2) {
			hashes[a.at("kismet.alert.hash").number()] = true
		}
		if len(hashes) != 2 {
			t.Errorf("%s: hashes %v", target, hashes)
		}
	}
	for name, s := range map[string]*client{
		"key in the address": f.client(t, curl),
		"bearer":             {t: t, f: f, header: curl, login: "Authorization: Bearer " + key},
		"login":              {t: t, f: f, header: goClient, login: basicAdmin},
	} {
		query := ""
		if name == "key in the address" {
			query = "?KISMET=" + key
		}
		s.get("/alerts/last-time/0/alerts.json" + query).is(200).json().list(2)
	}
	s := f.socket("?KISMET=" + key) // Discord, Slack
	s.send(`{"SUBSCRIBE": "ALERT"}`)
	s.heeded()
	f.raise("to a chat")
	s.event(t, TopicAlert).texts("kismet.alert.header", "kismet.alert.text")
}
