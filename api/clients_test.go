package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// These tests send what clients of Kismet send that others have written, with
// the headers of their HTTP libraries, and read of the answers what those
// clients read.

// client sends requests like one of them.
type client struct {
	t      *testing.T
	f      *fixture
	header []string // that its library adds to each request
	login  string   // line of the header; "": none
	cookie string   // "KISMET=..."; "": none
	keeps  bool     // cookies that it is given
}

// Headers of HTTP libraries.
var (
	pythonRequests = []string{"User-Agent: python-requests/2.32.3", "Accept-Encoding: gzip, deflate", "Accept: */*", "Connection: keep-alive"}
	aiohttpClient  = []string{"User-Agent: Python/3.12 aiohttp/3.9.5", "Accept: */*", "Accept-Encoding: gzip, deflate"}
	goClient       = []string{"User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"}
	curl           = []string{"User-Agent: curl/8.14.1", "Accept: */*"}
)

func (f *fixture) client(t *testing.T, header []string) *client {
	return &client{t: t, f: f, header: header}
}

// newKey makes an API key as its user would.
func (f *fixture) newKey(t *testing.T, role string) string {
	t.Helper()
	got := f.do(form("/auth/apikey/generate.cmd", posted(fmt.Sprintf(`{"name":%q,"role":%q,"duration":0}`, t.Name(), role)), basicAdmin))
	if got.status != 200 {
		t.Fatalf("no key: %s", got.body)
	}
	return got.body
}

// send sends r, whose target begins with a slash.
func (c *client) send(r request) answer {
	c.t.Helper()
	r.header = append(append([]string{}, c.header...), r.header...)
	if c.login != "" {
		r.header = append(r.header, c.login)
	}
	if c.cookie != "" {
		r.header = append(r.header, "Cookie: "+c.cookie)
	}
	got := c.f.do(r)
	if set := got.header.Get("Set-Cookie"); c.keeps && set != "" {
		c.cookie, _, _ = strings.Cut(set, ";")
	}
	return answer{c.t, r, got}
}

func (c *client) get(target string) answer { c.t.Helper(); return c.send(read(target)) }

// postForm sends the variable json as libraries encode it.
func (c *client) postForm(target, dictionary string) answer {
	c.t.Helper()
	return c.send(form(target, url.Values{"json": {dictionary}}.Encode()))
}

func (c *client) postJSON(target, body string) answer {
	c.t.Helper()
	return c.send(request{method: "POST", target: target, body: body, header: []string{"Content-Type: application/json"}})
}

// answer is what a client was answered.
type answer struct {
	t *testing.T
	r request
	response
}

func (a answer) fail(format string, args ...any) {
	a.t.Helper()
	a.t.Fatalf("%s %s: %s\n%d %s", a.r.target, a.r.body, fmt.Sprintf(format, args...), a.status, a.body)
}

// is fails unless the answer has one of the statuses.
func (a answer) is(statuses ...int) answer {
	a.t.Helper()
	for _, s := range statuses {
		if a.status == s {
			return a
		}
	}
	a.fail("the client takes status %v alone", statuses)
	return a
}

// datum is JSON that a client looks into. It looks strictly: what is missing or
// of another type would end the client.
type datum struct {
	a     answer
	where string
	v     any
}

func (a answer) json() datum {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.fail("no JSON: %v", err)
	}
	return datum{a, "", v}
}

// lines is what a client makes of a body with one object a line. An empty line
// would end it.
func (a answer) lines() (list []datum) {
	a.t.Helper()
	for line := range strings.Lines(a.is(200).body) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			a.fail("line %q: %v", line, err)
		}
		list = append(list, datum{a, "line", v})
	}
	return list
}

func (v datum) fail(want string) {
	v.a.t.Helper()
	v.a.fail("%s is %#v: want %s", v.where, v.v, want)
}

// at returns the member of an object.
func (v datum) at(key string) datum {
	v.a.t.Helper()
	o, ok := v.v.(map[string]any)
	if !ok {
		v.fail("an object with " + key)
	}
	member, ok := o[key]
	if !ok {
		v.fail("an object with " + key)
	}
	return datum{v.a, v.where + "/" + key, member}
}

func (v datum) text() string {
	v.a.t.Helper()
	s, ok := v.v.(string)
	if !ok {
		v.fail("a string")
	}
	return s
}

func (v datum) number() float64 {
	v.a.t.Helper()
	n, ok := v.v.(float64)
	if !ok {
		v.fail("a number")
	}
	return n
}

func (v datum) object() map[string]any {
	v.a.t.Helper()
	o, ok := v.v.(map[string]any)
	if !ok {
		v.fail("an object")
	}
	return o
}

// list returns the elements of an array, of which there must be at least so
// many.
func (v datum) list(least int) (list []datum) {
	v.a.t.Helper()
	elements, ok := v.v.([]any)
	if !ok || len(elements) < least {
		v.fail(fmt.Sprintf("an array of %d elements or more", least))
	}
	for i, e := range elements {
		list = append(list, datum{v.a, fmt.Sprint(v.where, "/", i), e})
	}
	return list
}

// texts fails unless members are strings, and numbers unless they are numbers.
func (v datum) texts(keys ...string) datum {
	v.a.t.Helper()
	for _, k := range keys {
		v.at(k).text()
	}
	return v
}

func (v datum) numbers(keys ...string) datum {
	v.a.t.Helper()
	for _, k := range keys {
		v.at(k).number()
	}
	return v
}
