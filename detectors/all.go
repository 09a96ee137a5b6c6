package detectors

// All lists every detector in alphabetical order of its name.
func All() []Spec {
	return []Spec{
		apSpoof,
		bcastDiscon,
		chanChange,
		cryptoDrop,
		deauthFlood,
		karmaOUI,
		longSSID,
		lucentTest,
		netStumbler,
		noClientMFP,
		nonceDegrade,
		nonceReuse,
		probeNoJoin,
		rtl8195VD1406,
		ssidCanary,
		vdoo202027301,
		vdoo202027302,
		wellenreiter,
		wpsBrute,
	}
}
