package api

import (
	"errors"
	"fmt"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
)

func (s *Server) raiseAlert(ctx *fasthttp.RequestCtx) {
	a, err := s.parseAlert(requestDictionary(ctx))
	if err != nil {
		invalid(ctx, err)
		return
	}
	a.Location = s.location()
	switch _, err := s.o.Alerts.Raise(a); {
	case errors.Is(err, alertcore.ErrThrottled):
		invalid(ctx, fault("alert throttle reached, alert not raised."))
	case err != nil:
		invalid(ctx, err)
	default:
		s.settle(ctx)
		text(ctx, fasthttp.StatusOK, "Alert raised")
	}
}

// parseAlert checks the keys in Kismet's order; the first fault counts.
func (s *Server) parseAlert(d dictionary) (*alertcore.Alert, error) {
	name, err := d.str("name")
	if err != nil {
		return nil, err
	}
	a := &alertcore.Alert{Name: name}
	if a.Text, err = d.str("text"); err != nil {
		return nil, err
	}
	if !s.o.Alerts.Defined(a.Name) {
		if a.Name = alertcore.Upper(name); !s.o.Alerts.Defined(a.Name) {
			return nil, fmt.Errorf(" Unknown alert type '%s'", escapeHTML(name))
		}
	}
	addresses := []struct {
		key   string
		mac   *alertcore.MAC
		given string
	}{
		{key: "bssid", mac: &a.BSSID},
		{key: "source", mac: &a.Source},
		{key: "dest", mac: &a.Dest},
		{key: "other", mac: &a.Other},
	}
	for i := range addresses {
		if addresses[i].given, err = d.optionalStr(addresses[i].key, ""); err != nil {
			return nil, err
		}
	}
	if a.Channel, err = d.optionalStr("channel", ""); err != nil {
		return nil, err
	}
	for _, address := range addresses {
		if *address.mac, err = alertcore.ParseMAC(address.given); err != nil {
			return nil, fmt.Errorf("invalid MAC address: %q: %w", address.key, err)
		}
	}
	return a, nil
}
