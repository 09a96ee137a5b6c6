package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/alertcore/selection"
	"picket/api/auth"
)

// pastAlerts is a history in memory.
type pastAlerts struct {
	records  []*alertcore.Record // oldest first
	evidence map[alertcore.Micros][]alertcore.EvidenceFrame
	asked    selection.Selection
	err      error
}

func (p *pastAlerts) Alerts(_ context.Context, s selection.Selection, limit int) (list []*alertcore.Record, next alertcore.Micros, err error) {
	p.asked = s
	for _, r := range slices.Backward(p.records) {
		a := r.Alert()
		switch {
		case r.Time() < s.Since, s.Until != 0 && r.Time() >= s.Until, s.Name != "" && s.Name != a.Name, r.Definition().Severity < s.Least,
			!s.MAC.Has(a.BSSID.String()):
		case len(list) == limit:
			return list, list[limit-1].Time(), p.err
		default:
			list = append(list, r)
		}
	}
	return list, 0, p.err
}

func (p *pastAlerts) ByHash(_ context.Context, hash uint32) (*alertcore.Record, error) {
	for _, r := range p.records {
		if r.Hash() == hash {
			return r, p.err
		}
	}
	return nil, p.err
}

func (p *pastAlerts) Evidence(_ context.Context, t alertcore.Micros) ([]alertcore.EvidenceFrame, error) {
	return p.evidence[t], p.err
}

const pastStart = 1795405000_000000

// withPast is a server whose history has alerts of which it knows no more: N
// is raised a second after N-1, the first at pastStart, by turns from two
// networks.
func withPast(t *testing.T, n int) (*fixture, *pastAlerts) {
	t.Helper()
	clock := newTestClock(pastStart - 1)
	core := alertcore.New(alertcore.Options{Backlog: max(n, 1), Clock: clock.now})
	names := []string{"SCARYALERT", "DULLALERT"}
	for i, severity := range []alertcore.Severity{alertcore.High, alertcore.Low} {
		must(t, core.Define(alertcore.Definition{
			Header: names[i], Class: "SPOOF", Severity: severity, PhyID: alertcore.PhyAny,
			Limit: alertcore.Rate{Count: -1, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: -1, Unit: alertcore.Second},
		}))
	}
	p := &pastAlerts{}
	for i := range n {
		clock.set(pastStart + int64(i)*1e6)
		r, err := core.Raise(&alertcore.Alert{Name: names[i%2], Text: fmt.Sprint(i), BSSID: alertcore.MACOf([]byte{2, 0, 0, 0, 0, byte(i % 2)})})
		must(t, err)
		p.records = append(p.records, r)
	}
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.History = p })
	return f, p
}

// past decodes an answer of the history.
type past struct {
	List []struct {
		Text string `json:"kismet.alert.text"`
	} `json:"kismet.alert.list"`
	Cursor string `json:"picket.alert.cursor"`
}

func (f *fixture) past(r request) (texts, cursor string) {
	f.t.Helper()
	got := f.do(r)
	var p past
	if err := json.Unmarshal([]byte(got.body), &p); err != nil || got.status != 200 {
		f.t.Fatalf("%s %s: %d %s", r.target, r.body, got.status, got.body)
	}
	if h := got.header.Get("X-Picket-Cursor"); h != p.Cursor {
		f.t.Errorf("cursor %q in the header, %q in the body", h, p.Cursor)
	}
	var all []string
	for _, a := range p.List {
		all = append(all, a.Text)
	}
	return strings.Join(all, " "), p.Cursor
}

func TestHistoryIsPagedWithTheCursor(t *testing.T) {
	f, p := withPast(t, 5)
	texts, cursor := f.past(read("/alerts/history.json?limit=2"))
	if texts != "4 3" || cursor == "" {
		t.Fatalf("first page has %q, cursor %q", texts, cursor)
	}
	p.records = append(p.records[1:], p.records[4]) // what is gone or new does not move it
	texts, cursor = f.past(read("/alerts/history.json?limit=2&cursor=" + cursor))
	if texts != "2 1" || cursor != "" {
		t.Errorf("second page has %q, cursor %q", texts, cursor)
	}
	// An earlier until counts.
	if texts, _ := f.past(read("/alerts/history.json?cursor=" + formatCursor(pastStart+3e6) + "&until=1795405002")); texts != "1" {
		t.Errorf("until before the cursor: %q", texts)
	}
}

func TestHistoryParameters(t *testing.T) {
	f, _ := withPast(t, 6)
	for _, c := range []struct{ query, want string }{
		{"", "5 4 3 2 1 0"},
		{"since=1795405004", "5 4"},
		{"since=1795405004.000001", "5"},
		{"until=1795405002", "1 0"},
		{"since=-902.5", "5 4"}, // of 1795405906
		{"since=2026-11-23T03:36:42Z&until=2026-11-23T03:36:44%2B00:00", "3 2"},
		{"since=902s", "5 4"},
		{"name=scaryalert", "4 2 0"},
		{"name=NOSUCH", ""},
		{"severity=MEDIUM", "4 2 0"},
		{"severity=5&limit=3", "5 4 3"},
		{"mac=02:00:00:00:00:01", "5 3 1"},
		{"mac=02:00:00:12:34:56/ff:ff:ff:00:00:00", "5 4 3 2 1 0"},
		{"mac=03:00:00:00:00:00/ff:ff:ff:00:00:00", ""},
		{"since=&until=&name=&mac=&severity=&limit=&cursor=", "5 4 3 2 1 0"},
		{"KISMET=whatever&other=1", "5 4 3 2 1 0"},
	} {
		if got, _ := f.past(read("/alerts/history.json?" + c.query)); got != c.want {
			t.Errorf("GET %s has %q, want %q", c.query, got, c.want)
		}
		if got, _ := f.past(read("/alerts/history?" + c.query)); got != c.want {
			t.Errorf("GET %s without a suffix has %q, want %q", c.query, got, c.want)
		}
		if got, _ := f.past(form("/alerts/history.json", c.query)); got != c.want {
			t.Errorf("POST %s has %q, want %q", c.query, got, c.want)
		}
	}
	const body = `{"since": 1795405004.0, "name": "dullalert", "fields": ["kismet.alert.text"]}`
	for _, r := range []request{
		form("/alerts/history.json", "json="+body),
		{method: "POST", target: "/alerts/history.json", body: body, header: []string{"Content-Type: application/json"}},
	} {
		f.want(r, 200, `{"kismet.alert.list": [{"kismet.alert.text": "5"}],"picket.alert.cursor": ""}`)
	}
	f.past(request{method: "POST", target: "/alerts/history.json", header: []string{"Content-Length: 0"}})
}

func TestHistoryNamesBadParameters(t *testing.T) {
	f, _ := withPast(t, 1)
	for query, names := range map[string][]string{
		"since=yesterday":      {`since: "yesterday"`, "2026-01-31T12:00:00Z"},
		"until=12x":            {`until: "12x"`},
		"mac=9c":               {`mac: "9c"`, "FF:FF:FF:00:00:00"},
		"severity=grave":       {`severity: "grave"`, "critical"},
		"limit=0":              {`limit: "0"`, "1 to 1000"},
		"limit=1001":           {`limit: "1001"`},
		"limit=many":           {`limit: "many"`},
		"cursor=%00":           {`cursor: "\x00"`, "picket.alert.cursor"},
		"cursor=-1":            {`cursor: "-1"`},
		"cursor=0":             {`cursor: "0"`},
		"cursor=ZZZZ":          {`cursor: "ZZZZ"`},
		"cursor=1y2p0ij32e8e8": {`cursor: `},
	} {
		f.wantPrefix(read("/alerts/history.json?"+query), 400, "Invalid request: ", names...)
	}
	for body, name := range map[string]string{
		`{"limit": [1]}`: "limit: expected a string or a number, not array",
		`{"since": `:     "does not parse",
		`[1]`:            "array",
	} {
		f.wantPrefix(form("/alerts/history.json", "json="+body), 400, "Invalid request: ", name)
	}
	f.want(form("/alerts/history.json", `json={"fields": [1]}`), 500, "ERROR: "+errField.Error()+"\n")
}

func TestHistoryFormats(t *testing.T) {
	f, p := withPast(t, 2)
	one, two := string(p.records[0].JSON()), string(p.records[1].JSON())
	mangle := strings.NewReplacer("kismet.alert.location", "kismet_alert_location", "kismet.alert.", "kismet_alert_", "picket.alert.", "picket_alert_",
		"device.key", "device_key", "kismet.common.location.geopoint", "kismet_common_location_geopoint")
	f.want(read("/alerts/history.json"), 200, `{"kismet.alert.list": [`+two+","+one+`],"picket.alert.cursor": ""}`)
	f.want(read("/alerts/history.itjson"), 200, two+"\n"+one+"\n")
	f.want(read("/alerts/history.ekjson"), 200, mangle.Replace(two)+"\n"+mangle.Replace(one)+"\n")
	f.want(read("/alerts/history.tjson"), 200, mangle.Replace(`{"kismet.alert.list": [`+two+","+one+`],"picket.alert.cursor": ""}`))
	f.wantPrefix(read("/alerts/history.prettyjson"), 200, "\r\n {", "description.picket.alert.cursor")
	f.want(form("/alerts/history.itjson", `json={"fields": [["kismet.alert.text", "text"]]}`), 200, "{\"text\": \"1\"}\n{\"text\": \"0\"}\n")
	f.want(read("/alerts/history.json?name=no"), 200, `{"kismet.alert.list": [],"picket.alert.cursor": ""}`)
	if got := f.do(read("/alerts/history.itjson?limit=1")).header.Get("X-Picket-Cursor"); got != formatCursor(p.records[1].Time()) {
		t.Errorf("cursor %q", got)
	}
}

func TestHistoryThatIsOffOrIll(t *testing.T) {
	off := newFixture(t, nil)
	off.want(read("/alerts/history.json"), 404, "ERROR: the history is off: the configuration has history=false\n")
	off.want(read("/alerts/by-id/12/alert.json"), 404, "{}")

	f, p := withPast(t, 1)
	p.err = errors.New("disk I/O error")
	f.want(read("/alerts/history.json"), 503, "ERROR: disk I/O error\n")
	f.want(read("/alerts/by-id/12/alert.json"), 503, "ERROR: disk I/O error\n")
	f.want(read("/alerts/by-id/12/packets.pcapng"), 503, "ERROR: disk I/O error\n")
	p.err = fmt.Errorf("search: %w", context.DeadlineExceeded)
	f.wantPrefix(read("/alerts/history.json"), 503, "ERROR: the history could not be searched within 5s", "shorter time")
}

func TestHistoryNeedsAReader(t *testing.T) {
	f := newFixtureOn(t, elsewhere, func(o *Options, _ *auth.Options) { o.History = &pastAlerts{} }).withLogin()
	for _, path := range []string{"/alerts/history.json", "/alerts/by-id/1/packets.pcapng"} {
		f.from(elsewhere)
		if got := f.do(read(path)); got.status != 401 {
			t.Errorf("%s without a login: %d", path, got.status)
		}
		if got := f.do(read(path, basicAdmin)); got.status == 401 {
			t.Errorf("%s with a login: %d", path, got.status)
		}
	}
}

func TestAlertsThatHaveLeftMemoryAreFoundByHash(t *testing.T) {
	f, p := withPast(t, 2)
	r := p.records[0]
	f.want(read(fmt.Sprintf("/alerts/by-id/%d/alert.json", r.Hash())), 200, string(r.JSON()))
	f.want(form(fmt.Sprintf("/alerts/by-id/%d/alert.json", r.Hash()), `json={"fields": ["kismet.alert.text"]}`), 200, `{"kismet.alert.text": "0"}`)
	f.want(read("/alerts/by-id/1/alert.json"), 404, "{}")
}

func TestCursorsOfAnyTime(t *testing.T) {
	for _, m := range []alertcore.Micros{1, 35, 36, pastStart, 1<<63 - 1} {
		if got, err := parseCursor(formatCursor(m)); got != m || err != nil {
			t.Errorf("%d became %d, %v", m, got, err)
		}
	}
	if diff := cmp.Diff("", formatCursor(0)); diff != "" {
		t.Error(diff)
	}
}
