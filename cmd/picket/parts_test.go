package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/api"
	"picket/capture"
	"picket/configs"
)

func TestSourcesThatFailedAreNamed(t *testing.T) {
	open := api.Datasource{Name: "attic", UUID: "A", Type: capture.KindRadio, Running: true}
	lost := api.Datasource{Name: "cellar", UUID: "C", Type: capture.KindRadio, Error: "no such device", Retry: true, RetryAttempts: 3}
	closed := api.Datasource{Name: "roof", UUID: "R", Type: capture.KindRadio}
	file := api.Datasource{Name: "a.pcap", UUID: "F", Type: capture.KindFile}
	broken := api.Datasource{Name: "b.pcap", UUID: "B", Type: capture.KindFile, Error: "cut short"}
	anew := broken
	anew.Running, anew.Error = true, ""
	paused := open
	paused.Paused = true
	for _, test := range []struct {
		name           string
		list           []api.Datasource
		ill, notOpened string
	}{
		{"no sources", nil, "", ""},
		{"all run", []api.Datasource{open, file}, "", ""},
		{"a file is over", []api.Datasource{file}, "", ""},
		{"paused", []api.Datasource{paused}, "", ""},
		{"one of two is lost", []api.Datasource{open, lost}, "cellar: no such device (tried again 3 times)", ""},
		{"two have failed", []api.Datasource{lost, open, broken}, "cellar: no such device (tried again 3 times); b.pcap: cut short", ""},
		{"one of two is closed", []api.Datasource{open, closed}, "", ""},
		{"the only adapter is closed", []api.Datasource{closed}, "no adapter is open", "none is open"},
		{"the only adapter is lost", []api.Datasource{lost}, "cellar: no such device (tried again 3 times)", "none is open"},
		{"a file failed and runs again", []api.Datasource{broken, anew}, "", ""},
		{"a file failed", []api.Datasource{broken}, "b.pcap: cut short", "none is open"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := errorText(sourcesIll(test.list)); got != test.ill {
				t.Errorf("ill: %q, want %q", got, test.ill)
			}
			if got := errorText(sourcesUnopened(test.list)); got != test.notOpened {
				t.Errorf("not opened: %q, want %q", got, test.notOpened)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestPipelineThatIsStuckIsIll(t *testing.T) {
	if err := pipelineIll(10 * time.Second); err != nil {
		t.Error(err)
	}
	if got := errorText(pipelineIll(12 * time.Second)); !strings.Contains(got, "for 12s") {
		t.Errorf("%q", got)
	}
}

func TestDetectorsThatAreOffAreNamed(t *testing.T) {
	if err := detectorsIll(nil); err != nil {
		t.Error(err)
	}
	if got := errorText(detectorsIll([]string{"A", "B"})); !strings.Contains(got, "A, B") {
		t.Errorf("%q", got)
	}
}

func TestHeavyLossIsAnIllnessOfAMinute(t *testing.T) {
	var l lossWatch
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		at            time.Duration
		attic, cellar counts
		want          string
	}{
		{0, counts{1000, 0}, counts{}, ""},
		{5 * time.Second, counts{2000, 5}, counts{1000, 0}, ""}, // 0.5 %
		{10 * time.Second, counts{2090, 15}, counts{2000, 1}, "10.0% of attic"},
		{15 * time.Second, counts{3000, 15}, counts{3000, 1}, "10.0% of attic"}, // it lasts
		{70 * time.Second, counts{4000, 15}, counts{4000, 1}, "10.0% of attic"},
		{75 * time.Second, counts{5000, 15}, counts{5000, 1}, ""},
		{80 * time.Second, counts{5000, 65}, counts{5050, 51}, "100.0% of attic, 50.0% of cellar"},
		{200 * time.Second, counts{100, 0}, counts{100, 0}, ""}, // opened anew, and counted anew
		{205 * time.Second, counts{200, 100}, counts{200, 0}, "50.0% of attic"},
	} {
		now := start.Add(step.at)
		l.look(now, []api.Datasource{
			{Name: "attic", Number: 0, Packets: step.attic.heard, KernelDrops: step.attic.dropped},
			{Name: "cellar", Number: 1, Packets: step.cellar.heard, KernelDrops: step.cellar.dropped},
		})
		got := errorText(l.ill(now))
		if (got == "") != (step.want == "") || !strings.HasSuffix(got, step.want) {
			t.Errorf("after %s: %q, want %q", step.at, got, step.want)
		}
	}
}

// A source that fails while picket runs makes it ill.
func TestSourceThatFailsMakesPicketIll(t *testing.T) {
	folder := t.TempDir()
	if err := writeCaptures(folder); err != nil {
		t.Fatal(err)
	}
	_, url := runningSensor(t, filepath.Join(folder, "truncated.pcap"))
	eventually(t, "health names the source", func() bool {
		status, body := fetch(t, url+"/healthz")
		return status == 503 && strings.Contains(string(body), `"name":"sources","status":"ill"`) && strings.Contains(string(body), "truncated.pcap: ")
	})
	if status, body := fetch(t, url+"/readyz"); status != 200 {
		t.Errorf("/readyz: %d %s", status, body)
	}
}

func TestHealthIsAskedOnThisMachine(t *testing.T) {
	for _, test := range []struct{ bind, want string }{
		{"127.0.0.1", "127.0.0.1:2502"}, {"192.0.2.1", "192.0.2.1:2502"}, {"0.0.0.0", "127.0.0.1:2502"}, {"::", "[::1]:2502"}, {"2001:db8::1", "[2001:db8::1]:2502"},
	} {
		if got := healthAddress(configs.HTTPD{BindAddress: test.bind, Port: 2502}); got != test.want {
			t.Errorf("%s: %s, want %s", test.bind, got, test.want)
		}
	}
}

// fakePicket answers as told.
func fakePicket(t *testing.T, status int, body any) *httptest.Server {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		if text, ok := body.(string); ok {
			fmt.Fprint(w, text)
			return
		}
		json.NewEncoder(w).Encode(body)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestHealthCommandTells(t *testing.T) {
	since := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	for _, test := range []struct {
		name     string
		status   int
		body     any
		exit     int
		out, err string
	}{
		{"well", 200, api.Health{Status: "ok", Parts: []api.PartHealth{{Name: "sources", Status: "ok"}}}, 0, "all is well\n", ""},
		{"ill", 503, api.Health{Status: "ill", Parts: []api.PartHealth{
			{Name: "pipeline", Status: "ok"}, {Name: "sources", Status: "ill", Since: &since, Reason: "wlan1\x1b[2J gone"}, {Name: "history", Status: "ill"},
		}}, 1, "sources is ill since 2026-03-01 12:00:00: wlan1\ufffd[2J gone\nhistory is ill\n", ""},
		{"something else", 404, "not here", 1, "", "no picket"},
		{"no JSON", 200, "<html>", 1, "", "read the answer"},
		{"too much", 200, strings.Repeat(" ", 2<<20), 1, "", "too large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := fakePicket(t, test.status, test.body)
			s.Start()
			w, out, log := testWorld(t)
			exit := execute([]string{"health", "--http", s.Listener.Addr().String()}, w)
			if exit != test.exit || out.String() != test.out || !strings.Contains(log.String(), test.err) || (log.Len() > 0) != (test.err != "") {
				t.Errorf("exit %d, %q, %q", exit, out, log)
			}
		})
	}
}

// writePEM writes a certificate and returns where.
func writePEM(t *testing.T, der []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "picket.crt")
	var b bytes.Buffer
	if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Over TLS the picket that is asked has to have the certificate that is
// configured, for whatever name that is.
func TestHealthOverTLSTrustsTheConfiguredCertificateAlone(t *testing.T) {
	s := fakePicket(t, 200, api.Health{Status: "ok"})
	s.StartTLS()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	other, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, cert, want string }{
		{"its own", writePEM(t, s.Certificate().Raw), ""},
		{"another", writePEM(t, other), "another certificate"},
		{"none", filepath.Join(t.TempDir(), "none.crt"), "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, _, log := testWorld(t)
			conf := filepath.Join(t.TempDir(), "tls.conf")
			if err := os.WriteFile(conf, []byte("httpd_ssl_cert="+test.cert+"\nhttpd_ssl_key=unused.key\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			exit := execute([]string{"health", "--config", conf, "--http", s.Listener.Addr().String()}, w)
			if (exit == 0) != (test.want == "") || !strings.Contains(log.String(), test.want) {
				t.Errorf("exit %d, %s", exit, log)
			}
		})
	}
}
