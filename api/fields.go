package api

import (
	"strings"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

const (
	errField     fault = "Invalid field mapping, expected field or [field,rename]"
	errFieldPair fault = "Invalid field mapping, expected [field, name]"
)

// fieldsOf returns the members that a request asks for, in its dictionary or,
// without one, by the variable fields; none if it does not say. It answers a
// request that says it wrong, and is false then.
func fieldsOf(ctx *fasthttp.RequestCtx) (fields tracked.Fields, ok bool) {
	fields, err := parseFields(requestDictionary(ctx))
	if err != nil {
		failed(ctx, err)
		return fields, false
	}
	addShortFields(ctx, &fields)
	return fields, true
}

// addShortFields reads what people type, ?fields=kismet.alert.header,a.b/c:alias,
// for want of a list in the dictionary. Names of fields have neither commas nor
// colons in them.
func addShortFields(ctx *fasthttp.RequestCtx, fields *tracked.Fields) {
	if !fields.Empty() {
		return
	}
	list, ok := variable(ctx, "fields")
	if !ok {
		return
	}
	for entry := range strings.SplitSeq(list, ",") {
		path, alias, _ := strings.Cut(entry, ":")
		fields.Add(path, alias)
	}
}

// parseFields reads the list under "fields": paths, or pairs of a path and the
// name that the member is to have. What is no list is ignored.
func parseFields(d dictionary) (fields tracked.Fields, err error) {
	v, _, err := d.get("fields")
	if err != nil {
		return fields, err
	}
	list, _ := v.([]any)
	err = addFields(&fields, list, errFieldPair, errField)
	return fields, err
}

// addFields takes in paths, and pairs of a path and a name. Entries that are
// wrong are answered with the errors given; those that are neither are passed
// over if their error is nil.
func addFields(fields *tracked.Fields, list []any, badPair, neither error) error {
	for _, entry := range list {
		switch entry := entry.(type) {
		case string:
			fields.Add(entry, "")
		case []any:
			if len(entry) != 2 {
				return badPair
			}
			path, isPath := entry[0].(string)
			alias, isAlias := entry[1].(string)
			if !isPath || !isAlias {
				return badPair
			}
			fields.Add(path, alias)
		default:
			if neither != nil {
				return neither
			}
		}
	}
	return nil
}

// simplified answers with v, or with the members of it that a request asks for.
func simplified(ctx *fasthttp.RequestCtx, v tracked.Value) {
	if fields, ok := fieldsOf(ctx); ok {
		value(ctx, fields.Simplify(v))
	}
}
