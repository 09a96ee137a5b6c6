package api

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// raised publishes alerts, the names of which are their texts too.
func (f *fixture) raised(alerts ...alertcore.Alert) {
	f.t.Helper()
	for i, a := range alerts {
		if !f.core.Defined(a.Name) {
			must(f.t, f.core.Define(alertcore.Definition{
				Header: a.Name, Class: "CLASS" + strconv.Itoa(i%3), Severity: alertcore.Severity(i % 5 * 5),
				Limit: alertcore.Rate{Count: -1}, Burst: alertcore.Rate{Count: -1}, PhyID: alertcore.PhyAny,
			}))
		}
		f.clock.add(1)
		_, err := f.core.Raise(&a)
		must(f.t, err)
	}
}

func macOf(s string) alertcore.MAC {
	m, err := alertcore.ParseMAC(s)
	if err != nil {
		panic(err)
	}
	return m
}

// viewPage is the answer to a request for a page.
type viewPage struct {
	Data     []map[string]any `json:"data"`
	LastPage int              `json:"last_page"`
	LastRow  int              `json:"last_row"`
	TotalRow int              `json:"total_row"`
}

func (p *viewPage) texts() string {
	var list []string
	for _, row := range p.Data {
		list = append(list, fmt.Sprint(row["kismet.alert.text"]))
	}
	return strings.Join(list, " ")
}

func newViewFixture(t testing.TB) *fixture {
	f := newFixture(t, nil)
	f.raised(
		alertcore.Alert{Name: "B", Text: "t2", Source: macOf("0b"), Channel: "11", BSSID: macOf("aa:bb:cc:00:00:01")},
		alertcore.Alert{Name: "A", Text: "t10", Source: macOf("0a:01"), Channel: "6HT40"},
		alertcore.Alert{Name: "B", Text: "t1", Source: macOf("0c"), Channel: "6"},
		alertcore.Alert{Name: "A", Text: "t1", Source: macOf("0a"), Channel: "36"},
		alertcore.Alert{Name: "C", Text: "T3"},
	)
	return f
}

func TestPagesOfAlerts(t *testing.T) {
	f := newViewFixture(t)
	const fields = `"kismet.alert.text","kismet.alert.header","kismet.alert.transmitter_mac","kismet.alert.severity"`
	for _, c := range []struct {
		variables string
		texts     string
		lastPage  int
		lastRow   int
	}{
		{"page=0", "t2 t10 t1 t1 T3", 0, 5},
		{"page=7", "t2 t10 t1 t1 T3", 0, 5},
		{"page=0&length=2", "t2 t10", 3, 5},
		{"page=1&length=2", "t1 t1", 3, 5},
		{"page=2&length=2", "T3", 3, 5},
		{"page=3&length=2", "t2 t10", 3, 5},
		{"page=-1&length=2", "t2 t10", 3, 5},
		{"page=1&size=2", "t1 t1", 3, 5},
		{"page=0&length=1&size=3", "t2", 5, 5},
		{"page=0&length=0", "t2 t10 t1 t1 T3", 0, 5},
		{"page=0&length=99", "t2 t10 t1 t1 T3", 1, 5},
		{"page=0&length=-1", "t2 t10 t1 t1 T3", 1, 5},
		{"page=9223372036854775807&length=9223372036854775807", "t2 t10 t1 t1 T3", 1, 5},
		{"page=1x&length=2y", "t1 t1", 3, 5},
		{"page=0&sort=kismet.alert.timestamp&sort_dir=asc", "T3 t1 t1 t10 t2", 0, 5},
		{"page=0&sort=kismet.alert.timestamp&sort_dir=desc", "t2 t10 t1 t1 T3", 0, 5},
		{"page=0&length=2&sort=kismet.alert.timestamp&sort_dir=asc", "T3 t1", 3, 5},
		{"page=2&length=2&sort=kismet.alert.timestamp&sort_dir=asc", "t2", 3, 5},
		{"page=0&sort=kismet.alert.text", "T3 t1 t1 t2 t10", 0, 5},
		{"page=0&sort=/kismet.alert.text/&sort_dir=asc", "t10 t2 t1 t1 T3", 0, 5},
		{"page=0&sort=kismet.alert.header", "t10 t1 t2 t1 T3", 0, 5},
		{"page=0&sort=kismet.alert.channel", "T3 t1 t10 t2 t1", 0, 5},
		{"page=0&sort=kismet.alert.source_mac", "T3 t1 t10 t2 t1", 0, 5},
		{"page=0&sort=kismet.alert.severity&sort_dir=asc", "T3 t10 t1 t2 t1", 0, 5},
		{"page=0&sort=kismet.alert.location", "t2 t10 t1 t1 T3", 0, 5},
		{"page=0&sort=kismet.alert.location&sort_dir=asc", "t2 t10 t1 t1 T3", 0, 5},
		{"page=0&sort=no.such.field", "T3 t1 t1 t10 t2", 0, 5},
		{"page=0&sort=no.such.field&sort_dir=asc", "t2 t10 t1 t1 T3", 0, 5},
		{"page=0&length=2&sort=no.such.field", "T3 t1", 3, 5},
		{"page=0&search=T1", "t10 t1 t1", 0, 3},
		{"page=0&length=2&search=T1&sort=kismet.alert.text&sort_dir=asc", "t10 t1", 2, 3},
		{"page=1&length=2&search=T1&sort=kismet.alert.text&sort_dir=asc", "t1", 2, 3},
		{"page=0&search=aa:bb", "t2", 0, 1},
		{"page=0&search=0a", "", 0, 0}, // the source is not among the fields
		{"page=0&length=2&search=nothing", "", 0, 0},
		{"page=0&length=2&search=nothing&sort=kismet.alert.text", "", 0, 0},
		{"page=0&search=", "t2 t10 t1 t1 T3", 0, 5},
	} {
		for how, r := range map[string]request{
			"POST":           form("/alerts/alerts_view.json", `json={"fields":[`+fields+`]}&`+c.variables),
			"POST and query": form("/alerts/alerts_view.json?"+c.variables, `json={"fields":[`+fields+`]}`),
			"JSON body": {method: "POST", target: "/alerts/alerts_view.json?" + c.variables, body: `{"fields":[` + fields + `]}`,
				header: []string{"Content-Type: application/json"}},
			"GET":        read("/alerts/alerts_view.json?json=" + url.PathEscape(`{"fields":[`+fields+`]}`) + "&" + c.variables),
			"GET, short": read("/alerts/alerts_view.json?fields=" + strings.ReplaceAll(fields, `"`, "") + "&" + c.variables),
		} {
			got := f.do(r)
			var page viewPage
			if err := json.Unmarshal([]byte(got.body), &page); err != nil {
				t.Fatalf("%s %s: %d %q: %v", how, c.variables, got.status, got.body, err)
			}
			if page.texts() != c.texts || page.LastPage != c.lastPage || page.LastRow != c.lastRow || page.TotalRow != 5 {
				t.Errorf("%s %s:\n got %s, %d pages, %d rows of %d\nwant %s, %d pages, %d rows of 5",
					how, c.variables, page.texts(), page.LastPage, page.LastRow, page.TotalRow, c.texts, c.lastPage, c.lastRow)
			}
		}
	}
}

func TestViewsWithoutAPage(t *testing.T) {
	f := newViewFixture(t)
	const want = `[{"kismet.alert.header": "B","n": "t2"},{"kismet.alert.header": "A","n": "t10"},{"kismet.alert.header": "B","n": "t1"},{"kismet.alert.header": "A","n": "t1"},{"kismet.alert.header": "C","n": "T3"}]`
	const dictionary = `{"fields":["kismet.alert.header",["kismet.alert.text","n"],7,null,{}]}`
	everything := "length=1&search=zz&sort=kismet.alert.text&sort_dir=asc"
	f.want(form("/alerts/alerts_view.json", "json="+dictionary+"&"+everything), 200, want)
	whole := f.do(read("/alerts/all_alerts.json")).body
	f.want(read("/alerts/alerts_view.json"), 200, whole)
	f.want(form("/alerts/alerts_view.json", "json={}"), 200, whole)
	f.want(form("/alerts/alerts_view.json", ""), 200, whole)
	f.want(request{method: "POST", target: "/alerts/alerts_view.json", header: []string{"Content-Length: 0"}}, 200, whole)
	f.want(read("/alerts/alerts_view.itjson?fields=kismet.alert.severity:s"), 200, "{\"s\": 0}\n{\"s\": 5}\n{\"s\": 0}\n{\"s\": 5}\n{\"s\": 20}\n")
	f.want(read("/alerts/alerts_view.ekjson?fields=kismet.alert.text&page=0&length=1"), 200,
		`{"data": [{"kismet_alert_text": "t2"}],"last_page": 5,"last_row": 5,"total_row": 5}`+"\n")
	f.want(read("/alerts/alerts_view.foo?page=0"), 200, "")
}

func TestViewsThatAreAskedForWrongly(t *testing.T) {
	f := newViewFixture(t)
	const invalid = "Invalid request: [json.exception.type_error.306] cannot use value() with "
	for _, c := range []struct{ body, want string }{
		{"json=[]&page=0", invalid + "array\n"},
		{"json=7", invalid + "number\n"},
		{`json="x"`, invalid + "string\n"},
		{"json={&page=0", invalid + "null: the JSON does not parse"},
		{`json={"fields":[["x"]]}`, "Invalid request: Invalid field map, expected [field, rename]\n"},
		{`json={"fields":[[1,2]]}`, "Invalid request: Invalid field map, expected [field, rename]\n"},
		{"json={}&page=x", `Invalid request (pagination): unable to parse string value: "page"`},
		{"json={}&page=", `Invalid request (pagination): unable to parse string value: "page"`},
		{"json={}&page=0&length=many", `Invalid request (pagination): unable to parse string value: "length"`},
		{"json={}&page=0&size=-", `Invalid request (pagination): unable to parse string value: "size"`},
		{"json={}&page=99999999999999999999", `Invalid request (pagination): unable to parse string value: "page"`},
	} {
		f.wantPrefix(form("/alerts/alerts_view.json", c.body), 400, c.want)
	}
}

// What is read straight from a record is what its object has.
func TestColumnsOfAlertsAreTheirFields(t *testing.T) {
	f := newViewFixture(t)
	f.core.RaiseOneShot("oneShot", "class", alertcore.Critical, alertcore.PhyUnknown, "text")
	records, _ := f.core.All()
	known := 0
	for _, r := range records {
		for _, m := range r.Object() {
			want := cellOf(m.Value)
			read := alertColumn(m.Name)
			if read == nil {
				continue
			}
			known++
			got := read(r)
			if m.Name == "kismet.alert.severity" {
				if got.text != r.Definition().Severity.String() {
					t.Errorf("severity %d has the word %q", r.Definition().Severity, got.text)
				}
				got.text = ""
			}
			if got != want {
				t.Errorf("%s: %+v, want %+v", m.Name, got, want)
			}
		}
	}
	if known < 15*len(records) {
		t.Errorf("%d columns", known)
	}
}

// A view whose rows are only known as objects, or are different, works too.
func TestViewsOfOtherRows(t *testing.T) {
	row := func(members ...tracked.Member) tracked.Object { return members }
	name := func(s string) tracked.Member { return tracked.Member{Name: "name", Value: tracked.String(s)} }
	signal := func(n int64) tracked.Member {
		return tracked.Member{Name: "base", Value: tracked.Nested(tracked.Object{{Name: "signal", Value: tracked.Int(tracked.TypeInt32, n)}})}
	}
	rows := viewRows[tracked.Object]{
		list: []tracked.Object{
			row(name("ap10"), signal(-40)), row(name("ap9")), row(name("AP8"), signal(-90)), row(signal(math.MinInt32)),
		},
		object: func(o tracked.Object) tracked.Object { return o },
	}
	for _, c := range []struct {
		q    viewQuery
		want string
	}{
		{viewQuery{sort: "name"}, `[{},{"name": "AP8"},{"name": "ap9"},{"name": "ap10"}]`},
		{viewQuery{sort: "base/signal"}, `[{"name": "ap9"},{},{"name": "AP8"},{"name": "ap10"}]`},
		{viewQuery{sort: "base/signal", descending: true}, `[{"name": "ap10"},{"name": "AP8"},{},{"name": "ap9"}]`},
		{viewQuery{search: "ap1"}, `[{"name": "ap10"}]`},
	} {
		c.q.paged = true
		if c.q.search != "" {
			c.q.fields.Add("name", "")
		}
		matching := rows.matching(&c.q)
		var got []tracked.Value
		for _, o := range rows.sorted(matching, &c.q, 0, len(matching)) {
			shown := tracked.Object{}
			if m, ok := o.Lookup([]string{"name"}); ok {
				shown = append(shown, m)
			}
			got = append(got, tracked.Nested(shown))
		}
		if text := string(tracked.AppendJSON(nil, tracked.Vector(got))); text != c.want {
			t.Errorf("%+v: %s, want %s", c.q, text, c.want)
		}
	}
}

// Whatever a request says: the answer is a fault of the client's or a page in
// which the numbers fit.
func FuzzViewParameters(f *testing.F) {
	f.Add(`json={"fields":["kismet.alert.text"]}&page=0&length=2&sort=kismet.alert.text&sort_dir=asc&search=t1`)
	f.Add("page=99&size=3&search=aa:b")
	f.Add("page=-1&length=9223372036854775807&sort=x")
	f.Add("fields=kismet.alert.header:x&page=1&length=1&sort=kismet.alert.location")
	server := newViewFixture(f).server
	f.Fuzz(func(t *testing.T, body string) {
		var ctx fasthttp.RequestCtx
		ctx.Request.Header.SetMethod("POST")
		ctx.Request.SetRequestURI("/alerts/alerts_view.json")
		ctx.Request.Header.SetContentType(typeForm)
		ctx.Request.SetBodyString(body)
		server.alertsView(&ctx)
		if ctx.Response.StatusCode() == 400 {
			return
		}
		answer := ctx.Response.Body()
		if _, paged := lookupVariable([]byte(body), "page", true); !paged {
			var list []map[string]any
			if err := json.Unmarshal(answer, &list); err != nil || len(list) != 5 {
				t.Fatalf("%q: %s: %v", body, answer, err)
			}
			return
		}
		var page viewPage
		if err := json.Unmarshal(answer, &page); err != nil {
			t.Fatalf("%q: %s: %v", body, answer, err)
		}
		if len(page.Data) > page.LastRow || page.LastRow > page.TotalRow || page.TotalRow != 5 || page.LastPage > page.LastRow {
			t.Fatalf("%q: %s", body, answer)
		}
	})
}
