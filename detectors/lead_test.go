package detectors

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

// leadsOf replays frames and lists the leads, each as its frequency and how
// long it is to be followed.
func leadsOf(t *testing.T, cfg Config, frames []captured) []string {
	t.Helper()
	var got []string
	cfg.OnLead = func(l Lead) { got = append(got, fmt.Sprint(l.FreqMHz, " ", l.During)) }
	replay(t, cfg, All(), frames)
	return got
}

func TestAFloodIsALeadBeforeItIsFound(t *testing.T) {
	deauths := func(n int) []captured {
		return series(n, 0, 100*time.Millisecond, func(i int) synthetic {
			return synthetic{kind: dot11.Deauth, to: "3c:22:fb:aa:00:11", from: "9c:5c:8e:10:00:01", sequence: uint16(i), body: []byte{7, 0}}
		})
	}
	for n, want := range map[int][]string{
		1: nil,
		2: {"2437 10s"},
		5: {"2437 10s"}, // told once while it holds
		9: {"2437 10s", "2437 30s"},
	} {
		if diff := cmp.Diff(want, leadsOf(t, Config{}, deauths(n))); diff != "" {
			t.Errorf("%d deauthentications (-want +got):\n%s", n, diff)
		}
	}
}

func TestTheChannelOfAProtectedNetworkIsALead(t *testing.T) {
	beacons := func(freq uint16) []captured {
		return series(620, 0, 102400*time.Microsecond, func(i int) synthetic {
			return synthetic{
				kind: dot11.Beacon, capability: dot11.CapESS, from: "9c:5c:8e:10:00:01", sequence: uint16(i), tsf: uint64(i) * 102400,
				elements: [][]byte{ssidElement("HomeNet"), dsElement(6)}, freq: freq,
			}
		})
	}
	rules := Config{APSpoof: []SSIDRule{{Name: "home", Pattern: "^HomeNet$", ValidMACs: []string{"9c:5c:8e:10:00:01"}}}}
	// Heard on a neighbour channel as well: it is the network's own that counts.
	for _, freq := range []uint16{2437, 2442} {
		if diff := cmp.Diff([]string{"2437 1m0s", "2437 1m0s", "2437 1m0s"}, leadsOf(t, rules, beacons(freq))); diff != "" {
			t.Errorf("heard at %d MHz (-want +got):\n%s", freq, diff)
		}
	}
	if got := leadsOf(t, Config{}, beacons(2437)); len(got) > 0 {
		t.Errorf("leads %v without a rule", got)
	}
}
