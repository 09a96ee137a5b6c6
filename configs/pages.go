package configs

import (
	"errors"
	"regexp"
	"strings"
)

// MIMEType is the content type of the files of an extension.
type MIMEType struct {
	Extension string // lower case, without the dot
	Type      string
}

var mimeLine = regexp.MustCompile(`^\.?([A-Za-z0-9_+-]+):([A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+)$`)

func setMIME(c *Config, value string, _ Origin) error {
	m := mimeLine.FindStringSubmatch(value)
	if m == nil {
		return errors.New("expected EXTENSION:TYPE, such as webmanifest:application/manifest+json")
	}
	c.HTTPD.MIMETypes = append(c.HTTPD.MIMETypes, MIMEType{strings.ToLower(m[1]), m[2]})
	return nil
}

// mimeExtension is what a line of httpd_mime is about.
func mimeExtension(value string) string {
	extension, _, _ := strings.Cut(value, ":")
	return strings.ToLower(strings.TrimPrefix(extension, "."))
}

var proxyDir = regexp.MustCompile(`^([A-Za-z0-9._~-]+/)+$`)

// setProxyDir checks the form that Kismet's interface puts between its host and
// the path of its event stream.
func setProxyDir(c *Config, value string, _ Origin) error {
	if !proxyDir.MatchString(value) {
		return errors.New("expected a folder without a slash in front and with one behind, such as picket/")
	}
	c.HTTPD.ProxyDir = value
	return nil
}

func setRedirectUnknown(c *Config, value string, _ Origin) error {
	if !strings.HasPrefix(value, "/") {
		return errors.New("expected the path of a file below httpd_home, such as /unknown.html")
	}
	c.HTTPD.RedirectUnknown = value
	return nil
}
