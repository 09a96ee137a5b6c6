package api

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// listTime is what the search for interfaces may take. The web interface waits
// for 30 seconds.
const listTime = 20 * time.Second

func (s *Server) allSources(ctx *fasthttp.RequestCtx) {
	now := uint64(s.o.Alerts.Now() / 1e6)
	var list []tracked.Object
	for _, d := range s.o.Datasources.Datasources() {
		list = append(list, sourceObject(&d, now))
	}
	simplified(ctx, tracked.Objects(list))
}

func (s *Server) sourceByUUID(ctx *fasthttp.RequestCtx) {
	uuid, err := uuidOf(ctx)
	if err != nil {
		failed(ctx, err)
		return
	}
	sources := s.o.Datasources.Datasources()
	i := slices.IndexFunc(sources, func(d Datasource) bool { return strings.EqualFold(d.UUID, uuid) })
	if i < 0 {
		failed(ctx, ErrNoSource)
		return
	}
	simplified(ctx, tracked.Nested(sourceObject(&sources[i], uint64(s.o.Alerts.Now()/1e6))))
}

func (s *Server) sourceTypes(ctx *fasthttp.RequestCtx) {
	var list []tracked.Object
	for _, d := range drivers {
		list = append(list, d.object())
	}
	simplified(ctx, tracked.Objects(list))
}

// sourceDefaults has nothing to say: the options that a definition leaves out
// follow from the adapter.
func (s *Server) sourceDefaults(ctx *fasthttp.RequestCtx) {
	simplified(ctx, tracked.Nested(nil))
}

func (s *Server) listInterfaces(ctx *fasthttp.RequestCtx) {
	// Not derived from ctx: fasthttp reuses it when the handler returns, while
	// contexts made from it may still look at it.
	timed, cancel := context.WithTimeout(context.Background(), listTime)
	defer cancel()
	interfaces, err := s.o.Datasources.Interfaces(timed)
	if err != nil {
		failed(ctx, err)
		return
	}
	var list []tracked.Object
	for _, i := range interfaces {
		list = append(list, tracked.Object{
			{Name: "kismet.datasource.probed.interface", Description: "Interface", Value: tracked.String(i.Interface)},
			{Name: "kismet.datasource.probed.in_use_uuid", Description: "UUID of the source that uses the interface, zeros if none", Value: tracked.UUID(cmp.Or(i.InUseUUID, noUUID))},
			{Name: "kismet.datasource.probed.hardware", Description: "Hardware", Value: tracked.String(i.Hardware)},
			{Name: "kismet.datasource.type_driver", Description: "Driver of the interface", Value: tracked.Nested(driverOf(i.Type).object())},
			{Name: "picket.datasource.probed.problem", Description: "Why no source can be made of it, empty if one can", Value: tracked.String(i.Problem)},
		})
	}
	simplified(ctx, tracked.Objects(list))
}

func (s *Server) channelsWatched(ctx *fasthttp.RequestCtx) {
	var list []tracked.Object
	for _, c := range s.o.Datasources.Watched() {
		list = append(list, tracked.Object{
			{Name: "picket.channel.name", Description: "Channel", Value: tracked.String(c.Channel)},
			{Name: "picket.channel.frequency", Description: "Frequency (khz), 0 if unknown", Value: tracked.Double(c.FrequencyKHz)},
			{Name: "picket.channel.watched_seconds", Description: "Seconds listened to in the last minute, over all sources", Value: tracked.Double(c.Seconds)},
		})
	}
	simplified(ctx, tracked.Objects(list))
}

// noUUID is how Kismet prints that there is none.
const noUUID = "00000000-0000-0000-0000-000000000000"

const errUUID fault = "invalid uuid"

// uuidOf returns the UUID of the path in upper case.
func uuidOf(ctx *fasthttp.RequestCtx) (string, error) {
	uuid := param(ctx, paramUUID)
	if len(uuid) != len(noUUID) {
		return "", errUUID
	}
	for i := range len(uuid) {
		if dash := noUUID[i] == '-'; dash != (uuid[i] == '-') || !dash && !isHex(uuid[i]) {
			return "", errUUID
		}
	}
	return strings.ToUpper(uuid), nil
}
