package detectors

import "testing"

func TestEscapeSSIDLetsNothingUnprintableThrough(t *testing.T) {
	for in, want := range map[string]string{
		"HomeNet":              "HomeNet",
		"":                     "",
		"Café Zürich 5 GHz 中文": "Café Zürich 5 GHz 中文",
		"\x1b[2Jgone":          `\x1b[2Jgone`,
		"a\x00b\n":             `a\x00b\x0a`,
		`back\slash "quoted"`:  `back\\slash \"quoted\"`,
		"\xff\xc3(":            `\xff\xc3(`,
		"right\u202eto-left":   `right\xe2\x80\xaeto-left`,
	} {
		if got := EscapeSSID([]byte(in)); got != want {
			t.Errorf("EscapeSSID(%q) = %s, want %s", in, got, want)
		}
	}
}
