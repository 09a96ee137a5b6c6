package history

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// writeBusy is how long the writer waits for another process that has the file
// locked, before it goes on from memory.
const writeBusy = 2 * time.Second

// pageSize is that of new files: a segment fills many pages, and to write one
// costs little more than to write half of it.
const pageSize = 8192

// file is an open history that is written to.
type file struct {
	db      *sql.DB
	conn    *sql.Conn // the only one
	inserts *inserts
	deletes *deletes
	bounds  bounds
}

// bounds are what a file may take, made of Options.MaxSize.
type bounds struct {
	pages    int64 // of the database
	walPages int64 // in the write-ahead log when its content is moved into the database
}

// boundsFor leaves an eighth of size to the write-ahead log, but no more than
// 8 MiB. A log holds up to walPages and one segment, with its indexes.
func boundsFor(size, pageSize int64) bounds {
	log := min(size/8, 8<<20)
	segment := segmentBytes(size)
	return bounds{
		pages:    (size - log - int64(len(segmentNames)*segment) - 64<<10) / pageSize, // -shm has 32 KiB
		walPages: log / 2 / pageSize,
	}
}

// segmentBytes is about how much a segment may have where a history may take so
// much.
func segmentBytes(size int64) int { return int(min(size/64, 1<<20)) }

// openFile opens the history at path, or makes one.
func openFile(ctx context.Context, path string, o *Options) (f *file, err error) {
	f = &file{}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	wal, statErr := os.Stat(path + "-wal")
	unclean := statErr == nil && wal.Size() > 0
	synchronous := "synchronous(NORMAL)"
	if o.Sync {
		synchronous = "synchronous(FULL)"
	}
	f.db, err = sql.Open("sqlite", dataSource(path, "rwc",
		pragma("busy_timeout", writeBusy.Milliseconds()),
		"temp_store(MEMORY)", pragma("cache_size", -1024), synchronous))
	if err != nil {
		return f, err
	}
	if f.conn, err = f.db.Conn(ctx); err != nil {
		return f, err
	}
	// First, as the rest would write to the file.
	empty, err := kind(ctx, f.conn)
	if err != nil {
		return f, err
	}
	var setUp []string
	if empty {
		setUp = []string{fmt.Sprintf("PRAGMA page_size=%d", pageSize), "PRAGMA auto_vacuum=INCREMENTAL"}
	}
	for _, p := range append(setUp, "PRAGMA journal_mode=WAL") {
		if err := f.exec(ctx, p); err != nil {
			return f, err
		}
	}
	if empty {
		if err := create(ctx, f.conn, o.Version); err != nil {
			return f, fmt.Errorf("make the tables: %w", err)
		}
	}
	if unclean {
		if err := f.check(ctx); err != nil {
			return f, err
		}
	}
	if err := f.exec(ctx, noteGone); err != nil {
		return f, err
	}
	var pageSize int64 // older files have smaller ones
	if err := f.conn.QueryRowContext(ctx, "PRAGMA page_size").Scan(&pageSize); err != nil {
		return f, err
	}
	f.bounds = boundsFor(o.MaxSize, pageSize)
	for _, p := range []string{
		fmt.Sprintf("PRAGMA max_page_count=%d", f.bounds.pages),
		fmt.Sprintf("PRAGMA wal_autocheckpoint=%d", f.bounds.walPages),
		fmt.Sprintf("PRAGMA journal_size_limit=%d", f.bounds.walPages*pageSize),
	} {
		if err := f.exec(ctx, p); err != nil {
			return f, err
		}
	}
	var packetid int64
	if err := f.conn.QueryRowContext(ctx, "SELECT coalesce(max(packetid), 0) FROM packets").Scan(&packetid); err != nil {
		return f, err
	}
	if f.deletes, err = newDeletes(ctx, f.conn); err != nil {
		return f, err
	}
	err = f.conn.Raw(func(c any) (err error) {
		f.inserts, err = newInserts(c.(driver.ConnPrepareContext), packetid)
		return err
	})
	return f, err
}

// check looks for damage after picket was cut off.
func (f *file) check(ctx context.Context) error {
	var verdict string
	if err := f.conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, verdict)
	}
	return nil
}

func (f *file) exec(ctx context.Context, query string) error {
	if _, err := f.conn.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return nil
}

// take commits what is in s, and takes note of that: it may be asked again. If
// it is to replace what is oldest, most pages that become free so are used again
// before they are written. When the file has all the pages that it may have, the
// oldest gives way anyway; a disk that is full fails at that, too.
func (f *file) take(ctx context.Context, s *segment, replace bool) error {
	const attempts = 20
	for attempt := 0; ; attempt++ {
		err := f.inTransaction(ctx, func() error {
			if replace {
				if _, err := f.deletes.oldest(ctx, f.bounds.replaced(s.alerts)); err != nil {
					return err
				}
			}
			if err := f.exec(ctx, fmt.Sprintf("INSERT OR REPLACE INTO picket_state VALUES ('%s', %d)", stateEpoch, int64(s.epoch))); err != nil {
				return err
			}
			return f.conn.Raw(func(any) error { return f.inserts.write(s) })
		})
		if err == nil || !isFull(err) || attempt == attempts {
			return err
		}
		n, pruneErr := f.deleteOldest(ctx)
		if pruneErr != nil {
			return pruneErr
		}
		if n == 0 {
			return err
		}
	}
}

// epoch returns that of the last segment that was taken.
func (f *file) epoch(ctx context.Context) (epoch uint64, err error) {
	err = f.conn.QueryRowContext(ctx, "SELECT coalesce((SELECT value FROM picket_state WHERE name = ?), 0)", stateEpoch).Scan(&epoch)
	if err != nil {
		return 0, fmt.Errorf("read what was written last: %w", err)
	}
	return epoch, nil
}

func (f *file) inTransaction(ctx context.Context, do func() error) error {
	tx, err := f.conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	if err := do(); err != nil {
		tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		tx.Rollback()
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (f *file) close() error {
	var errs []error
	if f.inserts != nil {
		errs = append(errs, f.inserts.close())
	}
	if f.deletes != nil {
		errs = append(errs, f.deletes.close())
	}
	if f.conn != nil {
		errs = append(errs, f.conn.Close())
	}
	if f.db != nil {
		errs = append(errs, f.db.Close())
	}
	return errors.Join(errs...)
}

// errDamaged is the cause when a check finds damage.
var errDamaged = errors.New("the file is damaged")

func isDamage(err error) bool {
	return errors.Is(err, errDamaged) || hasCode(err, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
}

func isFull(err error) bool { return hasCode(err, sqlite3.SQLITE_FULL) }

func hasCode(err error, codes ...int) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range codes {
		if e.Code()&0xff == c {
			return true
		}
	}
	return false
}
