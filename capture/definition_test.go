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
		{"file.pcap:name=attic,realtime=true", Definition{Interface: "file.pcap", Name: "attic", Realtime: true}},
		{"a.pcap:type=pcapfile,realtime=0", Definition{Interface: "a.pcap"}},
		{"a.pcap:uuid=5fe308bd-0000-0000-0000-00c0caabcdef", Definition{Interface: "a.pcap", UUID: "5FE308BD-0000-0000-0000-00C0CAABCDEF"}},
		{`a.pcap:name="attic, north",realtime=true`, Definition{Interface: "a.pcap", Name: "attic, north", Realtime: true}},
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
		"a.pcap:nmae=x":             `source "a.pcap:nmae=x": unknown option "nmae", expected type, name, uuid or realtime`,
		"a.pcap:name":               `option "name" has no value`,
		"a.pcap:realtime,name=x":    `option "realtime" has no value`,
		"a.pcap:name=":              "option name: empty",
		"a.pcap:name=x,name=y":      `option "name" is given twice`,
		"a.pcap:realtime=maybe":     `option realtime: "maybe" is neither true nor false`,
		"a.pcap:type=linuxwifi":     `option type: unknown type "linuxwifi", expected pcapfile`,
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

func TestDefinitionOpensItsSource(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcap")
	if err := os.WriteFile(path, pcapOf(0), 0o600); err != nil {
		t.Fatal(err)
	}
	text := path + ":name=attic,uuid=5FE308BD-0000-0000-0000-00C0CAABCDEF,realtime=true"
	d, err := ParseDefinition(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Open(3)
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
