package detectors

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

// report has docs/detectors.md written and printed: make detectors-report.
var report = flag.Bool("report", false, "write docs/detectors.md, with figures")

var pagePath = filepath.Join("..", "docs", "detectors.md")

const pageIntro = `# Detectors

This page is made by ` + "`make detectors-report`" + `, from the detectors, the rows in their tests, and what captures raise; a
test says when it is out of date. ` + "`picket detectors NAME`" + ` explains one detector, and ` + "`picket replay --explain FRAME FILE`" + `
what each made of one frame.

`

// The sections of the page, in their order.
const (
	sectionLines  = "## What each alert means, in Kismet and here"
	sectionOurs   = "## Captures of the repository"
	sectionShared = "## Shared captures"
	sectionCost   = "## Cost"
)

// TestDetectorsPageIsUpToDate compares the page with what it would be now. The
// section on the shared captures is taken as it is where they are not there,
// and the figures of the cost are: they are another machine's.
func TestDetectorsPageIsUpToDate(t *testing.T) {
	old, err := os.ReadFile(pagePath)
	if err != nil && !*report {
		t.Fatal(err)
	}
	page := pageIntro + sectionLines + "\n\n" + linesTable() +
		sectionOurs + "\n\n" + confusionOf(t, testdataFiles(t)).section()
	if files := sharedFilesIfThere(t); files != nil {
		page += sectionShared + "\n\nThey are kept outside of the repository; names are owner_repository/file of those that others made.\n\n" +
			confusionOf(t, files).section()
	} else {
		page += pageSection(string(old), sectionShared)
	}
	if !*report {
		page += pageSection(string(old), sectionCost)
		if diff := cmp.Diff(string(old), page); diff != "" {
			t.Errorf("docs/detectors.md is out of date: run 'make detectors-report' (-page +now):\n%s", diff)
		}
		for _, s := range All() {
			if !strings.Contains(pageSection(string(old), sectionCost), "| "+s.Name+" |") {
				t.Errorf("docs/detectors.md does not say what %s costs: run 'make detectors-report'", s.Name)
			}
		}
		return
	}
	page += sectionCost + "\n\n" + costTable(t)
	if err := os.WriteFile(pagePath, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}

func sharedFilesIfThere(t *testing.T) (files map[string]string) {
	t.Run("shared", func(t *testing.T) { files = sharedFiles(t) })
	return files
}

// pageSection is a section of the page, heading included.
func pageSection(page, heading string) string {
	i := strings.Index(page, heading+"\n")
	if i < 0 {
		return ""
	}
	rest := page[i+len(heading):]
	if end := strings.Index(rest, "\n## "); end >= 0 {
		return page[i : i+len(heading)+end+1]
	}
	return page[i:]
}

func linesTable() string {
	var b strings.Builder
	b.WriteString("| alert | Kismet 2025-09-R1 | picket |\n|---|---|---|\n")
	for _, s := range All() {
		r := rows[s.Name]
		fmt.Fprintf(&b, "| %s | %s | %s |\n", s.Name, r.kismet, r.picket)
	}
	return b.String() + "\n"
}

// section is the confusion as a matrix, with precision and recall, and what the
// captures hold.
func (x *confusion) section() string {
	var b strings.Builder
	var alerts []string // that any of the captures raises or should
	for _, s := range All() {
		if slices.ContainsFunc(x.captures, func(c string) bool { return x.mark(c, s.Name) != '.' }) {
			alerts = append(alerts, s.Name)
		}
	}
	var loud, silent []string
	width := 0
	for _, c := range x.captures {
		if slices.ContainsFunc(alerts, func(a string) bool { return x.mark(c, a) != '.' }) {
			loud = append(loud, c)
			width = max(width, len(c))
		} else {
			silent = append(silent, c)
		}
	}
	b.WriteString("`+` expected and raised, `.` neither, `!` raised and not expected, `-` expected and not raised.\n\n```\n")
	for i, a := range alerts {
		fmt.Fprintf(&b, "%*s %s%s\n", width, "", strings.Repeat("| ", i), a)
	}
	for _, c := range loud {
		fmt.Fprintf(&b, "%-*s", width, c)
		for _, a := range alerts {
			fmt.Fprintf(&b, " %c", x.mark(c, a))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%-*s", width, fmt.Sprintf("and %d others", len(silent)))
	b.WriteString(strings.Repeat(" .", len(alerts)) + "\n```\n\n")

	b.WriteString("| alert | captures that hold it | raised in | falsely | precision | recall |\n|---|---|---|---|---|---|\n")
	var all tallyMarks
	for _, s := range All() {
		n := x.count(s.Name)
		all.plus(n)
		fmt.Fprintf(&b, "| %s | %s |\n", s.Name, n)
	}
	fmt.Fprintf(&b, "| all | %s |\n\n", all)

	b.WriteString("| capture | alert | what is in it |\n|---|---|---|\n")
	for _, c := range loud {
		for _, a := range x.expected[c] {
			for _, h := range rows[a].holds {
				if h.capture == c {
					fmt.Fprintf(&b, "| %s | %s | %s |\n", c, a, h.what)
				}
			}
		}
	}
	if len(silent) <= 40 {
		fmt.Fprintf(&b, "\nThe others: %s.\n", strings.Join(silent, ", "))
	}
	return b.String() + "\n"
}

func (x *confusion) mark(capture, alert string) byte {
	switch expected, raised := slices.Contains(x.expected[capture], alert), x.raises(capture, alert); {
	case expected && raised:
		return '+'
	case expected:
		return '-'
	case raised:
		return '!'
	}
	return '.'
}

// tallyMarks counts the captures of each mark.
type tallyMarks struct{ right, missed, false int }

func (x *confusion) count(alert string) (n tallyMarks) {
	for _, c := range x.captures {
		switch x.mark(c, alert) {
		case '+':
			n.right++
		case '-':
			n.missed++
		case '!':
			n.false++
		}
	}
	return n
}

func (n *tallyMarks) plus(m tallyMarks) {
	n.right += m.right
	n.missed += m.missed
	n.false += m.false
}

func (n tallyMarks) String() string {
	share := func(part, whole int) string {
		if whole == 0 {
			return ""
		}
		return fmt.Sprintf("%.2f", float64(part)/float64(whole))
	}
	return fmt.Sprintf("%d | %d | %d | %s | %s", n.right+n.missed, n.right, n.false,
		share(n.right, n.right+n.false), share(n.right, n.right+n.missed))
}

// costTable is what each detector takes of a frame's time, over the frames of a
// network at peace and of one under attack, and of memory.
func costTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("Nanoseconds a frame of the whole traffic that a detector adds to an engine without any, on a network at peace and on\n" +
		"one under a flood of deauthentications (one machine, of two shared cores; less than the noise is given as 0), and octets\n" +
		"of its tables at their default sizes.\n\n")
	fmt.Fprintf(&b, "| detector | ns, peace | ns, attack | state |\n|---|---|---|---|\n")
	var total int64
	for _, s := range All() {
		d, err := s.New(settingsOf(t, s))
		if err != nil {
			t.Fatal(err)
		}
		size := memoryOf(d)
		total += size
		fmt.Fprintf(&b, "| %s | %.0f | %.0f | %d KiB |\n", s.Name, costOf(t, s, benchmarkCaptures[0]), costOf(t, s, benchmarkCaptures[1]), (size+1023)>>10)
	}
	fmt.Fprintf(&b, "| all detectors | | | %.1f MiB |\n", float64(total)/(1<<20))
	e, err := newEngine(nil, Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "| what they share | | | %.1f MiB |\n", float64(memoryOf(e))/(1<<20))
	return b.String()
}

// settingsOf are those of a detector in an engine with rules.
func settingsOf(t testing.TB, s Spec) Settings {
	options, err := s.parseOptions(nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg := expectedRules()
	return Settings{Tables: DefaultSizes, APSpoof: cfg.APSpoof, Canaries: cfg.Canaries, options: options}
}

// costOf is by how many nanoseconds a frame an engine with the detector takes
// longer than one without, in the best of several rounds.
func costOf(t testing.TB, s Spec, name string) float64 {
	const rounds, passes = 7, 8
	frames := readCapture(t, "testdata/"+name+".pcap.gz")
	without, with := enginePass(t, nil, frames), enginePass(t, []Spec{s}, frames)
	best := func(pass func()) float64 {
		least := time.Duration(1 << 62)
		for range rounds {
			began := time.Now()
			for range passes {
				pass()
			}
			least = min(least, time.Since(began))
		}
		return float64(least) / float64(passes*len(frames))
	}
	base := best(without)
	return max(best(with)-base, 0)
}

// enginePass shows all frames to one engine, later with each call.
func enginePass(t testing.TB, specs []Spec, frames []captured) func() {
	e, err := newEngine(specs, expectedRules(), func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	length := frames[len(frames)-1].at.Sub(frames[0].at) + time.Minute
	shift := time.Duration(0)
	var f dot11.Frame
	return func() {
		for i := range frames {
			if f.Parse(frames[i].link, frames[i].data) == dot11.Sound {
				e.Frame(&f, frames[i].at.Add(shift), "bench")
			}
		}
		shift += length
	}
}

// BenchmarkDetectors is what each detector adds to the time of a frame.
func BenchmarkDetectors(b *testing.B) {
	for _, s := range All() {
		b.Run(s.Name, func(b *testing.B) {
			for _, name := range benchmarkCaptures {
				b.ReportMetric(costOf(b, s, name), "ns/frame:"+name)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
