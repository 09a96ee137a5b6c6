package detectors

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A period is one attack of a lab capture.
type period struct{ begin, end time.Time }

// grace is how long after an attack a finding about it may come.
const grace = 5 * time.Second

func (p period) covers(t time.Time) bool {
	return !t.Before(p.begin) && !t.After(p.end.Add(grace))
}

// attacks reads the protocol beside a lab capture.
func attacks(t *testing.T, capture string) []period {
	t.Helper()
	file, err := os.Open(strings.TrimSuffix(capture, ".pcap.gz") + ".txt")
	if err != nil {
		return nil // a capture without attacks needs none
	}
	defer file.Close()
	var list []period
	for lines := bufio.NewScanner(file); lines.Scan(); {
		stamp, rest, _ := strings.Cut(lines.Text(), " ")
		at, err := time.Parse(time.RFC3339Nano, stamp)
		if err != nil {
			continue
		}
		switch {
		case strings.Contains(rest, "ATTACK BEGIN"):
			list = append(list, period{begin: at})
		case strings.Contains(rest, "ATTACK END"):
			list[len(list)-1].end = at
		}
	}
	return list
}

// labRules are those of the owner of the networks of the lab.
var labRules = Config{
	APSpoof: []SSIDRule{
		{Name: "home", Pattern: "^HomeNet$", ValidMACs: []string{"9c:5c:8e:10:00:01", "9c:5c:8e:10:00:02", "4c:5e:0c:30:00:03"}},
		{Name: "office", Pattern: `^(?=Office)\QOfficeNet\E$`, ValidMACs: []string{"d8:07:b6:00:00:00/ff:ff:ff:00:00:00"}},
		{Name: "guest", Pattern: "(?i)guestnet", ValidMACs: []string{"4c:5e:0c:30:00:03"}},
		{Name: "six", Pattern: "SixNet", ValidMACs: []string{"e0:63:da:40:00:06"}},
	},
	Canaries: []SSIDRule{{Name: "vault", Pattern: "Vault"}},
}

func TestLabCapturesGiveFindingsWithinTheirAttacksOnly(t *testing.T) {
	// Which attacks of a capture, counted from 0, a detector has to find.
	want := map[string]map[string][]int{
		"deauth-aireplay": {"DEAUTHFLOOD": {0, 1, 2, 3}, "BCASTDISCON": {0, 3}},
		"deauth-mdk4":     {"DEAUTHFLOOD": {0, 1, 2}},
		"beacon-flood":    {"LONGSSID": {1}, "APSPOOF": {2}},
		"karma":           {"KARMAOUI": {0}},
		"evil-twin":       {"DEAUTHFLOOD": {0, 1}, "BCASTDISCON": {0}, "APSPOOF": {0, 1, 2}, "CHANCHANGE": {1}},
		"airbase-twin":    {"DEAUTHFLOOD": {0, 1}, "BCASTDISCON": {0, 1}, "APSPOOF": {0, 1}},
		"pmkid":           {"BCASTDISCON": {0}},
		"handshake":       {"BCASTDISCON": {0}},
		"wps":             {"WPSBRUTE": {1}}, // attack 2, when 1, which knew the PIN, was just over
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
			hits := map[string]map[int]int{}
			for _, f := range replay(t, labRules, All(), readCapture(t, path)) {
				inside := slices.IndexFunc(periods, func(p period) bool { return p.covers(f.Time) })
				if inside < 0 {
					t.Errorf("outside of every attack: %s %s: %s", f.Time.UTC().Format(time.StampMilli), f.Name, f.Text)
					continue
				}
				if hits[f.Name] == nil {
					hits[f.Name] = map[int]int{}
				}
				hits[f.Name][inside]++
			}
			t.Logf("findings by attack: %v", hits)
			for name, list := range want[name] {
				for _, i := range list {
					if hits[name][i] == 0 {
						t.Errorf("%s did not find attack %d", name, i)
					}
				}
			}
		})
	}
}
