package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"picket/api"
	"picket/configs"
)

type healthCmd struct {
	configFlags
	HTTP  string `name:"http" placeholder:"ADDR:PORT" help:"Where picket serves the API (httpd_bind_address and httpd_port in the configuration)."`
	Ready bool   `help:"Ask whether picket has started, its sources included, rather than whether all of it works."`
}

func (healthCmd) Help() string {
	return `Asks a running picket at /healthz, or /readyz. The exit status is 0 when all is well and 1 when a part is ill, which is printed, or when picket does not answer: for HEALTHCHECK of a container, or ExecStartPost= of systemd.`
}

// healthPatience is how long picket may take to answer.
const healthPatience = 5 * time.Second

func (c *healthCmd) Run(ctx context.Context, w *world) error {
	flags, err := httpFlags(c.HTTP)
	if err != nil {
		return err
	}
	config, err := c.load(w, flags...)
	if err != nil {
		return err
	}
	path := "/healthz"
	if c.Ready {
		path = "/readyz"
	}
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	h, err := askHealth(ctx, config, path)
	if err != nil {
		return fmt.Errorf("ask picket how it is: %w", err)
	}
	for _, p := range h.Parts {
		if p.Status == api.HealthOK {
			continue
		}
		line := p.Name + " is ill"
		if p.Since != nil {
			line += " since " + p.Since.Local().Format(time.DateTime)
		}
		if p.Reason != "" {
			line += ": " + printable(p.Reason)
		}
		fmt.Fprintln(w.stdout, line)
	}
	if h.Status != api.HealthOK {
		return errReported
	}
	fmt.Fprintln(w.stdout, "all is well")
	return nil
}

// askHealth asks the picket that config is of.
func askHealth(ctx context.Context, config *configs.Config, path string) (h api.Health, err error) {
	var transport http.Transport // its own: no proxy between
	defer transport.CloseIdleConnections()
	scheme := "http"
	if config.HTTPD.SSLCert != "" {
		scheme = "https"
		if transport.TLSClientConfig, err = pinned(config.HTTPD.SSLCert); err != nil {
			return h, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+healthAddress(config.HTTPD)+path, nil)
	if err != nil {
		return h, err
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return h, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusServiceUnavailable {
		return h, fmt.Errorf("%s answers %s: no picket", request.URL, answer.Status)
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, answer.Body, 1<<20)).Decode(&h); err != nil {
		return h, fmt.Errorf("read the answer of %s: %w", request.URL, err)
	}
	return h, nil
}

// healthAddress is where this machine reaches a listener: one on all addresses
// on the loopback interface.
func healthAddress(h configs.HTTPD) string {
	address := h.Address()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip.Is6() {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, port)
}

// pinned trusts the certificate in the file and no other, whatever names it is
// for: that of a sensor is seldom for the address it is asked at.
func pinned(file string) (*tls.Config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read httpd_ssl_cert: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("httpd_ssl_cert %s holds no certificate", file)
	}
	return &tls.Config{
		InsecureSkipVerify: true, // the name; VerifyPeerCertificate does the rest
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) == 0 || !bytes.Equal(raw[0], block.Bytes) {
				return errors.New("it has another certificate than httpd_ssl_cert")
			}
			return nil
		},
	}, nil
}
