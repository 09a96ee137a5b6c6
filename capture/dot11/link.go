package dot11

import "strconv"

// LinkType is a pcap link-layer header type (https://www.tcpdump.org/linktypes.html).
type LinkType uint16

// The link types that carry 802.11 frames.
const (
	LinkIEEE80211 LinkType = 105 // bare 802.11 header, no radio information
	LinkPrism     LinkType = 119 // Prism monitor header, as of wlan-ng, HostAP and madwifi
	LinkRadiotap  LinkType = 127 // radiotap header
	LinkAVS       LinkType = 163 // AVS capture header
	LinkPPI       LinkType = 192 // Per-Packet Information header around a bare 802.11 header
)

// Supported reports whether Parse understands frames of link type l.
func (l LinkType) Supported() bool {
	switch l {
	case LinkIEEE80211, LinkPrism, LinkRadiotap, LinkAVS, LinkPPI:
		return true
	}
	return false
}

// String names the link type, "radiotap" for instance, or says "link type 1".
func (l LinkType) String() string {
	switch l {
	case LinkIEEE80211:
		return "802.11"
	case LinkPrism:
		return "Prism"
	case LinkRadiotap:
		return "radiotap"
	case LinkAVS:
		return "AVS"
	case LinkPPI:
		return "PPI"
	}
	return "link type " + strconv.Itoa(int(l))
}
