package detectors

// All lists every detector in alphabetical order of its name.
func All() []Spec {
	return []Spec{
		adhocConflict,
		advCryptChange,
		apSpoof,
		bcastDiscon,
		beaconRate,
		bssTimestamp,
		chanChange,
		cryptoDrop,
		deauthFlood,
		dhcpClientID,
		dhcpConflict,
		dhcpNameChange,
		dhcpOSChange,
		disassocTraffic,
		dot11D,
		karmaOUI,
		longSSID,
		overpowered,
		probeChan,
		ssidCanary,
	}
}
