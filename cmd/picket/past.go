package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math"
	"os"
	"sync"
	"time"

	"picket/alertcore"
	"picket/alertcore/history"
	"picket/alertcore/selection"
)

// past yields the alerts of a selection from a history, by pages of so many
// rows. It ends with an error, if there is one. Rows that can't be understood
// are told to skipped, and passed over.
func past(ctx context.Context, r *history.Reader, s selection.Selection, oldestFirst bool, page int, skipped func(error)) iter.Seq2[*alertcore.Record, error] {
	f := filterOf(s)
	f.OldestFirst, f.Limit = oldestFirst, page
	return func(yield func(*alertcore.Record, error) bool) {
		for {
			p, err := r.Alerts(ctx, f)
			if err != nil {
				yield(nil, endOf(ctx, err))
				return
			}
			for _, a := range p.Alerts {
				if !tells(a.JSON, s.MAC) {
					continue
				}
				record, err := alertcore.ParseRecord(a.JSON)
				if err != nil {
					skipped(fmt.Errorf("alert of %v in the history: %w", a.Time.Time().UTC(), err))
					continue
				}
				if !yield(record, nil) {
					return
				}
			}
			if p.Next == 0 {
				return
			}
			if oldestFirst {
				f.After = p.Next
			} else {
				f.Before = p.Next
			}
		}
	}
}

// endOf is the reason for which ctx ended, where it did: the database only says
// that it was interrupted.
func endOf(ctx context.Context, err error) error {
	if reason := ctx.Err(); reason != nil && !errors.Is(err, reason) {
		return fmt.Errorf("%w: %w", err, reason)
	}
	return err
}

// filterOf puts a selection in the terms of the history, which knows no masks.
func filterOf(s selection.Selection) history.Filter {
	f := history.Filter{
		Since: s.Since, Before: s.Until, Name: s.Name,
		Severity: s.Least, HasSeverity: s.Least > alertcore.Info,
	}
	if a, only := s.MAC.Address(); only {
		f.MAC = a.String()
	}
	return f
}

// tells reports whether a printed alert names an address in m. It finds them
// without parsing the rest, so that a mask is no slow search: a quote within a
// string is always behind a backslash.
func tells(printed []byte, m selection.Mask) bool {
	if m.All() {
		return true
	}
	for rest, found := printed, true; ; {
		if _, rest, found = bytes.Cut(rest, []byte(`_mac": "`)); !found {
			return false
		}
		address, _, _ := bytes.Cut(rest, []byte(`"`))
		if a := string(address); a != noAddress && m.Has(a) {
			return true
		}
	}
}

// noAddress is printed where an alert has none.
var noAddress = alertcore.MAC{}.String()

// pastAlerts reads the history for the API, while it is written. The file may
// come after the start, and may be set aside: it is opened when somebody asks,
// and again when another one has its name.
type pastAlerts struct {
	path string
	log  *slog.Logger

	// flush waits until what was raised is in the file.
	flush func(context.Context) error

	mu     sync.Mutex // of what follows; readers hold it only to open the file
	reader *history.Reader
	file   os.FileInfo // that reader has open
}

func (p *pastAlerts) open() (*history.Reader, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	file, err := os.Stat(p.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("no history has been written yet")
	} else if err != nil {
		return nil, fmt.Errorf("open history: %w", err)
	}
	if p.reader != nil && os.SameFile(file, p.file) {
		return p.reader, nil
	}
	if err := p.closeReader(); err != nil {
		p.log.Warn("the history that was set aside did not close", "error", err)
	}
	if p.reader, err = history.OpenReader(p.path); err != nil {
		return nil, err
	}
	p.file = file
	return p.reader, nil
}

func (p *pastAlerts) closeReader() error {
	if p.reader == nil {
		return nil
	}
	err := p.reader.Close()
	p.reader = nil
	return err
}

// close must not be called before the last request has ended.
func (p *pastAlerts) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closeReader()
}

// Alerts implements api.History.
func (p *pastAlerts) Alerts(ctx context.Context, s selection.Selection, limit int) (list []*alertcore.Record, next alertcore.Micros, err error) {
	_ = p.flush(ctx) // what can't be written is not there
	reader, err := p.open()
	if err != nil {
		return nil, 0, err
	}
	unreadable, why := 0, error(nil)
	skipped := func(err error) { unreadable, why = unreadable+1, err }
	for record, err := range past(ctx, reader, s, false, limit+1, skipped) {
		if err != nil {
			return nil, 0, err
		}
		if len(list) == limit {
			next = list[limit-1].Time()
			break
		}
		list = append(list, record)
	}
	if unreadable > 0 {
		p.log.Warn("alerts in the history could not be read", "alerts", unreadable, "last", why)
	}
	return list, next, nil
}

// ByHash implements api.History.
func (p *pastAlerts) ByHash(ctx context.Context, hash uint32) (*alertcore.Record, error) {
	_ = p.flush(ctx) // what can't be written is not there
	reader, err := p.open()
	if err != nil {
		return nil, err
	}
	record, err := pastByHash(ctx, reader, hash)
	if errors.Is(err, history.ErrNotFound) {
		return nil, nil
	}
	return record, err
}

func pastByHash(ctx context.Context, r *history.Reader, hash uint32) (*alertcore.Record, error) {
	a, err := r.ByHash(ctx, hash)
	if err != nil {
		return nil, endOf(ctx, err)
	}
	return alertcore.ParseRecord(a.JSON)
}

// Evidence implements api.History.
func (p *pastAlerts) Evidence(ctx context.Context, t alertcore.Micros) ([]alertcore.EvidenceFrame, error) {
	_ = p.flush(ctx) // what can't be written is not there
	reader, err := p.open()
	if err != nil {
		return nil, err
	}
	frames, err := reader.Evidence(ctx, t)
	if err != nil {
		return nil, endOf(ctx, err)
	}
	return frames, nil
}

// Oldest implements api.OlderAlerts.
func (p *pastAlerts) Oldest() alertcore.Micros {
	reader, err := p.open()
	if err != nil {
		return math.MaxInt64
	}
	ctx, cancel := context.WithTimeout(context.Background(), oldestTime)
	defer cancel()
	oldest, err := reader.Oldest(ctx)
	if err != nil {
		p.log.Warn("the history does not tell how far back it goes", "error", err)
		return math.MaxInt64
	}
	return oldest
}

// oldestTime is how long a look at the oldest alert may take.
const oldestTime = 5 * time.Second

// olderPage is how many alerts are read at a time for somebody who wants all.
const olderPage = 100

// Older implements api.OlderAlerts.
func (p *pastAlerts) Older(ctx context.Context, after, before alertcore.Micros, yield func(*alertcore.Record) error) error {
	if err := p.flush(ctx); err != nil {
		return fmt.Errorf("wait for the history: %w", err)
	}
	reader, err := p.open()
	if err != nil {
		return err
	}
	skipped := func(err error) { p.log.Warn("an alert in the history could not be read", "error", err) }
	wanted := selection.Selection{Since: after + 1, Until: before}
	for record, err := range past(ctx, reader, wanted, true, olderPage, skipped) {
		if err != nil {
			return err
		}
		if err := yield(record); err != nil {
			return err
		}
	}
	return nil
}
