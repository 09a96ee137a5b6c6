package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

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
