package main

import (
	"bufio"
	"fmt"
	"strings"
	"unicode"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// alertPrinter prints alerts, one a line.
type alertPrinter struct {
	w      *bufio.Writer
	format string // "text", "json" or "ekjson"
	raised map[string]uint64
}

// print writes r, which the frame of the given number has led to, into the
// buffer; that it could not be written shows when the buffer is flushed.
func (p *alertPrinter) print(r *alertcore.Record, frame uint64) {
	p.raised[r.Alert().Name]++
	printRecord(p.w, p.format, r, func(r *alertcore.Record) string { return textLine(r, frame) })
}

// textLine describes r for a person, with the time and number of its frame.
func textLine(r *alertcore.Record, frame uint64) string {
	return recordLine(r, r.Alert().FrameTime.UTC().Format("2006-01-02T15:04:05.000000Z"), fmt.Sprintf("frame %d", frame))
}

// printRecord writes r in a format; line makes that of text.
func printRecord(w *bufio.Writer, format string, r *alertcore.Record, line func(*alertcore.Record) string) {
	switch format {
	case "json":
		w.Write(r.JSON())
		w.WriteByte('\n')
	case "ekjson":
		w.Write(tracked.EKJSON.Append(nil, tracked.Nested(r.Object())))
	default:
		w.WriteString(line(r))
	}
}

// recordLine describes r for a person, with a time and with a number to find it
// by.
func recordLine(r *alertcore.Record, when, number string) string {
	a := r.Alert()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-8s %-12s %s [", when, r.Definition().Severity, printable(a.Name), printable(a.Text))
	for _, address := range []struct {
		role string
		mac  alertcore.MAC
	}{{"bssid", a.BSSID}, {"source", a.Source}, {"dest", a.Dest}, {"other", a.Other}} {
		if !address.mac.IsZero() {
			fmt.Fprintf(&b, "%s %s, ", address.role, address.mac)
		}
	}
	if a.Channel != "" {
		fmt.Fprintf(&b, "channel %s, ", printable(a.Channel))
	}
	if a.HasSignal {
		fmt.Fprintf(&b, "signal %d dBm, ", a.SignalDBm)
	}
	if a.Frames > 0 {
		fmt.Fprintf(&b, "frames %d, ", a.Frames)
	}
	if a.Datasource != "" {
		fmt.Fprintf(&b, "%s, ", printable(a.Datasource))
	}
	b.WriteString(number + "]")
	if n := r.Suppressed(); n > 0 {
		fmt.Fprintf(&b, " (%d more held back before)", n)
	}
	b.WriteByte('\n')
	return b.String()
}

// printable replaces what would steer a terminal: names of networks can hold
// any byte, and anybody can send them.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
