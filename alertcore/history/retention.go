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

	// How many alerts go in a transaction at most that only deletes, so that
	// nobody waits for long.
	pruneAlerts = 250

	// From this part of what it may take on, what is written to the file takes
	// the place of what is oldest, in pages that are written anyway; of at least
	// so many alerts, as a few would have the same old pages written each time.
	// Where that does not do, because what comes is larger, there is a limit
	// from which on the oldest is deleted by itself. The bound is SQLite's.
	replaceAbovePercent = 90
	replaceAlerts       = 16
	pruneAbovePercent   = 95

	vacuumPages = 64
)

// portion is how many alerts are deleted in one transaction: few where the log
// is small.
func (b bounds) portion() int64 { return min(b.walPages/2, pruneAlerts) }

// replaced is how many alerts so many that come push out.
func (b bounds) replaced(alerts int) int64 {
	return min(b.portion(), max(int64(alerts+alerts/16+1), replaceAlerts))
}

// pageCounts are the pages of a file.
type pageCounts struct{ all, used int64 }

func (f *file) count(ctx context.Context) (c pageCounts, err error) {
	var free int64
	if err = f.deletes.pages.QueryRowContext(ctx).Scan(&c.all); err == nil {
		err = f.deletes.freePages.QueryRowContext(ctx).Scan(&free)
	}
	if err != nil {
		return c, fmt.Errorf("count pages: %w", err)
	}
	c.used = c.all - free
	return c, nil
}

// full reports whether what comes is to push out what is oldest.
func (b bounds) full(c pageCounts) bool { return c.used*100 > b.pages*replaceAbovePercent }

// exceeded reports whether a file is too large.
func (b bounds) exceeded(c pageCounts) bool {
	return c.used*100 > b.pages*pruneAbovePercent || c.all > b.pages
}

// shrink deletes a portion of the oldest, or gives back pages that are free,
// and reports whether there is more to do.
func (f *file) shrink(ctx context.Context) (more bool, err error) {
	c, err := f.count(ctx)
	if err != nil {
		return false, err
	}
	if c.used*100 > f.bounds.pages*pruneAbovePercent {
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

// deleteOldest deletes a portion of the oldest. It returns how many rows.
func (f *file) deleteOldest(ctx context.Context) (rows int64, err error) {
	err = f.inTransaction(ctx, func() error {
		rows, err = f.deletes.oldest(ctx, f.bounds.portion())
		return err
	})
	return rows, err
}

// deleteUntil deletes a portion of what is no younger than cutoff. It returns
// how many rows.
func (f *file) deleteUntil(ctx context.Context, cutoff alertcore.Micros) (rows int64, err error) {
	err = f.inTransaction(ctx, func() error {
		rows, err = f.deletes.until(ctx, cutoff, f.bounds.portion())
		return err
	})
	return rows, err
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
