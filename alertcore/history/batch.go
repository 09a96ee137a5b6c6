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
	waiters     []chan error
}

func (b *batch) empty() bool { return b.len() == 0 && len(b.waiters) == 0 }

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
		default:
			b.waiters = append(b.waiters, e.waiter)
		}
	}
	slices.Reverse(b.definitions[definitions:])
	slices.SortFunc(b.records, func(x, y *alertcore.Record) int { return cmp.Compare(x.Time(), y.Time()) })
	slices.SortFunc(b.messages, func(x, y *alertcore.Message) int { return cmp.Compare(x.Place(), y.Place()) })
}

// release tells those who wait.
func (b *batch) release(err error) {
	for _, w := range b.waiters {
		w <- err
	}
	clear(b.waiters)
	b.waiters = b.waiters[:0]
}

// portion is what one transaction writes: a batch, but for its waiters.
type portion struct {
	records, messages, definitions int
	octets                         int // that these take
}

func (p portion) len() int { return p.records + p.messages + p.definitions }

// portion returns how much of b makes about so many bytes, in order.
func (b *batch) portion(bytes int) portion {
	definitions := len(b.definitions) // all of them, whatever they take
	p := portion{definitions: definitions, octets: definitions * rowBytes}
	bytes += p.octets
	for p.records < len(b.records) && p.octets < bytes {
		p.octets += recordOctets(b.records[p.records])
		p.records++
	}
	for p.messages < len(b.messages) && p.octets < bytes {
		p.octets += messageOctets(b.messages[p.messages])
		p.messages++
	}
	return p
}

// rowBytes is about what a row takes besides its longest column, indexes
// included.
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
