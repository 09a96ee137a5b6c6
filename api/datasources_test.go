package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/api/auth"
)

const (
	atticUUID  = "5FE308BD-0000-0000-0000-00C0CA97B5D2"
	otherUUID  = "5FE308BD-0000-0000-0000-000000000001"
	sourcePath = "/datasource/by-uuid/" + atticUUID
)

// attic is a radio that hops.
var attic = Datasource{
	Name: "attic", UUID: atticUUID, Definition: `wlan1:name=attic,channels="1,6"`, Interface: "wlan1", CaptureInterface: "wlan1mon",
	Hardware: "mt76x2u", Type: "linuxwifi", Number: 1,
	Running: true, Retry: true, Warning: "NetworkManager holds wlan1",
	LinkType: 127, Channels: []string{"1", "6", "36HT40+"}, Hopping: true, Channel: "6", HopRate: 5, HopChannels: []string{"1", "6"},
	Packets: 4_294_967_296, BadPackets: 7, KernelDrops: 3, LastFrame: time.UnixMicro(1795405905_250000), RetryAttempts: 1, TotalRetries: 2, Retuned: 4,
	Watched: []ChannelTime{{Channel: "1", Seconds: 29.5}, {Channel: "6", Seconds: 30}},
}

// fakeSources runs the attic's radio and a capture file, and writes down what
// it is told.
type fakeSources struct {
	list   []Datasource
	hidden error // why interfaces can't be listed

	mu   sync.Mutex
	told []string
}

func newFakeSources() *fakeSources {
	return &fakeSources{list: []Datasource{attic, {Name: "cellar.pcapng", UUID: otherUUID, Interface: "cellar.pcapng", Type: "pcapfile", Error: "no space", Paused: true}}}
}

func (f *fakeSources) tell(uuid, format string, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if uuid == otherUUID {
		return ErrNoSource // ended in the meantime
	}
	f.told = append(f.told, fmt.Sprintf(format, args...))
	return nil
}

// heard returns what was told since the last call.
func (f *fakeSources) heard() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	told := strings.Join(f.told, "; ")
	f.told = nil
	return told
}

func (f *fakeSources) Datasources() []Datasource { return f.list }

func (f *fakeSources) Interfaces(context.Context) ([]Interface, error) {
	return []Interface{
		{Interface: "wlan1", Type: "linuxwifi", Hardware: "mt76x2u", InUseUUID: atticUUID},
		{Interface: "wlan2", Type: "linuxwifi", Hardware: "brcmfmac", Problem: "no monitor mode"},
	}, f.hidden
}

func (f *fakeSources) Watched() []ChannelTime {
	return []ChannelTime{{Channel: "1", FrequencyKHz: 2412000, Seconds: 29.5}, {Channel: "200"}}
}

func (f *fakeSources) AddSource(definition string) (string, error) {
	if strings.HasPrefix(definition, "lo") {
		return "", errors.New(`source "lo": not a Wi-Fi interface`)
	}
	return atticUUID, f.tell(atticUUID, "add %s", definition)
}

func (f *fakeSources) LockChannel(uuid, channel string) error {
	if channel == "15" {
		return errors.New("channel 15: wlan1 can't be tuned to it")
	}
	return f.tell(uuid, "lock %s", channel)
}

func (f *fakeSources) Hop(uuid string, h HopRequest) error {
	return f.tell(uuid, "hop %v %g", h.Channels, h.Rate)
}

func (f *fakeSources) PauseSource(uuid string) error  { return f.tell(uuid, "pause") }
func (f *fakeSources) ResumeSource(uuid string) error { return f.tell(uuid, "resume") }
func (f *fakeSources) CloseSource(uuid string) error  { return f.tell(uuid, "close") }
func (f *fakeSources) OpenSource(uuid string) error   { return f.tell(uuid, "open") }

func newFixtureWithSources(t *testing.T) (*fixture, *fakeSources) {
	t.Helper()
	sources := newFakeSources()
	return newFixture(t, func(o *Options, _ *auth.Options) { o.Datasources = sources }), sources
}

const (
	linuxWifi = `{"kismet.datasource.driver.type": "linuxwifi","kismet.datasource.driver.description": "Wi-Fi adapter in monitor mode"}`
	pcapFile  = `{"kismet.datasource.driver.type": "pcapfile","kismet.datasource.driver.description": "Capture file in the format of pcap or pcapng"}`
)

// blankRRD is the record of nothing at the start of the test clock.
var blankRRD = `{"kismet.common.rrd.last_time": 1795405906,"kismet.common.rrd.serial_time": 1795405906,"kismet.common.rrd.last_value": 0,"kismet.common.rrd.last_value_n1": 0,` +
	`"kismet.common.rrd.minute_vec": [` + noughts(60) + `],"kismet.common.rrd.hour_vec": [` + noughts(60) + `],"kismet.common.rrd.day_vec": [` + noughts(24) + `],"kismet.common.rrd.blank_val": 0}`

func noughts(n int) string { return strings.TrimSuffix(strings.Repeat("0,", n), ",") }

func TestSourceRecord(t *testing.T) {
	f, _ := newFixtureWithSources(t)
	want := `{"kismet.datasource.source_number": 1,"kismet.datasource.source_key": 3026414024,"kismet.datasource.cmd_pending": 0,"kismet.datasource.paused": 0,` +
		`"kismet.datasource.ipc_binary": "","kismet.datasource.ipc_pid": 0,"kismet.datasource.running": 1,"kismet.datasource.datasource_version": "",` +
		`"kismet.datasource.remote_ip": "","kismet.datasource.remote": 0,"kismet.datasource.passive": 0,"kismet.datasource.name": "attic",` +
		`"kismet.datasource.uuid": "5FE308BD-0000-0000-0000-00C0CA97B5D2","kismet.datasource.definition": "wlan1:name=attic,channels=\"1,6\"",` +
		`"kismet.datasource.interface": "wlan1","kismet.datasource.capture_interface": "wlan1mon","kismet.datasource.hardware": "mt76x2u",` +
		`"kismet.datasource.dlt": 127,"kismet.datasource.warning": "NetworkManager holds wlan1","kismet.datasource.channels": ["1","6","36HT40+"],` +
		`"kismet.datasource.hopping": 1,"kismet.datasource.channel": "6","kismet.datasource.hop_rate": 5,"kismet.datasource.hop_channels": ["1","6"],` +
		`"kismet.datasource.hop_split": 0,"kismet.datasource.hop_offset": 0,"kismet.datasource.hop_shuffle": 0,"kismet.datasource.hop_shuffle_skip": 0,` +
		`"kismet.datasource.error": 0,"kismet.datasource.error_reason": "","kismet.datasource.num_packets": 4294967296,"kismet.datasource.num_error_packets": 7,` +
		`"kismet.datasource.packets_rrd": ` + blankRRD + `,"kismet.datasource.packets_datasize_rrd": ` + blankRRD + `,` +
		`"kismet.datasource.retry": 1,"kismet.datasource.retry_attempts": 1,"kismet.datasource.total_retry_attempts": 2,` +
		`"kismet.datasource.info.antenna_type": "","kismet.datasource.info.antenna_gain": 0,"kismet.datasource.info.antenna_orientation": 0,` +
		`"kismet.datasource.info.antenna_beamwidth": 0,"kismet.datasource.info.amp_type": "","kismet.datasource.info.amp_gain": 0,` +
		`"kismet.datasource.linktype_override": 0,"kismet.datasource.type_driver": ` + linuxWifi + `,` +
		`"picket.datasource.kernel_drops": 3,"picket.datasource.last_frame": 1795405905.250000,"picket.datasource.retuned": 4,` +
		`"picket.datasource.watched": {"1": 29.500000,"6": 30}}`
	got := f.do(read(sourcePath + "/source.json"))
	if got.status != 200 || got.body != want {
		t.Errorf("%d %s", got.status, cmp.Diff(strings.Split(want, ","), strings.Split(got.body, ",")))
	}
	var list []json.RawMessage
	must(t, json.Unmarshal([]byte(f.do(read("/datasource/all_sources.json")).body), &list))
	if len(list) != 2 || string(list[0]) != want {
		t.Errorf("%d records, first:\n%s", len(list), list[0])
	}
}

func TestReadingSources(t *testing.T) {
	f, _ := newFixtureWithSources(t)
	fields := func(names string) string { return "json=" + url.QueryEscape(`{"fields":[`+names+`]}`) }
	const state = `"kismet.datasource.name",["kismet.datasource.error_reason","why"],"kismet.datasource.error","kismet.datasource.running","kismet.datasource.paused",` +
		`"kismet.datasource.type_driver/kismet.datasource.driver.type","picket.datasource.last_frame","kismet.datasource.hop_channels"`
	const cellar = `{"kismet.datasource.name": "cellar.pcapng","why": "no space","kismet.datasource.error": 1,"kismet.datasource.running": 0,"kismet.datasource.paused": 1,` +
		`"kismet.datasource.driver.type": "pcapfile","picket.datasource.last_frame": 0,"kismet.datasource.hop_channels": []}`
	const invalid, none = "ERROR: invalid uuid\n", "ERROR: no such datasource\n"
	for _, c := range []struct {
		request request
		status  int
		body    string
	}{
		{form("/datasource/by-uuid/"+otherUUID+"/source.json", fields(state)), 200, cellar},
		{form("/datasource/all_sources.itjson", fields(`"kismet.datasource.name"`)), 200, "{\"kismet.datasource.name\": \"attic\"}\n{\"kismet.datasource.name\": \"cellar.pcapng\"}\n"},
		{form("/datasource/all_sources.ekjson", fields(`"picket.datasource.watched"`)), 200, "{\"picket_datasource_watched\": {\"1\": 29.500000,\"6\": 30}}\n{\"picket_datasource_watched\": {}}\n"},
		{form("/datasource/by-uuid/"+strings.ToLower(atticUUID)+"/source.json", fields(`"kismet.datasource.name"`)), 200, `{"kismet.datasource.name": "attic"}`},
		{form("/datasource//by-uuid/"+atticUUID+"/source.json", fields(`"kismet.datasource.name"`)), 200, `{"kismet.datasource.name": "attic"}`},
		{form("/datasource/all_sources.json", fields("1")), 500, "ERROR: " + string(errField) + "\n"},
		{form(sourcePath+"/source.json", fields("1")), 500, "ERROR: " + string(errField) + "\n"},
		{read("/datasource/by-uuid/" + strings.Replace(atticUUID, "5", "6", 1) + "/source.json"), 500, none},
		{read("/datasource/by-uuid/attic/source.json"), 500, invalid},
		{read("/datasource/by-uuid/" + atticUUID + "0/source.json"), 500, invalid},
		{read("/datasource/by-uuid/" + strings.ReplaceAll(atticUUID, "-", "0") + "/source.json"), 500, invalid},
		{read("/datasource/by-uuid/" + strings.ReplaceAll(atticUUID, "F", "G") + "/source.json"), 500, invalid},
		{read("/datasource/types.json"), 200, "[" + linuxWifi + "," + pcapFile + "]"},
		{read("/datasource/defaults.json"), 200, "{}"},
		{read("/channels/watched.json"), 200, `[{"picket.channel.name": "1","picket.channel.frequency": 2412000,"picket.channel.watched_seconds": 29.500000},` +
			`{"picket.channel.name": "200","picket.channel.frequency": 0,"picket.channel.watched_seconds": 0}]`},
		{form("/channels/watched.itjson", fields(`"picket.channel.name"`)), 200, "{\"picket.channel.name\": \"1\"}\n{\"picket.channel.name\": \"200\"}\n"},
		{request{method: "PUT", target: "/datasource/all_sources.json"}, 405, pageMethod},
	} {
		f.want(c.request, c.status, c.body)
	}
}

func TestListingInterfaces(t *testing.T) {
	f, sources := newFixtureWithSources(t)
	f.withLogin().want(read("/datasource/list_interfaces.json", basicAdmin), 200,
		`[{"kismet.datasource.probed.interface": "wlan1","kismet.datasource.probed.in_use_uuid": "`+atticUUID+`","kismet.datasource.probed.hardware": "mt76x2u",`+
			`"kismet.datasource.type_driver": `+linuxWifi+`,"picket.datasource.probed.problem": ""},`+
			`{"kismet.datasource.probed.interface": "wlan2","kismet.datasource.probed.in_use_uuid": "00000000-0000-0000-0000-000000000000","kismet.datasource.probed.hardware": "brcmfmac",`+
			`"kismet.datasource.type_driver": `+linuxWifi+`,"picket.datasource.probed.problem": "no monitor mode"}]`)
	sources.hidden = errors.New("ask for radios: permission denied")
	f.want(read("/datasource/list_interfaces.json", basicAdmin), 500, "ERROR: ask for radios: permission denied\n")
}

func TestCommandingSources(t *testing.T) {
	f, sources := newFixtureWithSources(t)
	f.withLogin()
	const done = `{"kismet.datasource.uuid": "` + atticUUID + `"}`
	const mistyped = "ERROR: [json.exception.type_error.302] type must be "
	send := func(path, json string) request { return form(path, "json="+url.QueryEscape(json), basicAdmin) }
	tune := func(json string) request { return send(sourcePath+"/set_channel.cmd", json) }
	for _, c := range []struct {
		request request
		told    string // "": it fails
		body    string
	}{
		{send("/datasource/add_source.cmd", `{"definition": "wlan3:name=roof"}`), "add wlan3:name=roof", done},
		{send("/datasource/add_source.cmd", `{"definition": "lo"}`), "", "ERROR: source \"lo\": not a Wi-Fi interface\n"},
		{send("/datasource/add_source.cmd", `{"definition": ""}`), "", "ERROR: \"definition\" is empty: want something like wlan1:name=attic\n"},
		{send("/datasource/add_source.cmd", `{"definition": 1}`), "", mistyped + "string, but is number: \"definition\"\n"},
		{send("/datasource/add_source.cmd", `{}`), "", mistyped + "string, but is null: \"definition\" is missing\n"},

		{tune(`{"channel": "6HT40+"}`), "lock 6HT40+", done},
		{tune(`{"cmd": "lock", "uuid": "` + atticUUID + `", "channel": "11"}`), "lock 11", done},
		{tune(`{"cmd": "hop", "uuid": "` + atticUUID + `"}`), "hop [] 0", done},
		{tune(`{"cmd": "hop", "channels": ["1", "6"], "rate": 2.5}`), "hop [1 6] 2.5", done},
		{tune(`{"cmd": "hop", "channel": "6"}`), "hop [] 0", done},
		{tune(`{"channels": ["36", "40"]}`), "hop [36 40] 0", done},
		{tune(`{"rate": 5}`), "hop [] 5", done},
		{tune(`{"hoprate": 0.5}`), "hop [] 0.5", done},
		{send("/datasource/by-uuid/"+strings.ToLower(atticUUID)+"/set_channel.cmd", `{"channel": "6"}`), "lock 6", done},
		{tune(`{"channel": "15"}`), "", "ERROR: channel 15: wlan1 can't be tuned to it\n"},
		{tune(`{"channel": 6}`), "", mistyped + "string, but is number: \"channel\"\n"},
		{tune(`{"channel": ""}`), "", "ERROR: \"channel\" is empty: want something like 6 or 36HT40+\n"},
		{tune(`{"cmd": "lock", "rate": 5}`), "", mistyped + "string, but is null: \"channel\" is missing\n"},
		{tune(`{"cmd": "fly"}`), "", "ERROR: unknown command: \"cmd\": \"fly\" is neither lock nor hop\n"},
		{tune(`{"cmd": 1}`), "", mistyped + "string, but is number: \"cmd\"\n"},
		{tune(`{"channels": "1,6"}`), "", mistyped + "array, but is string: \"channels\"\n"},
		{tune(`{"channels": []}`), "", "ERROR: \"channels\" is empty: want channels to hop over\n"},
		{tune(`{"channels": ["1", 6]}`), "", mistyped + "string, but is number: \"channels\": want an array of strings like 6 or 36HT40+\n"},
		{tune(`{"rate": "5/sec"}`), "", mistyped + "number, but is string: \"rate\"\n"},
		{tune(`{"hoprate": -1}`), "", "ERROR: invalid hop rate: \"hoprate\": -1 is not above 0 channels a second\n"},
		{tune(`{}`), "", mistyped + "string, but is null: \"channel\" is missing, and so are \"channels\" and \"rate\"\n"},
		{tune(`[]`), "", "ERROR: [json.exception.type_error.305] cannot use operator[] with a string argument with array: want an object with \"cmd\"\n"},
		{send("/datasource/by-uuid/"+otherUUID+"/set_channel.cmd", `{"channel": "6"}`), "", "ERROR: no such datasource\n"},
		{send("/datasource/by-uuid/attic/set_channel.cmd", `{"channel": "6"}`), "", "ERROR: invalid uuid\n"},

		{read(sourcePath+"/pause_source.cmd", basicAdmin), "pause", done},
		{form(sourcePath+"/pause_source.cmd", "", basicAdmin), "pause", done},
		{form(sourcePath+"/resume_source.cmd", "", basicAdmin), "resume", done},
		{read("/datasource//by-uuid/"+atticUUID+"/open_source.cmd", basicAdmin), "open", done},
		{read("/datasource//by-uuid/"+atticUUID+"/close_source.cmd", basicAdmin), "close", done},
		{read(sourcePath+"/disable_source.cmd", basicAdmin), "close", done},
		{read("/datasource/by-uuid/"+otherUUID+"/close_source.cmd", basicAdmin), "", "ERROR: no such datasource\n"},
		{read("/datasource/by-uuid/0/close_source.cmd", basicAdmin), "", "ERROR: invalid uuid\n"},
	} {
		status := 200
		if c.told == "" {
			status = 500
		}
		f.want(c.request, status, c.body)
		if told := sources.heard(); told != c.told {
			t.Errorf("%s %s: the sources were told %q, want %q", c.request.target, c.request.body, told, c.told)
		}
	}
	f.want(read(sourcePath+"/set_channel.cmd", basicAdmin), 405, pageMethod)
	f.want(read("/datasource/add_source.cmd", basicAdmin), 405, pageMethod)
}

func TestOnlyTheAdministratorCommandsSources(t *testing.T) {
	f, sources := newFixtureWithSources(t)
	f.withLogin()
	key, err := f.server.o.Auth.Generate("ro", auth.RoleReadonly, 0)
	must(t, err)
	for _, command := range []request{
		form("/datasource/add_source.cmd", `json={"definition":"wlan3"}`),
		form(sourcePath+"/set_channel.cmd", `json={"channel":"6"}`),
		read(sourcePath + "/pause_source.cmd"),
		read(sourcePath + "/resume_source.cmd"),
		read(sourcePath + "/open_source.cmd"),
		read(sourcePath + "/close_source.cmd"),
		read(sourcePath + "/disable_source.cmd"),
		read("/datasource/list_interfaces.json"),
	} {
		f.want(command, 401, pageUnauthorized)
		command.header = []string{"Cookie: KISMET=" + key}
		f.want(command, 401, pageUnauthorized)
	}
	if told := sources.heard(); told != "" {
		t.Errorf("the sources were told %q", told)
	}
}

func TestSourcesAreReadAsAlertsAre(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Datasources, o.Reads = newFakeSources(), ReadsGuarded }).withLogin()
	key, err := f.server.o.Auth.Generate("ro", auth.RoleReadonly, 0)
	must(t, err)
	for _, path := range []string{"/datasource/all_sources.json", sourcePath + "/source.json", "/datasource/types.json", "/datasource/defaults.json", "/channels/watched.json"} {
		f.want(read(path), 401, pageUnauthorized)
		if got := f.do(read(path, "Cookie: KISMET="+key)); got.status != 200 {
			t.Errorf("%s with a key for reading: %d", path, got.status)
		}
	}
}

func TestServerWithoutSources(t *testing.T) {
	f := newFixture(t, nil).withLogin()
	for _, path := range []string{"/datasource/all_sources.json", "/datasource/list_interfaces.json", "/channels/watched.json"} {
		f.want(read(path, basicAdmin), 200, "[]")
	}
	f.want(read(sourcePath+"/source.json"), 500, "ERROR: no such datasource\n")
	f.want(form("/datasource/add_source.cmd", `json={"definition":"wlan3"}`, basicAdmin), 500, "ERROR: this server takes no datasources\n")
	f.want(form(sourcePath+"/set_channel.cmd", `json={"channel":"6"}`, basicAdmin), 500, "ERROR: no such datasource\n")
	f.want(form(sourcePath+"/set_channel.cmd", `json={"rate":5}`, basicAdmin), 500, "ERROR: no such datasource\n")
	for _, command := range []string{"pause", "resume", "open", "close", "disable"} {
		f.want(read(sourcePath+"/"+command+"_source.cmd", basicAdmin), 500, "ERROR: no such datasource\n")
	}
}
