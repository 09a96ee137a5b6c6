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

	packetid int64 // of the newest packet
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

// write inserts what is in s.
func (in *inserts) write(s *segment) error {
	defer func() {
		for _, b := range in.all() {
			b.reset() // there is something only after an error
		}
	}()
	for rest := s.data[segmentHeader:]; len(rest) > 0; {
		var rows []byte
		if rows, _, rest = cutGroup(s.epoch, rest); rows == nil {
			return errRows
		}
		for r := (rowReader{data: rows}); r.more(); {
			if err := in.row(&r); err != nil {
				return fmt.Errorf("insert rows: %w", err)
			}
		}
	}
	for _, b := range in.all() {
		if err := b.flush(); err != nil {
			return fmt.Errorf("insert rows: %w", err)
		}
	}
	return nil
}

// row inserts the next row of r.
func (in *inserts) row(r *rowReader) error {
	var err error
	switch r.kind() {
	case rowAlert:
		err = in.alert(r)
	case rowFrame:
		err = in.frame(r)
	case rowMessage:
		sent, word, text := r.int(), r.text(), r.text()
		err = in.messages.add(sent, word, text)
	case rowDefinition:
		header, class, description := r.text(), r.text(), r.text()
		severity, phy := r.int(), r.int()
		limitCount, limitUnit, burstCount, burstUnit := r.int(), r.int(), r.int(), r.int()
		err = in.definitions.add(header, class, severity, description, phy, limitCount, limitUnit, burstCount, burstUnit)
	default:
		err = errRows
	}
	return cmp.Or(r.err, err)
}

func (in *inserts) alert(r *rowReader) error {
	at, hash, severity, phy := r.int(), r.int(), r.int(), r.int()
	header, bssid, addresses := r.text(), r.text(), r.text()
	limited, subject, encoded := r.int(), r.text(), r.octets()
	sec, usec := split(alertcore.Micros(at))
	if err := in.alerts.add(sec, usec, phyName(phy), bssid, header, encoded); err != nil {
		return err
	}
	var limitTime, limitSubject driver.Value
	if limited != 0 {
		limitTime = limited
	}
	if subject != "" {
		limitSubject = subject
	}
	return in.extras.add(at, hash, severity, header, addresses, limitTime, limitSubject)
}

// frame inserts a frame of an alert's evidence. What is 0 in its row, as the
// rate and the hash are, Kismet's tools take for unknown.
func (in *inserts) frame(r *rowReader) error {
	alert, part, phy, header := r.int(), r.int(), r.int(), r.text()
	at, source, dest, transmitter := r.int(), r.text(), r.text(), r.text()
	frequency, signal := r.float(), r.int()
	datasource, linkType, length := r.text(), r.int(), r.int()
	note, data := r.text(), r.octets()
	in.packetid++
	sec, usec := split(alertcore.Micros(at))
	if err := in.packets.add(sec, usec, phyName(phy), source, dest, transmitter, frequency, int64(len(data)), signal, datasource,
		linkType, data, "ALERT ALERT_"+header, in.packetid, length); err != nil {
		return err
	}
	return in.evidence.add(alert, part, in.packetid, note)
}
