package main

import (
	"fmt"
	"slices"

	"picket/capture/dot11"
	"picket/capture/radio"
)

// radioView is a radio as it is shown.
type radioView struct {
	Name          string          `json:"name"`
	Address       string          `json:"address"`
	Driver        string          `json:"driver"`
	Bus           string          `json:"bus"`
	Usable        bool            `json:"usable"`
	Reason        string          `json:"reason,omitempty"` // why it can't be used
	Monitor       bool            `json:"monitor"`
	ActiveMonitor bool            `json:"active_monitor"`
	Injection     bool            `json:"injection"`
	Country       string          `json:"country"`
	SelfManaged   bool            `json:"self_managed"` // the country is the firmware's
	Bands         []bandView      `json:"bands"`
	Interfaces    []interfaceView `json:"interfaces"`
}

type bandView struct {
	Name     string   `json:"name"`
	Widths   []int    `json:"widths_mhz"`
	Channels []string `json:"channels"`
	Disabled []string `json:"disabled"` // by the regulatory domain
	ranges   []string // Disabled, neighbours drawn together: "12-14"
}

type interfaceView struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Up      bool   `json:"up"`
	Channel string `json:"channel,omitempty"`
	SSID    string `json:"ssid,omitempty"` // that it is associated to, or serves
	Manager string `json:"manager,omitempty"`
}

func viewOf(r *radio.Radio, managed func(iface string) bool) radioView {
	v := radioView{
		Name: r.Name, Address: r.Addr.String(), Driver: r.Driver, Bus: r.Bus,
		Monitor: r.Monitor, ActiveMonitor: r.Active, Injection: r.Injection,
		Country: r.Country, SelfManaged: r.SelfManaged,
		Bands: []bandView{}, Interfaces: []interfaceView{},
	}
	v.Reason = unusable(r)
	v.Usable = v.Reason == ""
	for _, b := range r.Bands {
		v.Bands = append(v.Bands, viewOfBand(r, b.Band))
	}
	for _, i := range r.Interfaces {
		shown := interfaceView{
			Name: i.Name, Type: i.Type.String(), Up: i.Up, Channel: i.Channel.String(), SSID: i.SSID,
		}
		if managed(i.Name) {
			shown.Manager = "NetworkManager"
		}
		v.Interfaces = append(v.Interfaces, shown)
	}
	return v
}

// unusable says why frames can't be captured with the radio, nothing if they
// can.
func unusable(r *radio.Radio) string {
	switch {
	case !r.Monitor:
		return "its driver has no monitor mode"
	case r.Block != radio.NotBlocked:
		return r.Block.String()
	case len(r.Interfaces) == 0:
		return fmt.Sprintf("it has no interface; 'iw phy %s interface add NAME type managed' makes one", r.Name)
	}
	return ""
}

func viewOfBand(r *radio.Radio, band dot11.Band) bandView {
	v := bandView{Name: band.String(), Widths: []int{}, Channels: []string{}, Disabled: []string{}}
	for _, w := range r.Widths(band) {
		v.Widths = append(v.Widths, w.MHz())
	}
	slices.Sort(v.Widths)
	v.Widths = slices.Compact(v.Widths) // 40 MHz are to either side
	var first, last string              // of the neighbours that are disabled
	for _, c := range r.Channels {
		channel := radio.Channel{FreqMHz: c.FreqMHz}.String()
		switch {
		case c.Band != band:
			continue
		case c.Listens():
			v.Channels = append(v.Channels, channel)
			v.ranges = appendRange(v.ranges, first, last)
			first, last = "", ""
			continue
		case first == "":
			first = channel
		}
		last = channel
		v.Disabled = append(v.Disabled, channel)
	}
	v.ranges = appendRange(v.ranges, first, last)
	return v
}

func appendRange(list []string, first, last string) []string {
	switch {
	case first == "":
		return list
	case first != last:
		return append(list, first+"-"+last)
	}
	return append(list, first)
}
