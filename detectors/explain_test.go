package detectors

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

// explained shows frames to an engine with all detectors and returns what they
// say of the last of them.
func explained(t *testing.T, cfg Config, frames []captured) Explanation {
	t.Helper()
	e, err := New(cfg, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	for i, c := range frames {
		if defect := f.Parse(c.link, c.data); defect != dot11.Sound {
			t.Fatal(defect)
		}
		if i == len(frames)-1 {
			return e.Explain(&f, c.at, "test")
		}
		e.Frame(&f, c.at, "test")
	}
	return Explanation{}
}

func TestDetectorsSayWhatTheyDecideAndWhy(t *testing.T) {
	const s = time.Second
	deauths := func(n int) []captured {
		return series(n, 5*s, 50*time.Millisecond, func(i int) synthetic {
			return synthetic{kind: dot11.Deauth, to: testClient, from: testAP, sequence: uint16(i), body: []byte{7, 0}}
		})
	}
	broadcast := series(1, 5*s, 0, func(int) synthetic { return synthetic{kind: dot11.Deauth, from: testAP, body: []byte{7, 0}} })
	rogue := fakeAP{bssid: "00:c0:ca:66:00:04", ssid: "HomeNet", channel: 11}
	open := secured(nil, false)
	for _, tc := range []struct {
		name, detector string
		frames         []captured
		want           string // in one of the reasons
		finds          bool
	}{
		{"seven of eight", "DEAUTHFLOOD", air(home.beacons(0, 5*s), deauths(7)), "7 attempts within 2s, 8 make a flood", false},
		{"eight", "DEAUTHFLOOD", air(home.beacons(0, 5*s), deauths(8)), "8 attempts within 2s, 8 make a flood; 8 within 1m0s, 30 make a slow one; flood: true", true},
		{"nine", "DEAUTHFLOOD", air(home.beacons(0, 5*s), deauths(9)), "told of within the last second", false},
		{"what speaks for forgery", "DEAUTHFLOOD", air(home.beacons(0, 5*s), deauths(7)), "of the 7 frames so far, flood or not: verdict ", false},
		{"to one station", "BCASTDISCON", air(home.beacons(0, 5*s), deauths(1)), "not sent to all stations", false},
		{"to all", "BCASTDISCON", air(home.beacons(0, 5*s), broadcast), "the beacons of the next three seconds decide", false},
		{"beacons go on", "BCASTDISCON", air(home.beacons(0, 7*s), broadcast), "the access point has gone on for 2s after a dismissal, 3s decide", false},
		{"no rule broken", "APSPOOF", home.beacons(0, s), "channel, security and clock (TSF) are as before", false},
		{"rule broken", "APSPOOF", rogue.beacons(0, 50*time.Millisecond), "transmitter 00:C0:CA:66:00:04 or BSSID 00:C0:CA:66:00:04 is none of the valid addresses of rule home", true},
		{"told of", "APSPOOF", rogue.beacons(0, s), "told of within the last minute", false},
		{"legal", "LONGSSID", home.beacons(0, s), "", false},
		{"other name", "APSPOOF", fakeAP{bssid: testAP, ssid: "Other"}.beacons(0, s), "SSID 'Other' matches none of the rules", false},
		{"another channel", "APSPOOF", append(home.beacons(0, s), moved(11).at(dot11.Beacon, s)), "different from the frame before: channel;", false},
		{"another channel", "CHANCHANGE", append(home.beacons(0, s), moved(11).at(dot11.Beacon, s)), "its channel has changed", false},
		{"and back", "CHANCHANGE", air(home.beacons(0, 5*s), moved(11).beacons(5*s, 7*s), home.beacons(7*s, 7*s+1)), "its channel is what it was before a change", false},
		{"the same channel", "CHANCHANGE", home.beacons(0, s), "the access point advertises what it did before", false},
		{"open, once", "CRYPTODROP", append(home.beacons(0, s), open.at(dot11.Beacon, s)), "as open or WEP in 1 frame, of which it takes 2", false},
		{"open, again", "CRYPTODROP", append(home.beacons(0, s), open.at(dot11.Beacon, s), open.at(dot11.Beacon, s+1)), "as open or WEP in 2 frames", true},
		{"one name", "KARMAOUI", home.beacons(0, s), "the one name that its BSS is known by", false},
		{"two names", "KARMAOUI", air(home.beacons(0, s), fakeAP{bssid: home.bssid, ssid: "Other", fcs: true}.beacons(s, s+1)), `are certain ("HomeNet", "Other"), it takes 3`, false},
		{"cut elsewhere", "LONGSSID", []captured{synthetic{kind: dot11.ProbeReq, from: testClient, elements: [][]byte{ssidElement("Home"), {221, 50, 1}}}.capture(epoch)}, "no SSID in it is longer than 32 octets", false},
		{"canary", "SSIDCANARY", []captured{synthetic{kind: dot11.ProbeReq, from: testClient, elements: [][]byte{ssidElement("Vault")}}.capture(epoch)}, "SSID 'Vault' matches rule vault", true},
		{"twice as fast", "BEACONRATE", air(home.beacons(0, s), home.beacons(40*time.Millisecond, s)), "9 of the last 18 pauses are shorter than 0.6 of the interval", false},
		{"nobody left", "DISASSOCTRAFFIC", []captured{synthetic{kind: dot11.Data, flags: dot11.ToDS, to: testAP, from: testClient, bssid: testAP, body: repeat(1, 40)}.capture(epoch)}, "nobody has taken leave of late", false},
		{"another kind of frame", "SSIDCANARY", deauths(1), "", false},
	} {
		t.Run(tc.detector+" "+tc.name, func(t *testing.T) {
			cfg := homeRules
			cfg.Canaries = []SSIDRule{{Name: "vault", Pattern: "Vault"}}
			for _, d := range explained(t, cfg, tc.frames).Decisions {
				if d.Detector != tc.detector {
					continue
				}
				if why := strings.Join(d.Why, "\n"); !strings.Contains(why, tc.want) {
					t.Errorf("reasons:\n%s\nwant %q", why, tc.want)
				}
				if (len(d.Findings) > 0) != tc.finds {
					t.Errorf("%d findings", len(d.Findings))
				}
				if d.Shown != (tc.want != "") {
					t.Errorf("shown: %t", d.Shown)
				}
			}
		})
	}
}

func TestExplanationTellsWhatWasKnownBefore(t *testing.T) {
	mfp := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6, security: rsnMFP()}
	join := synthetic{kind: dot11.AssocReq, to: testAP, from: testClient, bssid: testAP, elements: [][]byte{ssidElement("HomeNet"), rsnMFP()}}
	deauth := synthetic{kind: dot11.Deauth, to: testClient, from: testAP, body: []byte{7, 0}}
	got := explained(t, Config{}, append(mfp.beacons(0, time.Second),
		join.capture(epoch.Add(time.Second)), deauth.capture(epoch.Add(3*time.Second)))).Known
	want := []string{
		`BSS 9C:5C:8E:10:00:01 (SSID "HomeNet"): first heard 3s ago, last 2.1s ago; 10 beacons`,
		"  advertises channel 6, security WPA3, management frame protection: offered true, demanded true",
		"station 3C:22:FB:AA:00:11: first heard 2s ago, last 2s ago, in BSS 9C:5C:8E:10:00:01",
		"  joined 2s ago, asked for management frame protection: true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("known (-want +got):\n%s", diff)
	}
}

func TestExplainingChangesNothing(t *testing.T) {
	frames := readCapture(t, "testdata/deauth-aireplay.pcap.gz")
	want := replay(t, Config{}, All(), frames)
	var got []*Finding
	e, err := New(Config{}, func(f *Finding) { got = append(got, f) })
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	var f dot11.Frame
	for _, c := range frames {
		if f.Parse(c.link, c.data) == dot11.Sound {
			for _, d := range e.Explain(&f, c.at, "test").Decisions {
				told += len(d.Findings)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if told != len(want) {
		t.Errorf("%d findings explained, want %d", told, len(want))
	}
}

// Arguments of Explain are put into memory by the call, so that every call
// with some stands where it is known that somebody wants them.
func TestExplainIsCalledWithArgumentsOnlyWhenSomebodyListens(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, name := range files {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		var walk func(n ast.Node, guarded bool)
		walk = func(n ast.Node, guarded bool) {
			ast.Inspect(n, func(m ast.Node) bool {
				switch m := m.(type) {
				case *ast.IfStmt:
					asks := calling(m.Cond, "Explaining")
					if asks && !negated(m.Cond) {
						walk(m.Body, true)
						if m.Else != nil {
							walk(m.Else, guarded)
						}
						return false
					}
				case *ast.CaseClause:
					for _, cond := range m.List {
						if calling(cond, "Explaining") && !negated(cond) {
							for _, stmt := range m.Body {
								walk(stmt, true)
							}
							return false
						}
					}
				case *ast.FuncDecl:
					// One that returns at once when nobody listens.
					if m.Body != nil && len(m.Body.List) > 0 {
						if first, ok := m.Body.List[0].(*ast.IfStmt); ok && calling(first.Cond, "Explaining") && negated(first.Cond) {
							calls++
							return false
						}
					}
				case *ast.CallExpr:
					if selector, ok := m.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "Explain" && isContext(selector.X) {
						calls++
						if len(m.Args) > 1 && !guarded {
							t.Errorf("%s: Explain with arguments that nobody may want: ask Explaining first", set.Position(m.Pos()))
						}
					}
				}
				return true
			})
		}
		walk(file, false)
	}
	if calls < 30 {
		t.Errorf("%d calls were found", calls)
	}
}

func calling(n ast.Node, name string) bool {
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		if selector, ok := m.(*ast.SelectorExpr); ok && selector.Sel.Name == name {
			found = true
		}
		return !found
	})
	return found
}

func negated(n ast.Expr) bool {
	unary, ok := n.(*ast.UnaryExpr)
	return ok && unary.Op == token.NOT
}

func isContext(n ast.Expr) bool {
	name, ok := n.(*ast.Ident)
	return ok && name.Name == "c"
}
