package radio

import (
	"fmt"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// Interface is an interface of a radio.
type Interface struct {
	Index   int    // of the network device; 0 where there is none, as P2P's control interface has
	Name    string // "wlan0"
	Addr    dot11.Addr
	Type    InterfaceType
	Up      bool
	Channel Channel // zero where the kernel doesn't tell
	SSID    string  // of the network that it is in or makes: any bytes; empty for none
	Phy     int     // the radio's Index
	Wdev    uint64  // the kernel's number for it, with or without a network device
}

// InterfaceType is what an interface is for: nl80211's number.
type InterfaceType uint32

// The types that matter here.
const (
	TypeManaged InterfaceType = unix.NL80211_IFTYPE_STATION
	TypeAP      InterfaceType = unix.NL80211_IFTYPE_AP
	TypeMonitor InterfaceType = unix.NL80211_IFTYPE_MONITOR
)

var typeNames = map[InterfaceType]string{
	unix.NL80211_IFTYPE_ADHOC:      "IBSS",
	TypeManaged:                    "managed",
	TypeAP:                         "AP",
	unix.NL80211_IFTYPE_AP_VLAN:    "AP/VLAN",
	unix.NL80211_IFTYPE_WDS:        "WDS",
	TypeMonitor:                    "monitor",
	unix.NL80211_IFTYPE_MESH_POINT: "mesh point",
	unix.NL80211_IFTYPE_P2P_CLIENT: "P2P-client",
	unix.NL80211_IFTYPE_P2P_GO:     "P2P-GO",
	unix.NL80211_IFTYPE_P2P_DEVICE: "P2P-device",
	unix.NL80211_IFTYPE_OCB:        "outside context of a BSS",
	unix.NL80211_IFTYPE_NAN:        "NAN",
}

// String is the name of the type: "managed", "AP", "monitor".
func (t InterfaceType) String() string {
	if name, ok := typeNames[t]; ok {
		return name
	}
	return fmt.Sprintf("type %d", uint32(t))
}

// decode reads an nl80211 message about an interface.
func (i *Interface) decode(b []byte) error {
	ad, err := netlink.NewAttributeDecoder(b)
	if err != nil {
		return err
	}
	var ch kernelChannel
	for ad.Next() {
		switch ad.Type() {
		case unix.NL80211_ATTR_IFINDEX:
			i.Index = int(ad.Uint32())
		case unix.NL80211_ATTR_IFNAME:
			i.Name = ad.String()
		case unix.NL80211_ATTR_MAC:
			copy(i.Addr[:], ad.Bytes())
		case unix.NL80211_ATTR_IFTYPE:
			i.Type = InterfaceType(ad.Uint32())
		case unix.NL80211_ATTR_WIPHY:
			i.Phy = int(ad.Uint32())
		case unix.NL80211_ATTR_WDEV:
			i.Wdev = ad.Uint64()
		case unix.NL80211_ATTR_SSID:
			i.SSID = string(ad.Bytes())
		default:
			ch.decode(ad)
		}
	}
	i.Channel = ch.channel()
	return ad.Err()
}

// kernelChannel is a channel as nl80211 describes it.
type kernelChannel struct{ freq, width, center uint32 }

// decode reads one attribute.
func (k *kernelChannel) decode(ad *netlink.AttributeDecoder) {
	switch ad.Type() {
	case unix.NL80211_ATTR_WIPHY_FREQ:
		k.freq = ad.Uint32()
	case unix.NL80211_ATTR_CHANNEL_WIDTH:
		k.width = ad.Uint32()
	case unix.NL80211_ATTR_CENTER_FREQ1:
		k.center = ad.Uint32()
	}
}

// channel translates it. Of 80+80 MHz it is the half with the primary channel, and widths below 5 MHz are left out.
func (k *kernelChannel) channel() Channel {
	c := Channel{FreqMHz: uint16(k.freq)}
	switch k.width {
	case unix.NL80211_CHAN_WIDTH_40:
		c.Width = Width40Plus
		if k.center < k.freq {
			c.Width = Width40Minus
		}
	case unix.NL80211_CHAN_WIDTH_80, unix.NL80211_CHAN_WIDTH_80P80:
		c.Width = Width80
	case unix.NL80211_CHAN_WIDTH_160:
		c.Width = Width160
	case unix.NL80211_CHAN_WIDTH_320:
		c.Width = Width320
	case unix.NL80211_CHAN_WIDTH_5:
		c.Width = Width5
	case unix.NL80211_CHAN_WIDTH_10:
		c.Width = Width10
	}
	return c
}
