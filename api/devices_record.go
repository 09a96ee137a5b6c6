package api

import (
	"picket/alertcore/tracked"
)

// phyName is Kismet's name of Wi-Fi.
const phyName = "IEEE802.11"

// unknownMaker is Kismet's word for a manufacturer that is not known; picket has
// no list of them.
const unknownMaker = "Unknown"

// object returns the record of a device: fields of Kismet's as far as picket
// knows them, then ours. Frames are those that the device sent, and not those
// that were sent to it.
func (d *Device) object() tracked.Object {
	return tracked.Object{
		{Name: "kismet.device.base.key", Description: "unique device key across phy and server", Value: tracked.DeviceKey(d.key())},
		{Name: "kismet.device.base.macaddr", Description: "mac address", Value: tracked.MAC(d.Address.String())},
		textMember("kismet.device.base.phyname", "phy name", phyName),
		textMember("kismet.device.base.name", "printable device name", d.SSID),
		textMember("kismet.device.base.commonname", "common name alias of custom or device names", d.name()),
		textMember("kismet.device.base.type", "printable device type", string(d.Type)),
		textMember("kismet.device.base.crypt", "printable encryption type", d.Encryption),
		countMember("kismet.device.base.first_time", "first time seen time_t", uint64(d.First)),
		countMember("kismet.device.base.last_time", "last time seen time_t", uint64(d.Last)),
		countMember("kismet.device.base.mod_time", "timestamp of last seen time (local clock)", uint64(d.Last)),
		countMember("kismet.device.base.packets.total", "frames that it sent", d.Frames),
		countMember("kismet.device.base.packets.tx_total", "frames that it sent", d.Frames),
		textMember("kismet.device.base.channel", "channel (phy specific)", d.Channel),
		doubleMember("kismet.device.base.frequency", "frequency (khz)", d.FrequencyKHz),
		textMember("kismet.device.base.manuf", "manufacturer name", unknownMaker),
		objectMember("kismet.device.base.signal", "signal data", d.signal()),
		objectMember("dot11.device", "IEEE802.11 device", d.dot11()),
		textMember("picket.device.ssid_hex", "SSID, its octets in hexadecimal; empty if there is none", d.SSIDHex),
		countMember("picket.device.beacons", "beacons among the frames", d.Beacons),
	}
}

func (d *Device) signal() tracked.Object {
	kind := "none"
	if d.HasSignal {
		kind = "dbm"
	}
	return tracked.Object{
		textMember("kismet.common.signal.type", "signal type", kind),
		numberMember("kismet.common.signal.last_signal", "most recent signal", int64(d.LastDBm)),
		numberMember("kismet.common.signal.min_signal", "minimum signal", int64(d.MinDBm)),
		numberMember("kismet.common.signal.max_signal", "maximum signal", int64(d.MaxDBm)),
	}
}

func (d *Device) dot11() tracked.Object {
	var advertised []tracked.Object
	if d.Type == AccessPoint || d.Type == AdHocNetwork {
		advertised = []tracked.Object{{
			textMember("dot11.advertisedssid.ssid", "beaconed ssid string (sanitized)", d.SSID),
			{Name: "dot11.advertisedssid.ssidlen", Description: "beaconed ssid string length (original bytes)", Value: tracked.Uint(tracked.TypeUint32, uint64(len(d.SSIDHex)/2))},
			flag("dot11.advertisedssid.cloaked", "SSID is hidden / cloaked", d.HidesSSID),
			textMember("dot11.advertisedssid.channel", "channel", d.Channel),
			textMember("dot11.advertisedssid.crypt_string", "printable encryption", d.Encryption),
			doubleMember("dot11.advertisedssid.beaconrate", "beacon rate", beaconRate(d.Interval)),
		}}
	}
	return tracked.Object{
		{Name: "dot11.device.last_bssid", Description: "last BSSID", Value: tracked.MAC(d.BSSID.String())},
		textMember("dot11.device.last_beaconed_ssid", "last beaconed ssid", d.SSID),
		countMember("dot11.device.last_beacon_timestamp", "unix timestamp of last beacon frame", uint64(d.LastBeacon)),
		{Name: "dot11.device.num_associated_clients", Description: "number of associated clients", Value: tracked.Uint(tracked.TypeUint32, uint64(d.Clients))},
		{Name: "dot11.device.num_advertised_ssids", Description: "number of advertised SSIDs", Value: tracked.Uint(tracked.TypeUint32, uint64(len(advertised)))},
		{Name: "dot11.device.advertised_ssid_map", Description: "advertised SSIDs", Value: tracked.Objects(advertised)},
	}
}

// beaconRate is how many beacons a second an interval makes.
func beaconRate(interval uint16) float64 {
	if interval == 0 {
		return 0
	}
	return 1e6 / (1024 * float64(interval))
}

// deviceColumn reads the fields that lists are sorted by and searched in
// without making objects of all devices.
func deviceColumn(path string) func(*Device) viewCell {
	number := func(of func(*Device) float64) func(*Device) viewCell {
		return func(d *Device) viewCell { return numberCell(of(d)) }
	}
	text := func(of func(*Device) string) func(*Device) viewCell {
		return func(d *Device) viewCell { return textCell(of(d)) }
	}
	address := func(of func(*Device) DeviceAddress) func(*Device) viewCell {
		return func(d *Device) viewCell { return viewCell{kind: cellAddress, key: of(d).bits()} }
	}
	switch path {
	case "kismet.device.base.macaddr":
		return address(func(d *Device) DeviceAddress { return d.Address })
	case "dot11.device/dot11.device.last_bssid":
		return address(func(d *Device) DeviceAddress { return d.BSSID })
	case "kismet.device.base.key": // has no order
		return func(*Device) viewCell { return viewCell{kind: cellOpaque} }
	case "kismet.device.base.manuf":
		return text(func(*Device) string { return unknownMaker })
	case "kismet.device.base.phyname":
		return text(func(*Device) string { return phyName })
	case "kismet.device.base.name":
		return text(func(d *Device) string { return d.SSID })
	case "kismet.device.base.commonname":
		return text((*Device).name)
	case "kismet.device.base.type":
		return text(func(d *Device) string { return string(d.Type) })
	case "kismet.device.base.crypt":
		return text(func(d *Device) string { return d.Encryption })
	case "kismet.device.base.channel":
		return text(func(d *Device) string { return d.Channel })
	case "kismet.device.base.frequency":
		return number(func(d *Device) float64 { return d.FrequencyKHz })
	case "kismet.device.base.first_time":
		return number(func(d *Device) float64 { return float64(d.First) })
	case "kismet.device.base.last_time", "kismet.device.base.mod_time":
		return number(func(d *Device) float64 { return float64(d.Last) })
	case "kismet.device.base.packets.total", "kismet.device.base.packets.tx_total":
		return number(func(d *Device) float64 { return float64(d.Frames) })
	case "kismet.device.base.signal/kismet.common.signal.last_signal":
		return number(func(d *Device) float64 { return float64(d.LastDBm) })
	case "dot11.device/dot11.device.num_associated_clients":
		return number(func(d *Device) float64 { return float64(d.Clients) })
	}
	// Kismet's web interface asks for more than there is here. All records have
	// the same fields.
	if _, found := new(Device).object().Lookup(tracked.SplitPath(path)); !found {
		return func(*Device) viewCell { return viewCell{} }
	}
	return nil
}
