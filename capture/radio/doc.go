// Package radio controls Wi-Fi adapters through the kernel's nl80211 and rtnetlink: it lists them with what they can
// do, makes them hand out all that they hear, tunes them, leaves them as they were found, and tells what happens to
// them.
//
// A radio (the kernel's wiphy, "phy0") is an adapter's transceiver; interfaces ("wlan0") are made on it, several at
// once where the driver allows. All interfaces of a radio share its channel.
//
// Nothing here decides which channel to listen to, and nothing is tried twice.
package radio
