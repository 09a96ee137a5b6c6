package api

import (
	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

const (
	errField     fault = "Invalid field mapping, expected field or [field,rename]"
	errFieldPair fault = "Invalid field mapping, expected [field, name]"
)

// fieldsOf returns the members that a POST asks for; none of them if it does
// not say. It answers a request that says it wrong, and is false then.
func fieldsOf(ctx *fasthttp.RequestCtx) (fields tracked.Fields, ok bool) {
	fields, err := parseFields(requestDictionary(ctx))
	if err != nil {
		failed(ctx, err)
		return fields, false
	}
	return fields, true
}

// parseFields reads the list under "fields": paths, or pairs of a path and the
// name that the member is to have. What is no list is ignored.
func parseFields(d dictionary) (fields tracked.Fields, err error) {
	v, _, err := d.get("fields")
	if err != nil {
		return fields, err
	}
	list, _ := v.([]any)
	for _, entry := range list {
		switch entry := entry.(type) {
		case string:
			fields.Add(entry, "")
		case []any:
			if len(entry) != 2 {
				return fields, errFieldPair
			}
			path, isPath := entry[0].(string)
			alias, isAlias := entry[1].(string)
			if !isPath || !isAlias {
				return fields, errFieldPair
			}
			fields.Add(path, alias)
		default:
			return fields, errField
		}
	}
	return fields, nil
}

// simplified answers with v, or with the members of it that a POST asks for.
func simplified(ctx *fasthttp.RequestCtx, v tracked.Value) {
	if fields, ok := fieldsOf(ctx); ok {
		value(ctx, fields.Simplify(v))
	}
}
