package detectors

import (
	"fmt"
	"strings"
	"testing"

	"picket/capture/dot11"
)

func TestSSIDPatternsMeanWhatTheyMeanToKismet(t *testing.T) {
	for _, tc := range []struct {
		pattern, ssid string
		want          bool
	}{
		{"Home", "HomeNet", true}, // unanchored
		{"^Home$", "HomeNet", false},
		{"^HomeNet$", "HomeNet", true},
		{"homenet", "HomeNet", false},
		{"(?i)homenet", "HomeNet", true},
		{`^\QCaf. (5 GHz)\E$`, "Caf. (5 GHz)", true}, // literal
		{`^\QCaf. (5 GHz)\E$`, "Cafe (5 GHz)", false},
		{"^Home.$", "Home\xff", true}, // an octet that is no UTF-8 is a character

		{"^Home(?!Net$)", "HomeNet", false}, // look-ahead
		{"^Home(?!Net$)", "HomeNet2", true},
		{"(?<=Guest)Net", "GuestNet", true}, // look-behind
		{"(?<=Guest)Net", "HomeNet", false},
		{`^(\w)\w*\1$`, "abca", true}, // back-reference
		{`^(\w)\w*\1$`, "abcd", false},
		{"^(?>a+)b", "aab", true}, // atomic group
		{`^(?!x)\QA.B\E$`, "A.B", true},
		{`^(?!x)\QA.B\E$`, "AxB", false},
		{`^(?!x)\\Qa$`, `\Qa`, true}, // an escaped backslash quotes nothing
	} {
		p, err := compileSSIDPattern(tc.pattern)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		if got := p.Match([]byte(tc.ssid)); got != tc.want {
			t.Errorf("%s matches %q: %t, want %t", tc.pattern, tc.ssid, got, tc.want)
		}
	}
}

func TestPatternThatBacktracksWithoutEndIsGivenUp(t *testing.T) {
	p, err := compileSSIDPattern(`^(?!x)(a+)+$`)
	if err != nil {
		t.Fatal(err)
	}
	if p.Match([]byte(strings.Repeat("a", 31) + "b")) {
		t.Error("it matches")
	}
	if !p.Match([]byte("aaa")) {
		t.Error("it does not match what it should afterwards")
	}
}

func TestBadRulesAreRefusedWithTheirPlace(t *testing.T) {
	mac := []string{"9c:5c:8e:10:00:01"}
	for _, tc := range []struct {
		cfg  Config
		want []string // parts of the message
	}{
		{Config{APSpoof: []SSIDRule{{Name: "home", Pattern: "Home(", ValidMACs: mac, Origin: "alerts.conf:12"}}},
			[]string{"APSPOOF", `alerts.conf:12: apspoof rule "home": ssid pattern "Home(": `, "missing closing )"}},
		{Config{APSpoof: []SSIDRule{{Name: "home", Pattern: "", ValidMACs: mac, Origin: "alerts.conf:12"}}},
			[]string{`alerts.conf:12: apspoof rule "home": ssid pattern "": an empty pattern would match every SSID`}},
		{Config{APSpoof: []SSIDRule{{Name: "home", Pattern: "Home", ValidMACs: []string{"9c:5c:8e:10:00"}, Origin: "a:3"}}},
			[]string{`a:3: apspoof rule "home": validmacs: address "9c:5c:8e:10:00": want six pairs of hex digits`}},
		{Config{APSpoof: []SSIDRule{{Name: "home", Pattern: "Home", ValidMACs: []string{"9c:5c:8e:10:00:01/24"}, Origin: "a:3"}}},
			[]string{`a:3: apspoof rule "home": validmacs: mask of "9c:5c:8e:10:00:01/24": `}},
		{Config{APSpoof: []SSIDRule{{Name: "home", Pattern: "Home", Origin: "a:3"}}},
			[]string{`a:3: apspoof rule "home": validmacs: want at least one address`}},
		{Config{Canaries: []SSIDRule{{Name: "bird", Pattern: "(?<"}}},
			[]string{"SSIDCANARY", `: ssidcanary rule "bird": ssid pattern "(?<": `}},
	} {
		_, err := New(tc.cfg, func(*Finding) {})
		if err == nil {
			t.Errorf("no error, want %q", tc.want)
			continue
		}
		for _, part := range tc.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("error %q lacks %q", err, part)
			}
		}
	}
}

func TestValidAddressesWithMasks(t *testing.T) {
	for _, tc := range []struct {
		valid, address string
		want           bool
	}{
		{"9c:5c:8e:10:00:01", "9c:5c:8e:10:00:01", true},
		{"9C:5C:8E:10:00:01", "9c:5c:8e:10:00:01", true},
		{"9c:5c:8e:10:00:01", "9c:5c:8e:10:00:02", false},
		{"9c:5c:8e:00:00:00/ff:ff:ff:00:00:00", "9c:5c:8e:10:00:02", true},
		{"9c:5c:8e:77:77:77/ff:ff:ff:00:00:00", "9c:5c:8e:10:00:02", true},
		{"9c:5c:8e:00:00:00/ff:ff:ff:00:00:00", "9c:5c:8f:10:00:02", false},
		{"9c:5c:8e:10:00:01/ff:ff:ff:ff:ff:f0", "9c:5c:8e:10:00:0f", true},
		{"9c:5c:8e:10:00:01/ff:ff:ff:ff:ff:f0", "9c:5c:8e:10:00:10", false},
	} {
		m, err := parseMaskedAddr(tc.valid)
		if err != nil {
			t.Errorf("%s: %v", tc.valid, err)
			continue
		}
		if got := m.has(dot11.Addr(mustAddr(tc.address))); got != tc.want {
			t.Errorf("%s has %s: %t, want %t", tc.valid, tc.address, got, tc.want)
		}
	}
}

func TestMatcherForgetsNoRuleHoweverManyNamesItHears(t *testing.T) {
	m, err := newSSIDMatcher("apspoof", []SSIDRule{
		{Name: "even", Pattern: "[02468]$"},
		{Name: "five", Pattern: "5"},
		{Name: "all", Pattern: "^net"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for i := range 4 * knownNames {
			ssid := fmt.Sprintf("net %d", i)
			name, _ := NameOf([]byte(ssid))
			var want []int
			if i%2 == 0 {
				want = append(want, 0)
			}
			if strings.Contains(ssid, "5") {
				want = append(want, 1)
			}
			want = append(want, 2)
			if got := m.match(&Context{Name: name, HasName: true}); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%q matches rules %v, want %v", ssid, got, want)
			}
		}
	}
	if got := m.match(&Context{}); got != nil {
		t.Errorf("a frame without a name matches rules %v", got)
	}
}
