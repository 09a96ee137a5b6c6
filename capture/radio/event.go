package radio

import (
	"fmt"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// An Event is something that has happened to a radio, or to a network device.
type Event struct {
	Kind    EventKind
	Phy     int     // Index of the radio; -1 for all of them, or where it is not known
	Index   int     // of the interface, 0 for none
	Name    string  // of the radio or interface, after a renaming the new one; empty for ChannelSwitched
	Channel Channel // of ChannelSwitched
	Country string  // of RegulatoryChanged, empty where it is not told
}

// noPhy stands for all radios.
const noPhy = -1

// EventKind tells events apart.
type EventKind uint8

// The events. InterfaceUp, InterfaceDown and InterfaceRenamed come of all network devices, Wi-Fi or not, and don't
// tell the radio.
const (
	RadioAdded EventKind = iota + 1
	RadioRemoved
	RadioRenamed
	InterfaceAdded
	InterfaceRemoved
	InterfaceRenamed
	InterfaceUp
	InterfaceDown
	RegulatoryChanged
	ChannelSwitched // by an AP, or following one; the kernel is silent about monitors that are retuned
	Lost            // events were lost: look at everything anew
)

var eventNames = [...]string{
	RadioAdded: "radio added", RadioRemoved: "radio removed", RadioRenamed: "radio renamed",
	InterfaceAdded: "interface added", InterfaceRemoved: "interface removed", InterfaceRenamed: "interface renamed",
	InterfaceUp: "interface up", InterfaceDown: "interface down",
	RegulatoryChanged: "regulatory domain changed", ChannelSwitched: "channel switched", Lost: "events lost",
}

// String names the event: "radio added".
func (k EventKind) String() string {
	if int(k) < len(eventNames) && eventNames[k] != "" {
		return eventNames[k]
	}
	return fmt.Sprintf("event %d", uint8(k))
}

// String is the event in words, for a log.
func (e Event) String() string {
	switch {
	case e.Kind == RegulatoryChanged && e.Country != "":
		return fmt.Sprintf("%v to %s", e.Kind, e.Country)
	case e.Kind == ChannelSwitched:
		return fmt.Sprintf("interface %d: %v to %v", e.Index, e.Kind, e.Channel)
	case e.Name != "":
		return fmt.Sprintf("%s: %v", e.Name, e.Kind)
	}
	return e.Kind.String()
}

// decode reads what an nl80211 message says, whatever its command.
func (e *Event) decode(b []byte) error {
	ad, err := netlink.NewAttributeDecoder(b)
	if err != nil {
		return err
	}
	e.Phy = noPhy
	var ch kernelChannel
	var radio string
	for ad.Next() {
		switch ad.Type() {
		case unix.NL80211_ATTR_WIPHY:
			e.Phy = int(ad.Uint32())
		case unix.NL80211_ATTR_WIPHY_NAME:
			radio = ad.String()
		case unix.NL80211_ATTR_IFINDEX:
			e.Index = int(ad.Uint32())
		case unix.NL80211_ATTR_IFNAME:
			e.Name = ad.String()
		case unix.NL80211_ATTR_REG_ALPHA2:
			e.Country = ad.String()
		default:
			ch.decode(ad)
		}
	}
	if e.Name == "" {
		e.Name = radio
	}
	e.Channel = ch.channel()
	return ad.Err()
}
