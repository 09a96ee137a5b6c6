package api

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"picket/alertcore"
	"picket/api/auth"
)

// readPaths are the paths of all reads, with something in place of what varies.
func readPaths(f *fixture) []string {
	fill := strings.NewReplacer(
		"{"+paramSuffix+"}", "json", "{"+paramTime+"}", "0", "{"+paramUUID+"}", noUUID,
		"{"+paramHash+"}", fmt.Sprint(f.core.Latest().Hash()),
		"{"+paramView+"}", "all", "{"+paramMAC+"}", "9C:5C:8E:10:00:01", "{"+paramKey+"}", "4202770D00000000_9C5C8E100001",
	)
	var paths []string
	for _, r := range f.server.routes() {
		if r.isRead() {
			paths = append(paths, fill.Replace(r.path))
		}
	}
	return paths
}

func TestEveryReadAnswersHEAD(t *testing.T) {
	f := newFixture(t, nil).withLogin().fill()
	paths := readPaths(f)
	if !slices.Contains(paths, "/alerts/alerts_view.json") || !slices.Contains(paths, "/session/check_login") {
		t.Fatalf("reads: %v", paths)
	}
	for _, path := range paths {
		if path == "/metrics" {
			continue // which tells of the requests before
		}
		whole := f.do(read(path, basicAdmin))
		head := f.do(request{method: "HEAD", target: path, header: []string{basicAdmin}})
		whole.header.Del("Set-Cookie")
		head.header.Del("Set-Cookie")
		tag := whole.header.Get("Etag")
		if path == "/system/status.json" { // it counts connections, and those of before are about to end
			whole.header.Del("Etag")
			head.header.Del("Etag")
		}
		if head.status != whole.status || fmt.Sprint(head.header) != fmt.Sprint(whole.header) {
			t.Errorf("HEAD %s:\n got %d %v\nwant %d %v", path, head.status, head.header, whole.status, whole.header)
		}
		if got := head.header.Get("Content-Length"); got != fmt.Sprint(len(whole.body)) {
			t.Errorf("HEAD %s: length %s, want %d", path, got, len(whole.body))
		}
		if whole.status == 200 && len(tag) != tagLength {
			t.Errorf("%s: tag %q", path, tag)
		}
	}
}

// A client that reads on after a HEAD, or after a 304, on the same connection
// must not take what follows for its body.
func TestAnswersWithoutBodiesEndWhereTheySay(t *testing.T) {
	f := newFixture(t, nil).fill()
	tag := f.do(read("/alerts/all_alerts.json")).header.Get("Etag")
	c, err := f.listener.Dial()
	must(t, err)
	defer c.Close()
	conn := newConversation(t, c)
	for range 2 {
		if got := conn.do(request{method: "HEAD", target: "/alerts/all_alerts.json"}); got.status != 200 {
			t.Fatalf("HEAD: %d", got.status)
		}
		if got := conn.do(read("/alerts/all_alerts.json", "If-None-Match: "+tag)); got.status != 304 {
			t.Fatalf("conditional: %d", got.status)
		}
		if got := conn.do(read("/system/user_status.json")); got.status != 200 || got.body != `{"kismet.system.user": "picket"}` {
			t.Fatalf("next: %d %q", got.status, got.body)
		}
	}
}

func TestCommandsHaveNoHEAD(t *testing.T) {
	f := newFixture(t, nil).withLogin()
	for _, path := range []string{"/alerts/raise_alerts.cmd", "/datasource/by-uuid/" + noUUID + "/close_source.cmd", "/session/set_password"} {
		if got := f.do(request{method: "HEAD", target: path, header: []string{basicAdmin}}); got.status != 405 {
			t.Errorf("HEAD %s: %d, want 405", path, got.status)
		}
	}
}

func TestIfNoneMatch(t *testing.T) {
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.AllowCORS = true }).fill()
	const path = "/alerts/all_alerts.json"
	whole := f.do(read(path))
	tag := whole.header.Get("Etag")
	for _, c := range []struct {
		method, value string
		status        int
	}{
		{"GET", tag, 304},
		{"HEAD", tag, 304},
		{"GET", "W/" + tag, 304},
		{"GET", `"other", ` + tag, 304},
		{"GET", `"other" ,` + tag + ` , "third"`, 304},
		{"GET", "*", 304},
		{"GET", `"other"`, 200},
		{"GET", strings.Trim(tag, `"`), 200},
		{"GET", "", 200},
		{"GET", ",,", 200},
		{"POST", tag, 200},
	} {
		got := f.do(request{method: c.method, target: path, header: []string{"If-None-Match: " + c.value, "Origin: https://x.example"}})
		if got.status != c.status {
			t.Errorf("%s with %q: %d, want %d", c.method, c.value, got.status, c.status)
		}
		if got.status == 304 {
			if got.body != "" || got.header.Get("Etag") != tag || got.header.Get("Cache-Control") != "no-cache" || got.header.Get("Vary") != "Origin" {
				t.Errorf("%s with %q: header %v, body %q", c.method, c.value, got.header, got.body)
			}
		}
		if want := c.method != "POST"; (got.header.Get("Etag") != "") != want {
			t.Errorf("%s: tag %q", c.method, got.header.Get("Etag"))
		}
	}
	if got := f.do(read("/alerts/by-id/1/alert.json", "If-None-Match: *")); got.status != 404 || got.header.Get("Etag") != "" {
		t.Errorf("an error: %d with tag %q", got.status, got.header.Get("Etag"))
	}
}

// Whatever happens between two polls: the tag differs if the body does, and
// only then.
func TestTagsChangeWithBodies(t *testing.T) {
	for _, array := range []bool{false, true} {
		f := newFixture(t, func(o *Options, _ *auth.Options) { o.LastTimeArray = array }).fill()
		middle := f.core.Latest().Time()
		paths := []string{
			"/alerts/all_alerts.json", "/alerts/all_alerts.ekjson", "/alerts/all_alerts.json?fields=kismet.alert.header",
			"/alerts/last-time/0/alerts.json", "/alerts/last-time/0/alerts.itjson",
			fmt.Sprintf("/alerts/last-time/%d.%06d/alerts.json", middle/1e6, middle%1e6),
			"/alerts/wrapped/last-time/0/alerts.json", "/alerts/wrapped/last-time/-2/alerts.json",
			"/alerts/definitions.json", "/alerts/alerts_view.json", "/alerts/alerts_view.json?page=0&length=5&sort=kismet.alert.text",
			"/messagebus/all_messages.json", "/messagebus/last-time/0/messages.json",
			"/datasource/all_sources.json",
		}
		random := rand.New(rand.NewPCG(1, 2))
		last := map[string]response{}
		tagOf := map[string]string{} // by path and body
		same, changed := 0, 0
		for step := range 60 {
			switch random.IntN(6) {
			case 0:
				f.raise(fmt.Sprint("alert ", step%3))
			case 1:
				f.core.Post(alertcore.MessageInfo, "a message")
			case 2:
				must(t, f.core.Define(alertcore.Definition{Header: fmt.Sprint("D", step)}))
			case 3:
				f.clock.add(time.Duration(random.IntN(3)) * time.Second)
			}
			for _, path := range paths {
				before := last[path]
				now := f.do(read(path))
				tag := now.header.Get("Etag")
				if known, ok := tagOf[path+now.body]; ok && known != tag {
					t.Fatalf("step %d: %s: the same body has the tags %s and %s", step, path, known, tag)
				}
				tagOf[path+now.body] = tag
				last[path] = now
				if before.status == 0 {
					continue
				}
				got := f.do(read(path, "If-None-Match: "+before.header.Get("Etag")))
				want := 200
				if before.body == now.body {
					want, same = 304, same+1
				} else {
					changed++
				}
				if got.status != want {
					t.Fatalf("step %d: %s: %d, want %d", step, path, got.status, want)
				}
				if want == 200 && got.body != now.body {
					t.Fatalf("step %d: %s: other body", step, path)
				}
			}
		}
		if same < 100 || changed < 100 {
			t.Errorf("%d polls with news and %d without", changed, same)
		}
	}
}

func BenchmarkUnchanged(b *testing.B) {
	f := newFixture(b, nil).fill()
	for _, path := range []string{"/alerts/all_alerts.json", "/alerts/last-time/0/alerts.json", "/alerts/alerts_view.json?page=0&length=50", "/alerts/definitions.json", "/messagebus/all_messages.json"} {
		tag := f.do(read(path)).header.Get("Etag")
		b.Run(path+"/200", func(b *testing.B) { benchmarkAnswers(b, f.listener.InmemoryListener, read(path), 200) })
		b.Run(path+"/304", func(b *testing.B) {
			benchmarkAnswers(b, f.listener.InmemoryListener, read(path, "If-None-Match: "+tag), 304)
		})
	}
}
