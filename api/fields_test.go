package api

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestFieldsOnEveryRead(t *testing.T) {
	f := newFixtureThatHears(t).withLogin().fill()
	const bad = "ERROR: Invalid field mapping, expected field or [field,rename]\n"
	for _, path := range readPaths(f) {
		if !strings.Contains(path, ".json") || path == "/openapi.json" || strings.HasPrefix(path, "/session/") || strings.HasPrefix(path, "/alerts/alerts_view") || strings.Contains(path, "/ssids/") || strings.Contains(path, "by-uuid") {
			continue
		}
		f.want(read(path+"?json="+url.PathEscape(`{"fields":[1]}`), basicAdmin), 500, bad)
		if path != "/auth/apikey/list.json" {
			f.want(form(path, `json={"fields":[1]}`, basicAdmin), 500, bad)
		}
	}
	one := fmt.Sprintf("/alerts/by-id/%d/alert.json", f.core.Latest().Hash())
	for _, c := range []struct{ query, want string }{
		{"fields=kismet.alert.header,kismet.alert.severity:s", `{"kismet.alert.header": "SCARYALERT","s": 15}`},
		{"fields=kismet.alert.location/kismet.common.location.geopoint:at", `{"at": [0, 0]}`},
		{"fields=none,,:x", `{"none": 0}`},
		{"fields=none:alias", `{"alias": 0}`},
		{"fields=kismet%2ealert.class", `{"kismet.alert.class": "SPOOF"}`},
		{`fields=x&json={"fields":["kismet.alert.class"]}`, `{"kismet.alert.class": "SPOOF"}`},
	} {
		f.want(read(one+"?"+strings.ReplaceAll(c.query, `"`, "%22")), 200, c.want)
	}
	whole := f.do(read(one)).body
	for _, query := range []string{"fields=", "fields", "json=", "json={", "json=null", "json={}", "x=y"} {
		f.want(read(one+"?"+query), 200, whole)
	}
}
