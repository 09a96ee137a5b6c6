package main

import (
	"bufio"
	"context"
	"fmt"
	"slices"

	"picket/alertcore"
	"picket/alertcore/history"
)

type historyCmd struct {
	historyFlags
	selectionFlags
	Limit  int    `placeholder:"N" help:"No more than the newest N."`
	Format string `enum:"text,json,ekjson" default:"text" help:"Print alerts as text, or as json or ekjson: one record a line, with the fields of the API."`
}

func (historyCmd) Help() string {
	return `Alerts are printed oldest first, with the time of their publication on this machine's clock and zone. It works while a picket is running. The number of an alert can be given to 'picket export --alert'.`
}

// historyPage is how many alerts are read at once.
const historyPage = history.MaxLimit

func (c *historyCmd) Run(ctx context.Context, w *world) error {
	if c.Limit < 0 {
		return fmt.Errorf("--limit %d: expected how many alerts to print", c.Limit)
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
	skipped := func(err error) { fmt.Fprintf(w.stderr, "picket: %v\n", err) }
	out := bufio.NewWriter(w.stdout)
	if c.Limit == 0 {
		for record, err := range past(ctx, reader, wanted, true, historyPage, skipped) {
			if err != nil {
				return err
			}
			printRecord(out, c.Format, record, pastLine)
		}
	} else {
		var newest []*alertcore.Record
		for record, err := range past(ctx, reader, wanted, false, min(c.Limit, historyPage), skipped) {
			if err != nil {
				return err
			}
			if newest = append(newest, record); len(newest) == c.Limit {
				break
			}
		}
		for _, record := range slices.Backward(newest) {
			printRecord(out, c.Format, record, pastLine)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print alerts: %w", err)
	}
	return nil
}

// pastLine describes r for a person, with the time at which it was published.
func pastLine(r *alertcore.Record) string {
	return recordLine(r, r.Time().Time().Local().Format("2006-01-02T15:04:05.000000Z07:00"), fmt.Sprintf("alert %d", r.Hash()))
}
