package api

import (
	"encoding/hex"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
)

// alertsView answers with pages of the retained alerts. Where Kismet refuses a
// request without a dictionary, which every GET is to it, this one has all
// members of the alerts.
func (s *Server) alertsView(ctx *fasthttp.RequestCtx) {
	latest := s.o.Alerts.Latest()
	var buffer [1024]byte
	key := appendViewKey(buffer[:0], ctx)
	if a := s.views.answer(key, latest); a != nil {
		if !clientHas(ctx, a.tag[:]) {
			ctx.Response.SetBodyRaw(a.body)
		}
		return
	}
	q, err := viewQueryOf(ctx)
	if err != nil {
		invalidView(ctx, err)
		return
	}
	f, known := formatOf(ctx)
	if !known {
		return
	}
	records := s.views.retained(latest)
	body := f.Append(nil, s.views.value(&q, records))
	ctx.Response.SetBodyRaw(body)
	s.views.keep(key, records, body)
}

// alertRows are the rows of views of alerts.
func alertRows(records []*alertcore.Record) viewRows[*alertcore.Record] {
	return viewRows[*alertcore.Record]{
		list: records, object: (*alertcore.Record).Object, column: alertColumn, ascending: alertTime,
		shared:   inDefinition,
		remember: rememberDefinitions,
	}
}

// inDefinition reports whether alerts have a field from their definitions.
func inDefinition(path string) bool {
	switch path {
	case "kismet.alert.header", "kismet.alert.class", "kismet.alert.severity", "kismet.alert.phy_id":
		return true
	}
	return false
}

// rememberDefinitions makes a test of alerts that seldom asks another one, which
// looks at nothing but their definitions, twice for the same of those.
func rememberDefinitions(test func(*alertcore.Record) bool) func(*alertcore.Record) bool {
	var known [64]struct {
		definition *alertcore.Definition
		answer     bool
	}
	return func(r *alertcore.Record) bool {
		d := r.Definition()
		slot := uint(len(d.Header))
		if slot > 0 {
			slot += 5 * uint(d.Header[slot-1])
		}
		k := &known[slot%uint(len(known))]
		if k.definition != d {
			k.definition, k.answer = d, test(r)
		}
		return k.answer
	}
}

// alertTime is the field that alerts are in ascending order of.
const alertTime = "kismet.alert.timestamp"

// alertColumn reads the fields of alerts without making their objects. Those
// that are left out have no order and are not searched.
func alertColumn(path string) func(*alertcore.Record) viewCell {
	type record = *alertcore.Record
	switch path {
	case "kismet.alert.header":
		return func(r record) viewCell { return textCell(r.Definition().Header) }
	case "kismet.alert.class":
		return func(r record) viewCell { return textCell(r.Definition().Class) }
	case "kismet.alert.severity":
		return func(r record) viewCell {
			severity := r.Definition().Severity
			return viewCell{kind: cellNumber, key: numberKey(float64(severity)), text: severity.String()}
		}
	case "kismet.alert.phy_id":
		return func(r record) viewCell { return numberCell(float64(uint32(r.Definition().PhyID))) }
	case "kismet.alert.hash":
		return func(r record) viewCell { return numberCell(float64(r.Hash())) }
	case alertTime:
		return func(r record) viewCell { return numberCell(r.Time().Seconds()) }
	case "kismet.alert.transmitter_mac":
		return func(r record) viewCell { return viewCell{kind: cellAddress, key: r.Alert().BSSID.Bits()} }
	case "kismet.alert.source_mac":
		return func(r record) viewCell { return viewCell{kind: cellAddress, key: r.Alert().Source.Bits()} }
	case "kismet.alert.dest_mac":
		return func(r record) viewCell { return viewCell{kind: cellAddress, key: r.Alert().Dest.Bits()} }
	case "kismet.alert.other_mac":
		return func(r record) viewCell { return viewCell{kind: cellAddress, key: r.Alert().Other.Bits()} }
	case "kismet.alert.channel":
		return func(r record) viewCell { return textCell(r.Alert().Channel) }
	case "kismet.alert.frequency":
		return func(r record) viewCell { return numberCell(r.Alert().FrequencyKHz) }
	case "kismet.alert.text":
		return func(r record) viewCell { return textCell(r.Alert().Text) }
	case "picket.alert.datasource":
		return func(r record) viewCell { return textCell(r.Alert().Datasource) }
	case "picket.alert.frames":
		return func(r record) viewCell { return numberCell(float64(r.Alert().Frames)) }
	case "picket.alert.verdict":
		return func(r record) viewCell { return textCell(r.Alert().Verdict) }
	case "picket.alert.ssid_hex":
		return func(r record) viewCell { return textCell(hex.EncodeToString(r.Alert().SSID)) }
	case "picket.alert.suppressed":
		return func(r record) viewCell { return numberCell(float64(r.Suppressed())) }
	}
	return nil
}
