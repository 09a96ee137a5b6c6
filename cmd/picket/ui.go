package main

import (
	"fmt"
	"os"

	"picket/alertcore"
	"picket/api"
	"picket/api/web"
	"picket/configs"
)

// openUI opens the folder of Kismet's web interface, if one is configured.
func openUI(config *configs.Config) (*os.Root, error) {
	if config.HTTPD.Home == "" {
		return nil, nil
	}
	return api.OpenKismetUI(config.HTTPD.Home)
}

// checkUI finds what is wrong with the folder of a web interface.
func checkUI(folder string) error {
	root, err := api.OpenKismetUI(folder)
	if err != nil {
		return fmt.Errorf("--ui-dir: %w", err)
	}
	return root.Close()
}

// tellOfUI tells that the configured web interface can't be served. A sensor
// works without, and Kismet's own configuration may name a folder that is only
// on the machine of a Kismet.
func (s *sensor) tellOfUI(err error) {
	s.log.Error("Kismet's web interface is not served", "httpd_home", s.config.HTTPD.Home, "error", err)
	s.core.Post(alertcore.MessageError, "Kismet's web interface is not served: "+err.Error())
}

// pages are the web interface that is served: Kismet's if it is there, else
// picket's own.
func (s *sensor) pages() api.Pages {
	h := &s.config.HTTPD
	p := api.Pages{Files: web.Files(), Policy: web.Policy, ProxyDir: h.ProxyDir, Unknown: h.RedirectUnknown}
	for _, m := range h.MIMETypes {
		if p.Types == nil {
			p.Types = map[string]string{}
		}
		p.Types[m.Extension] = m.Type
	}
	if s.ui != nil {
		p.Files, p.Policy, p.Kismet = s.ui.FS(), "", true
	}
	return p
}
