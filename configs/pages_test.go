package configs

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	c, warnings := loadText(t, `
httpd_home=%h/httpd
httpd_mime=GPX:application/gpx+xml
httpd_mime=.webmanifest:application/manifest+json
httpd_proxy_dir=sensors/attic/
httpd_redirect_unknown=/404.html
`)
	if len(warnings) > 0 {
		t.Errorf("warnings: %v", warnings)
	}
	h := c.HTTPD
	types := []MIMEType{{"gpx", "application/gpx+xml"}, {"webmanifest", "application/manifest+json"}}
	if h.Home != "/home/pi/httpd" || h.ProxyDir != "sensors/attic/" || h.RedirectUnknown != "/404.html" || !slices.Equal(h.MIMETypes, types) {
		t.Errorf("%+v", h)
	}
}

func TestPagesThatAreConfiguredWrongly(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"httpd_proxy_dir=/picket", "such as picket/"},
		{"httpd_proxy_dir=/picket/", "such as picket/"},
		{"httpd_proxy_dir=picket", "such as picket/"},
		{"httpd_proxy_dir=a b/", "such as picket/"},
		{"httpd_proxy_dir=a//b/", "such as picket/"},
		{"httpd_redirect_unknown=404.html", "such as /unknown.html"},
		{"httpd_mime=gpx", "EXTENSION:TYPE"},
		{"httpd_mime=gpx:xml", "EXTENSION:TYPE"},
		{"httpd_mime=:a/b", "EXTENSION:TYPE"},
		{"httpd_mime=gpx:a/b; x", "EXTENSION:TYPE"},
	} {
		file := filepath.Join(write(t, map[string]string{"x.conf": c.line + "\n"}), "x.conf")
		_, _, err := Load(Places{Home: "/home/pi", Files: []string{file}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.line) {
			t.Errorf("%s: %v, want it to say %s", c.line, err, c.want)
		}
	}
}
