package history

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"picket/alertcore"
)

// bulkRows is how many rows one statement inserts where there are so many.
const bulkRows = 8

// bulk inserts rows into one table.
type bulk struct {
	columns   int // that are given for each row
	one, many driver.StmtExecContext
	args      []driver.NamedValue
}

func newBulk(c driver.ConnPrepareContext, into, row string) (*bulk, error) {
	b := &bulk{columns: strings.Count(row, "?")}
	prepare := func(rows int) (driver.StmtExecContext, error) {
		query := "INSERT OR IGNORE INTO " + into + " VALUES " + strings.TrimSuffix(strings.Repeat(row+",", rows), ",")
		s, err := c.PrepareContext(context.Background(), query)
		if err != nil {
			return nil, fmt.Errorf("prepare to insert into %s: %w", into, err)
		}
		return s.(driver.StmtExecContext), nil
	}
	var err error
	if b.one, err = prepare(1); err != nil {
		return nil, err
	}
	if b.many, err = prepare(bulkRows); err != nil {
		return nil, errors.Join(err, b.close())
	}
	b.args = make([]driver.NamedValue, 0, b.columns*bulkRows)
	return b, nil
}

func (b *bulk) close() error {
	var errs []error
	for _, s := range []driver.StmtExecContext{b.one, b.many} {
		if s != nil {
			errs = append(errs, s.(driver.Stmt).Close())
		}
	}
	return errors.Join(errs...)
}

// add inserts a row, now or by flush.
func (b *bulk) add(values ...driver.Value) error {
	for _, v := range values {
		b.args = append(b.args, driver.NamedValue{Ordinal: len(b.args) + 1, Value: v})
	}
	if len(b.args) < cap(b.args) {
		return nil
	}
	_, err := b.many.ExecContext(context.Background(), b.args)
	b.reset()
	return err
}

// flush inserts the rows that are left.
func (b *bulk) flush() error {
	defer b.reset()
	for at := 0; at < len(b.args); at += b.columns {
		row := b.args[at : at+b.columns]
		for i := range row {
			row[i].Ordinal = i + 1
		}
		if _, err := b.one.ExecContext(context.Background(), row); err != nil {
			return err
		}
	}
	return nil
}

func (b *bulk) reset() {
	clear(b.args)
	b.args = b.args[:0]
}

// inserts are the statements of a writer.
type inserts struct {
	alerts, extras, messages, packets, evidence, definitions *bulk
	packetid                                                 int64 // of the newest packet
}

func newInserts(c driver.ConnPrepareContext, packetid int64) (in *inserts, err error) {
	in = &inserts{packetid: packetid}
	defer func() {
		if err != nil {
			in, err = nil, errors.Join(err, in.close())
		}
	}()
	for _, b := range []struct {
		to        **bulk
		into, row string
	}{
		{&in.alerts, "alerts", "(?,?,?,?,0,0,?,?)"},
		{&in.extras, "picket_alerts", "(?,?,?,?,?,?,?)"},
		{&in.messages, "messages", "(?,0,0,?,?)"},
		{&in.packets, "packets", "(?,?,?,?,?,?,?,'0',0,0,0,0,0,?,?,?,?,?,0,?,0,0,?,?)"},
		{&in.evidence, "picket_evidence", "(?,?,?,?)"},
		{&in.definitions, "picket_definitions", "(?,?,?,?,?,?,?,?,?)"},
	} {
		if *b.to, err = newBulk(c, b.into, b.row); err != nil {
			return in, err
		}
	}
	return in, nil
}

// all are in the order in which they are flushed.
func (in *inserts) all() []*bulk {
	return []*bulk{in.alerts, in.extras, in.messages, in.packets, in.evidence, in.definitions}
}

func (in *inserts) close() error {
	var errs []error
	for _, b := range in.all() {
		if b != nil {
			errs = append(errs, b.close())
		}
	}
	return errors.Join(errs...)
}

// write inserts a portion of b.
func (in *inserts) write(b *batch, p portion) error {
	defer func() {
		for _, b := range in.all() {
			b.reset() // there is something only after an error
		}
	}()
	for _, r := range b.records[:p.records] {
		if err := in.record(r); err != nil {
			return fmt.Errorf("insert an alert: %w", err)
		}
	}
	for _, m := range b.messages[:p.messages] {
		if err := in.messages.add(m.Time(), messageType(m.Flags()), m.Text()); err != nil {
			return fmt.Errorf("insert a message: %w", err)
		}
	}
	for _, d := range b.definitions[:p.definitions] {
		if err := in.definitions.add(d.Header, d.Class, int64(d.Severity), d.Description, d.PhyID,
			d.Limit.Count, int64(d.Limit.Unit), d.Burst.Count, int64(d.Burst.Unit)); err != nil {
			return fmt.Errorf("insert a definition: %w", err)
		}
	}
	for _, b := range in.all() {
		if err := b.flush(); err != nil {
			return fmt.Errorf("insert rows: %w", err)
		}
	}
	return nil
}

func (in *inserts) record(r *alertcore.Record) error {
	a, def := r.Alert(), r.Definition()
	sec, usec := split(r.Time())
	if err := in.alerts.add(sec, usec, phyName(def.PhyID), a.BSSID.String(), def.Header, r.JSON()); err != nil {
		return err
	}
	var limitTime, subject driver.Value
	if s, at := r.Limited(); at != 0 {
		limitTime = int64(at)
		if def.BuiltIn && s != a.BSSID {
			subject = s.String()
		}
	}
	if err := in.extras.add(int64(r.Time()), int64(r.Hash()), int64(def.Severity), def.Header, addressesOf(a), limitTime, subject); err != nil {
		return err
	}
	for i := range a.Evidence {
		if err := in.frame(r, i); err != nil {
			return err
		}
	}
	return nil
}

// frame inserts the frame i of an alert's evidence. What is 0 in its row, as the
// rate and the hash are, Kismet's tools take for unknown; where the frame does
// not tell its frequency, that is the alert's.
func (in *inserts) frame(r *alertcore.Record, i int) error {
	a, def := r.Alert(), r.Definition()
	f := &a.Evidence[i]
	in.packetid++
	sec, usec := split(alertcore.MicrosOf(f.Time))
	if err := in.packets.add(sec, usec, phyName(def.PhyID), f.Source.String(), f.Dest.String(), f.Transmitter.String(),
		cmp.Or(f.FrequencyKHz, a.FrequencyKHz), int64(len(f.Data)), int64(f.SignalDBm), f.Datasource,
		int64(f.LinkType), f.Data, "ALERT ALERT_"+def.Header, in.packetid, int64(max(f.Length, len(f.Data)))); err != nil {
		return err
	}
	return in.evidence.add(int64(r.Time()), int64(i+1), in.packetid, f.Note)
}
