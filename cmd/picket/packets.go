package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"picket/alertcore"
	"picket/capture"
	"picket/capture/dot11"
)

// evidence is an alert with the frames that it rests on.
type evidence struct {
	record *alertcore.Record
	frames []alertcore.EvidenceFrame
}

// writePackets writes the frames of an alert as pcapng, for the API.
func writePackets(w io.Writer, r *alertcore.Record, frames []alertcore.EvidenceFrame) error {
	_, err := writeEvidence(w, []evidence{{r, frames}})
	return err
}

// writeEvidence writes the frames of alerts as pcapng, in order of time, and
// counts them. A frame that several alerts rest on is written once. The section
// has a comment for each alert, and a frame one for each of its parts.
func writeEvidence(w io.Writer, alerts []evidence) (frames int, err error) {
	section := capture.PcapngSection{Application: "picket " + versionText()}
	var list []capture.RecordedFrame
	for _, a := range alerts {
		name := fmt.Sprintf("%s (alert %d)", a.record.Definition().Header, a.record.Hash())
		section.Comments = append(section.Comments, fmt.Sprintf("%s, raised %s, %s: %s",
			name, a.record.Time().Time().UTC().Format(time.RFC3339Nano), a.record.Definition().Severity, a.record.Alert().Text))
		for _, f := range a.frames {
			list = append(list, capture.RecordedFrame{
				Time: f.Time, Link: dot11.LinkType(f.LinkType), Interface: f.Datasource, Data: f.Data, Length: f.Length,
				Comments: []string{name + ": " + cmp.Or(f.Note, "a frame of it")},
			})
		}
	}
	list = once(list)
	out, err := capture.NewPcapngWriter(w, section)
	if err != nil {
		return 0, err
	}
	for i := range list {
		if err := out.Write(&list[i]); err != nil {
			return i, err
		}
	}
	return len(list), nil
}

// once orders frames by time, those of one time as they stand, and joins those
// that are the same.
func once(list []capture.RecordedFrame) []capture.RecordedFrame {
	slices.SortStableFunc(list, func(a, b capture.RecordedFrame) int { return a.Time.Compare(b.Time) })
	kept := list[:0]
	begin := 0 // of those kept that have the time of the last one
	for _, f := range list {
		if len(kept) > 0 && !kept[len(kept)-1].Time.Equal(f.Time) {
			begin = len(kept)
		}
		same := slices.IndexFunc(kept[begin:], func(k capture.RecordedFrame) bool {
			return k.Link == f.Link && k.Interface == f.Interface && bytes.Equal(k.Data, f.Data)
		})
		if same < 0 {
			kept = append(kept, f)
			continue
		}
		k := &kept[begin+same]
		k.Comments = append(k.Comments, f.Comments...)
	}
	return kept
}
