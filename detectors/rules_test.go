package detectors

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLabCapturesUnderRulesThatListTheRightAddresses(t *testing.T) {
	cfg := Config{
		APSpoof: []SSIDRule{
			{Name: "home", Pattern: "^HomeNet$", ValidMACs: []string{"9c:5c:8e:10:00:01", "9c:5c:8e:10:00:02", "4c:5e:0c:30:00:03"}},
			{Name: "office", Pattern: `^(?=Office)\QOfficeNet\E$`, ValidMACs: []string{"d8:07:b6:00:00:00/ff:ff:ff:00:00:00"}},
			{Name: "guest", Pattern: "(?i)guestnet", ValidMACs: []string{"4c:5e:0c:30:00:03"}},
			{Name: "six", Pattern: "SixNet", ValidMACs: []string{"e0:63:da:40:00:06"}},
		},
		Canaries: []SSIDRule{{Name: "vault", Pattern: "Vault"}},
	}
	// Which attacks of a capture, counted from 0, have to be found.
	want := map[string]map[string][]int{
		"evil-twin":    {"APSPOOF": {0, 1, 2}, "CHANCHANGE": {1}},
		"airbase-twin": {"APSPOOF": {0, 1}},
		"beacon-flood": {"APSPOOF": {2}},
	}
	folder := filepath.Dir(sharedCapture(t, "lab/clean.pcap.gz"))
	captures, err := filepath.Glob(filepath.Join(folder, "*.pcap.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range captures {
		name := strings.TrimSuffix(filepath.Base(path), ".pcap.gz")
		t.Run(name, func(t *testing.T) {
			periods := attacks(t, path)
			hits := map[string]map[int]bool{}
			for _, f := range replay(t, cfg, []Spec{apSpoof, chanChange, cryptoDrop, ssidCanary}, readCapture(t, path)) {
				inside := -1
				for i, p := range periods {
					if p.covers(f.Time) {
						inside = i
					}
				}
				if inside < 0 {
					t.Errorf("outside of every attack: %s %s: %s", f.Time.UTC().Format(time.StampMilli), f.Name, f.Text)
				}
				if hits[f.Name] == nil {
					hits[f.Name] = map[int]bool{}
				}
				hits[f.Name][inside] = true
			}
			for detector, list := range want[name] {
				for _, i := range list {
					if !hits[detector][i] {
						t.Errorf("%s did not find attack %d", detector, i)
					}
				}
			}
		})
	}
}
