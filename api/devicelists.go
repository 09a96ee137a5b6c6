package api

import (
	"errors"
	"fmt"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

// A DeviceList is a list of devices to tell of, each "mac" or "mac/mask".
// Devices are added all or, with an error, none; to remove what is not listed is
// no error.
type DeviceList interface {
	Devices() []string // in order
	Add(devices ...string) error
	Remove(devices ...string) error
}

// deviceListRoutes are those of the lists of DEVICEFOUND and DEVICELOST, and of
// both at once.
func (s *Server) deviceListRoutes() []route {
	var list []route
	for _, l := range []struct {
		name  string
		lists []DeviceList
	}{
		{"found", []DeviceList{s.o.DevicesFound}},
		{"lost", []DeviceList{s.o.DevicesLost}},
		{"both", []DeviceList{s.o.DevicesFound, s.o.DevicesLost}},
	} {
		path := "/devices/alerts/mac/" + l.name
		list = append(list,
			route{path + "/add.cmd", post, admin, mimeJSON, editDevices(l.lists, DeviceList.Add)},
			route{path + "/remove.cmd", post, admin, mimeJSON, editDevices(l.lists, DeviceList.Remove)},
			route{path + "/macs" + anySuffix, get | post, reader, nil, func(ctx *fasthttp.RequestCtx) { simplified(ctx, devicesOf(l.lists)) }},
		)
	}
	return list
}

// editDevices answers with what is on the lists afterwards.
func editDevices(lists []DeviceList, edit func(DeviceList, ...string) error) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		devices, err := macsOf(requestDictionary(ctx))
		for i := 0; i < len(lists) && err == nil; i++ {
			err = edit(lists[i], devices...)
		}
		if err != nil {
			failed(ctx, err)
			return
		}
		value(ctx, devicesOf(lists))
	}
}

// devicesOf is what is on any of the lists.
func devicesOf(lists []DeviceList) tracked.Value {
	var devices []tracked.Value
	seen := map[string]bool{}
	for _, l := range lists {
		for _, d := range l.Devices() {
			if !seen[d] {
				seen[d] = true
				devices = append(devices, tracked.MAC(d))
			}
		}
	}
	return tracked.Vector(devices)
}

func macsOf(d dictionary) ([]string, error) {
	const key = "macs"
	v, present, err := d.get(key)
	if err != nil {
		return nil, err
	}
	values, ok := v.([]any)
	switch {
	case !ok:
		return nil, d.mistyped("array", key, v, present)
	case len(values) == 0:
		return nil, errors.New(`"macs" is empty: want addresses like aa:bb:cc:dd:ee:ff or aa:bb:cc:00:00:00/ff:ff:ff:00:00:00`)
	}
	macs := make([]string, len(values))
	for i, v := range values {
		if macs[i], ok = v.(string); !ok {
			return nil, fmt.Errorf("%w: %q: want an array of addresses", typeError("string", v), key)
		}
	}
	return macs, nil
}
