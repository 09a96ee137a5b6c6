package metricstest

import (
	"strings"
	"testing"
)

const sound = `# HELP a_total Counts \\ of a.
# TYPE a_total counter
a_total{x="1"} 5
a_total{x="q\"\\\n"} 7
# HELP h Sizes.
# TYPE h histogram
h_bucket{le="0.5"} 1
h_bucket{le="+Inf"} 3
h_sum 9.5
h_count 3
# HELP g G.
# TYPE g gauge
g -1e-3
`

func TestWhatIsSoundIsRead(t *testing.T) {
	s, err := Parse(sound)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.Families(), " "); got != "a_total g h" {
		t.Errorf("families %s", got)
	}
	for _, c := range []struct {
		want   float64
		name   string
		labels []string
	}{
		{12, "a_total", nil},
		{7, "a_total", []string{"x", "q\"\\\n"}},
		{0, "a_total", []string{"x", "2"}},
		{3, "h_bucket", []string{"le", "+Inf"}},
		{-1e-3, "g", nil},
	} {
		if got := s.Sum(c.name, c.labels...); got != c.want {
			t.Errorf("%s %q: %v, want %v", c.name, c.labels, got, c.want)
		}
	}
}

// Every change of what is sound makes it an error.
func TestFaultsAreFound(t *testing.T) {
	for _, c := range []struct{ old, new string }{
		{"g -1e-3\n", "g -1e-3"},
		{"g -1e-3", "g"},
		{"g -1e-3", "g one"},
		{"g -1e-3", "g  1"},
		{"g -1e-3", "g\xff 1"},
		{"g -1e-3", "b 1"},
		{"g -1e-3", "g 1\ng 1"},
		{"g -1e-3", "a_total 5"},
		{"g -1e-3", `g{} 5`},
		{"g -1e-3", `g{x="1" 5`},
		{"g -1e-3", `g{x="1"y="2"} 5`},
		{"g -1e-3", `g{x="1",x="2"} 5`},
		{"g -1e-3", `g{1x="1"} 5`},
		{"g -1e-3", `g{x="\t"} 5`},
		{"g -1e-3\n", ""},
		{"# HELP g G.\n", ""},
		{"# HELP g G.\n", "# HELP g G.\n# HELP g G.\n"},
		{"# TYPE g gauge\n", ""},
		{"# TYPE g gauge\ng -1e-3\n", ""},
		{"# TYPE g gauge", "# TYPE g counter"},
		{"# TYPE g gauge", "# TYPE g number"},
		{"# HELP g G.\n# TYPE g gauge\ng", "# HELP a_total A.\n# TYPE a_total counter\na_total"},
		{`a_total{x="1"} 5`, `a_total{x="1"} -5`},
		{"h_sum 9.5\n", ""},
		{"h_count 3\n", ""},
		{"h_count 3", "h_count 4"},
		{`h_bucket{le="0.5"} 1`, `h_bucket{le="0.5"} 4`},
		{`h_bucket{le="0.5"} 1`, `h_bucket{x="0.5"} 1`},
		{`h_bucket{le="0.5"} 1`, `h_bucket{x="0.5",le="0.5"} 1`},
		{`h_bucket{le="+Inf"} 3`, `h_bucket{le="0.5"} 3`},
		{`h_bucket{le="+Inf"} 3`, `h_bucket{le="9"} 3`},
	} {
		text := strings.Replace(sound, c.old, c.new, 1)
		if text == sound {
			t.Fatalf("%q is not in the text", c.old)
		}
		if _, err := Parse(text); err == nil {
			t.Errorf("with %q instead of %q it is no error", c.new, c.old)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sound)
	f.Add("# HELP  0\n")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := Parse(text); err == nil && len(s.Values) == 0 {
			t.Error("no error and no value")
		}
	})
}
