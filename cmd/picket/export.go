package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"picket/alertcore"
	"picket/alertcore/history"
	"picket/alertcore/selection"
)

type exportCmd struct {
	historyFlags
	selectionFlags
	Alert  []uint32 `sep:"none" placeholder:"HASH" help:"The alert with this number (kismet.alert.hash, and as 'picket history' prints it). May be repeated."`
	Pcapng string   `required:"" placeholder:"FILE" help:"Write the frames to FILE, or to standard output if it is -."`
}

func (exportCmd) Help() string {
	return `The frames are those that the detectors kept as evidence, in order of time; a frame that several alerts rest on comes once. A comment on each frame says which alerts it is part of, and which part; tshark shows it with -e frame.comment, Wireshark under the frame. It works while a picket is running.`
}

func (c *exportCmd) Run(ctx context.Context, w *world) error {
	if len(c.Alert) == 0 && !c.given() {
		return errors.New("which alerts? --alert HASH is one, --since TIME are those since then; --until, --name, --mac and --severity narrow it down")
	}
	if len(c.Alert) > 0 && c.given() {
		return errors.New("--alert names the alerts, so --since, --until, --name, --mac and --severity say nothing more")
	}
	wanted, err := c.selection()
	if err != nil {
		return err
	}
	reader, err := c.open(w)
	if err != nil {
		return err
	}
	defer reader.Close()
	records, err := c.records(ctx, w, reader, wanted)
	if err != nil {
		return err
	}
	var alerts []evidence
	for _, record := range records {
		frames, err := reader.Evidence(ctx, record.Time())
		if err != nil {
			return endOf(ctx, err)
		}
		if len(frames) > 0 {
			alerts = append(alerts, evidence{record, frames})
		}
	}
	if len(alerts) == 0 {
		return fmt.Errorf("nothing is written: no frames are kept of %s", count(len(records), "alert"))
	}
	frames, err := c.write(w, alerts)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.stderr, "%s of %s", count(frames, "frame"), count(len(alerts), "alert"))
	if without := len(records) - len(alerts); without > 0 {
		fmt.Fprintf(w.stderr, "; no frames are kept of %s", count(without, "other"))
	}
	fmt.Fprintln(w.stderr)
	return nil
}

// records returns the alerts that are meant, oldest first if they are a range.
func (c *exportCmd) records(ctx context.Context, w *world, reader *history.Reader, wanted selection.Selection) (list []*alertcore.Record, err error) {
	for _, hash := range c.Alert {
		record, err := pastByHash(ctx, reader, hash)
		if err != nil {
			return nil, err
		}
		list = append(list, record)
	}
	if len(c.Alert) > 0 {
		return list, nil
	}
	skipped := func(err error) { fmt.Fprintf(w.stderr, "picket: %v\n", err) }
	for record, err := range past(ctx, reader, wanted, true, historyPage, skipped) {
		if err != nil {
			return nil, err
		}
		list = append(list, record)
	}
	return list, nil
}

// write writes the capture and counts its frames.
func (c *exportCmd) write(w *world, alerts []evidence) (frames int, err error) {
	if c.Pcapng == "-" {
		frames, err = writeBuffered(w.stdout, alerts)
	} else {
		var file *os.File
		if file, err = os.Create(c.Pcapng); err != nil {
			return 0, err
		}
		frames, err = writeBuffered(file, alerts)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return frames, fmt.Errorf("write %s: %w", c.Pcapng, err)
	}
	return frames, nil
}

func writeBuffered(w io.Writer, alerts []evidence) (frames int, err error) {
	out := bufio.NewWriter(w)
	if frames, err = writeEvidence(out, alerts); err != nil {
		return frames, err
	}
	return frames, out.Flush()
}

// count prints n things.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}
