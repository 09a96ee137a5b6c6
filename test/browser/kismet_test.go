package browser

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// interfaceFiles are those of a web interface that asks what Kismet's asks. It
// is ours: Kismet's own is not ours to hand on.
var interfaceFiles = map[string]string{
	"index.html":                    `<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>fixture</title><script src="dynamic.js"></script></html>`,
	"js/tabulator.min.js":           "",
	"js/kismet.ui.datasources.js":   "export const loaded = true;",
	"js/kismet.ui.dot11.js":         "export const loaded = true;",
	"css/under.folder/style.css":    "p { margin: 0 }",
	"js/kismet.ui.unknown.other.js": "",
}

// requests are those that Kismet's interface makes, by the level of its
// features: it comes up, alerts work, no errors, the side panels.
const requests = `(async () => {
  const failed = [];
  const basic = { Authorization: 'Basic ' + btoa('admin:correct horse') };
  const ask = async (method, path, form, want) => {
    const response = await fetch(path, { method, headers: basic, credentials: 'include', body: form && new URLSearchParams(form) });
    const body = await response.text();
    if (!response.ok) failed.push(method + ' ' + path + ': ' + response.status + ' ' + body);
    if (!want || !response.ok) return null;
    const value = JSON.parse(body);
    if (!want(value)) failed.push(method + ' ' + path + ' answers ' + body.slice(0, 300));
    return value;
  };
  const page = (v) => Array.isArray(v.data) && 'last_row' in v && 'last_page' in v;
  const form = (fields) => ({ json: JSON.stringify({ fields }), page: 0, length: 50, sort: 'kismet.alert.timestamp', sort_dir: 'asc' });

  await load_dynamics();
  if (!kismet_ui_datasources.loaded || !kismet_ui_dot11.loaded) failed.push('dynamic.js does not load the modules');
  await ask('HEAD', location.href);
  await ask('GET', 'css/under.folder/style.css');
  await ask('GET', 'session/check_setup_ok');
  await ask('GET', 'session/check_login');

  await ask('GET', 'system/user_status.json', null, (v) => 'kismet.system.user' in v);
  await ask('GET', 'system/status.json', null, (v) => typeof v['kismet.system.server_name'] === 'string' && v['kismet.system.timestamp.sec'] > 0);
  const wrapped = await ask('GET', 'alerts/wrapped/last-time/0/alerts.json', null, (v) => Array.isArray(v['kismet.alert.list']) && v['kismet.alert.list'].length > 0);
  const view = await ask('POST', 'alerts/alerts_view.json', form(['kismet.alert.hash', 'kismet.alert.header', 'kismet.alert.class', 'kismet.alert.severity',
    'kismet.alert.timestamp', 'kismet.alert.transmitter_mac', 'kismet.alert.source_mac', 'kismet.alert.dest_mac', 'kismet.alert.text']),
    (v) => page(v) && v.data.length > 0 && v.data[0]['kismet.alert.hash'] > 0);
  await ask('GET', 'alerts/by-id/' + view?.data[0]['kismet.alert.hash'] + '/alert.json', null, (v) => v['kismet.alert.header'] === view.data[0]['kismet.alert.header']);
  await ask('GET', 'alerts/by-id/' + view?.data[0]['kismet.alert.hash'] + '/alert.prettyjson');
  await ask('GET', 'messagebus/last-time/0/messages.json', null, (v) => Array.isArray(v['kismet.messagebus.list']));

  await ask('GET', 'devices/views/all_views.json', null, Array.isArray);
  await ask('POST', 'devices/views/phydot11_accesspoints/devices.json', form([]), page);
  await ask('GET', 'gps/location.json', null, (v) => 'kismet.common.location.fix' in v);
  await ask('GET', 'channels/channels.json', null, (v) => 'kismet.channeltracker.frequency_map' in v);

  await ask('GET', 'datasource/all_sources.json', null, Array.isArray);
  await ask('GET', location.origin + '//datasource/list_interfaces.json', null, Array.isArray);
  await ask('GET', 'packetchain/packet_stats.json', null, (v) => 'kismet.packetchain.packets_rrd' in v);
  await ask('GET', 'plugins/all_plugins.json', null, Array.isArray);
  await ask('GET', 'auth/apikey/list.json', null, Array.isArray);
  await ask('POST', 'phy/phy80211/ssids/views/ssids.json', form([]), page);
  return failed;
})()`

// socket listens as Kismet's interface does, and returns the topics that it
// heard of, as soon as there is one of an alert.
const socket = `new Promise((resolve, reject) => {
  const heard = new Set();
  const ws = new WebSocket('ws://' + location.host + '/eventbus/events.ws?user=admin&password=correct%20horse');
  ws.onopen = () => {
    for (const topic of ['TIMESTAMP', 'PACKETCHAIN_STATS', 'GPS_LOCATION', 'ALERT', 'BATTERY', 'MESSAGE']) ws.send(JSON.stringify({ SUBSCRIBE: topic }));
    window.listening = true;
  };
  ws.onmessage = (event) => {
    Object.keys(JSON.parse(event.data)).forEach((topic) => heard.add(topic));
    if (['ALERT', 'MESSAGE', 'TIMESTAMP'].every((topic) => heard.has(topic))) {
      resolve([...heard]);
      ws.close();
    }
  };
  ws.onerror = () => reject(new Error('the socket failed'));
})`

func TestKismetsInterfaceGetsItsAnswers(t *testing.T) {
	folder := t.TempDir()
	for name, content := range interfaceFiles {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := startPicket(t, "127.0.0.1", "--ui-dir", folder)
	p.setLogin()
	p.define()
	p.raise("ring 1")
	b := openTab(t)
	b.open(p.url)
	for _, failed := range value[[]string](b, requests) {
		t.Error(failed)
	}

	value[bool](b, "window.events = "+socket+", true")
	b.until("window.listening")
	p.raise("ring 2")
	if heard := value[[]string](b, "window.events"); slices.Contains(heard, "ERROR") {
		t.Errorf("the socket tells of %q", heard)
	}
}
