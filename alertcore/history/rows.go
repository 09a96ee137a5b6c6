package history

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"

	"picket/alertcore"
)

// What is journalled is encoded as rows: a byte that says what it is, and its
// values. Numbers are varints; texts and octets come with their length.

// rowKind is what a row tells of.
type rowKind byte

const (
	rowAlert rowKind = 1 + iota
	rowFrame         // that the alert before it rests on
	rowMessage
	rowDefinition
)

func appendInt(b []byte, n int64) []byte { return binary.AppendVarint(b, n) }

func appendText[T string | []byte](b []byte, text T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// appendAlert encodes r and the frames that it rests on. A frame that does not
// tell its frequency has that of the alert.
func appendAlert(b []byte, r *alertcore.Record) []byte {
	a, def := r.Alert(), r.Definition()
	b = append(b, byte(rowAlert))
	b = appendInt(b, int64(r.Time()))
	b = appendInt(b, int64(r.Hash()))
	b = appendInt(b, int64(def.Severity))
	b = appendInt(b, def.PhyID)
	b = appendText(b, def.Header)
	b = appendText(b, a.BSSID.String())
	b = appendText(b, addressesOf(a))
	subject, limited := r.Limited()
	b = appendInt(b, int64(limited))
	if limited != 0 && def.BuiltIn && subject != a.BSSID {
		b = appendText(b, subject.String())
	} else {
		b = appendText(b, "")
	}
	b = appendText(b, r.JSON())
	for i := range a.Evidence {
		f := &a.Evidence[i]
		b = append(b, byte(rowFrame))
		b = appendInt(b, int64(r.Time()))
		b = appendInt(b, int64(i+1))
		b = appendInt(b, def.PhyID)
		b = appendText(b, def.Header)
		b = appendInt(b, int64(alertcore.MicrosOf(f.Time)))
		for _, m := range [...]alertcore.MAC{f.Source, f.Dest, f.Transmitter} {
			b = appendText(b, m.String())
		}
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(cmp.Or(f.FrequencyKHz, a.FrequencyKHz)))
		b = appendInt(b, int64(f.SignalDBm))
		b = appendText(b, f.Datasource)
		b = appendInt(b, int64(f.LinkType))
		b = appendInt(b, int64(max(f.Length, len(f.Data))))
		b = appendText(b, f.Note)
		b = appendText(b, f.Data)
	}
	return b
}

func appendMessage(b []byte, m *alertcore.Message) []byte {
	b = append(b, byte(rowMessage))
	b = appendInt(b, m.Time())
	b = appendText(b, messageType(m.Flags()))
	return appendText(b, m.Text())
}

func appendDefinition(b []byte, d *alertcore.Definition) []byte {
	b = append(b, byte(rowDefinition))
	for _, text := range []string{d.Header, d.Class, d.Description} {
		b = appendText(b, text)
	}
	for _, n := range []int64{
		int64(d.Severity), d.PhyID, d.Limit.Count, int64(d.Limit.Unit), d.Burst.Count, int64(d.Burst.Unit),
	} {
		b = appendInt(b, n)
	}
	return b
}

// errRows is the cause when rows end in the midst of one.
var errRows = errors.New("the rows of the journal can't be understood")

// rowReader reads rows. What it returns after the end of its data is of no use,
// and err tells.
type rowReader struct {
	data []byte
	err  error
}

func (r *rowReader) more() bool { return r.err == nil && len(r.data) > 0 }

func (r *rowReader) kind() rowKind { return rowKind(r.take(1)[0]) }

func (r *rowReader) int() int64 {
	n, size := binary.Varint(r.data)
	r.skip(size)
	return n
}

func (r *rowReader) float() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(r.take(8)))
}

func (r *rowReader) octets() []byte {
	n, size := binary.Uvarint(r.data)
	r.skip(size)
	if n > uint64(len(r.data)) {
		r.skip(0)
		return nil
	}
	return r.take(int(n))
}

func (r *rowReader) text() string { return string(r.octets()) }

// take returns the next octets: zeros if there are too few.
func (r *rowReader) take(n int) []byte {
	if n > len(r.data) {
		r.skip(0)
		return make([]byte, n)
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

// skip passes over the octets of a number: 0 or less if that was none.
func (r *rowReader) skip(size int) {
	if size <= 0 {
		r.data, r.err = nil, errRows
		return
	}
	r.data = r.data[size:]
}
