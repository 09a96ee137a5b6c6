package api

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"picket/api/auth"
)

var pageTime = time.Date(2025, 9, 4, 12, 0, 0, 5, time.UTC)

// writePages makes a folder like that of a web interface, beside a file that
// must not be reached, and returns it.
func writePages(t testing.TB, without ...string) string {
	t.Helper()
	above := t.TempDir()
	folder := filepath.Join(above, "httpd")
	for name, content := range map[string]string{
		"../secret.txt": "secret", "index.html": "<p>start", "sub/index.html": "<p>sub", "404.html": "<p>lost", "a b.txt": "blank", "plain": "no extension",
		"js/tabulator.min.js": "table", "js/kismet.ui.dot11.js": "dot11", "js/module.mjs": "m", "js/module.js.map": "{}",
		"css/x.css": "c", "img/x.svg": "<svg/>", "img/x.PNG": "p", "font/x.woff2": "w", "font/x.ttf": "t", "x.wasm": "\x00asm", "x.json": "{}",
		"x.gpx": "<gpx/>", ".hidden": "h", ".git/config": "g", "alerts/all_alerts.json": "shadow", "empty.txt": "",
	} {
		path := filepath.Join(folder, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(content), 0o644))
		must(t, os.Chtimes(path, pageTime, pageTime))
	}
	must(t, os.Symlink("index.html", filepath.Join(folder, "inside.html")))
	must(t, os.Symlink("../secret.txt", filepath.Join(folder, "outside.txt")))
	must(t, os.Symlink(filepath.Join(above, "secret.txt"), filepath.Join(folder, "absolute.txt")))
	must(t, os.Symlink("..", filepath.Join(folder, "up")))
	must(t, syscall.Mkfifo(filepath.Join(folder, "fifo"), 0o644))
	for _, name := range without {
		must(t, os.Remove(filepath.Join(folder, name)))
	}
	return folder
}

// newPages starts a server with Kismet's interface of a folder.
func newPages(t testing.TB, folder string, adjust func(*Options)) *fixture {
	t.Helper()
	root, err := OpenKismetUI(folder)
	must(t, err)
	t.Cleanup(func() { root.Close() })
	return newFixture(t, func(o *Options, _ *auth.Options) {
		o.Reads = ReadsGuarded
		o.Pages = Pages{Files: root.FS(), Kismet: true}
		if adjust != nil {
			adjust(o)
		}
	})
}

func TestPagesAreServedWithoutALogin(t *testing.T) {
	f := newPages(t, writePages(t), func(o *Options) { o.Pages.Types = map[string]string{"gpx": "application/gpx+xml", "js": "text/x"} })
	for _, c := range []struct{ path, mime, body string }{
		{"/", "text/html", "<p>start"},
		{"/index.html", "text/html", "<p>start"},
		{"/?x=y", "text/html", "<p>start"},
		{"/sub/", "text/html", "<p>sub"},
		{"//sub//index.html", "text/html", "<p>sub"},
		{"/inside.html", "text/html", "<p>start"},
		{"/a%20b.txt", "text/plain", "blank"},
		{"/plain", "text/plain", "no extension"},
		{"/empty.txt", "text/plain", ""},
		{"/js/tabulator.min.js?v=7", "application/javascript", "table"},
		{"/js/module.mjs", "application/javascript", "m"},
		{"/js/module.js.map", "application/json", "{}"},
		{"/css/x.css", "text/css", "c"},
		{"/img/x.svg", "image/svg+xml", "<svg/>"},
		{"/img/x.PNG", "image/png", "p"},
		{"/font/x.woff2", "font/woff2", "w"},
		{"/font/x.ttf", "font/ttf", "t"},
		{"/x.wasm", "application/wasm", "\x00asm"},
		{"/x.json", "application/json", "{}"},
		{"/x.gpx", "application/gpx+xml", "<gpx/>"},
	} {
		got := f.do(read(c.path))
		if got.status != 200 || got.body != c.body || got.header.Get("Content-Type") != c.mime {
			t.Errorf("%s: %d %s %q, want %s %q", c.path, got.status, got.header.Get("Content-Type"), got.body, c.mime, c.body)
		}
		if got.header.Get("Last-Modified") != "Thu, 04 Sep 2025 12:00:00 GMT" || got.header.Get("Etag") == "" || got.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: header %v", c.path, got.header)
		}
		head := f.do(request{method: "HEAD", target: c.path})
		if head.status != 200 || fmt.Sprint(head.header) != fmt.Sprint(got.header) {
			t.Errorf("HEAD %s: %d %v, want %v", c.path, head.status, head.header, got.header)
		}
	}
}

func TestWhatIsNoPageIsNotServed(t *testing.T) {
	f := newPages(t, writePages(t), nil)
	for _, path := range []string{
		"/none.html", "/sub", "/css/", "/fifo", "/.hidden", "/.git/config", "/index.html/", "/index.html/x",
		"/../secret.txt", "/sub/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt", "/sub/%2e./%2e./secret.txt",
		"/..%5csecret.txt", "/up/secret.txt", "/outside.txt", "/absolute.txt", "/index.html%00", "/%00", "/./index.html", "/%2findex.html", "/%252e%252e/secret.txt",
	} {
		if got := f.do(read(path)); got.status != 404 || strings.Contains(got.body, "secret\n") || got.body == "secret" {
			t.Errorf("%s: %d %q", path, got.status, got.body)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		if got := f.do(request{method: method, target: "/index.html"}); got.status != 404 {
			t.Errorf("%s: %d", method, got.status)
		}
	}
	if got := f.do(read("/alerts/all_alerts.json")); got.status != 401 {
		t.Errorf("a file goes before a route: %d %q", got.status, got.body)
	}
}

func TestUnknownPathsCanBeRedirected(t *testing.T) {
	f := newPages(t, writePages(t), func(o *Options) { o.Pages.Unknown = "/404.html" })
	f.want(read("/none"), 200, "<p>lost")
	f.want(request{method: "POST", target: "/none"}, 200, "<p>lost")
	f.want(read("/index.html"), 200, "<p>start")
	f.want(read("/alerts/all_alerts.json"), 401, pageUnauthorized)
	missing := newPages(t, writePages(t), func(o *Options) { o.Pages.Unknown = "/gone.html" })
	missing.wantPrefix(read("/none"), 404, "<html>")
}

func TestPagesAreNotSentTwice(t *testing.T) {
	f := newPages(t, writePages(t), nil)
	first := f.do(read("/js/tabulator.min.js"))
	tag, modified := first.header.Get("Etag"), first.header.Get("Last-Modified")
	for _, c := range []struct {
		header string
		status int
	}{
		{"If-None-Match: " + tag, 304},
		{`If-None-Match: "x"`, 200},
		{"If-Modified-Since: " + modified, 304},
		{"If-Modified-Since: Thu, 04 Sep 2025 11:59:59 GMT", 200},
		{"If-Modified-Since: Thu, 04 Sep 2025 13:00:00 GMT", 304},
		{"If-None-Match: \"x\"\r\nIf-Modified-Since: " + modified, 200}, // the tag counts
		{"If-Modified-Since: yesterday", 200},
	} {
		got := f.do(read("/js/tabulator.min.js", c.header))
		if got.status != c.status || c.status == 200 && got.body != "table" || got.header.Get("Etag") != tag {
			t.Errorf("%q: %d %q %v, want %d", c.header, got.status, got.body, got.header, c.status)
		}
	}
}

func TestRangesOfPages(t *testing.T) {
	f := newPages(t, writePages(t), nil)
	const path = "/js/tabulator.min.js" // "table"
	tag := f.do(read(path)).header.Get("Etag")
	for _, c := range []struct {
		header, ranges string
		status         int
		body           string
	}{
		{"Range: bytes=0-1", "bytes 0-1/5", 206, "ta"},
		{"Range: bytes=2-", "bytes 2-4/5", 206, "ble"},
		{"Range: bytes=-2", "bytes 3-4/5", 206, "le"},
		{"Range: bytes=3-99", "bytes 3-4/5", 206, "le"},
		{"Range: bytes=0-1,3-4", "", 200, "table"},
		{"Range: bytes=0-1\r\nIf-Range: " + tag, "bytes 0-1/5", 206, "ta"},
		{"Range: bytes=0-1\r\nIf-Range: \"old\"", "", 200, "table"},
	} {
		got := f.do(read(path, c.header))
		if got.status != c.status || got.body != c.body || got.header.Get("Content-Range") != c.ranges {
			t.Errorf("%q: %d %q %q, want %d %q %q", c.header, got.status, got.body, got.header.Get("Content-Range"), c.status, c.body, c.ranges)
		}
	}
	for _, wanted := range []string{"bytes=9-", "bytes=x", "lines=1-2", "bytes=-0"} {
		if got := f.do(read(path, "Range: "+wanted)); got.status != 416 || got.header.Get("Content-Range") != "bytes */5" {
			t.Errorf("%q: %d %q", wanted, got.status, got.header.Get("Content-Range"))
		}
	}
}

func TestScriptLoadsTheModulesThatThereAre(t *testing.T) {
	f := newPages(t, writePages(t), nil)
	got := f.do(read("/dynamic.js"))
	if got.status != 200 || got.header.Get("Content-Type") != "application/javascript" || got.header.Get("Etag") == "" {
		t.Fatalf("%d %v", got.status, got.header)
	}
	for _, part := range []string{"async function load_dynamics() {", "var kismet_ui_dot11;", "import(local_uri_prefix + 'js/kismet.ui.dot11.js')", "KISMET_URI_PREFIX"} {
		if !strings.Contains(got.body, part) {
			t.Errorf("no %s in\n%s", part, got.body)
		}
	}
	if strings.Contains(got.body, "datasources") {
		t.Errorf("loads a module that is not there:\n%s", got.body)
	}
	if head := f.do(request{method: "HEAD", target: "/dynamic.js"}); head.status != 200 || head.header.Get("Content-Length") != fmt.Sprint(len(got.body)) {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
}

func TestProxyDirIsTold(t *testing.T) {
	f := newPages(t, writePages(t), func(o *Options) { o.Pages.ProxyDir = "picket/" })
	if got := f.do(request{method: "HEAD", target: "/"}).header.Get("X-Proxy-Dir"); got != "picket/" {
		t.Errorf("X-Proxy-Dir: %q", got)
	}
	without := newPages(t, writePages(t), nil)
	if got := without.do(request{method: "HEAD", target: "/"}).header.Get("X-Proxy-Dir"); got != "" {
		t.Errorf("X-Proxy-Dir without one: %q", got)
	}
}

func TestFoldersThatAreNoInterfaceAreRefused(t *testing.T) {
	for _, c := range []struct{ folder, want string }{
		{writePages(t, "js/tabulator.min.js"), "before 2024"},
		{writePages(t, "index.html"), "no index.html"},
		{filepath.Join(writePages(t), "none"), "no such file"},
		{filepath.Join(writePages(t), "index.html"), "not a directory"},
	} {
		root, err := OpenKismetUI(c.folder)
		if err == nil {
			root.Close()
			t.Errorf("%s is taken", c.folder)
		} else if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), filepath.Base(c.folder)) {
			t.Errorf("%v: want it to say %s", err, c.want)
		}
	}
}

// Files within the program have no time of change. They are tagged by what is
// in them, and Kismet's script is none of theirs.
func TestPagesWithinTheProgram(t *testing.T) {
	files := fstest.MapFS{"index.html": {Data: []byte("<p>ours")}}
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Pages = Pages{Files: files} })
	got := f.do(read("/"))
	if got.status != 200 || got.body != "<p>ours" {
		t.Fatalf("%d %q", got.status, got.body)
	}
	if again := f.do(read("/", "If-None-Match: "+got.header.Get("Etag"))); again.status != 304 {
		t.Errorf("conditional: %d", again.status)
	}
	f.wantPrefix(read("/dynamic.js"), 404, "<html>")
	bare := newFixture(t, nil)
	bare.wantPrefix(read("/"), 404, "<html>")
}

// A cookie of the same name that a Kismet on this host has set, or that went
// stale, takes nothing from a login that comes with it.
func TestCookieOfAKismetDoesNotSpoilALogin(t *testing.T) {
	f := newPages(t, writePages(t), nil).withLogin()
	for _, cookie := range []string{"KISMET=0123456789ABCDEF0123456789ABCDEF", "KISMET=eyJhbGciOiJIUzI1NiJ9.e30.x", "KISMET=", "a=b; KISMET=x"} {
		if got := f.do(read("/session/check_login", "Cookie: "+cookie, basicAdmin)); got.status != 200 {
			t.Errorf("%s with a login: %d", cookie, got.status)
		}
		if got := f.do(read("/session/check_login?user=admin&password=passwordy", "Cookie: "+cookie)); got.status != 200 {
			t.Errorf("%s with a login in the query: %d", cookie, got.status)
		}
		if got := f.do(read("/session/check_login", "Cookie: "+cookie)); got.status != 401 {
			t.Errorf("%s alone: %d", cookie, got.status)
		}
	}
}

func TestNoPluginsAreLoaded(t *testing.T) {
	newFixture(t, nil).want(read("/plugins/all_plugins.json"), 200, "[]")
}

// No path leads out of the folder.
func FuzzPages(f *testing.F) {
	for _, path := range []string{"/", "/index.html", "/../secret.txt", "/%2e%2e/secret.txt", "/up/secret.txt", "/outside.txt", "//a%00", "/sub/./x"} {
		f.Add(path)
	}
	folder := writePages(f)
	root, err := OpenKismetUI(folder)
	must(f, err)
	defer root.Close()
	files := root.FS()
	f.Fuzz(func(t *testing.T, path string) {
		name, ok := pageName([]byte(path))
		if !ok {
			return
		}
		if !fs.ValidPath(name) {
			t.Fatalf("%q stands for %q", path, name)
		}
		file, info, err := openPage(files, name)
		if err != nil {
			return
		}
		defer file.Close()
		content := make([]byte, 6)
		n, _ := file.Read(content)
		if !info.Mode().IsRegular() || string(content[:n]) == "secret" {
			t.Fatalf("%q leads to %q: %s", path, name, content[:n])
		}
	})
}

func TestPagesWithAPolicyKeepToThemselves(t *testing.T) {
	files := fstest.MapFS{"index.html": {Data: []byte("<p>own")}}
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.Pages = Pages{Files: files, Policy: "default-src 'self'"} })
	for header, want := range map[string]string{
		"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
	} {
		if got := f.do(read("/")).header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
		if got := newPages(t, writePages(t), nil).do(read("/")).header.Get(header); got != "" {
			t.Errorf("%s of Kismet's interface, which has scripts in its pages: %q", header, got)
		}
	}
}
