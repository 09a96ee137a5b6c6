package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// killedIn names the folder of a picket that runs in a copy of the test
// program, to be killed.
const killedIn = "PICKET_TEST_RUN_IN"

const killedConfig = `
data_folder=%E
httpd_username=kismet
httpd_password=hunter22
httpd_port=0
alertbacklog=20000
history_sync=group
`

// TestRunUntilKilled is the copy: it does nothing on its own.
func TestRunUntilKilled(t *testing.T) {
	folder := os.Getenv(killedIn)
	if folder == "" {
		t.Skip("runs in TestKilledPicketKeepsWhatItAcknowledged only")
	}
	w := &world{stdout: os.Stdout, stderr: os.Stderr, home: folder}
	c := runCmd{configFlags: configFlags{Config: []string{filepath.Join(folder, "picket.conf")}}}
	if err := c.Run(context.Background(), w); err != nil {
		t.Fatal(err)
	}
}

// killable is a picket in a process of its own.
type killable struct {
	cmd  *exec.Cmd
	url  string
	logs sync.WaitGroup
}

func startKillable(t *testing.T, folder string) *killable {
	t.Helper()
	k := &killable{cmd: exec.Command(os.Args[0], "-test.run=^TestRunUntilKilled$")}
	k.cmd.Env = append(os.Environ(), killedIn+"="+folder)
	stderr, err := k.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url := make(chan string, 1)
	k.logs.Go(func() {
		defer close(url)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if _, rest, ok := strings.Cut(lines.Text(), " api="); ok {
				at, _, _ := strings.Cut(rest, " ")
				url <- at
			}
			if strings.Contains(lines.Text(), "level=ERROR") {
				t.Errorf("picket logs: %s", lines.Text())
			}
		}
	})
	if k.url = <-url; k.url == "" {
		k.kill()
		t.Fatal("picket did not start")
	}
	return k
}

func (k *killable) kill() {
	k.cmd.Process.Kill()
	k.logs.Wait()
	k.cmd.Wait() // it was killed
}

// post sends a command, and reports whether it was done and will stay so.
func (k *killable) post(client *http.Client, path string, body any) (bool, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return false, err
	}
	req, err := http.NewRequest(http.MethodPost, k.url+path, bytes.NewReader(text))
	if err != nil {
		return false, err
	}
	req.SetBasicAuth("kismet", "hunter22")
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return false, nil // it was killed
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("X-Picket-History") != "" {
		return false, fmt.Errorf("%s answers %s", path, resp.Status)
	}
	return true, nil
}

// texts are those of all alerts of EXTERNAL, as served.
func (k *killable) texts(t *testing.T) (list []string) {
	t.Helper()
	resp, err := http.Get(k.url + "/alerts/all_alerts.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var alerts []struct {
		Header string  `json:"kismet.alert.header"`
		Text   string  `json:"kismet.alert.text"`
		Time   float64 `json:"kismet.alert.timestamp"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&alerts); err != nil {
		t.Fatal(err)
	}
	last := 0.0
	for _, a := range alerts {
		if a.Time <= last {
			t.Errorf("alert %q is not younger than the one before", a.Text)
		}
		last = a.Time
		if a.Header == "EXTERNAL" {
			list = append(list, a.Text)
		}
	}
	return list
}

// Clients raise 10,000 alerts, or as many as they get to, while picket is
// killed again and again. Each alert that was answered 200 is there after the
// restart, once, in the order in which its client raised them.
func TestKilledPicketKeepsWhatItAcknowledged(t *testing.T) {
	const clients, most = 8, 10_000
	rounds := 50
	if testing.Short() {
		rounds = 3
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "picket.conf"), []byte(killedConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	acknowledged := make([][]string, clients)
	raised := make([]int, clients)
	for round := range rounds {
		k := startKillable(t, folder)
		definition := map[string]string{"name": "EXTERNAL", "description": "of a test", "throttle": "-1/sec", "burst": "-1/sec"}
		if round == 0 {
			if done, err := k.post(http.DefaultClient, "/alerts/definitions/define_alert.cmd", definition); !done {
				t.Fatal(err)
			}
		}
		var raisers sync.WaitGroup
		enough := make(chan struct{})
		var once sync.Once
		for c := range clients {
			raisers.Go(func() {
				client := &http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				for n := range most / clients / rounds * 2 {
					raised[c]++
					text := fmt.Sprintf("%d %06d", c, raised[c])
					done, err := k.post(client, "/alerts/raise_alerts.cmd", map[string]string{"name": "EXTERNAL", "text": text})
					if err != nil {
						t.Error(err)
					}
					if !done {
						return
					}
					acknowledged[c] = append(acknowledged[c], text)
					if n >= most/clients/rounds+round%7 {
						once.Do(func() { close(enough) })
					}
				}
			})
		}
		<-enough
		k.kill()
		raisers.Wait()
		if t.Failed() {
			return
		}
	}

	began := time.Now()
	k := startKillable(t, folder)
	defer k.kill()
	t.Logf("started in %v", time.Since(began))
	got := map[string]int{}
	last := make([]string, clients)
	for _, text := range k.texts(t) {
		got[text]++
		c := text[0] - '0'
		if text <= last[c] {
			t.Errorf("%q comes after %q", text, last[c])
		}
		last[c] = text
	}
	n := 0
	for _, texts := range acknowledged {
		for _, text := range texts {
			if n++; got[text] != 1 {
				t.Errorf("%q was acknowledged and is there %d times", text, got[text])
			}
		}
	}
	if n < rounds*clients {
		t.Errorf("only %d alerts were acknowledged", n)
	}
	t.Logf("%d alerts acknowledged in %d rounds, %d kept", n, rounds, len(got))
}
