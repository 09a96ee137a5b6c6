package detectors

import (
	"slices"
	"strings"
	"testing"

	"picket/capture/dot11"
)

func TestEveryDetectorIsDocumented(t *testing.T) {
	sections := []string{"What it sees", "Source", "Trigger", "Cannot see", "Known false positives", "Options"}
	for _, s := range All() {
		t.Run(s.Name, func(t *testing.T) {
			doc := s.Doc()
			if !strings.HasPrefix(doc, s.Name+": ") {
				t.Errorf("doc begins %.40q, want it to begin with the name", doc)
			}
			rest := doc
			for _, section := range sections {
				_, after, ok := strings.Cut(rest, "\n# "+section+"\n\n")
				if !ok {
					t.Fatalf("no section %q after the one before it", section)
				}
				rest = after
			}
			for _, o := range s.Options {
				if !strings.Contains(rest, o.Name) {
					t.Errorf("section Options does not mention %s", o.Name)
				}
			}
		})
	}
}

func TestDetectorsAreListedInOrderWithWholeDefinitions(t *testing.T) {
	specs := All()
	if !slices.IsSortedFunc(specs, func(a, b Spec) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("All is not in alphabetical order")
	}
	for _, s := range specs {
		if !slices.Contains([]string{"DENIAL", "EXPLOIT", "OTHER", "PROBE", "SPOOF", "SYSTEM"}, s.Class) {
			t.Errorf("%s: class %q", s.Name, s.Class)
		}
		if !slices.Contains([]uint8{0, 5, 10, 15, 20}, s.Severity) {
			t.Errorf("%s: severity %d", s.Name, s.Severity)
		}
		if s.Limit == "" || s.Burst == "" || s.Description == "" || s.Wants == 0 && s.Protocols == 0 || s.New == nil {
			t.Errorf("%s: definition has gaps", s.Name)
		}
		if s.Protocols != 0 && s.Wants&dot11.AllData != 0 {
			t.Errorf("%s: is handed some data frames twice", s.Name)
		}
		for _, o := range s.Options {
			if o.Default < o.Min || o.Default > o.Max || o.Unit == "" || o.Doc == "" {
				t.Errorf("%s: option %+v", s.Name, o)
			}
		}
	}
}
