package detectors

import "picket/capture/dot11"

// Security is the level of protection a BSS advertises, the weakest that it
// lets a station in with. A greater value is better protection.
type Security uint8

const (
	SecurityUnknown Security = iota
	SecurityOpen
	SecurityWEP
	SecurityWPA  // WPA, or RSN with TKIP
	SecurityWPA2 // RSN with CCMP or better
	SecurityWPA3 // SAE, Suite B or OWE
)

// String is the level's usual name.
func (s Security) String() string {
	switch s {
	case SecurityOpen:
		return "open"
	case SecurityWEP:
		return "WEP"
	case SecurityWPA:
		return "WPA"
	case SecurityWPA2:
		return "WPA2"
	case SecurityWPA3:
		return "WPA3"
	}
	return "unknown"
}

// Sets of suites, of IEEE 802.11-2020, tables 9-149 and 9-151.
const (
	cipherTKIP = 1 << dot11.CipherTKIP
	cipherWEP  = 1<<dot11.CipherWEP40 | 1<<dot11.CipherWEP104

	akmSuiteB = 1<<dot11.AKMSuiteB | 1<<dot11.AKMSuiteB192 | 1<<dot11.AKMFT8021XSHA384
	akmSAE    = 1<<dot11.AKMSAE | 1<<dot11.AKMFTSAE | 1<<dot11.AKMSAEGroupHash | 1<<dot11.AKMFTSAEGroupHash
	akmWPA3   = akmSuiteB | akmSAE | 1<<dot11.AKMOWE
)

// securityOf reads the level from the capability field and the RSN and WPA
// elements of a beacon or probe response.
func securityOf(capability dot11.Capability, es *dot11.ElementSet) Security {
	switch {
	case es.HasWPA:
		return SecurityWPA
	case es.HasRSN && es.RSN.Pairwise&cipherWEP != 0:
		return SecurityWEP
	case es.HasRSN && es.RSN.Pairwise&cipherTKIP != 0:
		return SecurityWPA
	case es.HasRSN && es.RSN.AKMs != 0 && es.RSN.AKMs&^akmWPA3 == 0:
		return SecurityWPA3
	case es.HasRSN:
		return SecurityWPA2
	case capability&dot11.CapPrivacy != 0:
		return SecurityWEP
	}
	return SecurityOpen
}
