package api

import (
	"sync/atomic"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// lists keeps the bodies that pollers ask for most: the whole list, and that
// there is nothing new. They change only with the newest record, so its
// identity, or its time, tells whether a body is still right. Readers and
// writers need no lock; a body that several make at once is the same.
type lists struct {
	alerts  Alerts
	tags    tagSeed
	whole   [tracked.Formats]atomic.Pointer[wholeList]
	nothing [tracked.Formats]atomic.Pointer[nothingNew]
}

type wholeList struct {
	latest *alertcore.Record
	body   []byte
	tag    [tagLength]byte
}

type nothingNew struct {
	cursor alertcore.Micros
	body   []byte
}

// all returns the array of all alerts, and its tag. It must not be changed.
func (l *lists) all(f tracked.Format) *wholeList {
	latest := l.alerts.Latest()
	if w := l.whole[f].Load(); w != nil && w.latest == latest {
		return w
	}
	records, _ := l.alerts.All()
	if len(records) > 0 {
		latest = records[len(records)-1] // there may be newer ones by now
	}
	w := &wholeList{latest: latest, body: appendRecords(nil, f, records)}
	w.tag = l.tags.tag(w.body)
	l.whole[f].Store(w)
	return w
}

// wrapped returns the dictionary with records and the cursor. It must not be
// changed.
func (l *lists) wrapped(f tracked.Format, records []*alertcore.Record, cursor alertcore.Micros) []byte {
	if len(records) > 0 {
		return appendWrapped(nil, f, records, cursor)
	}
	if n := l.nothing[f].Load(); n != nil && n.cursor == cursor {
		return n.body
	}
	n := &nothingNew{cursor: cursor, body: appendWrapped(nil, f, nil, cursor)}
	l.nothing[f].Store(n)
	return n.body
}

// appendRecords appends the array of records, or their lines.
func appendRecords(b []byte, f tracked.Format, records []*alertcore.Record) []byte {
	switch f {
	case tracked.JSON:
		b = append(b, '[')
		b = appendEncoded(b, records, ",")
		return append(b, ']')
	case tracked.ITJSON:
		if len(records) > 0 {
			b = append(appendEncoded(b, records, "\n"), '\n')
		}
		return b
	}
	return f.Append(b, objects(records))
}

// appendWrapped appends the dictionary of records and the cursor.
func appendWrapped(b []byte, f tracked.Format, records []*alertcore.Record, cursor alertcore.Micros) []byte {
	if f != tracked.JSON {
		return f.Append(b, wrap(objects(records), cursor))
	}
	b = append(b, `{"`+listName+`": [`...)
	b = appendEncoded(b, records, ",")
	b = append(b, `],"`+cursorName+`": `...)
	b = tracked.AppendDouble(b, cursor.Seconds())
	return append(b, '}')
}

// appendEncoded appends what the records were encoded to when they were
// published.
func appendEncoded(b []byte, records []*alertcore.Record, separator string) []byte {
	size := 0
	for _, r := range records {
		size += len(r.JSON()) + len(separator)
	}
	const rest = 64 // what callers put around
	if need := len(b) + size + rest; cap(b) < need {
		b = append(make([]byte, 0, need), b...)
	}
	for i, r := range records {
		if i > 0 {
			b = append(b, separator...)
		}
		b = append(b, r.JSON()...)
	}
	return b
}

const (
	listName   = "kismet.alert.list"
	cursorName = "kismet.alert.timestamp"
)

func wrap(list tracked.Value, cursor alertcore.Micros) tracked.Value {
	return tracked.Nested(tracked.Object{
		{Name: listName, Description: "Alerts", Value: list},
		{Name: cursorName, Description: "alert update timestamp", Value: tracked.Double(cursor.Seconds())},
	})
}

func objects(records []*alertcore.Record) tracked.Value {
	list := make([]tracked.Object, len(records))
	for i, r := range records {
		list[i] = r.Object()
	}
	return tracked.Objects(list)
}
