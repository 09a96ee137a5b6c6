package history

import (
	"context"
	"fmt"
	"time"

	"picket/alertcore"
)

const (
	// ageEvery is how often what is too old is looked for, and agePortion is
	// how much of the past goes then at most: so a clock that is wrong by years
	// costs some days, not all, before somebody sets it right.
	ageEvery   = time.Hour
	agePortion = 24 * time.Hour

	// How many alerts and messages go in one transaction at most, so that
	// nobody waits for long.
	pruneAlerts   = 250
	pruneMessages = 500

	// The file is kept between these parts of what it may take. What was
	// deleted makes room in it for what comes.
	pruneAbovePercent = 90
	pruneBelowPercent = 85

	vacuumPages = 64
)

// portion is how many alerts are deleted in one transaction: few where the log
// is small.
func (b bounds) portion() int64 { return min(b.walPages/2, pruneAlerts) }

// pageCounts are the pages of a file.
type pageCounts struct{ all, used int64 }

func (f *file) count(ctx context.Context) (c pageCounts, err error) {
	var free int64
	err = f.conn.QueryRowContext(ctx, "SELECT page_count, freelist_count FROM pragma_page_count, pragma_freelist_count").Scan(&c.all, &free)
	if err != nil {
		return c, fmt.Errorf("count pages: %w", err)
	}
	c.used = c.all - free
	return c, nil
}

// tooLarge reports whether f has more than it may take.
func (f *file) tooLarge(ctx context.Context) (bool, error) {
	c, err := f.count(ctx)
	return c.used*100 > f.bounds.pages*pruneAbovePercent || c.all > f.bounds.pages, err
}

// shrink deletes a portion of the oldest, or gives back pages that are free,
// and reports whether there is more to do.
func (f *file) shrink(ctx context.Context) (more bool, err error) {
	c, err := f.count(ctx)
	if err != nil {
		return false, err
	}
	if c.used*100 > f.bounds.pages*pruneBelowPercent {
		n, err := f.deleteOldest(ctx)
		return n > 0, err
	}
	if c.all > f.bounds.pages { // it was allowed more before
		rows, err := f.conn.QueryContext(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", vacuumPages))
		if err != nil {
			return false, fmt.Errorf("give back free pages: %w", err)
		}
		for rows.Next() {
		}
		if err := rows.Err(); err != nil {
			return false, fmt.Errorf("give back free pages: %w", err)
		}
		if err := rows.Close(); err != nil {
			return false, fmt.Errorf("give back free pages: %w", err)
		}
		after, err := f.count(ctx)
		if err != nil || after.all < c.all {
			return err == nil, err
		}
		// A limit below what a file had is not in effect.
		return false, nil
	}
	if err := f.exec(ctx, fmt.Sprintf("PRAGMA max_page_count=%d", f.bounds.pages)); err != nil {
		return false, err
	}
	// The files themselves get shorter when the log is moved into the database.
	return false, f.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}

// deleteOldest deletes a portion of the oldest alerts, and messages of that
// time, or messages alone if there are no alerts. It returns how many rows.
func (f *file) deleteOldest(ctx context.Context) (rows int64, err error) {
	var cutoff int64
	err = f.conn.QueryRowContext(ctx, "SELECT coalesce(max(time), 0) FROM (SELECT time FROM picket_alerts ORDER BY time LIMIT ?)", f.bounds.portion()).Scan(&cutoff)
	if err != nil {
		return 0, fmt.Errorf("find the oldest alerts: %w", err)
	}
	if rows, err = f.deleteUntil(ctx, alertcore.Micros(cutoff)); err != nil || rows > 0 {
		return rows, err
	}
	err = f.inTransaction(ctx, func() error {
		rows, err = f.delete(ctx, "DELETE FROM messages WHERE rowid IN (SELECT rowid FROM messages ORDER BY rowid LIMIT ?)", int64(pruneMessages))
		return err
	})
	return rows, err
}

// deleteUntil deletes a portion of what is no younger than cutoff.
func (f *file) deleteUntil(ctx context.Context, cutoff alertcore.Micros) (rows int64, err error) {
	err = f.inTransaction(ctx, func() error {
		if err := f.exec(ctx, "INSERT OR REPLACE INTO picket_state VALUES ('"+stateNewest+"', max("+newestAlert+", "+newestKept+"))"); err != nil {
			return err
		}
		var last int64 // of this portion
		err := f.conn.QueryRowContext(ctx, "SELECT coalesce(max(time), 0) FROM (SELECT time FROM picket_alerts WHERE time <= ? ORDER BY time LIMIT ?)", int64(cutoff), f.bounds.portion()).Scan(&last)
		if err != nil {
			return fmt.Errorf("find what is too old: %w", err)
		}
		sec, usec := split(alertcore.Micros(last))
		for _, d := range []struct {
			query string
			args  []any
		}{
			{"DELETE FROM packets WHERE packetid IN (SELECT packetid FROM picket_evidence WHERE alert_time <= ?)", []any{last}},
			{"DELETE FROM picket_evidence WHERE alert_time <= ?", []any{last}},
			{"DELETE FROM alerts WHERE (ts_sec, ts_usec) <= (?, ?)", []any{sec, usec}},
			{"DELETE FROM picket_alerts WHERE time <= ?", []any{last}},
			{`DELETE FROM messages WHERE rowid IN (SELECT rowid FROM
				(SELECT rowid, ts_sec FROM messages ORDER BY rowid LIMIT ?) WHERE ts_sec <= ?)`, []any{int64(pruneMessages), int64(cutoff) / 1e6}},
		} {
			n, err := f.delete(ctx, d.query, d.args...)
			if err != nil {
				return err
			}
			rows += n
		}
		return nil
	})
	return rows, err
}

func (f *file) delete(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := f.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("delete the oldest: %w", err)
	}
	return result.RowsAffected()
}

// oldCutoff returns the time up to which alerts are to be deleted now: 0 if
// nothing is.
func (f *file) oldCutoff(ctx context.Context, now alertcore.Micros, maxAge time.Duration) (alertcore.Micros, error) {
	var oldest int64
	err := f.conn.QueryRowContext(ctx, `SELECT min(coalesce((SELECT min(time) FROM picket_alerts), 1 << 62),
		coalesce((SELECT ts_sec * 1000000 FROM messages ORDER BY rowid LIMIT 1), 1 << 62))`).Scan(&oldest)
	if err != nil {
		return 0, fmt.Errorf("find what is too old: %w", err)
	}
	cutoff := now - alertcore.Micros(maxAge.Microseconds())
	if oldest > int64(cutoff) {
		return 0, nil
	}
	return min(cutoff, alertcore.Micros(oldest+agePortion.Microseconds()-1)), nil
}
