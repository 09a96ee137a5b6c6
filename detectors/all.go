package detectors

// All lists every detector in alphabetical order of its name.
func All() []Spec {
	return []Spec{
		apSpoof,
		bcastDiscon,
		chanChange,
		cryptoDrop,
		deauthFlood,
		deviceFound,
		deviceLost,
		karmaOUI,
		longSSID,
		ssidCanary,
	}
}
