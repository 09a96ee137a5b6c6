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

// rows are the alerts of the live list.
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

func TestThePageTellsWhatIsIll(t *testing.T) {
	p := startPicket(t, "127.0.0.1", "--source", "nowlan0")
	b := openTab(t)
	b.expect(`503 .*/(healthz|readyz)|500 .*check_setup_ok`) // no login is set
	b.open(p.url)
	b.do(chromedp.WaitVisible(chromedp.CSS("#health-mark")), chromedp.WaitVisible(chromedp.CSS("#setup")))
	b.click("nav a[data-view='health']")
	b.untilText("#health-summary", "Ill: sources")
	b.untilText("#parts [data-status='ill'] .reason", "nowlan0")
	b.untilText("#sources [data-status='ill'] .reason", "nowlan0")
	b.screenshot("ill")
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
