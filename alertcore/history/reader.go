package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"picket/alertcore"
)

// A Reader reads a history, while it is written or not. It may be used by any
// number of goroutines.
type Reader struct {
	path string
	db   *sql.DB
}

// An Alert is one of the past.
type Alert struct {
	Time alertcore.Micros
	JSON []byte // the record, as it was served
}

// A Page is a part of what a Filter asks for.
type Page struct {
	Alerts []Alert
	// Next is the cursor of the next page, for Filter.Before, or After when
	// the oldest is first; 0: there is no more.
	Next alertcore.Micros
}

// readBusy is how long a reader waits for a lock, which it needs rarely: when a
// file is opened that was not closed.
const readBusy = 2 * time.Second

// OpenReader opens the history in the file at path, which must be there. The
// error is ErrForeign or ErrNewer for a file that is no history, or can't be
// understood.
func OpenReader(path string) (*Reader, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open history: %w", err)
	}
	// A reader of a file that is being written needs its -shm file, which a
	// read-only one can't make when it is missing: hence rw where possible.
	db, err := openForReading(path, "rw")
	if err != nil && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrNewer) {
		db, err = openForReading(path, "ro")
	}
	if err != nil {
		return nil, fmt.Errorf("open history %s: %w", path, err)
	}
	return &Reader{path, db}, nil
}

func openForReading(path, mode string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dataSource(path, mode,
		pragma("busy_timeout", readBusy.Milliseconds()), "query_only(1)", "temp_store(MEMORY)", pragma("cache_size", -512)))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(1)
	empty, err := kind(context.Background(), db)
	if err == nil && empty {
		err = ErrForeign
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Close closes the file.
func (r *Reader) Close() error {
	if err := r.db.Close(); err != nil {
		return fmt.Errorf("close history %s: %w", r.path, err)
	}
	return nil
}

// Alerts returns the alerts that f wants.
func (r *Reader) Alerts(ctx context.Context, f Filter) (Page, error) {
	query, args := f.query()
	list, err := r.alerts(ctx, query, args...)
	if err != nil {
		return Page{}, err
	}
	p := Page{Alerts: list}
	if n := f.limit(); len(list) > n {
		p.Alerts = list[:n]
		p.Next = list[n-1].Time
	}
	return p, nil
}

// Oldest returns the time from which on all alerts are there that were kept: 0
// if none has been given up yet.
func (r *Reader) Oldest(ctx context.Context) (alertcore.Micros, error) {
	var gone alertcore.Micros
	err := r.db.QueryRowContext(ctx, "SELECT "+newestGone).Scan((*int64)(&gone))
	switch {
	case err != nil:
		return 0, fmt.Errorf("read how far back history %s goes: %w", r.path, err)
	case gone == 0:
		return 0, nil
	}
	return gone + 1, nil
}

// ByHash returns the newest alert with Kismet's identifier hash, or
// ErrNotFound.
func (r *Reader) ByHash(ctx context.Context, hash uint32) (Alert, error) {
	list, err := r.alerts(ctx, `SELECT a.ts_sec, a.ts_usec, a.json
		FROM (SELECT max(time) AS time FROM picket_alerts WHERE hash = ?) p
		JOIN alerts a ON a.ts_sec = p.time / 1000000 AND a.ts_usec = p.time % 1000000`, int64(hash))
	if err != nil {
		return Alert{}, err
	}
	if len(list) == 0 {
		return Alert{}, fmt.Errorf("alert %d: %w", hash, ErrNotFound)
	}
	return list[0], nil
}

func (r *Reader) alerts(ctx context.Context, query string, args ...any) ([]Alert, error) {
	rows, err := r.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read alerts from history %s: %w", r.path, err)
	}
	defer rows.Close()
	var list []Alert
	for rows.Next() {
		var a Alert
		var sec, usec int64
		if err := rows.Scan(&sec, &usec, &a.JSON); err != nil {
			return nil, fmt.Errorf("read alerts from history %s: %w", r.path, err)
		}
		a.Time = join(sec, usec)
		list = append(list, a)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read alerts from history %s: %w", r.path, err)
	}
	return list, nil
}
