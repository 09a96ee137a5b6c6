package history

import (
	"cmp"
	"slices"

	"picket/alertcore"
)

// batch is what the writer has taken from the queue and not written yet.
type batch struct {
	records     []*alertcore.Record
	messages    []*alertcore.Message
	definitions []*alertcore.Definition
	waiters     []chan error // for the things before them to be on disk
	flushers    []chan error // for them to be in the database
}

// len is the number of things to write.
func (b *batch) len() int { return len(b.records) + len(b.messages) + len(b.definitions) }

// add takes over a stack of entries. What was pushed in another order than it
// was published in is put right.
func (b *batch) add(newest *entry) {
	definitions := len(b.definitions)
	for e := newest; e != nil; e = e.below {
		switch {
		case e.record != nil:
			b.records = append(b.records, e.record)
		case e.message != nil:
			b.messages = append(b.messages, e.message)
		case e.definition != nil:
			b.definitions = append(b.definitions, e.definition)
		case e.flush:
			b.flushers = append(b.flushers, e.waiter)
		default:
			b.waiters = append(b.waiters, e.waiter)
		}
	}
	slices.Reverse(b.definitions[definitions:])
	slices.SortFunc(b.records, func(x, y *alertcore.Record) int { return cmp.Compare(x.Time(), y.Time()) })
	slices.SortFunc(b.messages, func(x, y *alertcore.Message) int { return cmp.Compare(x.Place(), y.Place()) })
}

// release tells those who wait for the disk.
func (b *batch) release(err error) { b.waiters = release(b.waiters, err) }

// release tells those who wait, and returns a list without them.
func release(list []chan error, err error) []chan error {
	for _, w := range list {
		w <- err
	}
	clear(list)
	return list[:0]
}

// portion is the beginning of a batch.
type portion struct {
	records, messages, definitions int
	octets                         int // that these take
}

func (p portion) len() int { return p.records + p.messages + p.definitions }

// rowBytes is about what a row takes besides its longest column.
const rowBytes = 256

// recordOctets is about what a record takes, in memory as in the file.
func recordOctets(r *alertcore.Record) int {
	n := len(r.JSON()) + rowBytes
	for i := range r.Alert().Evidence {
		n += len(r.Alert().Evidence[i].Data) + rowBytes
	}
	return n
}

func messageOctets(m *alertcore.Message) int { return len(m.Text()) + rowBytes/4 }

// drop removes what was written.
func (b *batch) drop(p portion) {
	b.records = slices.Delete(b.records, 0, p.records)
	b.messages = slices.Delete(b.messages, 0, p.messages)
	b.definitions = slices.Delete(b.definitions, 0, p.definitions)
}
