package api

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

func (s *Server) ssids(ctx *fasthttp.RequestCtx) {
	inventory := s.o.Inventory()
	list := make([]*SSID, len(inventory.SSIDs))
	for i := range inventory.SSIDs {
		list[i] = &inventory.SSIDs[i]
	}
	answerView(ctx, viewRows[*SSID]{list: list, object: (*SSID).object, column: ssidColumn})
}

func (s *Server) ssidByHash(ctx *fasthttp.RequestCtx) {
	hash, err := strconv.ParseUint(param(ctx, paramHash), 10, 64)
	if err != nil {
		failed(ctx, fmt.Errorf("%w: %s is no SSID's hash", errNumber, quote(param(ctx, paramHash))))
		return
	}
	inventory := s.o.Inventory()
	for i := range inventory.SSIDs {
		if n := &inventory.SSIDs[i]; n.hash() == hash {
			simplified(ctx, tracked.Nested(n.object()))
			return
		}
	}
	emptyObject(ctx, fasthttp.StatusNotFound)
}

// object returns the record of a name: fields of Kismet's as far as picket
// knows them, then ours.
func (n *SSID) object() tracked.Object {
	return tracked.Object{
		countMember("dot11.ssidgroup.hash", "unique hash", n.hash()),
		textMember("dot11.ssidgroup.ssid", "SSID", n.Text),
		{Name: "dot11.ssidgroup.ssid_len", Description: "Length of SSID", Value: tracked.Uint(tracked.TypeUint32, uint64(len(n.Octets)))},
		textMember("dot11.ssidgroup.crypt_string", "printable encryption of the network that told it last", n.Encryption),
		countMember("dot11.ssidgroup.first_time", "First time seen", uint64(n.First)),
		countMember("dot11.ssidgroup.last_time", "Last time seen", uint64(n.Last)),
		countMember("dot11.ssidgroup.advertising_devices_len", "Number of advertising devices", uint64(n.Advertisers)),
		textMember("picket.ssid.hex", "SSID, its octets in hexadecimal", hex.EncodeToString(n.Octets)),
		countMember("picket.ssid.last_advertised", "Last time that a network told it, 0 if none did", uint64(n.LastAdvertised)),
		{Name: "picket.ssid.last_advertised_by", Description: "Network that did", Value: tracked.MAC(n.LastAdvertisedBy.String())},
		countMember("picket.ssid.last_probed", "Last time that a station asked for it, 0 if none did", uint64(n.LastProbed)),
	}
}

// ssidColumn is what deviceColumn is for devices.
func ssidColumn(path string) func(*SSID) viewCell {
	switch path {
	case "dot11.ssidgroup.ssid":
		return func(n *SSID) viewCell { return textCell(n.Text) }
	case "dot11.ssidgroup.ssid_len":
		return func(n *SSID) viewCell { return numberCell(float64(len(n.Octets))) }
	case "dot11.ssidgroup.first_time":
		return func(n *SSID) viewCell { return numberCell(float64(n.First)) }
	case "dot11.ssidgroup.last_time":
		return func(n *SSID) viewCell { return numberCell(float64(n.Last)) }
	case "dot11.ssidgroup.advertising_devices_len":
		return func(n *SSID) viewCell { return numberCell(float64(n.Advertisers)) }
	}
	return nil
}
