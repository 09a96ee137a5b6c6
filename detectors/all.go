package detectors

// All lists every detector in alphabetical order of its name.
func All() []Spec {
	return []Spec{
		airJackSSID,
		apSpoof,
		badFixLenIE,
		bcastDiscon,
		bcom11kChan,
		chanChange,
		cryptoDrop,
		deauthCodeInvalid,
		deauthFlood,
		deviceFound,
		deviceLost,
		disconCodeInvalid,
		formatString,
		karmaOUI,
		longSSID,
		malformMgmt,
		msfBcomSSID,
		msfDlinkRate,
		msfNetgearBeacon,
		nullProbeResp,
		qcomExtended,
		rsnLoop,
		rtlWiFiP2P,
		ssidCanary,
		wmmOverflow,
		wmmTSpec,
	}
}
