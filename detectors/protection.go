package detectors

import (
	"strings"

	"picket/capture/dot11"
)

// A protection is all that a BSS advertises of its security which decides how
// well its traffic is protected. Values compare with ==.
type protection struct {
	level              Security
	mfp                mfpPolicy
	pairwise, akms     dot11.SuiteSet // of the RSN element
	wpaPairwise, wpaKM dot11.SuiteSet // of the WPA element
}

// mfpPolicy is what a BSS makes of management frame protection.
type mfpPolicy uint8

const (
	mfpNone mfpPolicy = iota
	mfpOptional
	mfpRequired
)

// protectionOf reads the protection, of which the level is known, from the
// elements of a beacon or probe response.
func protectionOf(level Security, es *dot11.ElementSet) protection {
	p := protection{level: level}
	if es.HasRSN {
		p.pairwise, p.akms = es.RSN.Pairwise, es.RSN.AKMs
		switch {
		case es.RSN.MFPRequired():
			p.mfp = mfpRequired
		case es.RSN.MFPCapable():
			p.mfp = mfpOptional
		}
	}
	if es.HasWPA {
		p.wpaPairwise, p.wpaKM = es.WPA.Pairwise, es.WPA.AKMs
	}
	return p
}

func (p protection) same(q protection) bool { return p == q }

// Sets of suites by their worth.
const (
	cipher256 = 1<<dot11.CipherGCMP256 | 1<<dot11.CipherCCMP256
	akm8021X  = 1<<dot11.AKM8021X | 1<<dot11.AKMFT8021X | 1<<dot11.AKM8021XSHA256 | akmSuiteB |
		1<<dot11.AKMFILSSHA256 | 1<<dot11.AKMFILSSHA384 | 1<<dot11.AKMFTFILSSHA256 | 1<<dot11.AKMFTFILSSHA384
)

// weaknesses says in what p protects less than q does. It is empty when p is
// as good, or better.
func (p protection) weaknesses(q protection) []string {
	var list []string
	add := func(is bool, what string) {
		if is {
			list = append(list, what)
		}
	}
	add(p.level < q.level, "security "+p.level.String()+" instead of "+q.level.String())
	add(p.level < SecurityWPA3 && q.akms&akmWPA3 != 0 && p.akms&akmWPA3 == 0, "no WPA3 any more")
	add(onlyIn(q.akms, akm8021X) && !onlyIn(p.akms, akm8021X), "not only 802.1X any more")
	add(onlyIn(q.pairwise, cipher256) && !onlyIn(p.pairwise, cipher256), "ciphers with less than 256 bits")
	add(p.mfp < q.mfp, "management frame protection "+p.mfp.String()+" instead of "+q.mfp.String())
	return list
}

// weaker reports whether p protects less than q does.
func (p protection) weaker(q protection) bool {
	return p.level < q.level || p.mfp < q.mfp ||
		p.level < SecurityWPA3 && q.akms&akmWPA3 != 0 && p.akms&akmWPA3 == 0 ||
		onlyIn(q.akms, akm8021X) && !onlyIn(p.akms, akm8021X) ||
		onlyIn(q.pairwise, cipher256) && !onlyIn(p.pairwise, cipher256)
}

// onlyIn reports whether there are suites, and all of them in the set.
func onlyIn(s, set dot11.SuiteSet) bool { return s != 0 && s&^set == 0 }

// String is the protection in the words of access points' settings:
// "WPA2 (PSK, SAE; CCMP; MFP optional)".
func (p protection) String() string {
	if p.level <= SecurityWEP {
		return p.level.String()
	}
	parts := []string{
		suiteNames(p.akms|p.wpaKM, akmNames), suiteNames(p.pairwise|p.wpaPairwise, cipherNames), "MFP " + p.mfp.String(),
	}
	return p.level.String() + " (" + strings.Join(parts, "; ") + ")"
}

// String says which policy it is.
func (m mfpPolicy) String() string {
	switch m {
	case mfpOptional:
		return "optional"
	case mfpRequired:
		return "required"
	}
	return "off"
}

var akmNames = map[uint8]string{
	dot11.AKM8021X: "802.1X", dot11.AKMPSK: "PSK", dot11.AKMFT8021X: "FT-802.1X", dot11.AKMFTPSK: "FT-PSK",
	dot11.AKM8021XSHA256: "802.1X-SHA256", dot11.AKMPSKSHA256: "PSK-SHA256", dot11.AKMSAE: "SAE",
	dot11.AKMFTSAE: "FT-SAE", dot11.AKMSuiteB: "Suite B", dot11.AKMSuiteB192: "Suite B 192",
	dot11.AKMFT8021XSHA384: "FT-802.1X-SHA384", dot11.AKMFILSSHA256: "FILS-SHA256", dot11.AKMFILSSHA384: "FILS-SHA384",
	dot11.AKMFTFILSSHA256: "FT-FILS-SHA256", dot11.AKMFTFILSSHA384: "FT-FILS-SHA384", dot11.AKMOWE: "OWE",
	dot11.AKMFTPSKSHA384: "FT-PSK-SHA384", dot11.AKMPSKSHA384: "PSK-SHA384", dot11.AKMPASN: "PASN",
	dot11.AKMSAEGroupHash: "SAE-EXT", dot11.AKMFTSAEGroupHash: "FT-SAE-EXT",
}

var cipherNames = map[uint8]string{
	dot11.CipherUseGroup: "group", dot11.CipherWEP40: "WEP-40", dot11.CipherTKIP: "TKIP",
	dot11.CipherCCMP128: "CCMP", dot11.CipherWEP104: "WEP-104", dot11.CipherGCMP128: "GCMP",
	dot11.CipherGCMP256: "GCMP-256", dot11.CipherCCMP256: "CCMP-256",
}

// suiteNames lists the suites of a set by name, in the order of their numbers.
func suiteNames(s dot11.SuiteSet, names map[uint8]string) string {
	var list []string
	for t := range uint8(64) {
		if !s.Has(t) {
			continue
		}
		name, ok := names[t]
		if !ok {
			name = "other suites"
		}
		if len(list) == 0 || list[len(list)-1] != name {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return "no suite"
	}
	return strings.Join(list, ", ")
}
