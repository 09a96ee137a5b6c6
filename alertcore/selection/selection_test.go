package selection

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
)

const now alertcore.Micros = 1795405927_037596

func TestTimes(t *testing.T) {
	const day = 24 * 3600 * 1e6
	for s, want := range map[string]alertcore.Micros{
		"0":                            0,
		"1795405927":                   1795405927_000000,
		"1795405927.5":                 1795405927_500000,
		"1795405927.037596":            1795405927_037596, // not its neighbour
		"1795405927.0375969":           1795405927_037596,
		".25":                          250000,
		"99999999999999999999":         1<<63 - 1,
		"-60":                          now - 60e6,
		"-0.5":                         now - 500000,
		"-99999999999999999999":        0,
		"-0":                           now,
		"2026-11-25T01:02:03Z":         1795568523_000000,
		"2026-11-25T02:02:03.25+01:00": 1795568523_250000,
		"1905-01-01T00:00:00Z":         0,
		"30s":                          now - 30e6,
		"90m":                          now - 90*60e6,
		"7d":                           now - 7*day,
		"2w":                           now - 14*day,
		"4294967295w":                  0,
	} {
		if got, err := ParseTime(s, now); got != want || err != nil {
			t.Errorf("%s is %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", ".", "-", "now", "1e9", "12x", "+5", "--5", "1.2.3", "d", "-3h", "2026-11-25", "2026-13-25T01:02:03Z"} {
		if got, err := ParseTime(s, now); err == nil || !strings.Contains(err.Error(), "2026-01-31T12:00:00Z") {
			t.Errorf("%q is %d, %v", s, got, err)
		}
	}
}

func TestSeverities(t *testing.T) {
	for s, want := range map[string]alertcore.Severity{
		"0": alertcore.Info, "info": alertcore.Info, "Low": alertcore.Low, "MEDIUM": alertcore.Medium,
		"high": alertcore.High, "15": alertcore.High, "11": alertcore.High, "1": alertcore.Low, "critical": alertcore.Critical, "20": alertcore.Critical,
	} {
		if got, err := ParseSeverity(s); got != want || err != nil {
			t.Errorf("%s is %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "21", "-1", "256", "grave", "INVALID", "1.5"} {
		if got, err := ParseSeverity(s); err == nil || !strings.Contains(err.Error(), "critical") {
			t.Errorf("%q is %v, %v", s, got, err)
		}
	}
}

func TestMasks(t *testing.T) {
	const one, other, far = "9C:5C:8E:10:00:01", "9C:5C:8E:10:00:02", "02:00:00:00:00:01"
	for _, c := range []struct {
		mask, printed string
		has           string
	}{
		{"9c:5c:8e:10:00:01", one, one},
		{"9C-5C-8E-10-00-01", one, one},
		{"9c5c8e100001", one, one},
		{"9c:5c:8e:12:34:56/ff:ff:ff:00:00:00", "9C:5C:8E:00:00:00/FF:FF:FF:00:00:00", one + " " + other},
		{"00:00:00:00:00:01/00:00:00:00:00:01", "00:00:00:00:00:01/00:00:00:00:00:01", one + " " + far},
		{"00:00:00:00:00:00/00:00:00:00:00:00", "00:00:00:00:00:00/00:00:00:00:00:00", one + " " + other + " " + far},
	} {
		m, err := ParseMask(c.mask)
		if err != nil {
			t.Errorf("%s: %v", c.mask, err)
			continue
		}
		var has []string
		for _, a := range []string{one, other, far} {
			if m.Has(a) {
				has = append(has, a)
			}
		}
		if got := strings.Join(has, " "); got != c.has || m.String() != c.printed {
			t.Errorf("%s prints as %s and has %s", c.mask, m, got)
		}
	}
	for _, s := range []string{"", "/", "9c", "9c:5c:8e:10:00", "9c:5c:8e:10:00:0x", one + "/", one + "/24", one + ":01", "/" + one} {
		if m, err := ParseMask(s); err == nil || !strings.Contains(err.Error(), "FF:FF:FF:00:00:00") {
			t.Errorf("%q is %v, %v", s, m, err)
		}
	}
	if m := (Mask{}); !m.Has(one) || m.String() != "" || !m.All() {
		t.Error("the zero mask is not all addresses")
	}
}

func TestSet(t *testing.T) {
	var s Selection
	for key, value := range map[string]string{Since: "-10", Until: "0", Name: "apSpoof", MAC: "9c:5c:8e:10:00:01", Severity: "high"} {
		if err := s.Set(key, value, now); err != nil {
			t.Error(err)
		}
	}
	mac, _ := ParseMask("9c:5c:8e:10:00:01")
	want := Selection{Since: now - 10e6, Until: 1, Name: "APSPOOF", MAC: mac, Least: alertcore.High}
	if diff := cmp.Diff(want, s, cmp.AllowUnexported(Mask{})); diff != "" {
		t.Error(diff)
	}
	for _, key := range []string{Since, Until, MAC, Severity, "colour"} {
		if err := s.Set(key, "\x00?", now); err == nil || !strings.HasPrefix(err.Error(), key+": ") {
			t.Errorf("bad %s: %v", key, err)
		}
	}
}

func FuzzSelection(f *testing.F) {
	for _, value := range []string{"-1.5", "2026-11-25T01:02:03Z", "7d", "critical", "9c:5c:8e:00:00:00/ff:ff:ff:00:00:00"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var s Selection
		for _, key := range Keys {
			if err := s.Set(key, value, now); err != nil && !strings.HasPrefix(err.Error(), key+": ") {
				t.Errorf("%s: %v", key, err)
			}
		}
		if s.Since < 0 || s.Until < 0 || !s.Least.Valid() {
			t.Errorf("%q became %+v", value, s)
		}
		if printed := s.MAC.String(); printed != "" {
			if again, err := ParseMask(printed); err != nil || again.String() != printed {
				t.Errorf("%s is read as %v, %v", printed, again, err)
			}
		}
	})
}
