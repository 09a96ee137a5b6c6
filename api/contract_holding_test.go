package api

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"picket/api/openapi"
)

// A contract is the description of the API, which answers are held against.
type contract struct {
	t        *testing.T
	document map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by pointer
	seen     map[string]bool               // "GET /path 200" of answers that were checked
}

const contractURL = "https://picket.invalid/openapi.json"

func newContract(t *testing.T) *contract {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapi.Document()))
	must(t, err)
	c := &contract{t: t, document: value.(map[string]any), compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}, seen: map[string]bool{}}
	c.compiler.AssertFormat()
	must(t, c.compiler.AddResource(contractURL, value))
	return c
}

// schema returns the schema at a pointer.
func (c *contract) schema(pointer string) *jsonschema.Schema {
	c.t.Helper()
	s := c.schemas[pointer]
	if s == nil {
		var err error
		if s, err = c.compiler.Compile(contractURL + "#" + pointer); err != nil {
			c.t.Fatalf("schema at %s: %v", pointer, err)
		}
		c.schemas[pointer] = s
	}
	return s
}

// at follows a pointer, and the references on its way. It returns where it led
// to.
func (c *contract) at(pointer string) (value any, where string) {
	value = c.document
	for _, name := range strings.Split(pointer, "/")[1:] {
		var o map[string]any
		if o, where = c.follow(value, where); o == nil {
			return nil, ""
		}
		value, where = o[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)], where+"/"+name
	}
	if o, to := c.follow(value, where); o != nil {
		return o, to
	}
	return value, where
}

// follow returns the object that value is, or refers to.
func (c *contract) follow(value any, where string) (o map[string]any, to string) {
	o, _ = value.(map[string]any)
	if ref, ok := o["$ref"].(string); ok && len(o) == 1 {
		value, to := c.at(strings.TrimPrefix(ref, "#"))
		o, _ := value.(map[string]any)
		return o, to
	}
	return o, where
}

func pointerTo(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(n))
	}
	return b.String()
}

// operations returns the operations that are described, as "GET /path".
func (c *contract) operations() []string {
	var list []string
	for path, item := range c.document["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			list = append(list, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(list)
	return list
}

// pointer is where the description of "GET /path" is.
func (c *contract) pointer(operation string) string {
	method, path, _ := strings.Cut(operation, " ")
	return pointerTo("paths", path, strings.ToLower(method))
}

// operation returns the description of "GET /path".
func (c *contract) operation(name string) map[string]any {
	o, _ := c.at(c.pointer(name))
	return mapOf(o)
}

// hold fails unless the answer to a request of an operation is as described.
func (c *contract) hold(operation string, r request, got response) {
	c.t.Helper()
	if why := c.breach(operation, suffixIn(r.target), got); why != "" {
		c.t.Errorf("%s, asked with %s %s: %d %s", operation, r.target, r.body, got.status, why)
	}
	c.seen[fmt.Sprint(operation, " ", got.status)] = true
}

// suffixIn returns the suffix of the path of a request.
func suffixIn(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path[strings.LastIndexByte(path, '.')+1:]
}

// breach says in what an answer is not as described; "" if it is.
func (c *contract) breach(operation, suffix string, got response) string {
	answer, where := c.at(c.pointer(operation) + pointerTo("responses", fmt.Sprint(got.status)))
	described, ok := answer.(map[string]any)
	if !ok {
		return "is not described"
	}
	for name := range mapOf(described["headers"]) {
		value, given := got.header[name]
		if !given && name != headerHistory {
			return "has no header " + name
		}
		h, at := c.at(where + pointerTo("headers", name))
		if given && mapOf(mapOf(h)["schema"])["type"] != "integer" {
			if why := invalidBy(c.schema(at+"/schema"), value[0]); why != "" {
				return "has in the header " + name + " " + why
			}
		}
	}
	contents := mapOf(described["content"])
	if len(contents) == 0 {
		if got.body != "" {
			return "has a body that is not described: " + got.body
		}
		return ""
	}
	mime := got.header.Get("Content-Type")
	media := mapOf(contents[mime])
	if media == nil {
		return fmt.Sprintf("has the content type %s, described are %v", mime, slices.Collect(maps.Keys(contents)))
	}
	where += pointerTo("content", mime)
	switch {
	case mime != "application/json" || media["x-picket-text"] == true:
		return invalidBy(c.schema(where+"/schema"), got.body)
	case suffix == "itjson":
		for line := range strings.Lines(got.body) {
			if why := c.invalidJSON(where+"/x-picket-line", line); why != "" {
				return why
			}
		}
		return ""
	}
	if suffix != "prettyjson" {
		return c.invalidJSON(where+"/schema", got.body)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(got.body))
	if err != nil {
		return fmt.Sprintf("is no JSON: %v: %s", err, got.body)
	}
	return invalidBy(c.schema(where+"/schema"), undescribed(value))
}

// undescribed is a value without the descriptions that prettyjson adds.
func undescribed(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			if value[name] = undescribed(v); strings.HasPrefix(name, "description.") {
				delete(value, name)
			}
		}
	case []any:
		for i, v := range value {
			value[i] = undescribed(v)
		}
	}
	return value
}

func mapOf(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// invalidJSON says why text is not JSON of the schema at a pointer; "" if it is.
func (c *contract) invalidJSON(pointer, text string) string {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return fmt.Sprintf("is no JSON: %v: %s", err, text)
	}
	return invalidBy(c.schema(pointer), value)
}

func invalidBy(s *jsonschema.Schema, value any) string {
	if err := s.Validate(value); err != nil {
		return err.Error()
	}
	return ""
}
