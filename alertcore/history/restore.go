package history

import (
	"context"
	"fmt"
	"slices"

	"picket/alertcore"
)

// restore reads what a core goes on from, and notes that no cursor of before
// now is younger than now.
func (f *file) restore(ctx context.Context, backlog int, now alertcore.Micros) (alertcore.Past, error) {
	past := alertcore.Past{TimeLast: map[string]alertcore.Micros{}}
	for _, read := range []func() error{
		func() error { return f.readNewest(ctx, &past, now) },
		func() error { return f.readDefinitions(ctx, &past) },
		func() error { return f.readRecords(ctx, &past, backlog) },
		func() error { return f.readMessages(ctx, &past) },
		func() error { return f.readSends(ctx, &past, now) },
		func() error { return f.readTimeLast(ctx, &past) },
	} {
		if err := read(); err != nil {
			return past, err
		}
	}
	return past, nil
}

const (
	newestAlert = "coalesce((SELECT ts_sec * 1000000 + ts_usec FROM alerts ORDER BY ts_sec DESC, ts_usec DESC LIMIT 1), 0)"
	newestGone  = "coalesce((SELECT value FROM picket_state WHERE name = '" + stateGone + "'), 0)"
	newestKept  = "coalesce((SELECT value FROM picket_state WHERE name = '" + stateNewest + "'), 0)"
)

func (f *file) readNewest(ctx context.Context, past *alertcore.Past, now alertcore.Micros) error {
	query := "INSERT OR REPLACE INTO picket_state VALUES ('" + stateNewest + "', max(?, " + newestAlert + ", " + newestGone + ", " + newestKept + ")) RETURNING value"
	if err := f.conn.QueryRowContext(ctx, query, int64(now)).Scan((*int64)(&past.Newest)); err != nil {
		return fmt.Errorf("note the time: %w", err)
	}
	return nil
}

// each calls row for every row of a query.
func (f *file) each(ctx context.Context, row func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := f.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (f *file) readDefinitions(ctx context.Context, past *alertcore.Past) error {
	err := f.each(ctx, func(scan func(...any) error) error {
		var d alertcore.Definition
		past.Definitions = append(past.Definitions, d)
		p := &past.Definitions[len(past.Definitions)-1]
		if err := scan(&p.Header, &p.Class, &p.Severity, &p.Description, &p.PhyID, &p.Limit.Count, &p.Limit.Unit, &p.Burst.Count, &p.Burst.Unit); err != nil {
			return err
		}
		if !p.Severity.Valid() || p.Limit.Unit > alertcore.Day || p.Burst.Unit > p.Limit.Unit ||
			p.Limit.Count > alertcore.MaxRate || p.Burst.Count > alertcore.MaxRate {
			return fmt.Errorf("%w: definition of %s", errDamaged, p.Header)
		}
		return nil
	}, "SELECT header, class, severity, description, phy, limit_count, limit_unit, burst_count, burst_unit FROM picket_definitions ORDER BY rowid")
	if err != nil {
		return fmt.Errorf("read definitions: %w", err)
	}
	return nil
}

func (f *file) readRecords(ctx context.Context, past *alertcore.Past, backlog int) error {
	err := f.each(ctx, func(scan func(...any) error) error {
		var encoded []byte
		if err := scan(&encoded); err != nil {
			return err
		}
		r, err := alertcore.ParseRecord(encoded)
		if err != nil {
			return fmt.Errorf("%w: %w", errDamaged, err)
		}
		past.Records = append(past.Records, r)
		return nil
	}, "SELECT json FROM alerts ORDER BY ts_sec DESC, ts_usec DESC LIMIT ?", int64(backlog))
	if err != nil {
		return fmt.Errorf("read alerts: %w", err)
	}
	slices.Reverse(past.Records)
	return nil
}

func (f *file) readMessages(ctx context.Context, past *alertcore.Past) error {
	err := f.each(ctx, func(scan func(...any) error) error {
		var sent int64
		var word, text string
		if err := scan(&sent, &word, &text); err != nil {
			return err
		}
		past.Messages = append(past.Messages, alertcore.RestoreMessage(messageFlags(word), text, sent))
		return nil
	}, "SELECT ts_sec, msgtype, message FROM messages ORDER BY rowid DESC LIMIT ?", int64(alertcore.MessageBacklog))
	if err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	slices.Reverse(past.Messages)
	return nil
}

// maxSends bounds what is replayed into limits. No limit counts more.
const maxSends = alertcore.MaxRate

// readSends reads what counts for limits of a day, the longest there is.
func (f *file) readSends(ctx context.Context, past *alertcore.Past, now alertcore.Micros) error {
	day := alertcore.Micros(alertcore.Day.Duration().Microseconds())
	err := f.each(ctx, func(scan func(...any) error) error {
		var s alertcore.Send
		var subject string
		if err := scan(&s.Name, (*int64)(&s.Time), &subject); err != nil {
			return err
		}
		var err error
		if s.Subject, err = alertcore.ParseMAC(subject); err != nil {
			return fmt.Errorf("%w: subject of an alert: %w", errDamaged, err)
		}
		past.Sends = append(past.Sends, s)
		return nil
	}, `SELECT a.header, p.limit_time, coalesce(p.subject, a.devmac)
		FROM picket_alerts p JOIN alerts a ON a.ts_sec = p.time / 1000000 AND a.ts_usec = p.time % 1000000
		WHERE p.time > ? AND p.limit_time > ? ORDER BY p.time DESC LIMIT ?`, int64(past.Newest-day), int64(now-day), int64(maxSends))
	if err != nil {
		return fmt.Errorf("read what counts for limits: %w", err)
	}
	slices.Reverse(past.Sends)
	return nil
}

func (f *file) readTimeLast(ctx context.Context, past *alertcore.Past) error {
	err := f.each(ctx, func(scan func(...any) error) error {
		var name string
		var at int64
		if err := scan(&name, &at); err != nil {
			return err
		}
		past.TimeLast[name] = alertcore.Micros(at)
		return nil
	}, "SELECT header, max(ts_sec * 1000000 + ts_usec) FROM alerts GROUP BY header")
	if err != nil {
		return fmt.Errorf("read when alerts were last raised: %w", err)
	}
	return nil
}
