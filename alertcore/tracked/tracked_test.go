package tracked

import (
	"encoding/json"
	"math"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// record has a member of every kind, in an order that sorting would change.
func record() Object {
	return Object{
		{Name: "kismet.alert.device_key", Description: "Device key of linked device", Value: DeviceKey("00_0")},
		{Name: "kismet.alert.header", Description: "Alert definition", Value: String("a.b \"q\" \\ /\t\x01é<")},
		{Name: "kismet.alert.severity", Description: "Alert severity", Value: Uint(TypeUint8, 20)},
		{Name: "kismet.alert.phy_id", Description: "ID of phy generating alert", Value: Uint(TypeUint32, 4294967295)},
		{Name: "kismet.alert.definition.phyid", Description: "Alert phy type", Value: Int(TypeInt64, -1)},
		{Name: "kismet.alert.timestamp", Description: "alert update timestamp", Value: Double(1795405927.77115)},
		{Name: "kismet.alert.source_mac", Description: "Source MAC address", Value: MAC("AA:BB")},
		{Name: "kismet.alert.location", Description: "location", Value: Nested(Object{
			{Name: "kismet.common.location.geopoint", Description: "[lon, lat] point", Value: Pair(-71.057083, 0)},
		})},
		{Name: "kismet.system.sensors.temp", Description: "temperature sensors", Value: Strings(Object{
			{Name: "cpu.0", Value: Double(41.5)},
		})},
	}
}

const (
	compact = `{"kismet.alert.device_key": "00_0","kismet.alert.header": "a.b \"q\" \\ /\t\u0001é<","kismet.alert.severity": 20,"kismet.alert.phy_id": 4294967295,` +
		`"kismet.alert.definition.phyid": -1,"kismet.alert.timestamp": 1795405927.771150,"kismet.alert.source_mac": "AA:BB",` +
		`"kismet.alert.location": {"kismet.common.location.geopoint": [-71.057083, 0]},"kismet.system.sensors.temp": {"cpu.0": 41.500000}}`
	mangled = `{"kismet_alert_device_key": "00_0","kismet_alert_header": "a.b \"q\" \\ /\t\u0001é<","kismet_alert_severity": 20,"kismet_alert_phy_id": 4294967295,` +
		`"kismet_alert_definition_phyid": -1,"kismet_alert_timestamp": 1795405927.771150,"kismet_alert_source_mac": "AA:BB",` +
		`"kismet_alert_location": {"kismet_common_location_geopoint": [-71.057083, 0]},"kismet_system_sensors_temp": {"cpu.0": 41.500000}}`
)

func TestFormats(t *testing.T) {
	two := Objects([]Object{record(), record()})
	for _, c := range []struct {
		suffix string
		value  Value
		want   string
	}{
		{"json", Nested(record()), compact},
		{"cmd", Nested(record()), compact},
		{"jcmd", two, "[" + compact + "," + compact + "]"},
		{"tjson", two, "[" + mangled + "," + mangled + "]"},
		{"itjson", two, compact + "\n" + compact + "\n"},
		{"itjson", Nested(record()), compact + "\n"},
		{"ekjson", two, mangled + "\n" + mangled + "\n"},
		{"ekjson", Nested(record()), mangled + "\n"},
		{"json", Vector(nil), "[]"},
		{"json", Nested(nil), "{}"},
		{"itjson", Vector(nil), ""},
		{"ekjson", Vector(nil), ""},
	} {
		f, known := FormatOf(c.suffix)
		if !known {
			t.Fatalf("%s is not known", c.suffix)
		}
		if got := string(f.Append([]byte(">"), c.value)); got != ">"+c.want {
			t.Errorf("%s: %s", c.suffix, cmp.Diff(">"+c.want, got))
		}
	}
	for _, suffix := range []string{"", "JSON", "xml", "foo"} {
		if _, known := FormatOf(suffix); known {
			t.Errorf("%q is known", suffix)
		}
	}
}

// The layout of a Kismet 2025-09-R1, from which the first and the last member
// are taken.
func TestPrettyLayout(t *testing.T) {
	o := record()
	got := string(PrettyJSON.Append(nil, Objects([]Object{{o[0], o[7]}})))
	const want = "\r\n [\r\n \r\n  {\r\n" +
		"  \"description.kismet.alert.device_key\": \"devicekey, Device key of linked device\",\r\n" +
		"  \"kismet.alert.device_key\": \"00_0\",\r\n\r\n" +
		"  \"description.kismet.alert.location\": \"map[field, x], location\",\r\n" +
		"  \"kismet.alert.location\": \r\n   {\r\n" +
		"   \"description.kismet.common.location.geopoint\": \"pair[double, double], [lon, lat] point\",\r\n" +
		"   \"kismet.common.location.geopoint\": [-71.057083, 0]\r\n   }\r\n  }\r\n ]"
	if got != want {
		t.Error(cmp.Diff(want, got))
	}
	// A map of free strings has nothing to describe.
	got = string(PrettyJSON.Append(nil, Strings(Object{{Name: "cpu.0", Value: Double(1)}})))
	if want := "\r\n {\r\n \"cpu.0\": 1\r\n }"; got != want {
		t.Error(cmp.Diff(want, got))
	}
}

func TestDoubles(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 6: "6", -3: "-3", 1795405927.771150: "1795405927.771150", 0.1: "0.100000", -0.0000001: "-0.000000", 1e15: "1000000000000000",
		math.Inf(1): "0", math.Inf(-1): "0",
	} {
		if got := string(AppendDouble(nil, f)); got != want {
			t.Errorf("%g prints as %s, want %s", f, got, want)
		}
	}
	if got := string(AppendDouble(nil, math.NaN())); got != "0" {
		t.Errorf("NaN prints as %s", got)
	}
}

func TestStringsSurviveJSON(t *testing.T) {
	for i := range 256 {
		s := "x" + string(rune(i)) + "y"
		var back string
		if err := json.Unmarshal(AppendString(nil, s), &back); err != nil || back != s {
			t.Errorf("%q comes back as %q, %v", s, back, err)
		}
	}
	if got := string(AppendString(nil, "/<>&\x7f\xff")); got != "\"/<>&\x7f\xff\"" {
		t.Errorf("what needs no escape is escaped: %s", got)
	}
}

func TestFields(t *testing.T) {
	type entry struct{ path, alias string }
	for _, c := range []struct {
		name    string
		entries []entry
		want    string
	}{
		{"nothing", nil, compact},
		{"order of the request", []entry{{"kismet.alert.severity", ""}, {"kismet.alert.device_key", ""}}, `{"kismet.alert.severity": 20,"kismet.alert.device_key": "00_0"}`},
		{"alias", []entry{{"kismet.alert.severity", "sev"}}, `{"sev": 20}`},
		{"path", []entry{{"kismet.alert.location/kismet.common.location.geopoint", ""}}, `{"kismet.common.location.geopoint": [-71.057083, 0]}`},
		{"path into an object with an alias", []entry{{"kismet.alert.location", "where"}}, `{"where": {"kismet.common.location.geopoint": [-71.057083, 0]}}`},
		{"empty names in a path", []entry{{"/kismet.alert.severity//", ""}, {"", ""}, {"//", "x"}}, `{"kismet.alert.severity": 20}`},
		{"twice", []entry{{"kismet.alert.severity", ""}, {"kismet.alert.severity", ""}}, `{"kismet.alert.severity": 20,"kismet.alert.severity": 20}`},
		{"last alias counts everywhere", []entry{{"kismet.alert.severity", "a"}, {"kismet.alert.severity", "b"}}, `{"b": 20,"b": 20}`},
		{"missing", []entry{{"kismet.alert.bogus", ""}, {"kismet.alert.location/no", ""}, {"a/b/c", "alias"}, {"kismet.alert.severity/x", ""}}, `{"kismet.alert.bogus": 0,"no": 0,"alias": 0,"x": 0}`},
		{"missing, each under its own name", []entry{{"a/fix", "one"}, {"a/fix", ""}}, `{"one": 0,"fix": 0}`},
	} {
		var f Fields
		for _, e := range c.entries {
			f.Add(e.path, e.alias)
		}
		if got := string(AppendJSON(nil, f.Simplify(Nested(record())))); got != c.want {
			t.Errorf("%s: %s", c.name, cmp.Diff(c.want, got))
		}
	}
}

func TestFieldsOfElements(t *testing.T) {
	var f Fields
	f.Add("a.b", "x.y")
	o := Object{{Name: "a.b", Value: Uint(TypeUint8, 1)}, {Name: "c", Value: Uint(TypeUint8, 2)}}
	if got := string(EKJSON.Append(nil, f.Simplify(Objects([]Object{o, o})))); got != "{\"x_y\": 1}\n{\"x_y\": 1}\n" {
		t.Errorf("vector: %s", got)
	}
	if got := string(EKJSON.Append(nil, f.Simplify(Strings(Object{{Name: "k.v", Value: Nested(o)}})))); got != "{\"k.v\": {\"x_y\": 1}}\n" {
		t.Errorf("map of strings: %s", got)
	}
	if got := string(PrettyJSON.Append(nil, f.Simplify(Nested(nil)))); got != "\r\n {\r\n \"description.x.y\": \"placeholder, not in this record\",\r\n \"x.y\": 0\r\n }" {
		t.Errorf("missing member: %q", got)
	}
}

// Every format prints JSON whatever is in the strings, and fields that were
// selected are there.
func FuzzFormats(f *testing.F) {
	f.Add("kismet.alert.header", "text \"q\" \x00", "alias")
	f.Add("a/b", "é", "")
	f.Fuzz(func(t *testing.T, path, text, alias string) {
		if !utf8.ValidString(path + text + alias) {
			return
		}
		v := Nested(Object{{Name: "kismet.alert.header", Description: text, Value: String(text)}, {Name: text, Value: Strings(Object{{Name: path, Value: Double(1.5)}})}})
		var fields Fields
		fields.Add(path, alias)
		for _, v := range []Value{v, fields.Simplify(v)} {
			for format := range Format(Formats) {
				if b := format.Append(nil, v); !json.Valid(b) {
					t.Fatalf("format %d: %s", format, b)
				}
			}
		}
	})
}
