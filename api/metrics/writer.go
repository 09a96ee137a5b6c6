package metrics

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Writer takes the values of one scrape. Labels are given as name and value
// by turns; each set of labels may be written once within a family.
type Writer struct {
	families map[string]*family
}

// family is the lines of one name, which have to stand together.
type family struct {
	kind, help string
	lines      []byte
}

// Counter writes a count that only grows, until the program starts anew. By
// convention its name ends with _total.
func (w *Writer) Counter(name, help string, n uint64, labels ...string) {
	f := w.family(name, help, "counter")
	f.lines = strconv.AppendUint(appendSeries(f.lines, name, labels), n, 10)
	f.lines = append(f.lines, '\n')
}

// FloatCounter is Counter for what is not counted in whole numbers.
func (w *Writer) FloatCounter(name, help string, v float64, labels ...string) {
	w.value(name, help, "counter", v, labels)
}

// Gauge writes a value that may rise and fall.
func (w *Writer) Gauge(name, help string, v float64, labels ...string) {
	w.value(name, help, "gauge", v, labels)
}

// Queue writes how many wait in a queue, and for how many there is room; 0 is
// for a queue without a limit.
func (w *Writer) Queue(name string, length, room int) {
	w.Gauge("picket_queue_length", "What waits in a queue.", float64(length), "queue", name)
	if room > 0 {
		w.Gauge("picket_queue_capacity", "For how much a queue has room.", float64(room), "queue", name)
	}
}

// Histogram writes what h has observed.
func (w *Writer) Histogram(name, help string, h *Histogram, labels ...string) {
	f := w.family(name, help, "histogram")
	line := func(suffix string, labels []string, v float64) {
		f.lines = appendNumber(appendSeries(f.lines, name+suffix, labels), v)
		f.lines = append(f.lines, '\n')
	}
	withBound := append(slices.Clip(labels), "le", "")
	sum, count := h.sum.load(), uint64(0) // a sum that lacks the latest is better than one of what is not counted
	for i := range h.counts {
		count += h.counts[i].Load()
		bound := math.Inf(1)
		if i < len(h.bounds) {
			bound = h.bounds[i]
		}
		withBound[len(withBound)-1] = string(appendNumber(nil, bound))
		line("_bucket", withBound, float64(count))
	}
	line("_sum", labels, sum)
	line("_count", labels, float64(count))
}

func (w *Writer) value(name, help, kind string, v float64, labels []string) {
	f := w.family(name, help, kind)
	f.lines = append(appendNumber(appendSeries(f.lines, name, labels), v), '\n')
}

// family returns the family of a name. A name has one kind: two are a fault of
// the program.
func (w *Writer) family(name, help, kind string) *family {
	f := w.families[name]
	if f == nil {
		f = &family{kind: kind, help: help}
		w.families[name] = f
	}
	if f.kind != kind {
		panic(fmt.Sprintf("metrics: %s is a %s and a %s", name, f.kind, kind))
	}
	return f
}

func (w *Writer) appendTo(b []byte) []byte {
	for _, name := range slices.Sorted(maps.Keys(w.families)) {
		f := w.families[name]
		b = append(b, "# HELP "+name+" "+helpEscaper.Replace(f.help)+"\n# TYPE "+name+" "+f.kind+"\n"...)
		b = append(b, f.lines...)
	}
	return b
}

var (
	helpEscaper  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	labelEscaper = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// appendSeries appends a name, its labels and a blank. The format is UTF-8; names
// of sources come from files and may be anything.
func appendSeries(b []byte, name string, labels []string) []byte {
	b = append(b, name...)
	for i := 0; i+1 < len(labels); i += 2 {
		b = append(b, "{,"[min(i, 1)])
		b = append(b, labels[i]+`="`...)
		b = append(b, labelEscaper.Replace(strings.ToValidUTF8(labels[i+1], "\ufffd"))...)
		b = append(b, '"')
	}
	if len(labels) > 1 {
		b = append(b, '}')
	}
	return append(b, ' ')
}

// appendNumber spares people the exponents of what is neither large nor small.
func appendNumber(b []byte, v float64) []byte {
	switch size := math.Abs(v); {
	case math.IsInf(v, 1):
		return append(b, "+Inf"...)
	case size == 0 || 1e-4 <= size && size < 1e15:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	return strconv.AppendFloat(b, v, 'g', -1, 64)
}
