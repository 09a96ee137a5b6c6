package browser

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "write what the pages look like into this `folder`")

// outage is what the browser says while there is no server.
const outage = `net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED)`

// tab is a page in a browser of its own. What goes wrong in it fails the test:
// errors and warnings in the console, exceptions, violations of the policy.
type tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	console  []chromedp.ConsoleMessage
	expected []*regexp.Regexp
}

// chromium returns the path of one, and skips the test where there is none.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no chromium; Debian has it in the package chromium")
	return ""
}

// openTab opens an empty page. It is closed before the pickets that were
// started before it end.
func openTab(t testing.TB) *tab {
	t.Helper()
	path := chromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("headless", "new"), chromedp.WindowSize(1280, 900))
	allocator, stopBrowser := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeTab := chromedp.NewContext(allocator)
	b := &tab{t: t, ctx: ctx}
	messages := chromedp.Console(ctx)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for m, err := range messages {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.console = append(b.console, m)
			b.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		b.checkConsole()
		if t.Failed() {
			b.keepScreenshot()
		}
		closeTab()
		stopBrowser()
		<-read
	})
	return b
}

// expect allows lines of the console that match.
func (b *tab) expect(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, regexp.MustCompile(pattern))
}

func (b *tab) checkConsole() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.console {
		line := fmt.Sprintf("%s %s %s (%s)", m.Source, m.Type, m.Text, m.URL)
		allowed := false
		for _, pattern := range b.expected {
			allowed = allowed || pattern.MatchString(line)
		}
		if !allowed {
			b.t.Errorf("in the console: %s", line)
		}
	}
}

func (b *tab) keepScreenshot() {
	folder, err := os.MkdirTemp("", "picket-page-")
	if err != nil {
		b.t.Log(err)
		return
	}
	b.write(filepath.Join(folder, "page.png"))
	b.t.Logf("what the page looked like: %s", folder)
}

func (b *tab) write(file string) {
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, picture, 0o644)
	}
	if err != nil {
		b.t.Logf("no screenshot: %v", err)
	}
}

// screenshot writes what the page looks like, where that is asked for.
func (b *tab) screenshot(name string) {
	if *screenshots != "" {
		b.write(filepath.Join(*screenshots, name+".png"))
	}
}

// do runs steps, none of which may take long.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(url string) { b.t.Helper(); b.do(chromedp.Navigate(url)) }

// before has a script run in every page before its own.
func (b *tab) before(script string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) click(css string) { b.t.Helper(); b.do(chromedp.Click(chromedp.CSS(css))) }

func (b *tab) typeInto(css, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(css), text))
}

func (b *tab) empty(css string) {
	b.t.Helper()
	value[string](b, "document.querySelector("+quote(css)+").value = ''")
}

// value evaluates a JavaScript expression; promises are awaited. It goes past
// the page's policy, which is for the page.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until returns when a JavaScript expression is true.
func (b *tab) until(expression string) {
	b.t.Helper()
	for end := time.Now().Add(patience); !value[bool](b, "Boolean("+expression+")"); {
		if time.Now().After(end) {
			b.t.Fatalf("not within %v: %s\nThe page says:\n%s", patience, expression, value[string](b, "document.body.innerText.slice(0, 3000)"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// text is what the first element that matches says.
func (b *tab) text(css string) string {
	b.t.Helper()
	return value[string](b, "document.querySelector("+quote(css)+").textContent")
}

func (b *tab) untilText(css, part string) {
	b.t.Helper()
	b.until("document.querySelector(" + quote(css) + ")?.textContent.includes(" + quote(part) + ")")
}

func (b *tab) dark(is bool) {
	b.t.Helper()
	scheme := "light"
	if is {
		scheme = "dark"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// quote writes s as JavaScript.
func quote(s string) string {
	text, _ := json.Marshal(s) // strings can be encoded
	return string(text)
}
