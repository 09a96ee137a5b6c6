package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"picket/api/auth"
)

// documented is a command of the documentation, and what it prints there; three
// dots stand for anything.
type documented struct {
	command string
	prints  string
}

// documentedCommands reads the commands of a page. They are indented, and begin
// with a dollar.
func documentedCommands(page string) (list []documented) {
	const indent = "    "
	continued, inBlock := false, false
	for line := range strings.Lines(page) {
		text, indented := strings.CutPrefix(line, indent)
		command, begins := strings.CutPrefix(text, "$ ")
		switch {
		case !indented:
			inBlock = false
		case begins:
			list = append(list, documented{command: command})
			inBlock = true
			continued = strings.HasSuffix(command, "\\\n")
		case continued:
			list[len(list)-1].command += text
			continued = strings.HasSuffix(text, "\\\n")
		case inBlock:
			list[len(list)-1].prints += text
		}
	}
	return list
}

// TestDocumentedCommands runs the commands of docs/api.md in their order, in
// one shell, on a server without a login.
func TestDocumentedCommands(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s", tool)
		}
	}
	page, err := os.ReadFile("../docs/api.md")
	must(t, err)
	commands := documentedCommands(string(page))
	if len(commands) < 25 {
		t.Fatalf("%d commands", len(commands))
	}
	addr := newDocumentedServer(t)
	const mark = "--- end of command"
	var script strings.Builder
	script.WriteString("set -u\n")
	for _, c := range commands {
		command := strings.ReplaceAll(c.command, "http://127.0.0.1:2502", "http://"+addr)
		command = strings.ReplaceAll(command, "curl -sN", "curl -sN --max-time 2") // has no end
		fmt.Fprintf(&script, "%s\necho; echo '%s'\n", strings.TrimSuffix(command, "\n"), mark)
	}
	shell := exec.Command("bash")
	shell.Dir, shell.Stdin, shell.Env = t.TempDir(), strings.NewReader(script.String()), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	out, err := shell.CombinedOutput()
	must(t, err)
	outputs := strings.Split(string(out), mark+"\n")
	if len(outputs) != len(commands)+1 {
		t.Fatalf("the shell printed %d parts of %d:\n%s", len(outputs)-1, len(commands), out)
	}
	for i, c := range commands {
		want := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(c.prints)), `\.\.\.`, `(?s:.*)`)
		if got := strings.TrimSpace(outputs[i]); !regexp.MustCompile("^" + want + "$").MatchString(got) {
			t.Errorf("$ %sprints\n%s\nwant\n%s", c.command, got, c.prints)
		}
	}
	for _, file := range []string{"alert.pcapng", "alerts.ndjson"} {
		if text, err := os.ReadFile(filepath.Join(shell.Dir, file)); err != nil || len(text) == 0 || strings.HasPrefix(string(text), "ERROR") {
			t.Errorf("%s: %v, %s", file, err, text)
		}
	}
}

// newDocumentedServer serves what newWholeServer has over TCP, with open reads
// and without a login.
func newDocumentedServer(t *testing.T) (addr string) {
	t.Helper()
	f := newWholeServer(t, nil)
	o := f.server.o
	o.History.(*pastAlerts).records, _ = f.core.All()
	o.Reads, o.Metrics = ReadsByListener, nil
	store, err := auth.Open(auth.Options{UserFile: filepath.Join(t.TempDir(), "httpd.conf"), SessionDB: filepath.Join(t.TempDir(), "session.db"), Clock: f.clock.now, Log: o.Log})
	must(t, err)
	o.Auth = store
	server, err := New(o)
	must(t, err)
	ln, err := net.Listen("tcp", loopback+":0")
	must(t, err)
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := errors.Join(server.Shutdown(ctx), <-done); err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}
