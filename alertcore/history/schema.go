package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

// Errors that callers tell apart.
var (
	ErrForeign    = errors.New("the file is not one of picket's histories, and is left as it is")
	ErrNewer      = errors.New("the file was written by a newer version of picket, and is left as it is")
	ErrNotWritten = errors.New("the history is not being written")
	ErrNotFound   = errors.New("the history has no such alert")
)

// The versions that a file of ours has.
const (
	kismetdbVersion = 10
	schemaVersion   = 1 // of the tables that begin with picket_
)

// schema is kismetdb version 10, as its documentation has it, and our own
// tables. Those that a sensor of alerts has nothing for stay empty: the tools
// for such files expect them.
//
// Alerts are known by their time, which is unique, and not by their rowid,
// which VACUUM may change.
const schema = `
CREATE TABLE KISMET (kismet_version TEXT, db_version INT, db_module TEXT);
CREATE TABLE devices (first_time INT, last_time INT, devkey TEXT, phyname TEXT, devmac TEXT, strongest_signal INT,
	min_lat REAL, min_lon REAL, max_lat REAL, max_lon REAL, avg_lat REAL, avg_lon REAL, bytes_data INT, type TEXT,
	device BLOB, UNIQUE(phyname, devmac) ON CONFLICT REPLACE);
CREATE TABLE packets (ts_sec INT, ts_usec INT, phyname TEXT, sourcemac TEXT, destmac TEXT, transmac TEXT, frequency REAL,
	devkey TEXT, lat REAL, lon REAL, alt REAL, speed REAL, heading REAL, packet_len INT, signal INT, datasource TEXT,
	dlt INT, packet BLOB, error INT, tags TEXT, datarate REAL, hash INT, packetid INT, packet_full_len INT);
CREATE TABLE data (ts_sec INT, ts_usec INT, phyname TEXT, devmac TEXT, lat REAL, lon REAL, alt REAL, speed REAL,
	heading REAL, datasource TEXT, type TEXT, json BLOB);
CREATE TABLE datasources (uuid TEXT, typestring TEXT, definition TEXT, name TEXT, interface TEXT, json BLOB,
	UNIQUE(uuid) ON CONFLICT REPLACE);
CREATE TABLE alerts (ts_sec INT, ts_usec INT, phyname TEXT, devmac TEXT, lat REAL, lon REAL, header TEXT, json BLOB);
CREATE TABLE messages (ts_sec INT, lat REAL, lon REAL, msgtype TEXT, message TEXT);
CREATE TABLE snapshots (ts_sec INT, ts_usec INT, lat REAL, lon REAL, snaptype TEXT, json BLOB);

CREATE UNIQUE INDEX picket_alerts_by_time ON alerts (ts_sec, ts_usec);
CREATE UNIQUE INDEX picket_packets_by_id ON packets (packetid);

CREATE TABLE picket_state (name TEXT PRIMARY KEY, value INT) WITHOUT ROWID;
CREATE TABLE picket_alerts (
	time       INTEGER PRIMARY KEY, -- of the row in alerts: µs since the Unix epoch
	hash       INT,
	severity   INT,
	header     TEXT, -- of the row in alerts; an index of that would have to be written with each alert
	addresses  TEXT, -- all that the alert names, each between blanks
	limit_time INT,  -- when it counted for its limits, in µs; NULL if it passed none
	subject    TEXT  -- that the limit of a built-in alert was kept for; NULL if it is devmac
);
CREATE TABLE picket_definitions (header TEXT PRIMARY KEY, class TEXT, severity INT, description TEXT, phy INT,
	limit_count INT, limit_unit INT, burst_count INT, burst_unit INT);
CREATE TABLE picket_evidence (
	alert_time INT, -- of the row in alerts: µs since the Unix epoch
	part       INT, -- 1, 2, 3 ... in the order of the alert's frames
	packetid   INT, -- of the row in packets
	note       TEXT,
	PRIMARY KEY (alert_time, part)
) WITHOUT ROWID;
`

// Names of rows of picket_state.
const (
	stateSchema = "schema"
	stateNewest = "newest" // µs: no cursor that was handed out is younger
	stateEpoch  = "epoch"  // of the last segment that was written
	stateGone   = "gone"   // µs: of the youngest alert that was deleted
)

// noteGone notes for files of older versions, which did not, that alerts before
// the first one are gone.
const noteGone = `INSERT OR IGNORE INTO picket_state SELECT '` + stateGone + `', time FROM
	(SELECT rowid AS number, ts_sec * 1000000 + ts_usec - 1 AS time FROM alerts ORDER BY rowid LIMIT 1) WHERE number > 1`

// dataSource is path as the driver wants it, with pragmas. Transactions take
// the lock of writers at once.
func dataSource(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": pragmas}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// kind tells what a file is: empty (or new), ours, or an error.
func kind(ctx context.Context, db querier) (empty bool, err error) {
	tables := map[string]bool{}
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table'")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return false, err
		}
		tables[name] = true
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	switch {
	case len(tables) == 0:
		return true, nil
	case !tables["KISMET"] || !tables["picket_state"]:
		return false, ErrForeign
	}
	var kismetdb, own int
	err = db.QueryRowContext(ctx, "SELECT (SELECT db_version FROM KISMET LIMIT 1), (SELECT value FROM picket_state WHERE name = ?)", stateSchema).Scan(&kismetdb, &own)
	if err != nil {
		return false, fmt.Errorf("read the version of the file: %w", err)
	}
	if kismetdb > kismetdbVersion || own > schemaVersion {
		return false, fmt.Errorf("%w: its version is %d.%d, and this picket knows %d.%d", ErrNewer, kismetdb, own, kismetdbVersion, schemaVersion)
	}
	return false, nil
}

// querier is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// create makes the tables, all or none.
func create(ctx context.Context, db *sql.Conn, version string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range strings.SplitAfter(schema, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO KISMET VALUES (?, ?, 'kismetlog')", version, kismetdbVersion); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO picket_state VALUES (?, ?)", stateSchema, schemaVersion); err != nil {
		return err
	}
	return tx.Commit()
}

// pragma writes one of number as SQLite's options are set in dataSource.
func pragma(name string, value int64) string {
	return name + "(" + strconv.FormatInt(value, 10) + ")"
}
