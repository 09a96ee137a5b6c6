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
		shared:   func(path string) bool { return definitionColumn(path) != nil },
		remember: rememberDefinitions,
	}
}

// mostRemembered bounds what is remembered of definitions: alerts of the system
// itself have one each.
const mostRemembered = 256

// rememberDefinitions makes a test of alerts that asks another one, which looks at
// nothing but their definitions, once for each of those.
func rememberDefinitions(test func(*alertcore.Record) bool) func(*alertcore.Record) bool {
	answers := map[*alertcore.Definition]bool{}
	return func(r *alertcore.Record) bool {
		answer, known := answers[r.Definition()]
		if !known {
			answer = test(r)
			if len(answers) < mostRemembered {
				answers[r.Definition()] = answer
			}
		}
		return answer
	}
}

// alertTime is the field that alerts are in ascending order of.
const alertTime = "kismet.alert.timestamp"

// alertColumn reads the fields of alerts without making their objects. Those
// that are left out have no order and are not searched.
func alertColumn(path string) func(*alertcore.Record) viewCell {
	type record = *alertcore.Record
	if read := definitionColumn(path); read != nil {
		return func(r record) viewCell { return read(r.Definition()) }
	}
	switch path {
	case "kismet.alert.hash":
		return func(r record) viewCell { return numberCell(float64(r.Hash())) }
	case alertTime:
		return func(r record) viewCell { return numberCell(r.Time().Seconds()) }
	case "kismet.alert.transmitter_mac":
		return func(r record) viewCell { return viewCell{kind: cellAddress, address: r.Alert().BSSID.Bits()} }
	case "kismet.alert.source_mac":
		return func(r record) viewCell { return viewCell{kind: cellAddress, address: r.Alert().Source.Bits()} }
	case "kismet.alert.dest_mac":
		return func(r record) viewCell { return viewCell{kind: cellAddress, address: r.Alert().Dest.Bits()} }
	case "kismet.alert.other_mac":
		return func(r record) viewCell { return viewCell{kind: cellAddress, address: r.Alert().Other.Bits()} }
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

// definitionColumn reads those that alerts have from their definitions.
func definitionColumn(path string) func(*alertcore.Definition) viewCell {
	type definition = *alertcore.Definition
	switch path {
	case "kismet.alert.header":
		return func(d definition) viewCell { return textCell(d.Header) }
	case "kismet.alert.class":
		return func(d definition) viewCell { return textCell(d.Class) }
	case "kismet.alert.severity":
		return func(d definition) viewCell {
			return viewCell{kind: cellNumber, number: float64(d.Severity), text: d.Severity.String()}
		}
	case "kismet.alert.phy_id":
		return func(d definition) viewCell { return numberCell(float64(uint32(d.PhyID))) }
	}
	return nil
}
