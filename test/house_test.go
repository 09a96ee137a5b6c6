// Package test holds what looks at the module as a whole.
package test

import (
	"os/exec"
	"strings"
	"testing"
)

// house says what each package may import of the module: arrows go one way.
// A folder's rule holds for the folders below it.
var house = map[string][]string{
	"picket/capture/dot11":     {},
	"picket/capture/filter":    {"picket/capture/dot11"},
	"picket/capture/radio":     {"picket/capture/dot11"},
	"picket/capture/radio/hop": {"picket/capture/dot11", "picket/capture/radio"},
	"picket/capture/live":      {"picket/capture"},
	"picket/capture":           {"picket/capture/dot11"},
	"picket/detectors":         {"picket/capture/dot11"},
	"picket/alertcore":         {"picket/alertcore"},
	"picket/configs":           {"picket/alertcore"},
	"picket/api":               {"picket/api", "picket/alertcore"},
}

func TestImportsGoOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "picket/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	checked := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		names := strings.Fields(line)
		rule, ok := ruleOf(names[0])
		if !ok {
			continue // cmd and test wire the others together
		}
		checked++
		for _, imported := range names[1:] {
			if strings.HasPrefix(imported, "picket/") && !allowed(rule, imported) {
				t.Errorf("%s imports %s", names[0], imported)
			}
		}
	}
	if checked < len(house) {
		t.Errorf("%d packages checked, want at least the %d with a rule", checked, len(house))
	}
}

func ruleOf(name string) (rule []string, ok bool) {
	for name != "picket" && !ok {
		rule, ok = house[name]
		name = name[:strings.LastIndexByte(name, '/')]
	}
	return rule, ok
}

func allowed(rule []string, imported string) bool {
	for _, name := range rule {
		if imported == name || strings.HasPrefix(imported, name+"/") {
			return true
		}
	}
	return false
}
