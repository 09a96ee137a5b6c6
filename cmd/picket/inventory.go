package main

import (
	"encoding/hex"
	"strconv"
	"time"

	"picket/api"
	"picket/capture/dot11"
	"picket/detectors"
)

// takeInventory asks the detectors who is on the air. Frames wait for a portion
// of their tables at most.
func (s *sensor) takeInventory() *api.Inventory {
	return inventoryOf(s.pipeline.engine.TakeInventory(s.fan.Do))
}

// inventoryOf puts what detectors know in the terms of the API. A station that
// is a network too is shown as the network.
func inventoryOf(v *detectors.Inventory) *api.Inventory {
	shown := &api.Inventory{
		Devices: make([]api.Device, 0, len(v.Networks)+len(v.Stations)),
		SSIDs:   make([]api.SSID, 0, len(v.Names)),
	}
	networks := make(map[dot11.Addr]int, len(v.Networks)) // place by address
	advertisers := make(map[detectors.Name]int, len(v.Names))
	for i := range v.Networks {
		n := &v.Networks[i]
		networks[n.BSSID] = i
		shown.Devices = append(shown.Devices, networkDevice(n))
		advertisers[n.SSID]++
	}
	for i := range v.Stations {
		s := &v.Stations[i]
		if _, is := networks[s.Addr]; is {
			continue
		}
		d := stationDevice(s)
		if at, known := networks[s.BSSID]; known {
			network := &shown.Devices[at]
			network.Clients++
			if s.FreqMHz == 0 {
				d.Channel, d.FrequencyKHz = network.Channel, network.FrequencyKHz
			}
		}
		shown.Devices = append(shown.Devices, d)
	}
	for i := range v.Names {
		n := &v.Names[i]
		name := api.SSID{
			Text: n.Name.String(), Octets: n.Name.Bytes(),
			First: secondsOf(n.First), Last: secondsOf(n.Last),
			LastAdvertised: secondsOf(n.Advertised), LastProbed: secondsOf(n.Probed),
			Advertisers: advertisers[n.Name], LastAdvertisedBy: api.DeviceAddress(n.BSSID),
		}
		if at, known := networks[n.BSSID]; known {
			name.Encryption = shown.Devices[at].Encryption
		}
		shown.SSIDs = append(shown.SSIDs, name)
	}
	return shown
}

func networkDevice(n *detectors.NetworkSeen) api.Device {
	d := api.Device{
		Address: api.DeviceAddress(n.BSSID), BSSID: api.DeviceAddress(n.BSSID), Type: api.OtherDevice,
		First: secondsOf(n.First), Last: secondsOf(n.Last),
		Channel: channelOf(n.FreqMHz), FrequencyKHz: float64(n.FreqMHz) * 1000,
		Frames: n.Frames, HidesSSID: n.HidesSSID, Encryption: n.Encryption(),
		LastBeacon: secondsOf(n.LastBeacon), Beacons: n.Beacons, Interval: n.Interval,
	}
	setSignal(&d, n.Signal)
	if n.Channel != 0 {
		d.Channel = strconv.Itoa(int(n.Channel))
	}
	if !n.SSID.Hidden() {
		d.SSID, d.SSIDHex = n.SSID.String(), hex.EncodeToString(n.SSID.Bytes())
	}
	switch {
	case n.AdHoc:
		d.Type = api.AdHocNetwork
	case !n.Advertised.IsZero():
		d.Type = api.AccessPoint
	}
	return d
}

func stationDevice(s *detectors.StationSeen) api.Device {
	d := api.Device{
		Address: api.DeviceAddress(s.Addr), BSSID: api.DeviceAddress(s.BSSID), Type: api.Client,
		First: secondsOf(s.First), Last: secondsOf(s.Last),
		Channel: channelOf(s.FreqMHz), FrequencyKHz: float64(s.FreqMHz) * 1000, Frames: s.Frames,
	}
	setSignal(&d, s.Signal)
	return d
}

func setSignal(d *api.Device, s detectors.SignalSeen) {
	d.HasSignal, d.LastDBm, d.MinDBm, d.MaxDBm = s.Known, s.Last, s.Min, s.Max
}

// channelOf is the number of the channel at a frequency, "" if there is none.
func channelOf(freqMHz uint16) string {
	if n, _ := dot11.ChannelOf(int(freqMHz)); n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// secondsOf is t as the API has the times of devices, 0 for never.
func secondsOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(t.Unix(), 0)
}
