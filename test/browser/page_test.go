package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/gopacket/pcapgo"
)

const rows = "#list .row"

func TestAnOperatorWatchesAttacks(t *testing.T) {
	p := startPicket(t, "127.0.0.1", "--demo")
	b := openTab(t)
	p.setLogin()
	b.open(p.url)
	b.untilText("#link", "Live")
	b.until(`document.querySelector('#link').dataset.state === 'live'`)

	t.Log("alerts come by themselves")
	b.untilText("#list", "BCASTDISCON")
	b.untilText("#list", "DEAUTHFLOOD")
	b.untilText("#now-list", "HomeNet")
	if got := b.text("#list .row .badge"); !slices.Contains([]string{"Critical", "High", "Medium", "Low", "Info"}, got) {
		t.Errorf("severity %q", got)
	}
	b.screenshot("alerts")

	t.Log("filtered by text, then by severity")
	b.typeInto("#filter-text", "deauthflood")
	b.until(`[...document.querySelectorAll('#list .name')].every((e) => e.textContent === 'DEAUTHFLOOD')`)
	b.untilText("#count", "match")
	b.click(".chip[data-severity='10']")
	b.until(`document.querySelectorAll('#list .row').length === 0`)
	b.untilText("#empty", "No alert here matches")
	b.click(".chip[data-severity='10']")
	b.untilText("#list", "DEAUTHFLOOD")

	t.Log("the details of one, by keyboard")
	b.do(chromedp.Focus(chromedp.CSS("#list .row a")), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#detail")))
	b.untilText("#detail-title", "DEAUTHFLOOD")
	for _, part := range []string{"HomeNet", "9C:5C:8E:10:00:01", "everybody", "2437 MHz", "dBm", "spoofed: the frames are not from the sender", "demo"} {
		if !strings.Contains(b.text("#detail-body"), part) {
			t.Errorf("the details lack %q: %s", part, b.text("#detail-body"))
		}
	}
	b.screenshot("detail")
	hash := value[string](b, `location.hash.replace('#alert/', '')`)
	record := value[map[string]any](b, `fetch(document.querySelector('#record').href).then((r) => r.json())`)
	if fmt.Sprintf("%.0f", record["kismet.alert.hash"]) != hash {
		t.Errorf("the record is %v, want %s", record["kismet.alert.hash"], hash)
	}
	checkFrames(b)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`!document.querySelector('#detail').open && location.hash === '#alerts'`)
	if got := value[string](b, `document.activeElement.closest('.row')?.tagName ?? ''`); got != "LI" {
		t.Errorf("the focus is not back in the list but on %q", got)
	}

	t.Log("an address of an alert opens it")
	b.open(p.url + "/#alert/" + hash)
	b.do(chromedp.Reload())
	b.untilText("#detail-body", "spoofed: the frames are not")
	b.click("#detail .close")

	checkHistory(b)
	checkHealth(b)
	checkWidth(b)
}

// checkFrames downloads the frames of the alert that is shown.
func checkFrames(b *tab) {
	b.t.Helper()
	folder := b.t.TempDir()
	_, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.click("#frames")
	var files []string
	until(b.t, "the frames are there", func() bool {
		files, _ = filepath.Glob(filepath.Join(folder, "*.pcapng"))
		return len(files) == 1
	})
	f, err := os.Open(files[0])
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapgo.NewNgReader(f, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		b.t.Fatal(err)
	}
	if frame, _, err := r.ReadPacketData(); err != nil || len(frame) == 0 {
		b.t.Errorf("the frames: %d bytes, %v", len(frame), err)
	}
}

func checkHistory(b *tab) {
	b.t.Helper()
	b.click("nav a[data-view='history']")
	b.search("BCASTDISCON") // it is written in groups
	b.typeInto("#search [name='name']", "deauthflood")
	b.typeInto("#search [name='mac']", "9c:5c:8e:10:00:01")
	b.click("#search .primary")
	b.until(`document.querySelectorAll('#found .row').length > 0 && [...document.querySelectorAll('#found .name')].every((e) => e.textContent === 'DEAUTHFLOOD')`)
	b.screenshot("history")
	b.click("#found .row a")
	b.untilText("#detail-title", "DEAUTHFLOOD")
	b.click("#detail .close")
	b.typeInto("#search [name='mac']", "x")
	b.expect(`400 .*alerts/history`) // the browser tells of every answer that is no success
	b.click("#search .primary")
	b.untilText("#search-status", "expected an address")
}

// search searches the history until it has a text.
func (b *tab) search(part string) {
	b.t.Helper()
	until(b.t, "the history has "+part, func() bool {
		b.click("#search .primary")
		b.until(`!document.querySelector('#search-status').textContent.startsWith('Searching')`)
		return strings.Contains(b.text("#found"), part)
	})
}

func checkHealth(b *tab) {
	b.t.Helper()
	b.click("nav a[data-view='health']")
	b.untilText("#health-summary", "All parts are well.")
	b.untilText("#parts", "detectors")
	b.untilText("#sources", "demo running")
	b.untilText("#about", "Version")
	b.untilText("#messages", "BCASTDISCON")
	b.screenshot("health")
}

// checkWidth looks at every view on a phone: nothing is wider than the screen,
// and all that can be used has a name. The dark colours are for the eye.
func checkWidth(b *tab) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	for _, view := range []string{"alerts", "history", "health"} {
		b.click("nav a[data-view='" + view + "']")
		b.do(chromedp.WaitVisible(chromedp.CSS("#" + view)))
		if wide := value[[]string](b, `[document.documentElement, ...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() &&
			(e.getBoundingClientRect().right > 361 || e.scrollWidth > 361)).map((e) => e.outerHTML.slice(0, 100))`); len(wide) > 0 {
			b.t.Errorf("%s has what is wider than a screen of 360 pixels: %q", view, wide)
		}
		unnamed := value[[]string](b, `[...document.querySelectorAll('button, a, input, select')].filter((e) => e.checkVisibility() &&
			!(e.textContent.trim() || e.ariaLabel || e.labels?.length)).map((e) => e.outerHTML)`)
		if len(unnamed) > 0 {
			b.t.Errorf("%s has what has no name: %s", view, unnamed)
		}
		b.screenshot("phone-" + view)
	}
	b.click("nav a[data-view='alerts']")
	b.dark(true)
	b.screenshot("phone-dark-alerts")
	b.click(rows + " a")
	b.do(chromedp.WaitVisible(chromedp.CSS("#detail-body .facts")))
	if width := value[int](b, `document.querySelector('#detail').scrollWidth`); width > 360 {
		b.t.Errorf("the details are %d pixels wide on a screen of 360", width)
	}
	b.screenshot("phone-dark-detail")
	b.do(chromedp.EmulateViewport(1280, 900))
	b.screenshot("dark-detail")
	b.click("#detail .close")
	b.screenshot("dark-alerts")
	b.click("nav a[data-view='health']")
	b.screenshot("dark-health")
}

// doorbells are the texts of the alerts of that name, as the list has them.
func doorbells(b *tab) []string {
	b.t.Helper()
	return value[[]string](b, `[...document.querySelectorAll('#list .row')].filter((e) => e.querySelector('.name').textContent === 'DOORBELL')
		.map((e) => e.querySelector('.text').textContent)`)
}

func TestThePageFollowsARestart(t *testing.T) {
	p := startPicket(t, "127.0.0.1")
	b := openTab(t)
	p.setLogin()
	p.define()
	p.raise("ring 1")
	b.open(p.url)
	b.untilText("#list", "ring 1")
	p.raise("ring 2")
	b.untilText("#list", "ring 2")
	if state := value[string](b, `document.querySelector('#link').dataset.state`); state != "live" {
		t.Errorf("the connection is %q", state)
	}

	b.expect(outage)
	p.stop()
	b.untilText("#link", "Connection lost")
	b.screenshot("lost")
	p.start()
	for n := 3; n <= 7; n++ {
		p.raise(fmt.Sprintf("ring %d", n))
	}
	b.until(`document.querySelector('#link').dataset.state === 'live'`)
	p.raise("ring 8")
	b.untilText("#list", "ring 8")
	var want []string
	for n := 8; n >= 1; n-- {
		want = append(want, fmt.Sprintf("ring %d", n))
	}
	if got := doorbells(b); !slices.Equal(got, want) {
		t.Errorf("after the restart the list is %q, want %q", got, want)
	}
	if !value[bool](b, `document.querySelector('#gap').hidden`) {
		t.Errorf("the page tells of a gap: %s", b.text("#gap"))
	}

	t.Log("paused, nothing new is shown, nor lost")
	b.click("#pause")
	p.raise("ring 9")
	b.untilText("#pause", "1 new")
	if slices.Contains(doorbells(b), "ring 9") {
		t.Error("a new alert is shown while the list is paused")
	}
	b.click("#pause")
	b.untilText("#list", "ring 9")
}

func TestThePagePollsWithoutAStream(t *testing.T) {
	p := startPicket(t, "127.0.0.1")
	p.setLogin()
	p.define()
	p.raise("ring 1")
	b := openTab(t)
	b.before(`window.EventSource = class extends EventTarget {
		constructor() { super(); setTimeout(() => this.dispatchEvent(new Event('error'))); }
		close() {}
	}`)
	b.open(p.url)
	b.untilText("#link", "every 2 seconds")
	p.raise("ring 2")
	p.raise("ring 3")
	b.untilText("#list", "ring 3")
	p.raise("ring 4")
	b.untilText("#list", "ring 4")
	if got, want := doorbells(b), []string{"ring 4", "ring 3", "ring 2", "ring 1"}; !slices.Equal(got, want) {
		t.Errorf("the list is %q, want %q", got, want)
	}
}

func TestOlderAlertsAreShownWhenAskedFor(t *testing.T) {
	config := filepath.Join(t.TempDir(), "picket.conf")
	if err := os.WriteFile(config, []byte("alertbacklog=1000\nhistory=false\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := startPicket(t, "127.0.0.1", "--config", config)
	p.setLogin()
	p.define()
	const most = 450
	var want []string
	for n := 1; n <= most; n++ {
		text := fmt.Sprintf("ring %d", n)
		p.raise(text)
		want = append(want, text)
	}
	slices.Reverse(want)
	b := openTab(t)
	b.open(p.url)
	b.untilText("#list", "ring 450")
	if n := len(doorbells(b)); n != 200 {
		t.Errorf("%d alerts are shown at first", n)
	}
	for !value[bool](b, `document.querySelector('#older').hidden`) {
		shown := len(doorbells(b))
		b.click("#older")
		b.until(fmt.Sprintf("document.querySelectorAll('#list .row').length > %d && !document.querySelector('#older').disabled", shown))
	}
	if got := doorbells(b); !slices.Equal(got, want) {
		t.Errorf("%d alerts are shown, want the %d in order", len(got), len(want))
	}

	t.Log("there is no history, and the page says so")
	b.expect(`404 .*alerts/history`)
	b.click("#to-history")
	b.untilText("#search-status", "keeps no history")
	if value[bool](b, `document.querySelector('#search').checkVisibility()`) {
		t.Error("there is a form to search a history that there is none of")
	}
}

func TestAClockThatWasSetBackHidesNothingAndRepeatsNothing(t *testing.T) {
	p := startPicket(t, "127.0.0.1")
	p.setLogin()
	p.define()
	p.raise("ring 1")
	b := openTab(t)
	b.before(`const ask = window.fetch;
		window.fetch = (path, options) => path.includes('timestamp.json')
			? Promise.resolve(Response.json({ 'kismet.system.timestamp.sec': Math.floor(Date.now() / 1000) - 3600, 'kismet.system.timestamp.usec': 0 }))
			: ask(path, options)`)
	b.open(p.url)
	b.until(`document.querySelector('#link').dataset.state === 'live'`)
	p.raise("ring 2")
	b.untilText("#list", "ring 2")
	if got, want := doorbells(b), []string{"ring 2", "ring 1"}; !slices.Equal(got, want) {
		t.Errorf("the list is %q, want %q", got, want)
	}
	if got, want := b.text("#count"), fmt.Sprintf("%d alerts", value[int](b, `document.querySelectorAll('#list .row').length`)); got != want {
		t.Errorf("the list has %q, want %q", got, want)
	}
}

func TestTextFromTheAirIsText(t *testing.T) {
	p := startPicket(t, "127.0.0.1")
	b := openTab(t)
	p.setLogin()
	p.define()
	const text = `<img src=x onerror="window.ran=1"><script>window.ran=1</script></li>"'&amp;`
	p.raise(text)
	b.open(p.url)
	b.untilText("#list", "<img")
	if got := doorbells(b); !slices.Equal(got, []string{text}) {
		t.Errorf("the text is %q, want %q", got, text)
	}
	b.click(rows + " a") // that which was raised last
	b.untilText("#detail-body", text)
	b.click("#detail .close")
	b.click("nav a[data-view='health']")
	b.untilText("#messages", text)
	b.click("nav a[data-view='history']")
	b.search(text)
	if n := value[int](b, `document.querySelectorAll('main img, main script, dialog img, dialog script').length`); n != 0 {
		t.Errorf("%d elements were made from text", n)
	}
	if value[bool](b, `'ran' in window`) {
		t.Error("a script from the text ran")
	}
}

func TestThePageAsksForALogin(t *testing.T) {
	p := startPicket(t, "0.0.0.0") // there, reads need a login
	b := openTab(t)
	b.expect(`401 \(Unauthorized\)|500 .*check_setup_ok`) // the browser tells of every answer that is no success

	t.Log("the first login is set on the page")
	b.open(p.url)
	b.do(chromedp.WaitVisible(chromedp.CSS("#first")))
	b.screenshot("first-login")
	b.typeInto("#first [name='password']", password)
	b.typeInto("#first [name='again']", password+"x")
	b.click("#first .primary")
	b.untilText("#first-error", "differ")
	b.empty("#first [name='again']")
	b.typeInto("#first [name='again']", password)
	b.click("#first .primary")
	b.until(`document.querySelector('#link').dataset.state === 'live'`)
	p.define()
	p.raise("ring 1")
	b.untilText("#list", "ring 1")

	t.Log("a reload needs no new login")
	b.do(chromedp.Reload())
	b.untilText("#list", "ring 1")
	b.until(`document.querySelector('#link').dataset.state === 'live'`)

	t.Log("signed out, one has to sign in")
	b.click("nav a[data-view='health']")
	b.untilText("#messages", "ring 1") // and nothing moves any more
	b.click("#sign-out")
	b.do(chromedp.WaitVisible(chromedp.CSS("#login")))
	b.screenshot("login")
	b.typeInto("#login [name='username']", user)
	b.typeInto("#login [name='password']", "wrong\n")
	b.untilText("#login-error", "wrong")
	b.empty("#login [name='password']")
	b.typeInto("#login [name='password']", password+"\n")
	b.until(`!document.querySelector('#login').open`)
	b.click("nav a[data-view='alerts']")
	b.untilText("#list", "ring 1")
	b.until(`document.querySelector('#link').dataset.state === 'live'`)

	t.Log("a restart ends the session, but not the login that the page knows")
	b.expect(outage)
	p.stop()
	b.untilText("#link", "Connection lost")
	p.start()
	p.raise("ring 2")
	b.untilText("#list", "ring 2")
	if value[bool](b, `document.querySelector('#login').open`) {
		t.Error("the page asks again for a login that it has")
	}
}
