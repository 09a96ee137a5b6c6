package history

import (
	"context"
	"database/sql"
	"fmt"

	"picket/alertcore"
)

// Evidence returns the frames that the alert of this time rests on, in order;
// none if it has none. A frame that did not tell its frequency has that of the
// alert, and those that older versions wrote have neither addresses nor signal.
func (r *Reader) Evidence(ctx context.Context, at alertcore.Micros) ([]alertcore.EvidenceFrame, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT k.ts_sec, k.ts_usec, k.sourcemac, k.destmac, k.transmac, k.frequency, k.signal,
			k.datasource, k.dlt, k.packet, k.packet_full_len, e.note
		FROM picket_evidence e JOIN packets k ON k.packetid = e.packetid WHERE e.alert_time = ? ORDER BY e.part`, int64(at))
	if err != nil {
		return nil, fmt.Errorf("read evidence from history %s: %w", r.path, err)
	}
	defer rows.Close()
	var list []alertcore.EvidenceFrame
	for rows.Next() {
		f, err := scanFrame(rows)
		if err != nil {
			return nil, fmt.Errorf("read evidence from history %s: %w", r.path, err)
		}
		list = append(list, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read evidence from history %s: %w", r.path, err)
	}
	return list, nil
}

// scanFrame reads a row of Evidence.
func scanFrame(rows *sql.Rows) (f alertcore.EvidenceFrame, err error) {
	var sec, usec int64
	var source, dest, transmitter string
	if err := rows.Scan(&sec, &usec, &source, &dest, &transmitter, &f.FrequencyKHz, &f.SignalDBm,
		&f.Datasource, &f.LinkType, &f.Data, &f.Length, &f.Note); err != nil {
		return f, err
	}
	f.Time = join(sec, usec).Time()
	for _, a := range []struct {
		to   *alertcore.MAC
		text string
	}{{&f.Source, source}, {&f.Dest, dest}, {&f.Transmitter, transmitter}} {
		if *a.to, err = alertcore.ParseMAC(a.text); err != nil {
			return f, err
		}
	}
	return f, nil
}
