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

const pageSize = 4096

// file is an open history that is written to.
type file struct {
	lock    *os.File
	db      *sql.DB
	conn    *sql.Conn // the only one
	inserts *inserts
	bounds  bounds
}

// bounds are what a file may take, made of Options.MaxSize.
type bounds struct {
	pages       int64 // of the database
	walPages    int64 // in the write-ahead log when its content is moved into the database
	transaction int   // bytes, about
}

// boundsFor leaves an eighth of size to the write-ahead log, but no more than
// 8 MiB. A log holds up to walPages and one transaction, with its indexes.
func boundsFor(size int64) bounds {
	log := min(size/8, 8<<20)
	return bounds{
		pages:       (size - log - 64<<10) / pageSize, // -shm has 32 KiB
		walPages:    log / 2 / pageSize,
		transaction: int(log / 8),
	}
}

// openFile opens the history at path, or makes one.
func openFile(ctx context.Context, path string, o *Options) (f *file, err error) {
	locked, err := lock(path)
	if err != nil {
		return nil, err
	}
	f = &file{lock: locked, bounds: boundsFor(o.MaxSize)}
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

// write commits a portion of b.
func (f *file) write(ctx context.Context, b *batch, p portion) error {
	return f.inTransaction(ctx, func() error {
		return f.conn.Raw(func(any) error { return f.inserts.write(b, p) })
	})
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
	if f.conn != nil {
		errs = append(errs, f.conn.Close())
	}
	if f.db != nil {
		errs = append(errs, f.db.Close())
	}
	return errors.Join(append(errs, f.lock.Close())...)
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
