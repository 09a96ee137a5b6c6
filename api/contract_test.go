package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"picket/api/openapi"
)

// TestDescriptionIsOpenAPI holds the description against the schema of OpenAPI
// documents, and its schemas against that of schemas.
func TestDescriptionIsOpenAPI(t *testing.T) {
	c := newContract(t)
	compiler := jsonschema.NewCompiler()
	for pointer, url := range map[string]string{"": "openapi/testdata/openapi-3.1.schema.json", "/components/schemas": "https://json-schema.org/draft/2020-12/schema"} {
		s, err := compiler.Compile(url)
		must(t, err)
		value, _ := c.at(pointer)
		if pointer == "" {
			if why := invalidBy(s, value); why != "" {
				t.Error(why)
			}
			continue
		}
		for name, schema := range value.(map[string]any) {
			if why := invalidBy(s, schema); why != "" {
				t.Errorf("schema %s: %s", name, why)
			}
			c.schema(pointerTo("components", "schemas", name))
		}
	}
}

// TestDescriptionIsWhole tests what no schema does: references lead somewhere,
// components are used, identifiers are those of one operation, parameters are
// those of the path.
func TestDescriptionIsWhole(t *testing.T) {
	c := newContract(t)
	used := map[string]bool{}
	var walk func(value any, where string)
	walk = func(value any, where string) {
		switch value := value.(type) {
		case map[string]any:
			for name, v := range value {
				ref, isText := v.(string)
				if name != "$ref" || !isText {
					walk(v, where+pointerTo(name))
					continue
				}
				used[ref] = true
				if to, _ := c.at(strings.TrimPrefix(ref, "#")); to == nil {
					t.Errorf("%s refers to %s, which is not there", where, ref)
				}
			}
		case []any:
			for i, v := range value {
				walk(v, fmt.Sprint(where, "/", i))
			}
		}
	}
	walk(c.document, "")
	for kind, list := range mapOf(c.document["components"]) {
		for name := range mapOf(list) {
			if kind != "securitySchemes" && !used["#/components/"+kind+"/"+name] {
				t.Errorf("component %s/%s is not used", kind, name)
			}
		}
	}
	tags := map[string]bool{}
	for _, tag := range c.document["tags"].([]any) {
		tags[mapOf(tag)["name"].(string)] = true
	}
	ids := map[string]string{}
	for _, name := range c.operations() {
		o := c.operation(name)
		id, _ := o["operationId"].(string)
		if other := ids[id]; id == "" || other != "" {
			t.Errorf("%s has the identifier %q of %q", name, id, other)
		}
		ids[id] = name
		for _, tag := range o["tags"].([]any) {
			if !tags[tag.(string)] {
				t.Errorf("%s has the tag %s, which is not described", name, tag)
			}
		}
		if o["summary"] == "" {
			t.Errorf("%s has no summary", name)
		}
		var inPath []string
		parameters, _ := o["parameters"].([]any)
		for _, p := range parameters {
			if p, _ := c.follow(p, ""); p["in"] == "path" {
				inPath = append(inPath, p["name"].(string))
			}
		}
		slices.Sort(inPath)
		if want := parametersOf(name); !slices.Equal(inPath, want) {
			t.Errorf("%s describes the parameters %v of the path", name, inPath)
		}
	}
}

// parametersOf returns the names in braces, sorted.
func parametersOf(path string) (names []string) {
	for _, part := range strings.Split(path, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// TestDescriptionHasEveryMember has what keeps an undescribed member of a
// record from passing.
func TestDescriptionHasEveryMember(t *testing.T) {
	c := newContract(t)
	closed := 0
	for name, s := range mapOf(mapOf(c.document["components"])["schemas"]) {
		s := mapOf(s)
		properties := mapOf(s["properties"])
		for member, p := range properties {
			p := mapOf(p)
			_, isRef := p["$ref"]
			if p["description"] == nil && !isRef {
				t.Errorf("%s: %s has no description", name, member)
			}
		}
		if s["unevaluatedProperties"] == false {
			closed++
			for _, member := range s["required"].([]any) {
				if properties[member.(string)] == nil {
					t.Errorf("%s requires %s, which is not described", name, member)
				}
			}
		}
	}
	if closed < 30 {
		t.Errorf("%d records are described whole", closed)
	}
}

var roles = map[access]string{anyone: "anyone", reader: "reader", loggedIn: "login", admin: "admin"}

// TestDescriptionHasEveryRoute compares it with the table of routes: paths,
// methods and who may.
func TestDescriptionHasEveryRoute(t *testing.T) {
	c := newContract(t)
	routes := append(newWholeServer(t, nil).server.routes(), route{path: pathEvents, methods: get, access: reader})
	served := map[string]string{} // operation to role
	for _, r := range routes {
		for method, bit := range map[string]methods{"GET": get, "POST": post} {
			if r.methods&bit != 0 {
				served[method+" "+r.path] = roles[r.access]
			}
		}
	}
	for _, name := range c.operations() {
		role, ok := served[name]
		if !ok {
			t.Errorf("%s is described, but not there", name)
			continue
		}
		o := c.operation(name)
		if o["x-picket-role"] != role {
			t.Errorf("%s is described for %v, and open to %s", name, o["x-picket-role"], role)
		}
		security, given := o["security"].([]any)
		wantless := role == "reader" // may be open
		if open := len(security) > 0 && len(mapOf(security[0])) == 0; given != (role == "anyone" || wantless) || open != wantless {
			t.Errorf("%s is described with the security %v", name, security)
		}
		delete(served, name)
	}
	for _, name := range slices.Sorted(maps.Keys(served)) {
		t.Errorf("%s is not described", name)
	}
}

func TestDescriptionIsServedToAnyone(t *testing.T) {
	f := newFixtureOn(t, elsewhere, nil)
	f.from(elsewhere)
	f.want(read("/openapi.json"), 200, string(openapi.Document()))
	if !json.Valid(openapi.Document()) {
		t.Error("it is no JSON")
	}
	if got := f.do(read("/openapi.json")).header.Get("Content-Type"); got != "application/json" {
		t.Errorf("its type is %s", got)
	}
}
