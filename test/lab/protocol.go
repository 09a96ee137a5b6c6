package main

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"time"
)

// A Protocol is what a scenario did and when, by the guest's clock.
type Protocol struct {
	Windows  []Window
	Failures []string // checks that failed in the guest, and what broke the scenario
	Figures  []string // what was measured
	Ended    bool     // the scenario came to its end
}

// A Window is an attack or a fault.
type Window struct{ Begin, End time.Time }

// grace is how long after a window an alert about it may come.
const grace = 5 * time.Second

func (w Window) covers(t time.Time) bool {
	return !t.Before(w.Begin) && !t.After(w.End.Add(grace))
}

var windowLine = regexp.MustCompile(`^(ATTACK|FAULT) (BEGIN|END)\b`)

// readProtocol reads the lines that note in lib.sh writes: a date and time, the
// same in seconds, and a text. Others are ignored. A window that never ended is
// open.
func readProtocol(r io.Reader) (Protocol, error) {
	var p Protocol
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		words := strings.SplitN(lines.Text(), " ", 3)
		at, err := time.Parse(time.RFC3339Nano, words[0])
		if err != nil || len(words) < 3 {
			continue
		}
		text := words[2]
		switch m := windowLine.FindStringSubmatch(text); {
		case m != nil && m[2] == "BEGIN":
			p.Windows = append(p.Windows, Window{Begin: at, End: at.Add(24 * time.Hour)})
		case m != nil && len(p.Windows) > 0:
			p.Windows[len(p.Windows)-1].End = at
		case text == "END":
			p.Ended = true
		}
		for prefix, list := range map[string]*[]string{
			"CHECK FAILED: ": &p.Failures, "BROKEN: ": &p.Failures, "FIGURE: ": &p.Figures,
		} {
			if rest, ok := strings.CutPrefix(text, prefix); ok {
				*list = append(*list, rest)
			}
		}
	}
	return p, lines.Err()
}
