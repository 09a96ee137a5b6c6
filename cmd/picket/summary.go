package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"picket/capture/dot11"
)

// line is one counted thing of the summary.
type line struct {
	what  string
	count uint64
	note  string
}

// printSummary tells what a replay saw.
func printSummary(w io.Writer, p *pipeline, raised map[string]uint64, took time.Duration) {
	var all tally
	for _, t := range p.tallies {
		all.add(t)
	}
	sound, bad := all.frames()

	var kinds, defects, alerts []line
	for i, n := range all.byKind() {
		kinds = append(kinds, line{what: dot11.Kind(i).String(), count: n})
	}
	for i, n := range all.bad {
		defects = append(defects, line{what: dot11.Defect(i).String(), count: n})
	}
	var total uint64
	for _, d := range p.core.Definitions() {
		n := raised[d.Header]
		total += n
		l := line{what: d.Header, count: n}
		if d.Suppressed > 0 {
			l.note = fmt.Sprintf("and %d held back by its limit", d.Suppressed)
		}
		if n+d.Suppressed > 0 {
			alerts = append(alerts, l)
		}
	}

	rate := float64(sound+bad) / max(took.Seconds(), 1e-9)
	fmt.Fprintf(w, "%d frames in %.3f s, %.0f frames/s\n", sound+bad, took.Seconds(), rate)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	section(table, "frames by kind", sound, counted(kinds))
	section(table, "bad frames", bad, counted(defects))
	if bad > 0 && len(p.tallies) > 1 {
		var sources []line
		for _, t := range p.tallies {
			_, n := t.frames()
			sources = append(sources, line{what: t.source.Name, count: n})
		}
		section(table, "bad frames by source", bad, counted(sources))
	}
	section(table, "alerts", total, alerts)
	table.Flush()
}

// counted returns the lines that count anything, the greatest first.
func counted(lines []line) []line {
	lines = slices.DeleteFunc(lines, func(l line) bool { return l.count == 0 })
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.what, b.what))
	})
	return lines
}

func section(w io.Writer, title string, total uint64, lines []line) {
	fmt.Fprintf(w, "%s\t%d\n", title, total)
	for _, l := range lines {
		fmt.Fprintf(w, "  %s\t%d", l.what, l.count)
		if l.note != "" {
			fmt.Fprintf(w, "\t%s", l.note)
		}
		fmt.Fprintln(w)
	}
}
