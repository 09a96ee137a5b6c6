package capture

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseDefinition(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Definition
	}{
		{"clean.pcap", Definition{Interface: "clean.pcap"}},
		{"-", Definition{Interface: "-"}},
		{"clean.pcap:", Definition{Interface: "clean.pcap"}},
		{"file.pcap:name=attic,realtime=true", Definition{Interface: "file.pcap", Name: "attic", Options: []Option{{"realtime", "true"}}}},
		{"a.pcap:type=pcapfile", Definition{Interface: "a.pcap", Type: KindFile}},
		{`wlan1:channels="1,6,11",hop=true`, Definition{Interface: "wlan1", Options: []Option{{"channels", "1,6,11"}, {"hop", "true"}}}},
		{"a.pcap:uuid=5fe308bd-0000-0000-0000-00c0caabcdef", Definition{Interface: "a.pcap", UUID: "5FE308BD-0000-0000-0000-00C0CAABCDEF"}},
		{`a.pcap:name="attic, north",realtime=true`, Definition{Interface: "a.pcap", Name: "attic, north", Options: []Option{{"realtime", "true"}}}},
		{`"12:30.pcap":name="a \"b\" \\ c"`, Definition{Interface: "12:30.pcap", Name: `a "b" \ c`}},
		{`a.pcap:name=x=y`, Definition{Interface: "a.pcap", Name: "x=y"}},
	} {
		tt.want.Text = tt.text
		got, err := ParseDefinition(tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", tt.text, err, diff)
		}
	}
}

func TestBadDefinitionNamesTheFault(t *testing.T) {
	for text, want := range map[string]string{
		"":                          `source "": no interface`,
		":name=x":                   "no interface",
		"a.pcap:name":               `option "name" has no value`,
		"a.pcap:realtime,name=x":    `option "realtime" has no value`,
		"a.pcap:name=":              "option name: empty",
		"a.pcap:name=x,name=y":      `option "name" is given twice`,
		"a.pcap:type=linuxbt":       `option type: unknown type "linuxbt", expected pcapfile or linuxwifi`,
		"a.pcap:uuid=1234":          `option uuid: "1234" is not of the form`,
		`a.pcap:name="x`:            `option "name": closing quote is missing`,
		`a.pcap:name="x"y,uuid=z`:   `option "name": "y,uuid=z" after the closing quote`,
		`"a.pcap`:                   "interface: closing quote is missing",
		"a.pcap:name=x,,realtime=1": `option "" has no value`,
		"a.pcap:uuid=5fe308bd-0000-0000-0000-00c0caabcdeg": "is not of the form 8-4-4-4-12",
	} {
		_, err := ParseDefinition(text)
		if err == nil {
			t.Errorf("%s: no error, want %q", text, want)
			continue
		}
		checkError(t, err, want)
	}
}

func TestBadOptionOfAFileNamesTheFault(t *testing.T) {
	for text, want := range map[string]string{
		"a.pcap:nmae=x":           `source "a.pcap:nmae=x": unknown option "nmae" of a capture file, expected type, name, uuid or realtime`,
		"a.pcap:channels=1":       `unknown option "channels" of a capture file`,
		"a.pcap:realtime=maybe":   `option realtime: "maybe" is neither true nor false`,
		"a.pcap:name=x,hop=false": `unknown option "hop"`,
	} {
		d, err := ParseDefinition(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Realtime()
		checkError(t, err, want)
	}
}

func TestKindIsFoundOut(t *testing.T) {
	file := filepath.Join(t.TempDir(), "capture")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		file:                      KindFile,
		"-":                       KindFile,
		"missing.pcap":            KindFile,
		"/missing/capture":        KindFile,
		"a-name-of-16-chr":        KindFile,
		"lo":                      KindRadio, // an interface, though not one of Wi-Fi
		"wlan77":                  KindRadio, // not plugged in
		file + ":type=linuxwifi":  KindRadio,
		"wlan77:type=pcapfile":    KindFile,
		"wlx00c0caabcdef:name=up": KindRadio,
	} {
		d, err := ParseDefinition(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Kind(); got != want {
			t.Errorf("%s is a %s, want %s", text, got, want)
		}
	}
}

func TestDefinitionOpensItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcap")
	if err := os.WriteFile(path, pcapOf(0), 0o600); err != nil {
		t.Fatal(err)
	}
	text := path + ":name=attic,uuid=5FE308BD-0000-0000-0000-00C0CAABCDEF,realtime=true"
	d, err := ParseDefinition(text)
	if err != nil {
		t.Fatal(err)
	}
	paced, err := d.Realtime()
	if !paced || err != nil {
		t.Fatalf("realtime is %v, error %v", paced, err)
	}
	s, err := d.OpenFile(paced, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := &Info{Name: "attic", UUID: "5FE308BD-0000-0000-0000-00C0CAABCDEF", Definition: text, Kind: "pcapfile", Number: 3}
	if diff := cmp.Diff(want, s.Info()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, ok := s.(*realtime); !ok {
		t.Errorf("realtime=true opened a %T", s)
	}
	if frames, err := drain(t, s); len(frames) != 1 || err != nil {
		t.Errorf("%d frames, error %v", len(frames), err)
	}
}
