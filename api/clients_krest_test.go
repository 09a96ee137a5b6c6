package api

import (
	"fmt"
	"strings"
	"testing"

	"picket/api/auth"
)

// newServerOfKrest is a server as python-kismet-rest's tests want one: with a
// login of the configuration and a source.
func newServerOfKrest(t *testing.T) (f *fixture, plain, login *client) {
	t.Helper()
	f = newWholeServer(t, func(_ *Options, a *auth.Options) { a.Username, a.Password = "admin", "passwordy" })
	plain, login = f.client(t, pythonRequests), f.client(t, pythonRequests)
	login.login, login.keeps = basicAdmin, true
	// Its connectors without a login work with the cookie that those with one
	// have left in a file.
	if login.get("/session/check_session").is(200); !strings.HasPrefix(login.cookie, "KISMET=") {
		t.Fatalf("check_session sets the cookie %q", login.cookie)
	}
	plain.cookie, plain.keeps = login.cookie, true
	return f, plain, login
}

// TestKrestsOwnTests sends what the tests of python-kismet-rest send, in their
// order, and asserts what they do.
func TestKrestsOwnTests(t *testing.T) {
	_, plain, login := newServerOfKrest(t)

	// test_alerts.py: all, with a callback and without
	for _, a := range plain.get("/alerts/last-time/0.0/alerts.itjson").lines() {
		a.texts("kismet.alert.header", "kismet.alert.text").numbers("kismet.alert.timestamp")
	}
	// test_base_interface.py
	if len(plain.get("/system/status.json").is(200).json().object()) == 0 {
		t.Error("get_kismet_version gets nothing")
	}
	// test_datasources.py
	if len(plain.get("/datasource/all_sources.itjson").lines()) != 2 || len(login.get("/datasource/list_interfaces.itjson").lines()) != 2 {
		t.Error("there are other sources and interfaces")
	}
	login.postForm("/datasource/add_source.cmd", `{"definition": "/tmp/kismet.pcap:name=test"}`).is(200)
	// test_devices.py
	all := plain.postForm("/devices/last-time/0/devices.itjson", `{}`).lines()
	if len(all) != len(heardAir().Devices) {
		t.Errorf("%d devices", len(all))
	}
	key := all[0].at("kismet.device.base.key").text()
	plain.postForm("/devices/multimac/devices.itjson", `{"devices": ["9C:5C:8E:10:00:01", "3C:22:FB:AA:00:11"]}`).lines()
	plain.get("/devices/by-mac/9C:5C:8E:10:00:01/devices.itjson").lines()
	if got := plain.get("/devices/by-key/" + key + "/device.json").is(200).json().at("kismet.device.base.key").text(); got != key {
		t.Errorf("by_key gets %s", got)
	}
	plain.postForm("/phy/phy80211/clients-of/"+key+"/clients.itjson", `{}`).lines()
	plain.postForm("/devices/views/phydot11_accesspoints/devices.itjson", `{}`).lines()

	// test_legacy.py
	summary := `{"fields": ["kismet.device.base.key", "kismet.device.base.macaddr", "kismet.device.base.type"]}`
	for _, d := range plain.postForm("/devices/last-time/0/devices.itjson", summary).lines() {
		d.texts("kismet.device.base.key", "kismet.device.base.macaddr", "kismet.device.base.type")
	}
	if len(plain.postForm("/devices/last-time/0/devices.itjson", `{"fields": ["kismet.device.base.key"], "regex": [["kismet.device.base.macaddr", "^9C"]]}`).lines()) != 2 {
		t.Error("smart_device_list with an expression gets others")
	}
	plain.get("/gps/location.json").is(200).json().numbers("kismet.common.location.fix")
	plain.get("/messagebus/last-time/0.0/messages.json").is(200).json().object()
	plain.get("/alerts/last-time/0.0/alerts.json").is(200).json().at("kismet.alert.list").list(2) // a dict, which Kismet itself has not been since 2020
	plain.get("/datasource/list_interfaces.json").is(200).json().list(1)
	uuid := plain.get("/datasource/all_sources.json").is(200).json().list(1)[0].at("kismet.datasource.uuid").text()
	plain.get("/system/status.json").is(200).json().object()
	login.postForm("/alerts/raise_alert.cmd", `{"name": "ScaryAlert", "text": "test", "bssid": "AA:BB:CC:DD:EE:FF"}`).is(200)
	login.postForm("/alerts/definitions/define_alert.cmd", `{"name": "Scarier", "description": "This is a test", "throttle": "10/min", "burst": "1/sec"}`).is(200)
	login.postForm("/datasource/add_source.cmd", `{"definition": "lo:type=fail"}`).is(500, 401)
	tune := func(dictionary string) answer {
		return login.postForm("/datasource/by-uuid/"+uuid+"/set_channel.cmd", dictionary)
	}
	tune(`{"channel": "15"}`).is(500, 401)
	tune(`{"rate": "five"}`).is(500, 401)

	// test_messages.py, test_system.py
	for _, wrapper := range plain.get("/messagebus/last-time/0.0/messages.json").lines() {
		wrapper.at("kismet.messagebus.list").list(1)
	}
	plain.get("/system/timestamp.json").is(200).json().numbers("kismet.system.timestamp.sec", "kismet.system.timestamp.usec")
}

// TestKrestAtWork polls, defines and raises as programs do that use
// python-kismet-rest.
func TestKrestAtWork(t *testing.T) {
	f, plain, login := newServerOfKrest(t)
	key := f.client(t, pythonRequests)
	key.cookie = "KISMET=" + f.newKey(t, "readonly")

	login.postForm("/alerts/definitions/define_alert.cmd", `{"name": "DoorBell", "description": "door & bell", "throttle": "10/min", "burst": "1/sec", "phyname": "any"}`).is(200)
	raised := login.postForm("/alerts/raise_alert.cmd", `{"name": "DOORBELL", "text": "100% \"true\" & more + ; \u00e9", "bssid": "aa:bb:cc:dd:ee:ff", "source": "aabbccddeeff", "channel": "6"}`)
	raised.is(200)
	latest := func(c *client, since string) []datum {
		return c.get("/alerts/last-time/" + since + "/alerts.itjson").lines()
	}
	lines := latest(key, "0.0")
	last := lines[len(lines)-1]
	if got := last.at("kismet.alert.text").text(); got != `100% "true" & more + ; é` {
		t.Errorf("the text arrives as %s", got)
	}
	if last.at("kismet.alert.transmitter_mac").text() != "AA:BB:CC:DD:EE:FF" || last.at("kismet.alert.source_mac").text() != "AA:BB:CC:DD:EE:FF" {
		t.Errorf("addresses of %v", last.v)
	}
	// The time is split into whole numbers, and put together again without
	// zeros before the microseconds: a poll may see an alert again, but
	// misses none.
	micros := f.core.Latest().Time()
	if got := latest(plain, fmt.Sprintf("%d.%d", micros/1e6, micros%1e6)); len(got) > 1 {
		t.Errorf("polling on gets %v", got)
	}
	// What the library calls failed logins and requests.
	login.postForm("/alerts/definitions/define_alert.cmd", `{"name": "DoorBell", "description": "again", "throttle": "10/min", "burst": "1/sec"}`).is(503)
	login.postForm("/alerts/raise_alert.cmd", `{"name": "NoSuch", "text": ""}`).is(400)
	key.postForm("/alerts/raise_alert.cmd", `{"name": "DOORBELL", "text": ""}`).is(401)
	f.client(t, pythonRequests).get("/alerts/last-time/0.0/alerts.itjson").is(401)

	stats := plain.postForm("/packetchain/packet_stats.json", `{"fields": [["kismet.packetchain.packets_rrd/kismet.common.rrd.last_value", "packets"]]}`).is(200)
	stats.json().numbers("packets")

	// A cookie from before a restart of the server counts for nothing, and the
	// login that comes with it does.
	stale := f.client(t, pythonRequests)
	stale.login, stale.cookie, stale.keeps = basicAdmin, "KISMET=eyJhbGciOiJIUzI1NiJ9.e30.x", true
	stale.get("/session/check_session").is(200)
	if stale.cookie == "KISMET=eyJhbGciOiJIUzI1NiJ9.e30.x" {
		t.Error("the stale cookie is not replaced")
	}
}
