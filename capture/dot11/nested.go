package dot11

import "encoding/binary"

// SSIDs are also found inside of other elements. Receivers parse those with
// other code than the SSID element, code that may be less careful with more
// than 32 octets, so an ElementSet notes the greatest length. Each function here
// returns the greatest length that an SSID in the information field b declares,
// also when it exceeds b; 0 for none.

func (s *ElementSet) nested(length int) {
	s.NestedSSIDMax = max(s.NestedSSIDMax, length)
	if length > MaxSSID {
		s.Odd |= OddSSID
	}
}

// multipleBSSIDSSID: the number of BSSIDs, then subelements, of which 0 is a
// profile made of elements (IEEE 802.11-2020, 9.4.2.45).
func multipleBSSIDSSID(b []byte) (longest int) {
	if len(b) < 1 {
		return 0
	}
	subelements := ElementsOf(b[1:])
	for subelements.Next() {
		if subelements.ID == 0 {
			longest = max(longest, longestSSID(subelements.Data))
		}
	}
	return longest
}

// longestSSID of a sequence of elements or of subelements in which 0 is an
// SSID.
func longestSSID(b []byte) (longest int) {
	es := ElementsOf(b)
	for es.Next() {
		if es.ID == ElementSSID {
			longest = max(longest, len(es.Data))
		}
	}
	if id, declared, _ := es.Cut(); id == ElementSSID {
		longest = max(longest, declared)
	}
	return longest
}

// neighborReportSSID: BSSID, information, class, channel and PHY, then
// subelements, among them multiple BSSID (IEEE 802.11-2020, 9.4.2.36). Number
// 0 is reserved there; a sender that uses it can only mean an SSID.
func neighborReportSSID(b []byte) (longest int) {
	const fixed = 13
	if len(b) < fixed {
		return 0
	}
	longest = longestSSID(b[fixed:])
	subelements := ElementsOf(b[fixed:])
	for subelements.Next() {
		if subelements.ID == ElementMultipleBSSID {
			longest = max(longest, multipleBSSIDSSID(subelements.Data))
		}
	}
	return longest
}

// measureRequestSSID: token, mode and type; for a beacon request (type 5)
// class, channel, interval, duration, mode and BSSID, then subelements
// (IEEE 802.11-2020, 9.4.2.20.7).
func measureRequestSSID(b []byte) int {
	const beaconRequest, fixed = 5, 3 + 13
	if len(b) < fixed || b[2] != beaconRequest {
		return 0
	}
	return longestSSID(b[fixed:])
}

// oweSSID: BSSID, length of the SSID, SSID (Wi-Fi Alliance, Opportunistic
// Wireless Encryption Specification).
func oweSSID(b []byte) int {
	const bssid = 6
	if len(b) <= bssid {
		return 0
	}
	return int(b[bssid])
}

// p2pSSID: attributes of identifier, 16-bit length and value. That of the group
// (15) is the device address and an SSID that takes the rest (Wi-Fi Alliance,
// Wi-Fi Direct Specification).
func p2pSSID(b []byte) (longest int) {
	const header, groupID, address = 3, 15, 6
	for len(b) >= header {
		length := int(binary.LittleEndian.Uint16(b[1:]))
		if b[0] == groupID {
			longest = max(longest, length-address)
		}
		b = b[min(header+length, len(b)):]
	}
	return longest
}
