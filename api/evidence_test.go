package api

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"picket/alertcore"
	"picket/api/auth"
)

// printEvidence stands for a writer of captures.
func printEvidence(w io.Writer, r *alertcore.Record, frames []alertcore.EvidenceFrame) error {
	if len(frames) > 9 {
		return errors.New("too many frames")
	}
	fmt.Fprint(w, r.Alert().Text)
	for _, f := range frames {
		fmt.Fprintf(w, ", %s %s", f.Note, f.Data)
	}
	return nil
}

func TestPacketsOfAnAlert(t *testing.T) {
	frames := func(data ...string) (list []alertcore.EvidenceFrame) {
		for i, d := range data {
			list = append(list, alertcore.EvidenceFrame{Time: time.Unix(1795405900, 0), LinkType: 127, Note: fmt.Sprint("frame ", i+1), Data: []byte(d)})
		}
		return list
	}
	p := &pastAlerts{evidence: map[alertcore.Micros][]alertcore.EvidenceFrame{}}
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.History, o.Packets = p, printEvidence }).withAlert()
	raise := func(a *alertcore.Alert) *alertcore.Record {
		t.Helper()
		a.Name = "SCARYALERT"
		r, err := f.core.Raise(a)
		must(t, err)
		return r
	}
	path := func(r *alertcore.Record) request {
		return read(fmt.Sprintf("/alerts/by-id/%d/packets.pcapng", r.Hash()))
	}
	heard := time.Unix(1795405905, 0)
	live := raise(&alertcore.Alert{Text: "live", FrameTime: heard, Evidence: frames("abc", "def")})
	got := f.do(path(live))
	if got.status != 200 || got.body != "live, frame 1 abc, frame 2 def" || got.header.Get("Content-Type") != "application/x-pcapng" ||
		got.header.Get("Content-Disposition") != fmt.Sprintf(`attachment; filename="picket-SCARYALERT-20261123T035146Z-%d.pcapng"`, live.Hash()) {
		t.Errorf("%+v", got)
	}
	f.want(form(path(live).target, ""), 200, got.body)

	// A record from before a restart is in memory without its frames, or no
	// longer in memory at all.
	restored := raise(&alertcore.Alert{Text: "restored", FrameTime: heard})
	p.evidence[restored.Time()] = frames("ghi")
	f.want(path(restored), 200, "restored, frame 1 ghi")
	_, other := withPast(t, 1)
	p.records = other.records
	p.evidence[other.records[0].Time()] = frames("jkl")
	f.want(path(other.records[0]), 200, "0, frame 1 jkl")

	outside := raise(&alertcore.Alert{Text: "outside"})
	got = f.do(path(outside))
	f.want(path(outside), 404, fmt.Sprintf("ERROR: no frames are kept of the alert %d, SCARYALERT: it was not raised from what was heard\n", outside.Hash()))
	if got.header.Get("Content-Type") != "text/plain" || got.header.Get("Content-Disposition") != "" {
		t.Errorf("header of an error: %v", got.header)
	}
	gone := raise(&alertcore.Alert{Text: "gone", FrameTime: heard})
	f.wantPrefix(path(gone), 404, "ERROR: no frames are kept", "none were kept, or they are gone")
	f.want(read("/alerts/by-id/1/packets.pcapng"), 404, "ERROR: there is no alert with the hash 1\n")
	f.wantPrefix(read("/alerts/by-id/abc/packets.pcapng"), 400, "Invalid request: ", `"abc" is no alert's hash`)
	f.want(path(raise(&alertcore.Alert{Text: "broken", FrameTime: heard, Evidence: make([]alertcore.EvidenceFrame, 10)})), 500, "ERROR: too many frames\n")

	bare := newFixture(t, nil).withAlert()
	r, err := bare.core.Raise(&alertcore.Alert{Name: "SCARYALERT", Evidence: frames("x")})
	must(t, err)
	bare.want(path(r), 500, "ERROR: captures of evidence are not configured\n")
}
