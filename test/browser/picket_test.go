package browser

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what has to happen.
const patience = time.Minute

// The login of a picket that a test gave one.
const (
	user     = "admin"
	password = "correct horse"
)

// binary builds picket once for all tests. The folder is removed by TestMain.
var binary = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "picket-browser-")
	if err != nil {
		return "", err
	}
	built = folder
	path := filepath.Join(folder, "picket")
	if out, err := exec.Command("go", "build", "-o", path, "picket/cmd/picket").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build picket: %w\n%s", err, out)
	}
	return path, nil
})

var built string // the folder of binary, if it was built

func TestMain(m *testing.M) {
	status := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(status)
}

// picket is one that runs, or did.
type picket struct {
	t    testing.TB
	url  string
	args []string
	home string
	cmd  *exec.Cmd
	log  bytes.Buffer
}

// startPicket runs one on a free port of host. It ends with the test.
func startPicket(t testing.TB, host string, args ...string) *picket {
	t.Helper()
	chromium(t) // or it is not needed
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	ln.Close()
	p := &picket{
		t: t, url: "http://127.0.0.1:" + port, home: t.TempDir(),
		args: append([]string{"run", "--http", net.JoinHostPort(host, port)}, args...),
	}
	p.start()
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("the log of picket:\n%s", &p.log)
		}
	})
	return p
}

// start runs it, and returns when it answers.
func (p *picket) start() {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd = exec.Command(path, p.args...)
	p.cmd.Env = append(os.Environ(), "HOME="+p.home)
	p.cmd.Stderr = &p.log
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	until(p.t, "picket answers", func() bool {
		response, err := http.Get(p.url + "/session/check_setup_ok")
		if err != nil {
			return false
		}
		response.Body.Close()
		return true
	})
}

func (p *picket) stop() {
	if p.cmd == nil {
		return
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	p.cmd.Wait() // its status is that of the signal
	p.cmd = nil
}

// until returns when is is true.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !is() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %v: %s", patience, what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// post sends a form or, if it begins with {, JSON.
func (p *picket) post(path, body string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	mime := "application/x-www-form-urlencoded"
	if strings.HasPrefix(body, "{") {
		mime = "application/json"
	}
	request.Header.Set("Content-Type", mime)
	request.SetBasicAuth(user, password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	if text, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: %d %s", path, body, response.StatusCode, text)
	}
}

// setLogin sets the first login.
func (p *picket) setLogin() {
	p.t.Helper()
	p.post("/session/set_password", "username="+user+"&password="+password)
}

// define makes DOORBELL an alert that can be raised.
func (p *picket) define() {
	p.t.Helper()
	p.post("/alerts/definitions/define_alert.cmd", `{"name":"DOORBELL","description":"somebody is at the door","throttle":"1000/sec","burst":"1000/sec","severity":15}`)
}

func (p *picket) raise(text string) {
	p.t.Helper()
	p.post("/alerts/raise_alerts.cmd", fmt.Sprintf(`{"name":"DOORBELL","text":%q,"source":"02:00:00:00:00:01","bssid":"02:00:00:00:00:02","channel":"11"}`, text))
}
