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
		dot11D,
		karmaOUI,
		longSSID,
		overpowered,
		probeChan,
		ssidCanary,
	}
}
