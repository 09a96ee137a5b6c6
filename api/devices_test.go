package api

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore/tracked"
	"picket/api/auth"
)

const now = 1795405906 // of the test clock

// heardAir is a home network with two clients, a hidden one, and a passer-by.
func heardAir() *Inventory {
	home := DeviceAddress{0x9c, 0x5c, 0x8e, 0x10, 0, 1}
	return &Inventory{
		Devices: []Device{
			{
				Address: home, BSSID: home, Type: AccessPoint, First: now - 3600, Last: now - 1, Channel: "6", FrequencyKHz: 2437000, Frames: 31000,
				HasSignal: true, LastDBm: -51, MinDBm: -77, MaxDBm: -40,
				SSID: "HomeNet", SSIDHex: "486f6d654e6574", Encryption: "WPA2-PSK", LastBeacon: now - 2, Beacons: 30000, Interval: 100, Clients: 2,
			},
			{Address: DeviceAddress{0x9c, 0x5c, 0x8e, 0x10, 0, 2}, Type: AccessPoint, First: now - 60, Last: now - 60, Channel: "11", FrequencyKHz: 2462000, Frames: 1, HidesSSID: true, Encryption: "Open"},
			{Address: DeviceAddress{0x3c, 0x22, 0xfb, 0xaa, 0, 0x11}, BSSID: home, Type: Client, First: now - 50, Last: now - 10, Channel: "6", FrequencyKHz: 2437000, Frames: 12},
			{Address: DeviceAddress{0x3c, 0x22, 0xfb, 0xaa, 0, 0x12}, BSSID: home, Type: Client, First: now - 50, Last: now, Frames: 700},
			{Address: DeviceAddress{0x02, 0, 0, 0, 0, 1}, Type: Client, First: now - 100, Last: now - 100, Frames: 1},
		},
		SSIDs: []SSID{
			{Text: "HomeNet", Octets: []byte("HomeNet"), First: now - 3600, Last: now - 1, LastAdvertised: now - 1, LastProbed: now - 50, Advertisers: 1, LastAdvertisedBy: home, Encryption: "WPA2-PSK"},
			{Text: `caf\xe9`, Octets: []byte("caf\xe9"), First: now - 9, Last: now - 9, LastProbed: now - 9},
		},
	}
}

func newFixtureThatHears(t *testing.T) *fixture {
	t.Helper()
	return newFixture(t, func(o *Options, _ *auth.Options) { o.Inventory = heardAir })
}

// posted is the body of a form with a dictionary.
func posted(dictionary string) string { return "json=" + url.QueryEscape(dictionary) }

// jsonPost is a POST of JSON.
func jsonPost(target, body string) request {
	return request{method: "POST", target: target, body: body, header: []string{"Content-Type: application/json"}}
}

func TestDeviceRecord(t *testing.T) {
	f := newFixtureThatHears(t)
	want := `{"kismet.device.base.key": "4202770D00000000_9C5C8E100001","kismet.device.base.macaddr": "9C:5C:8E:10:00:01","kismet.device.base.phyname": "IEEE802.11",` +
		`"kismet.device.base.name": "HomeNet","kismet.device.base.commonname": "HomeNet","kismet.device.base.type": "Wi-Fi AP","kismet.device.base.crypt": "WPA2-PSK",` +
		`"kismet.device.base.first_time": 1795402306,"kismet.device.base.last_time": 1795405905,"kismet.device.base.mod_time": 1795405905,` +
		`"kismet.device.base.packets.total": 31000,"kismet.device.base.packets.tx_total": 31000,"kismet.device.base.channel": "6","kismet.device.base.frequency": 2437000,` +
		`"kismet.device.base.manuf": "Unknown","kismet.device.base.signal": {"kismet.common.signal.type": "dbm","kismet.common.signal.last_signal": -51,` +
		`"kismet.common.signal.min_signal": -77,"kismet.common.signal.max_signal": -40},` +
		`"dot11.device": {"dot11.device.last_bssid": "9C:5C:8E:10:00:01","dot11.device.last_beaconed_ssid": "HomeNet","dot11.device.last_beacon_timestamp": 1795405904,` +
		`"dot11.device.num_associated_clients": 2,"dot11.device.num_advertised_ssids": 1,"dot11.device.advertised_ssid_map": [{"dot11.advertisedssid.ssid": "HomeNet",` +
		`"dot11.advertisedssid.ssidlen": 7,"dot11.advertisedssid.cloaked": 0,"dot11.advertisedssid.channel": "6","dot11.advertisedssid.crypt_string": "WPA2-PSK",` +
		`"dot11.advertisedssid.beaconrate": 9.765625}]},"picket.device.ssid_hex": "486f6d654e6574","picket.device.beacons": 30000}`
	f.want(read("/devices/by-key/4202770D00000000_9C5C8E100001/device.json"), 200, want)
	f.want(read("/devices/by-mac/9c:5c:8e:10:00:01/devices.json"), 200, "["+want+"]")
}

func TestReadingDevices(t *testing.T) {
	f := newFixtureThatHears(t)
	const mac = `"kismet.device.base.macaddr"`
	// list is the array of addresses with these last octets.
	list := func(octets ...string) string {
		full := map[string]string{"1": "9C:5C:8E:10:00:01", "2": "9C:5C:8E:10:00:02", "11": "3C:22:FB:AA:00:11", "12": "3C:22:FB:AA:00:12", "by": "02:00:00:00:00:01"}
		var records []string
		for _, o := range octets {
			records = append(records, fmt.Sprintf(`{"m": "%s"}`, full[o]))
		}
		return "[" + strings.Join(records, ",") + "]"
	}
	page := func(rows, total int, octets ...string) string {
		return fmt.Sprintf(`{"data": %s,"last_page": %d,"last_row": %d,"total_row": 5}`, list(octets...), (rows+1)/2, total)
	}
	fields := `"fields":[[` + mac + `,"m"]]`
	only := posted("{" + fields + "}")
	all := list("1", "2", "11", "12", "by")
	const by = "/devices/by-mac/"
	for _, c := range []struct {
		request request
		status  int
		body    string
	}{
		{form("/devices/views/all/devices.json", only), 200, all},
		{form("/devices/views/phy-IEEE802.11/devices.json", only), 200, all},
		{form("/devices/views/phydot11_accesspoints/devices.json", only), 200, list("1", "2")},
		{form("/devices/views/phydot11_accesspoints/devices.itjson", only), 200, "{\"m\": \"9C:5C:8E:10:00:01\"}\n{\"m\": \"9C:5C:8E:10:00:02\"}\n"},
		{jsonPost("/devices/views/all/devices.json", "{"+fields+"}"), 200, all},
		{form("/devices/views/seenby/devices.json", only), 404, "{}"},
		{form("/devices/views/all/last-time/1795405896/devices.json", only), 200, list("1", "11", "12")},
		{form("/devices/views/phydot11_accesspoints/last-time/-10/devices.json", only), 200, list("1")},
		{form("/devices/views/none/last-time/0/devices.json", only), 404, "{}"},

		// As the web interface asks: asc is descending.
		{form("/devices/views/all/devices.json", only+"&page=0&length=2"), 200, page(5, 5, "1", "2")},
		{form("/devices/views/all/devices.json", only+"&page=2&length=2"), 200, page(5, 5, "by")},
		{form("/devices/views/all/devices.json", only+"&page=0&length=2&sort=kismet.device.base.packets.total&sort_dir=asc"), 200, page(5, 5, "1", "12")},
		{form("/devices/views/all/devices.json", only+"&page=0&length=2&sort=kismet.device.base.last_time&sort_dir=desc"), 200, page(5, 5, "by", "2")},
		{form("/devices/views/all/devices.json", only+"&page=0&length=2&sort=picket.device.beacons&sort_dir=asc"), 200, page(5, 5, "1", "2")},
		{form("/devices/views/all/devices.json", only+"&page=0&length=2&search=3c:22"), 200, page(2, 2, "11", "12")},
		{form("/devices/views/all/devices.json", posted(`{`+fields+`,"regex":[[`+mac+`,"^3C"],["dot11.device/dot11.device.advertised_ssid_map/dot11.advertisedssid.ssid","^Home"]]}`)+"&page=0&length=2"), 200,
			`{"data": ` + list("1", "11") + `,"last_page": 2,"last_row": 3,"total_row": 3}`},

		{form("/devices/last-time/0/devices.json", only), 200, all},
		{form("/devices/last-time/1795405906/devices.json", only), 200, list("12")},
		{form("/devices/last-time/1795405907/devices.json", only), 200, "[]"},
		{form("/devices/last-time/1795405907/devices.itjson", only), 200, ""},
		{form("/devices/last-time/-60/devices.json", only), 200, list("1", "2", "11", "12")},
		{form("/devices/last-time/0/devices.json", posted(`{`+fields+`,"regex":[["kismet.device.base.type","AP$"]]}`)), 200, list("1", "2")},
		{form("/devices/last-time/0/devices.json", posted(`{`+fields+`,"regex":[["no.such.field",""]]}`)), 200, "[]"},
		{form("/devices/last-time/0/devices.json", posted(`{`+fields+`,"regex":[]}`)), 200, all},
		{form("/devices/last-time/0/devices.json", posted(`{"regex":["AP"]}`)), 500, "ERROR: " + string(errRegex) + "\n"},
		{form("/devices/last-time/0/devices.json", posted(`{"regex":"AP"}`)), 500, "ERROR: " + string(errRegex) + "\n"},
		{form("/devices/last-time/0/devices.json", posted(`{"regex":[["a","("]]}`)), 500, "ERROR: regex for \"a\": error parsing regexp: missing closing ): `(`\n"},
		{form("/devices/last-time/0/devices.json", posted(`{"fields":[1]}`)), 500, "ERROR: " + string(errField) + "\n"},
		{read("/devices/last-time/noon/devices.json"), 500, "ERROR: unable to parse string value: \"noon\" is no time in seconds\n"},
		{read("/devices/last-time/0/devices.unknown"), 200, ""},

		{form(by+"3C:22:FB:AA:00:11/devices.json", only), 200, list("11")},
		{form(by+"3c22fbaa0011/devices.json", only), 200, list("11")},
		{form(by+"00:00:00:00:00:09/devices.json", only), 200, "[]"},
		{read(by + "nobody/devices.json"), 500, "ERROR: invalid MAC address: address \"nobody\": want pairs of hex digits joined by colons\n"},

		{jsonPost("/devices/multimac/devices.json", `{"devices":["0:0"]}`), 500, "ERROR: invalid MAC address: address \"0:0\": want pairs of hex digits joined by colons, not all of them 0\n"},
		{form("/devices/multimac/devices.json", posted(`{`+fields+`,"devices":["02:00:00:00:00:01","9C:5C:8E:00:00:00/FF:FF:FF:00:00:00"]}`)), 200, list("1", "2", "by")},
		{jsonPost("/devices/multimac/devices.json", `{`+fields+`,"devices":["3C:22:FB:AA:00:12"]}`), 200, list("12")},
		{jsonPost("/devices/multimac/devices.json", `{`+fields+`,"devices":[]}`), 200, "[]"},
		{jsonPost("/devices/multimac/devices.json", `{"devices":"all"}`), 500, "ERROR: [json.exception.type_error.302] type must be array, but is string: \"devices\"\n"},
		{jsonPost("/devices/multimac/devices.json", `{"devices":[7]}`), 500, "ERROR: [json.exception.type_error.302] type must be string, but is number: \"devices\": want an array of addresses\n"},
		{jsonPost("/devices/multimac/devices.json", `{}`), 500, "ERROR: [json.exception.type_error.302] type must be array, but is null: \"devices\" is missing\n"},
		{read("/devices/multimac/devices.json"), 405, pageMethod},

		{form("/devices/by-key/4202770D00000000_3C22FBAA0012/device.json", posted(`{"fields":["kismet.device.base.packets.total"]}`)), 200, `{"kismet.device.base.packets.total": 700}`},
		{read("/devices/by-key/4202770D00000000_3C22FBAA0099/device.json"), 404, "{}"},
		{read("/devices/by-key/4202770D00000000_3C22FBAA001/device.json"), 404, "{}"},
		{read("/devices/by-key/4202770D00000000_3C22FBAA00ZZ/device.json"), 404, "{}"},
		{read("/devices/by-key/9C5C8E100001/device.json"), 404, "{}"},
		{form("/phy/phy80211/clients-of/4202770D00000000_9C5C8E100001/clients.json", only), 200, list("11", "12")},
		{form("/phy/phy80211/clients-of/4202770D00000000_9C5C8E100002/clients.json", only), 200, "[]"},
		{read("/phy/phy80211/clients-of/nobody/clients.json"), 404, "{}"},

		{read("/devices/views/all_views.json"), 200, `[{"kismet.devices.view.id": "all","kismet.devices.view.description": "All devices","kismet.devices.view.indexed": 1,"kismet.devices.view.size": 5},` +
			`{"kismet.devices.view.id": "phydot11_accesspoints","kismet.devices.view.description": "Wi-Fi Access Points","kismet.devices.view.indexed": 1,"kismet.devices.view.size": 2},` +
			`{"kismet.devices.view.id": "phy-IEEE802.11","kismet.devices.view.description": "IEEE802.11","kismet.devices.view.indexed": 1,"kismet.devices.view.size": 5}]`},
	} {
		f.want(c.request, c.status, c.body)
	}
}

func TestReadingSSIDs(t *testing.T) {
	f := newFixtureThatHears(t)
	home := fmt.Sprintf(`{"dot11.ssidgroup.hash": %d,"dot11.ssidgroup.ssid": "HomeNet","dot11.ssidgroup.ssid_len": 7,"dot11.ssidgroup.crypt_string": "WPA2-PSK",`+
		`"dot11.ssidgroup.first_time": 1795402306,"dot11.ssidgroup.last_time": 1795405905,"dot11.ssidgroup.advertising_devices_len": 1,"picket.ssid.hex": "486f6d654e6574",`+
		`"picket.ssid.last_advertised": 1795405905,"picket.ssid.last_advertised_by": "9C:5C:8E:10:00:01","picket.ssid.last_probed": 1795405856}`, (&SSID{Octets: []byte("HomeNet")}).hash())
	path := fmt.Sprintf("/phy/phy80211/ssids/by-hash/%d/ssid.json", (&SSID{Octets: []byte("HomeNet")}).hash())
	const views = "/phy/phy80211/ssids/views/ssids.json"
	name := posted(`{"fields":["dot11.ssidgroup.ssid"]}`)
	const homeName, cafeName = `{"dot11.ssidgroup.ssid": "HomeNet"}`, `{"dot11.ssidgroup.ssid": "caf\\xe9"}`
	f.want(read(path), 200, home)
	f.want(form(path, posted(`{"fields":[1]}`)), 500, "ERROR: "+string(errField)+"\n")
	f.want(read("/phy/phy80211/ssids/by-hash/1/ssid.json"), 404, "{}")
	f.want(read("/phy/phy80211/ssids/by-hash/x/ssid.json"), 500, "ERROR: unable to parse string value: \"x\" is no SSID's hash\n")
	f.want(form(views, name), 200, "["+homeName+","+cafeName+"]")
	f.want(form(views, name+"&page=0&length=1&sort=dot11.ssidgroup.first_time&sort_dir=asc"), 200, `{"data": [`+cafeName+`],"last_page": 2,"last_row": 2,"total_row": 2}`)
	f.want(form(views, name+"&page=0&length=5&search=home"), 200, `{"data": [`+homeName+`],"last_page": 1,"last_row": 1,"total_row": 2}`)
}

func TestAServerThatHearsNothing(t *testing.T) {
	f := newFixture(t, nil)
	const noPage = `{"data": [],"last_page": 0,"last_row": 0,"total_row": 0}`
	f.want(form("/devices/views/all/devices.json", "json={}&page=0&length=20"), 200, noPage)
	f.want(form("/phy/phy80211/ssids/views/ssids.json", "json={}&page=0&length=20"), 200, noPage)
	f.want(read("/devices/last-time/0/devices.json"), 200, "[]")
	f.want(read("/channels/channels.json"), 200, `{"kismet.channeltracker.frequency_map": {}}`)
}

// Columns that are read past the objects hold what the objects do.
func TestColumnsAreThoseOfTheRecords(t *testing.T) {
	v := heardAir()
	names := func(o tracked.Object) (paths []string) {
		for _, m := range o {
			paths = append(paths, m.Name)
			for _, inner := range m.Value.Object() {
				paths = append(paths, m.Name+"/"+inner.Name)
			}
		}
		return paths
	}
	columns := 0
	same := func(path string, column viewCell, o tracked.Object) {
		t.Helper()
		columns++
		m, found := o.Lookup(tracked.SplitPath(path))
		want := cellOf(m.Value)
		if !found || column != want {
			t.Errorf("%s is %+v, and %+v in the record", path, column, want)
		}
	}
	for _, path := range names(v.Devices[0].object()) {
		if column := deviceColumn(path); column != nil {
			for i := range v.Devices {
				same(path, column(&v.Devices[i]), v.Devices[i].object())
			}
		}
	}
	for _, path := range []string{"no.such.field", "kismet.device.base.signal/none", "dot11.device/dot11.device.advertised_ssid_map/dot11.advertisedssid.ssid"} {
		if cell := deviceColumn(path)(&v.Devices[0]); cell != (viewCell{}) {
			t.Errorf("%s is %+v", path, cell)
		}
	}
	for _, path := range names(v.SSIDs[0].object()) {
		if column := ssidColumn(path); column != nil {
			for i := range v.SSIDs {
				same(path, column(&v.SSIDs[i]), v.SSIDs[i].object())
			}
		}
	}
	if columns < 15*len(v.Devices) {
		t.Errorf("%d cells were compared", columns)
	}
}

// More devices than fit into a chunk come whole, in every format.
func TestManyDevicesAreSentInPieces(t *testing.T) {
	var many Inventory
	for i := range 1000 {
		many.Devices = append(many.Devices, Device{Address: DeviceAddress{2, 0, 0, 0, byte(i >> 8), byte(i)}, Type: Client, Last: int64(i)})
	}
	list := many.in(deviceViews[0], 0)
	for _, format := range []tracked.Format{tracked.JSON, tracked.TJSON, tracked.ITJSON, tracked.EKJSON} {
		r := &arrayReader{format: format, record: func(i int) tracked.Value { return tracked.Nested(list[i].object()) }, count: len(list)}
		r.fill()
		if r.ended {
			t.Fatalf("all of them are made at once: %d bytes", len(r.buffer))
		}
		var got []byte
		piece, reads := make([]byte, 4096), 0
		for {
			n, err := r.Read(piece)
			got = append(got, piece[:n]...)
			if err != nil {
				break
			}
			reads++
		}
		values := make([]tracked.Value, len(list))
		for i := range list {
			values[i] = tracked.Nested(list[i].object())
		}
		if want := format.Append(nil, tracked.Vector(values)); string(got) != string(want) {
			t.Errorf("format %d: %d bytes in %d pieces, want %d", format, len(got), reads, len(want))
		}
	}

	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Inventory = func() *Inventory { return &many } })
	body := f.chunked(read("/devices/last-time/0/devices.json"))
	var records []struct {
		MAC string `json:"kismet.device.base.macaddr"`
	}
	must(t, json.Unmarshal(body, &records))
	if len(records) != 1000 || records[999].MAC != "02:00:00:00:03:E7" {
		t.Errorf("%d records", len(records))
	}
	if body := f.chunked(request{method: "HEAD", target: "/devices/last-time/0/devices.json"}); len(body) != 0 {
		t.Errorf("HEAD has a body of %d bytes", len(body))
	}
}

func TestHashesOfSSIDsAreNumbersOfJavaScript(t *testing.T) {
	seen := map[uint64]bool{}
	for i := range 10_000 {
		h := (&SSID{Octets: fmt.Append(nil, "net ", i)}).hash()
		if h >= 1<<53 || seen[h] {
			t.Fatalf("hash %d of net %d", h, i)
		}
		seen[h] = true
	}
}

func TestKeysOfDevices(t *testing.T) {
	d := heardAir().Devices[0]
	a, ok := addressOfKey(d.key())
	if diff := cmp.Diff(d.Address, a); diff != "" || !ok {
		t.Errorf("%t %s", ok, diff)
	}
}

// chunked is the body of an answer that is sent in chunks.
func (f *fixture) chunked(r request) []byte {
	f.t.Helper()
	c, err := f.listener.Dial()
	if err != nil {
		f.t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(r.bytes()); err != nil {
		f.t.Fatal(err)
	}
	lines := bufio.NewReader(c)
	answer, err := http.ReadResponse(lines, &http.Request{Method: methodOf(r)})
	if err != nil {
		f.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 {
		f.t.Fatalf("%s: %v", answer.Status, err)
	}
	next := read("/system/timestamp.json")
	if _, err := c.Write(next.bytes()); err != nil {
		f.t.Fatal(err)
	}
	if after := readResponse(f.t, lines, false); after.status != 200 {
		f.t.Errorf("%d after it", after.status)
	}
	return body
}

func methodOf(r request) string {
	if r.method == "" {
		return "GET"
	}
	return r.method
}
