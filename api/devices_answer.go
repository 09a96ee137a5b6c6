package api

import (
	"io"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// answerDevices answers with the devices that the request chooses of a list, as
// an array. The whole list of full tables takes tens of megabytes: what is more
// than a bit of it is made while it is sent.
func answerDevices(ctx *fasthttp.RequestCtx, list []*Device) {
	fields, ok := fieldsOf(ctx)
	if !ok {
		return
	}
	filter, err := filterOf(requestDictionary(ctx))
	if err != nil {
		failed(ctx, err)
		return
	}
	f, known := formatOf(ctx)
	if !known {
		return
	}
	list = filter.keep(list)
	record := func(i int) tracked.Value { return fields.Simplify(tracked.Nested(list[i].object())) }
	if f == tracked.PrettyJSON { // which people read
		values := make([]tracked.Value, len(list))
		for i := range list {
			values[i] = record(i)
		}
		ctx.Response.SetBodyRaw(f.Append(nil, tracked.Vector(values)))
		return
	}
	array := &arrayReader{format: f, record: record, count: len(list)}
	array.fill()
	if array.ended {
		ctx.Response.SetBodyRaw(array.buffer)
		return
	}
	ctx.Response.SetBodyStream(array, -1)
}

// arrayChunk is about how many bytes of an array are made at once.
const arrayChunk = 256 << 10

// An arrayReader makes the array of records while it is read, or their lines.
type arrayReader struct {
	format tracked.Format
	record func(int) tracked.Value
	count  int

	next   int    // record
	ended  bool   // all is made
	buffer []byte // what is made
	read   int    // bytes of it that were read
}

// fill makes a chunk, or what is left.
func (r *arrayReader) fill() {
	r.buffer, r.read = r.buffer[:0], 0
	lines := r.format.Lines()
	if r.next == 0 && !lines {
		r.buffer = append(r.buffer, '[')
	}
	for ; r.next < r.count && len(r.buffer) < arrayChunk; r.next++ {
		if r.next > 0 && !lines {
			r.buffer = append(r.buffer, ',')
		}
		r.buffer = r.format.Append(r.buffer, r.record(r.next))
	}
	if r.next == r.count {
		r.ended = true
		if !lines {
			r.buffer = append(r.buffer, ']')
		}
	}
}

func (r *arrayReader) Read(p []byte) (int, error) {
	if r.read == len(r.buffer) {
		if r.ended {
			return 0, io.EOF
		}
		r.fill()
	}
	n := copy(p, r.buffer[r.read:])
	r.read += n
	return n, nil
}
