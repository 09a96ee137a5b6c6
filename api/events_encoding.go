package api

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// wire is how events are put on a connection.
type wire uint8

const (
	overSocket wire = iota // as text frames of a WebSocket (RFC 6455)
	overSSE                // as server-sent events (WHATWG HTML, 9.2)
)

// rendition is what a client wants of an event, and how.
type rendition struct {
	key    string // the same for all that is the same
	wire   wire
	format tracked.Format
	fields tracked.Fields
}

// sharedSelection is one that several clients may have. An event is encoded
// for them once.
type sharedSelection struct {
	rendition
	users atomic.Int32
}

// newSelection names what is wanted by names: paths and aliases, in order.
func newSelection(w wire, format tracked.Format, fields tracked.Fields, names []string) rendition {
	return rendition{
		key: fmt.Sprintf("%d %d %q", w, format, names), wire: w, format: format, fields: fields,
	}
}

// encodedEvent is an event as it is sent to those with a rendition.
type encodedEvent struct {
	selected *sharedSelection
	frame    []byte
}

// encode returns what is sent of e. It must not be changed.
func (e *event) encode(s *sharedSelection) []byte {
	if frame := e.find(s); frame != nil {
		return frame
	}
	if s.users.Load() == 1 {
		return e.frame(&s.rendition) // nobody else will ask
	}
	e.encoding.Lock()
	defer e.encoding.Unlock()
	if frame := e.find(s); frame != nil {
		return frame
	}
	list := []encodedEvent{{s, e.frame(&s.rendition)}}
	if old := e.encoded.Load(); old != nil {
		list = append(list, *old...)
	}
	e.encoded.Store(&list)
	return list[0].frame
}

func (e *event) find(s *sharedSelection) []byte {
	if list := e.encoded.Load(); list != nil {
		for i := range *list {
			if have := &(*list)[i]; have.selected == s {
				return have.frame
			}
		}
	}
	return nil
}

func (e *event) frame(s *rendition) []byte {
	if s.wire == overSSE {
		return appendServerSent(nil, e, s)
	}
	return appendFrame(nil, opText, validUTF8(appendEvent(nil, e, s)))
}

// appendEvent appends the object with the topic and what there is under it.
func appendEvent(b []byte, e *event, s *rendition) []byte {
	if e.record != nil && s.format == tracked.JSON && s.fields.Empty() {
		b = append(b, `{"`+TopicAlert+`": `...)
		b = append(b, e.record.JSON()...)
		return append(b, '}')
	}
	return s.format.Append(b, tracked.Strings(tracked.Object{{Name: e.topic, Value: s.fields.Simplify(e.content())}}))
}

func (e *event) content() tracked.Value {
	if e.record != nil {
		return tracked.Nested(e.record.Object())
	}
	return e.value
}

// appendServerSent appends e with its record alone, as the topic has a line of
// its own.
func appendServerSent(b []byte, e *event, s *rendition) []byte {
	data := []byte(nil)
	if e.record != nil {
		b = appendID(b, e.record.Time())
		if s.fields.Empty() {
			data = e.record.JSON()
		}
	}
	if data == nil {
		data = tracked.AppendJSON(nil, s.fields.Simplify(e.content()))
	}
	b = append(b, "event: "+strings.ToLower(e.topic)+"\ndata: "...)
	b = append(b, validUTF8(data)...) // JSON of one line
	return append(b, "\n\n"...)
}

// appendID appends the line by which a client resumes.
func appendID(b []byte, t alertcore.Micros) []byte {
	return fmt.Appendf(b, "id: %d.%06d\n", t/1e6, t%1e6)
}

// validUTF8 replaces what is not UTF-8, for which a client would have to close
// the connection (RFC 6455, 8.1). The names of networks are any bytes.
func validUTF8(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	return bytes.ToValidUTF8(text, []byte("\uFFFD"))
}
