// Package metricstest reads Prometheus' text format for tests, and is strict:
// what a lenient scraper would take is an error if the format has a rule
// against it.
package metricstest

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Scrape is what was read.
type Scrape struct {
	Types  map[string]string  // of each family: "counter", "gauge" or "histogram"
	Values map[string]float64 // of each series, by name and labels as they were written
	Labels map[string][]Label // of each series
}

// Label is one label of a series.
type Label struct{ Name, Value string }

// Families returns the names of the families, sorted.
func (s *Scrape) Families() []string {
	var list []string
	for name := range s.Types {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// Sum adds up the series of a name that have all the labels given, as name and
// value by turns.
func (s *Scrape) Sum(name string, labels ...string) (sum float64) {
	for series, v := range s.Values {
		have := s.Labels[series]
		matches := nameOf(series) == name
		for i := 0; i+1 < len(labels); i += 2 {
			matches = matches && slices.Contains(have, Label{labels[i], labels[i+1]})
		}
		if matches {
			sum += v
		}
	}
	return sum
}

func nameOf(series string) string {
	name, _, _ := strings.Cut(series, "{")
	return name
}

// Parse reads a scrape.
func Parse(text string) (*Scrape, error) {
	p := parser{Scrape: Scrape{Types: map[string]string{}, Values: map[string]float64{}, Labels: map[string][]Label{}}}
	if !strings.HasSuffix(text, "\n") {
		return nil, errors.New("the last line has no end")
	}
	if !utf8.ValidString(text) {
		return nil, errors.New("the text is not UTF-8")
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %q: %w", i+1, line, err)
		}
	}
	if err := p.endFamily(); err != nil {
		return nil, err
	}
	return &p.Scrape, nil
}

type parser struct {
	Scrape
	helped string // family of the latest HELP
	family string // of the latest TYPE
	series []sample
}

type sample struct {
	name   string
	labels []Label
	value  float64
}

var (
	metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	labelName  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

func (p *parser) line(line string) error {
	if rest, ok := strings.CutPrefix(line, "# HELP "); ok {
		name, text, _ := strings.Cut(rest, " ")
		if !metricName.MatchString(name) || text == "" || strings.TrimSpace(text) != text {
			return errors.New("HELP without a name or a text, or with blanks around it")
		}
		if err := p.endFamily(); err != nil {
			return err
		}
		p.helped = name
		return nil
	}
	if rest, ok := strings.CutPrefix(line, "# TYPE "); ok {
		name, kind, _ := strings.Cut(rest, " ")
		switch {
		case !metricName.MatchString(name):
			return errors.New("no name of a metric")
		case name != p.helped:
			return errors.New("TYPE without its HELP before it")
		case p.Types[name] != "":
			return errors.New("the family was there before")
		case kind != "counter" && kind != "gauge" && kind != "histogram":
			return errors.New("no such type")
		case (kind == "counter") != strings.HasSuffix(name, "_total"):
			return errors.New("names of counters, and of nothing else, end with _total")
		}
		p.Types[name], p.family = kind, name
		return nil
	}
	s, err := parseSample(line)
	if err != nil {
		return err
	}
	base := s.name
	if p.Types[p.family] == "histogram" {
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			base = strings.TrimSuffix(base, suffix)
		}
	}
	if base != p.family {
		return errors.New("the series is not of the family above")
	}
	key := line[:strings.LastIndexByte(line, ' ')]
	if _, again := p.Values[key]; again {
		return errors.New("the series was there before")
	}
	if p.Types[p.family] == "counter" && (s.value < 0 || math.IsInf(s.value, 0)) {
		return errors.New("a counter that is no count")
	}
	p.Values[key], p.Labels[key] = s.value, s.labels
	p.series = append(p.series, s)
	return nil
}

// parseSample reads NAME{LABEL="VALUE",...} NUMBER.
func parseSample(line string) (s sample, err error) {
	end := strings.IndexAny(line, "{ ")
	if end < 0 || !metricName.MatchString(line[:end]) {
		return s, errors.New("no name of a metric")
	}
	s.name = line[:end]
	rest := line[end:]
	if rest[0] == '{' {
		if s.labels, rest, err = parseLabels(rest[1:]); err != nil {
			return s, err
		}
	}
	number, ok := strings.CutPrefix(rest, " ")
	if !ok {
		return s, errors.New("no blank before the value")
	}
	s.value, err = strconv.ParseFloat(number, 64)
	return s, err
}

func parseLabels(text string) (labels []Label, rest string, err error) {
	for {
		name, value, ok := strings.Cut(text, `="`)
		if !ok || !labelName.MatchString(name) || slices.ContainsFunc(labels, func(l Label) bool { return l.Name == name }) {
			return nil, "", fmt.Errorf("no name of a label, or one that was there before: %q", name)
		}
		var b strings.Builder
		i := 0
		for ; i < len(value) && value[i] != '"'; i++ {
			if value[i] != '\\' {
				b.WriteByte(value[i])
				continue
			}
			i++
			at := -1
			if i < len(value) {
				at = strings.IndexByte(`\n"`, value[i])
			}
			if at < 0 {
				return nil, "", errors.New("no such escape")
			}
			b.WriteByte("\\\n\""[at])
		}
		if i+1 >= len(value) {
			return nil, "", errors.New("a label without an end")
		}
		labels = append(labels, Label{name, b.String()})
		text = value[i+2:]
		switch value[i+1] {
		case '}':
			return labels, text, nil
		case ',':
		default:
			return nil, "", errors.New("neither a comma nor a brace after a label")
		}
	}
}

// endFamily checks the family that ends.
func (p *parser) endFamily() error {
	series := p.series
	p.series = nil
	if p.helped != p.family {
		return fmt.Errorf("HELP of %s without its TYPE", p.helped)
	}
	if p.family == "" {
		return nil
	}
	if len(series) == 0 {
		return fmt.Errorf("family %s has no series", p.family)
	}
	if p.Types[p.family] != "histogram" {
		return nil
	}
	for len(series) > 0 {
		n := slices.IndexFunc(series, func(s sample) bool { return strings.HasSuffix(s.name, "_count") })
		if n < 2 {
			return fmt.Errorf("histogram %s has no count, or nothing before it", p.family)
		}
		if err := checkHistogram(series[:n+1]); err != nil {
			return fmt.Errorf("histogram %s: %w", p.family, err)
		}
		series = series[n+1:]
	}
	return nil
}

// checkHistogram checks the buckets, the sum and the count of one set of labels.
func checkHistogram(series []sample) error {
	count, sum, buckets := series[len(series)-1], series[len(series)-2], series[:len(series)-2]
	if !strings.HasSuffix(sum.name, "_sum") || !slices.Equal(sum.labels, count.labels) {
		return errors.New("no sum before the count")
	}
	below, bound := 0.0, math.Inf(-1)
	for _, b := range buckets {
		last := len(b.labels) - 1
		if !strings.HasSuffix(b.name, "_bucket") || last < 0 || b.labels[last].Name != "le" || !slices.Equal(b.labels[:last], count.labels) {
			return fmt.Errorf("%v is no bucket of %v", b, count.labels)
		}
		le, err := strconv.ParseFloat(b.labels[last].Value, 64)
		if err != nil || le <= bound || b.value < below {
			return fmt.Errorf("bounds or counts that do not rise: %v", b)
		}
		below, bound = b.value, le
	}
	if !math.IsInf(bound, 1) || below != count.value {
		return errors.New("the last bucket does not hold all")
	}
	return nil
}
