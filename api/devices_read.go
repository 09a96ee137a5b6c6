package api

import (
	"fmt"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// Names of path parameters of the devices.
const (
	paramView = "view"
	paramMAC  = "mac"
	paramKey  = "key"
)

func (s *Server) deviceRoutes() []route {
	return []route{
		{"/devices/views/all_views" + anySuffix, get | post, reader, nil, s.listDeviceViews},
		{"/devices/views/{" + paramView + "}/devices" + anySuffix, get | post, reader, nil, s.devicesInView},
		{"/devices/views/{" + paramView + "}/last-time/{" + paramTime + "}/devices" + anySuffix, get | post, reader, nil, s.devicesInViewSince},
		{"/devices/last-time/{" + paramTime + "}/devices" + anySuffix, get | post, reader, nil, s.devicesSince},
		{"/devices/by-mac/{" + paramMAC + "}/devices" + anySuffix, get | post, reader, nil, s.devicesByMAC},
		{"/devices/multimac/devices" + anySuffix, post, reader, nil, s.devicesByMACs},
		{"/devices/by-key/{" + paramKey + "}/device" + anySuffix, get | post, reader, nil, s.deviceByKey},
		{"/phy/phy80211/clients-of/{" + paramKey + "}/clients" + anySuffix, get | post, reader, nil, s.clientsOf},
		{"/phy/phy80211/ssids/views/ssids" + anySuffix, get | post, reader, nil, s.ssids},
		{"/phy/phy80211/ssids/by-hash/{" + paramHash + "}/ssid" + anySuffix, get | post, reader, nil, s.ssidByHash},
	}
}

func (s *Server) listDeviceViews(ctx *fasthttp.RequestCtx) {
	var list []tracked.Object
	for _, v := range deviceViews {
		size := len(s.o.Inventory().in(v, 0))
		list = append(list, tracked.Object{
			textMember("kismet.devices.view.id", "View ID/Endpoint", v.id),
			textMember("kismet.devices.view.description", "List description", v.description),
			flag("kismet.devices.view.indexed", "View is indexed for searching and sorting", true),
			countMember("kismet.devices.view.size", "Number of devices in view", uint64(size)),
		})
	}
	simplified(ctx, tracked.Objects(list))
}

// viewOf returns the view that the path names. It answers what names none, and
// is false then.
func viewOf(ctx *fasthttp.RequestCtx) (view deviceView, ok bool) {
	id := param(ctx, paramView)
	i := slices.IndexFunc(deviceViews, func(v deviceView) bool { return v.id == id })
	if i < 0 {
		emptyObject(ctx, fasthttp.StatusNotFound)
		return view, false
	}
	return deviceViews[i], true
}

// devicesInView answers a page of a view, or all of it.
func (s *Server) devicesInView(ctx *fasthttp.RequestCtx) {
	view, ok := viewOf(ctx)
	if !ok {
		return
	}
	list := s.o.Inventory().in(view, 0)
	if _, paged := variable(ctx, "page"); !paged {
		answerDevices(ctx, list)
		return
	}
	filter, err := filterOf(requestDictionary(ctx))
	if err != nil {
		failed(ctx, err)
		return
	}
	answerView(ctx, viewRows[*Device]{list: filter.keep(list), object: (*Device).object, column: deviceColumn})
}

func (s *Server) devicesInViewSince(ctx *fasthttp.RequestCtx) {
	if view, ok := viewOf(ctx); ok {
		s.answerSince(ctx, view)
	}
}

func (s *Server) devicesSince(ctx *fasthttp.RequestCtx) { s.answerSince(ctx, deviceViews[0]) }

// answerSince answers the devices that were heard at the time of the path or
// later; a negative one counts back from now.
func (s *Server) answerSince(ctx *fasthttp.RequestCtx, view deviceView) {
	since, err := parseSeconds(param(ctx, paramTime))
	if err != nil {
		failed(ctx, fmt.Errorf("%w: %s is no time in seconds", err, quote(param(ctx, paramTime))))
		return
	}
	if since < 0 {
		since += int64(s.o.Alerts.Now() / 1e6)
	}
	answerDevices(ctx, s.o.Inventory().in(view, since))
}

func (s *Server) devicesByMAC(ctx *fasthttp.RequestCtx) { s.answerBlocks(ctx, param(ctx, paramMAC)) }

// devicesByMACs answers the devices whose addresses a POST lists, blocks of
// them, as in AA:BB:CC:00:00:00/FF:FF:FF:00:00:00, included.
func (s *Server) devicesByMACs(ctx *fasthttp.RequestCtx) {
	const key = "devices"
	d := requestDictionary(ctx)
	v, present, err := d.get(key)
	if err != nil {
		failed(ctx, err)
		return
	}
	values, ok := v.([]any)
	if !ok {
		failed(ctx, d.mistyped("array", key, v, present))
		return
	}
	macs := make([]string, len(values))
	for i, v := range values {
		if macs[i], ok = v.(string); !ok {
			failed(ctx, fmt.Errorf("%w: %q: want an array of addresses", typeError("string", v), key))
			return
		}
	}
	s.answerBlocks(ctx, macs...)
}

func (s *Server) answerBlocks(ctx *fasthttp.RequestCtx, macs ...string) {
	blocks, err := addressBlocksOf(macs)
	if err != nil {
		failed(ctx, err)
		return
	}
	var list []*Device
	inventory := s.o.Inventory()
	for i := range inventory.Devices {
		if d := &inventory.Devices[i]; blocks.have(d.Address) {
			list = append(list, d)
		}
	}
	answerDevices(ctx, list)
}

// addressBlocks are sets of addresses, the masked ones by mask.
type addressBlocks map[uint64]map[uint64]bool

func addressBlocksOf(macs []string) (addressBlocks, error) {
	blocks := addressBlocks{}
	for _, text := range macs {
		printed, maskText, masked := strings.Cut(text, "/")
		mask := ^uint64(0)
		address, err := alertcore.ParseMAC(printed)
		if masked && err == nil {
			var parsed alertcore.MAC
			parsed, err = alertcore.ParseMAC(maskText)
			mask = addressBits(parsed.String())
		}
		if err == nil && addressBits(address.String()) == 0 {
			err = fmt.Errorf("address %s: want pairs of hex digits joined by colons, not all of them 0", quote(text))
		}
		if err != nil {
			return nil, fmt.Errorf("invalid MAC address: %w", err)
		}
		if blocks[mask] == nil {
			blocks[mask] = map[uint64]bool{}
		}
		blocks[mask][addressBits(address.String())&mask] = true
	}
	return blocks, nil
}

func (b addressBlocks) have(a DeviceAddress) bool {
	bits := a.bits()
	for mask, values := range b {
		if values[bits&mask] {
			return true
		}
	}
	return false
}

func (s *Server) deviceByKey(ctx *fasthttp.RequestCtx) {
	if d := s.deviceOfKey(ctx); d != nil {
		simplified(ctx, tracked.Nested(d.object()))
	}
}

// clientsOf answers the stations that talked last to a network.
func (s *Server) clientsOf(ctx *fasthttp.RequestCtx) {
	network := s.deviceOfKey(ctx)
	if network == nil {
		return
	}
	client := func(d *Device) bool { return d.Type == Client && d.BSSID == network.Address }
	answerDevices(ctx, s.o.Inventory().in(deviceView{has: client}, 0))
}

// deviceOfKey returns the device that the path names. It answers what names
// none, and returns nil then.
func (s *Server) deviceOfKey(ctx *fasthttp.RequestCtx) *Device {
	if address, ok := addressOfKey(param(ctx, paramKey)); ok {
		if d := s.o.Inventory().at(address); d != nil {
			return d
		}
	}
	emptyObject(ctx, fasthttp.StatusNotFound)
	return nil
}
