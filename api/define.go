package api

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
)

// What a definition is that does not say. python-kismet-rest does not.
const (
	defaultClass    = "OTHER"
	defaultSeverity = alertcore.Medium
)

// phys are the names that a definition can belong to, with the numbers that
// they have on a stock Kismet. An external tool may raise alerts about any of
// them, whatever the sensor itself listens to.
var phys = map[string]int64{
	"":             alertcore.PhyAny,
	"any":          alertcore.PhyAny,
	"IEEE802.11":   0,
	"RFSENSOR":     1,
	"Z-Wave":       2,
	"Bluetooth":    3,
	"UAV":          4,
	"NrfMousejack": 5,
	"BTLE":         6,
	"METER":        7,
	"ADSB":         8,
	"802.15.4":     9,
	"RADIATION":    10,
}

func (s *Server) defineAlert(ctx *fasthttp.RequestCtx) {
	given, err := s.parseDefinition(requestDictionary(ctx))
	if err != nil {
		invalid(ctx, err)
		return
	}
	header := alertcore.Upper(given.Header)
	err = alertcore.ErrDefined
	if s.o.Alerts.Defined(header) || slices.Contains(s.o.ReservedNames, header) {
		s.o.Messages.Post(alertcore.MessageError, "alerttracker - tried to define alert '"+given.Header+"' twice.")
	} else {
		d := given
		d.Header = header
		err = s.o.Alerts.Define(d)
	}
	switch {
	case errors.Is(err, alertcore.ErrDefined):
		text(ctx, fasthttp.StatusServiceUnavailable, fmt.Sprintf("Could not define alert: \"name\": %s is defined already", quote(header)))
	case errors.Is(err, alertcore.ErrBurstUnit):
		text(ctx, fasthttp.StatusGatewayTimeout, fmt.Sprintf("Could not activate alert after definition: \"burst\": the unit of %v is longer than that of \"throttle\", %v", given.Burst, given.Limit))
	case err != nil:
		text(ctx, fasthttp.StatusGatewayTimeout, "Could not activate alert after definition: "+err.Error())
	default:
		s.settle(ctx)
	}
}

// parseDefinition checks the keys in Kismet's order; the first fault counts.
func (s *Server) parseDefinition(d dictionary) (def alertcore.Definition, err error) {
	if def.Header, err = d.str("name"); err != nil {
		return def, err
	}
	if def.Description, err = d.str("description"); err != nil {
		return def, err
	}
	if def.Class, err = d.optionalStr("class", defaultClass); err != nil {
		return def, err
	}
	severity, err := d.optionalInteger("severity", int64(defaultSeverity))
	if err != nil {
		return def, err
	}
	def.Severity = alertcore.Severity(severity)
	if severity != int64(def.Severity) || !def.Severity.Valid() {
		return def, fmt.Errorf("unknown severity level: \"severity\": %d is none of 0, 5, 10, 15 and 20", severity)
	}
	if def.Limit, err = s.rate(d, "throttle"); err != nil {
		return def, err
	}
	if def.Burst, err = s.rate(d, "burst"); err != nil {
		return def, err
	}
	phy, err := d.optionalStr("phyname", "any")
	if err != nil {
		return def, err
	}
	id, known := phys[phy]
	if !known {
		return def, fmt.Errorf("could not find phy: \"phyname\": %s is neither any nor a phy's name", quote(phy))
	}
	def.PhyID = id
	return def, nil
}

// rate reads the limit under key. Kismet logs why it could not, so that is
// posted.
func (s *Server) rate(d dictionary, key string) (alertcore.Rate, error) {
	given, err := d.optionalStr(key, "")
	if err != nil {
		return alertcore.Rate{}, err
	}
	if given == "" {
		return alertcore.Rate{}, fmt.Errorf("could not parse %s limits: %q is missing or empty: want something like 10/min", key, key)
	}
	r, err := alertcore.ParseRate(given)
	if err != nil {
		count, unit, _ := strings.Cut(strings.ToLower(given), "/")
		unit, _, _ = strings.Cut(unit, "/")
		if _, unitErr := alertcore.ParseRate("1/" + unit); unitErr != nil {
			s.o.Messages.Post(alertcore.MessageError, "Invalid time unit for alert rate '"+unit+"'")
		} else {
			s.o.Messages.Post(alertcore.MessageError, "Invalid rate '"+count+"' for alert")
		}
		return r, fmt.Errorf("could not parse %s limits: %q: %w", key, key, err)
	}
	return r, nil
}
