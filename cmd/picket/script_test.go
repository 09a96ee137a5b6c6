package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"picket": func() {
		os.Exit(execute(os.Args[1:], &world{
			stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
			etc: os.Getenv("ETC"), home: os.Getenv("HOME"),
		}))
	}})
}

// TestScripts runs the commands end to end. Beside what testscript has, the
// scripts may use
//
//	serve ARGS...        start 'picket run ARGS' on a free port and wait until it runs; $API is its URL, $ADDR its address
//	log PATTERN          wait until it logs a line that matches
//	finish               send it SIGTERM, wait for its end and print the rest of its log
//	get PATH             print status and body
//	take NAME PATTERN    set NAME to what the group in PATTERN matches in the output of the command before
//	post PATH JSON       the same for a command, with the API key in the file "key" if there is one
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("ETC", filepath.Join(e.WorkDir, "etc"))
			e.Values[serverKey{}] = &server{}
			return writeCaptures(e.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serve, "log": waitForLog, "finish": finish, "get": get, "post": post, "take": take,
		},
	})
}

// writeCaptures puts the demonstration's capture into folder, and what can go
// wrong with one.
func writeCaptures(folder string) error {
	z, err := gzip.NewReader(bytes.NewReader(demoCapture))
	if err != nil {
		return err
	}
	whole, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	ethernet := bytes.Clone(whole)
	ethernet[20] = 1 // the link type, in a little-endian header
	flood, err := upTo(whole, 400)
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"demo.pcap.gz":   demoCapture,
		"demo.pcap":      whole,
		"flood.pcap":     flood,
		"truncated.pcap": flood[:len(flood)-7],
		"ethernet.pcap":  ethernet,
		"empty.pcap":     nil,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

const pcapHeader = 24 // bytes before the first frame of a pcap file

// frameEnd returns where the frame at the given place of a pcap file ends.
func frameEnd(pcap []byte, at int) (int, error) {
	const header, lengthAt = 16, 8
	if at+header > len(pcap) {
		return 0, errors.New("the capture ends too early")
	}
	return at + header + int(binary.LittleEndian.Uint32(pcap[at+lengthAt:])), nil
}

// upTo cuts a pcap file after n frames.
func upTo(pcap []byte, n int) ([]byte, error) {
	at := pcapHeader
	for range n {
		var err error
		if at, err = frameEnd(pcap, at); err != nil {
			return nil, err
		}
	}
	return pcap[:at], nil
}

type serverKey struct{}

// server is the picket that a script runs.
type server struct {
	cmd   *exec.Cmd
	lines chan string // of its log; closed at its end
}

func serve(ts *testscript.TestScript, neg bool, args []string) {
	picket, err := exec.LookPath("picket")
	ts.Check(err)
	s := ts.Value(serverKey{}).(*server)
	s.cmd = exec.Command(picket, append([]string{"run", "--http", "127.0.0.1:0"}, args...)...)
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"), "ETC="+ts.Getenv("ETC"))
	log, err := s.cmd.StderrPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { s.cmd.Process.Kill() })
	s.lines = make(chan string, 1000)
	go func() {
		defer close(s.lines)
		for in := bufio.NewScanner(log); in.Scan(); {
			s.lines <- in.Text()
		}
	}()
	line := s.wait(ts, regexp.MustCompile(`picket runs`))
	url := regexp.MustCompile(`api=http://(\S+)`).FindStringSubmatch(line)
	if url == nil {
		ts.Fatalf("no address in %q", line)
	}
	ts.Setenv("ADDR", url[1])
	ts.Setenv("API", "http://"+url[1])
}

// patience is after how long a line that does not come is given up.
const patience = time.Minute

// wait returns the next line of the log that matches.
func (s *server) wait(ts *testscript.TestScript, pattern *regexp.Regexp) string {
	late := time.After(patience)
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				ts.Fatalf("picket ended without logging %s", pattern)
			}
			ts.Logf("[log] %s", line)
			if pattern.MatchString(line) {
				return line
			}
		case <-late:
			ts.Fatalf("picket has not logged %s for %v", pattern, patience)
		}
	}
}

func waitForLog(ts *testscript.TestScript, neg bool, args []string) {
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), ts.Value(serverKey{}).(*server).wait(ts, pattern))
}

func finish(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	for line := range s.lines {
		fmt.Fprintln(ts.Stdout(), line)
	}
	ts.Check(s.cmd.Wait())
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	request(ts, http.MethodGet, args[0], "")
}

func post(ts *testscript.TestScript, neg bool, args []string) {
	request(ts, http.MethodPost, args[0], args[1])
}

func request(ts *testscript.TestScript, method, path, body string) {
	r, err := http.NewRequest(method, ts.Getenv("API")+path, strings.NewReader(body))
	ts.Check(err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if key, err := os.ReadFile(ts.MkAbs("key")); err == nil {
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(key)))
	}
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d %s\n", answer.StatusCode, text)
}

func take(ts *testscript.TestScript, neg bool, args []string) {
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	found := pattern.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("no match for %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// splitInTurns writes the frames of a pcap file by turns into odd.pcap and
// even.pcap.
func splitInTurns(path, folder string) error {
	pcap, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	files := [2][]byte{bytes.Clone(pcap[:pcapHeader]), bytes.Clone(pcap[:pcapHeader])}
	for at, n := pcapHeader, 0; at < len(pcap); n++ {
		end, err := frameEnd(pcap, at)
		if err != nil {
			return err
		}
		files[n%2] = append(files[n%2], pcap[at:end]...)
		at = end
	}
	for i, name := range []string{"odd.pcap", "even.pcap"} {
		if err := os.WriteFile(filepath.Join(folder, name), files[i], 0o644); err != nil {
			return err
		}
	}
	return nil
}
