package api

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"picket/api/auth"
)

// fakeDevices is a list that is full with three devices.
type fakeDevices struct {
	mu   sync.Mutex
	list []string
}

func (f *fakeDevices) Devices() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}

func (f *fakeDevices) Add(devices ...string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if slices.Contains(devices, "nonsense") {
		return errors.New(`address "nonsense": want six pairs of hex digits`)
	}
	if len(f.list)+len(devices) > 3 {
		return errors.New("the list is full")
	}
	f.list = append(f.list, devices...)
	return nil
}

func (f *fakeDevices) Remove(devices ...string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if slices.Contains(devices, "nonsense") {
		return errors.New(`address "nonsense": want six pairs of hex digits`)
	}
	f.list = slices.DeleteFunc(f.list, func(d string) bool { return slices.Contains(devices, d) })
	return nil
}

func newFixtureWithDevices(t *testing.T) *fixture {
	t.Helper()
	return newFixture(t, func(o *Options, _ *auth.Options) {
		o.DevicesFound = &fakeDevices{list: []string{"02:00:00:00:00:01"}}
		o.DevicesLost = &fakeDevices{list: []string{"02:00:00:00:00:01", "02:00:00:00:00:02/FF:FF:FF:00:00:00"}}
	}).withLogin()
}

const devicePath = "/devices/alerts/mac/"

func TestDeviceListsAreShown(t *testing.T) {
	f := newFixtureWithDevices(t)
	for _, c := range []struct {
		path string
		body string
	}{
		{"found/macs.json", `["02:00:00:00:00:01"]`},
		{"lost/macs.json", `["02:00:00:00:00:01","02:00:00:00:00:02/FF:FF:FF:00:00:00"]`},
		{"both/macs.json", `["02:00:00:00:00:01","02:00:00:00:00:02/FF:FF:FF:00:00:00"]`},
		{"lost/macs.ekjson", `"02:00:00:00:00:01"` + "\n" + `"02:00:00:00:00:02/FF:FF:FF:00:00:00"` + "\n"},
	} {
		f.want(read(devicePath+c.path), 200, c.body)
		f.want(form(devicePath+c.path, "json={}"), 200, c.body)
	}
}

func TestDeviceListsAreEdited(t *testing.T) {
	f := newFixtureWithDevices(t)
	for _, c := range []struct {
		path, json  string
		status      int
		body        string
		found, lost string // afterwards, unless they are as before
	}{
		{"found/add", `{"macs":["02:00:00:00:00:03"]}`, 200, `["02:00:00:00:00:01","02:00:00:00:00:03"]`, `["02:00:00:00:00:01","02:00:00:00:00:03"]`, ""},
		{"lost/remove", `{"macs":["02:00:00:00:00:02/FF:FF:FF:00:00:00","02:00:00:00:00:09"]}`, 200, `["02:00:00:00:00:01"]`, "", `["02:00:00:00:00:01"]`},
		{"both/remove", `{"macs":["02:00:00:00:00:01"]}`, 200, `["02:00:00:00:00:03"]`, `["02:00:00:00:00:03"]`, `[]`},
		{"both/add", `{"macs":["02:00:00:00:00:04"]}`, 200, `["02:00:00:00:00:03","02:00:00:00:00:04"]`, `["02:00:00:00:00:03","02:00:00:00:00:04"]`, `["02:00:00:00:00:04"]`},

		{"found/add", `{"macs":["nonsense"]}`, 500, "ERROR: address \"nonsense\": want six pairs of hex digits\n", "", ""},
		{"both/remove", `{"macs":["nonsense"]}`, 500, "ERROR: address \"nonsense\": want six pairs of hex digits\n", "", ""},
		{"found/add", `{"macs":["a","b"]}`, 500, "ERROR: the list is full\n", "", ""},
		{"both/add", `{"macs":[]}`, 500, "ERROR: \"macs\" is empty: want addresses like aa:bb:cc:dd:ee:ff or aa:bb:cc:00:00:00/ff:ff:ff:00:00:00\n", "", ""},
		{"lost/add", `{"macs":["02:00:00:00:00:05",7]}`, 500, "ERROR: [json.exception.type_error.302] type must be string, but is number: \"macs\": want an array of addresses\n", "", ""},
		{"lost/add", `{"macs":"02:00:00:00:00:05"}`, 500, "ERROR: [json.exception.type_error.302] type must be array, but is string: \"macs\"\n", "", ""},
		{"lost/remove", `{}`, 500, "ERROR: [json.exception.type_error.302] type must be array, but is null: \"macs\" is missing\n", "", ""},
		{"lost/remove", `[]`, 500, "ERROR: [json.exception.type_error.305] cannot use operator[] with a string argument with array: want an object with \"macs\"\n", "", ""},
		{"lost/remove", `{"macs":`, 500, "ERROR: [json.exception.type_error.302] type must be array, but is null: \"macs\" is missing: the JSON does not parse: unexpected EOF\n", "", ""},
	} {
		found, lost := f.do(read(devicePath+"found/macs.json")).body, f.do(read(devicePath+"lost/macs.json")).body
		if c.found != "" {
			found = c.found
		}
		if c.lost != "" {
			lost = c.lost
		}
		f.want(form(devicePath+c.path+".cmd", "json="+c.json, basicAdmin), c.status, c.body)
		f.want(read(devicePath+"found/macs.json"), 200, found)
		f.want(read(devicePath+"lost/macs.json"), 200, lost)
	}
}

func TestWhoMayUseDeviceLists(t *testing.T) {
	f := newFixtureWithDevices(t)
	guarded := newFixture(t, func(o *Options, _ *auth.Options) {
		o.DevicesFound, o.DevicesLost, o.Reads = &fakeDevices{}, &fakeDevices{}, ReadsGuarded
	}).withLogin()
	readonly, err := guarded.server.o.Auth.Generate("ro", auth.RoleReadonly, 0)
	must(t, err)
	custom, err := guarded.server.o.Auth.Generate("door", "door", 0)
	must(t, err)
	for _, list := range []string{"found", "lost", "both"} {
		for _, command := range []string{"/add.cmd", "/remove.cmd"} {
			path := devicePath + list + command
			f.want(form(path, `json={"macs":["02:00:00:00:00:07"]}`), 401, pageUnauthorized)
			f.want(read(path, basicAdmin), 405, pageMethod)
			guarded.want(form(path, "json={}", "Cookie: KISMET="+readonly), 401, pageUnauthorized)
		}
		path := devicePath + list + "/macs.json"
		guarded.want(read(path), 401, pageUnauthorized)
		guarded.want(read(path, "Cookie: KISMET="+custom), 401, pageUnauthorized)
		guarded.want(read(path, "Cookie: KISMET="+readonly), 200, "[]")
		guarded.want(read(path, basicAdmin), 200, "[]")
		f.want(read(path+"x"), 200, "")
		f.want(request{method: "HEAD", target: path}, 200, "")
		f.want(request{method: "PUT", target: path}, 405, pageMethod)
	}
	for _, path := range []string{"gone/macs.json", "found/macs", "found/add.json", "add.cmd", "found"} {
		if got := f.do(form(devicePath+path, "json={}", basicAdmin)); got.status != 404 {
			t.Errorf("%s: %d, want 404", path, got.status)
		}
	}
}

func TestServerWithoutDeviceListsHasNoRoutesForThem(t *testing.T) {
	f := newFixture(t, nil).withLogin()
	for _, path := range []string{"found/macs.json", "found/add.cmd"} {
		if got := f.do(form(devicePath+path, "json={}", basicAdmin)); got.status != 404 || !strings.Contains(got.body, "404") {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
