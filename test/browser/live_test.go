package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

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
