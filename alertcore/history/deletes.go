package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"picket/alertcore"
)

// deletes are the statements of a writer that make room. They are used within
// transactions.
type deletes struct {
	all []*sql.Stmt

	pages, freePages *sql.Stmt // counts

	last     *sql.Stmt // the time of the last of so many alerts up to a time
	gone     *sql.Stmt // notes that alerts up to a time are gone
	alerts   []*sql.Stmt
	messages *sql.Stmt // so many of those up to a time in s
}

func newDeletes(ctx context.Context, c *sql.Conn) (*deletes, error) {
	var all []*sql.Stmt
	var errs []error
	prepare := func(query string) *sql.Stmt {
		s, err := c.PrepareContext(ctx, query)
		if err != nil {
			errs = append(errs, fmt.Errorf("prepare %q: %w", query, err))
		} else {
			all = append(all, s)
		}
		return s
	}
	d := &deletes{
		pages:     prepare("PRAGMA page_count"),
		freePages: prepare("PRAGMA freelist_count"),
		last:      prepare("SELECT coalesce(max(time), 0) FROM (SELECT time FROM picket_alerts WHERE time <= ? ORDER BY time LIMIT ?)"),
		gone:      prepare("INSERT OR REPLACE INTO picket_state VALUES ('" + stateGone + "', max(?, " + newestGone + "))"),
		alerts: []*sql.Stmt{
			prepare("DELETE FROM packets WHERE packetid IN (SELECT packetid FROM picket_evidence WHERE alert_time <= ?)"),
			prepare("DELETE FROM picket_evidence WHERE alert_time <= ?"),
			prepare("DELETE FROM alerts WHERE (ts_sec, ts_usec) <= (?1 / 1000000, ?1 % 1000000)"),
			prepare("DELETE FROM picket_alerts WHERE time <= ?"),
		},
		messages: prepare("DELETE FROM messages WHERE rowid IN (SELECT rowid FROM (SELECT rowid, ts_sec FROM messages ORDER BY rowid LIMIT ?) WHERE ts_sec <= ?)"),
	}
	d.all = all
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *deletes) close() error {
	var errs []error
	for _, s := range d.all {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// oldest deletes so many of the oldest alerts at most, and messages of that
// time; messages alone if there are no alerts. It returns how many rows.
func (d *deletes) oldest(ctx context.Context, alerts int64) (rows int64, err error) {
	last, err := d.lastOf(ctx, math.MaxInt64, alerts)
	if err != nil {
		return 0, err
	}
	if last == 0 {
		return d.exec(ctx, d.messages, 2*alerts, int64(math.MaxInt64))
	}
	return d.delete(ctx, last, 2*alerts, last)
}

// until deletes so many alerts at most, and twice as many messages, of those
// that are no younger than cutoff. It returns how many rows.
func (d *deletes) until(ctx context.Context, cutoff alertcore.Micros, alerts int64) (rows int64, err error) {
	last, err := d.lastOf(ctx, int64(cutoff), alerts)
	if err != nil {
		return 0, err
	}
	return d.delete(ctx, last, 2*alerts, int64(cutoff))
}

func (d *deletes) lastOf(ctx context.Context, cutoff, alerts int64) (last int64, err error) {
	if err := d.last.QueryRowContext(ctx, cutoff, alerts).Scan(&last); err != nil {
		return 0, fmt.Errorf("find the oldest alerts: %w", err)
	}
	return last, nil
}

// delete deletes the alerts up to last, and so many messages at most up to a
// time in µs.
func (d *deletes) delete(ctx context.Context, last, messages, messagesUntil int64) (rows int64, err error) {
	if last != 0 {
		if _, err := d.exec(ctx, d.gone, last); err != nil {
			return 0, err
		}
		for _, s := range d.alerts {
			n, err := d.exec(ctx, s, last)
			if err != nil {
				return 0, err
			}
			rows += n
		}
	}
	n, err := d.exec(ctx, d.messages, messages, messagesUntil/1e6)
	return rows + n, err
}

func (d *deletes) exec(ctx context.Context, s *sql.Stmt, args ...any) (int64, error) {
	result, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("delete the oldest: %w", err)
	}
	return result.RowsAffected()
}
