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
	switch p.format {
	case "json":
		p.w.Write(r.JSON())
		p.w.WriteByte('\n')
	case "ekjson":
		p.w.Write(tracked.EKJSON.Append(nil, tracked.Nested(r.Object())))
	default:
		p.w.WriteString(textLine(r, frame))
	}
}

// textLine describes r for a person.
func textLine(r *alertcore.Record, frame uint64) string {
	a := r.Alert()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-8s %-12s %s [", a.FrameTime.UTC().Format("2006-01-02T15:04:05.000000Z"), r.Definition().Severity, a.Name, printable(a.Text))
	for _, address := range []struct {
		role string
		mac  alertcore.MAC
	}{{"bssid", a.BSSID}, {"source", a.Source}, {"dest", a.Dest}, {"other", a.Other}} {
		if !address.mac.IsZero() {
			fmt.Fprintf(&b, "%s %s, ", address.role, address.mac)
		}
	}
	fmt.Fprintf(&b, "channel %s, ", a.Channel)
	if a.HasSignal {
		fmt.Fprintf(&b, "signal %d dBm, ", a.SignalDBm)
	}
	fmt.Fprintf(&b, "frames %d, %s, frame %d]", a.Frames, printable(a.Datasource), frame)
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
