package dot11

import (
	"strconv"
	"strings"
)

var flagNames = [8]string{
	"to DS", "from DS", "more fragments", "retry", "power management", "more data", "protected", "order (+HTC)",
}

// String lists the flags: "from DS, retry"; "none" where there is none.
func (f Flags) String() string { return bitNames(uint(f), flagNames[:]) }

func bitNames(bits uint, names []string) string {
	var list []string
	for i, name := range names {
		if bits>>i&1 != 0 {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

var capabilityNames = [16]string{
	"ESS", "IBSS", "bit 2", "bit 3", "privacy", "short preamble", "bit 6", "bit 7", "spectrum management", "QoS",
	"short slot time", "APSD", "radio measurement", "EPD", "bit 14", "bit 15",
}

// String lists the capabilities: "ESS, privacy"; "none" where there is none.
func (c Capability) String() string { return bitNames(uint(c), capabilityNames[:]) }

// elementNames are the standard's words (IEEE 802.11-2020, table 9-92).
var elementNames = map[uint8]string{
	ElementSSID:           "SSID",
	ElementRates:          "supported rates",
	ElementDS:             "DSSS parameter set",
	ElementCF:             "CF parameter set",
	ElementTIM:            "TIM",
	ElementIBSS:           "IBSS parameter set",
	ElementCountry:        "country",
	ElementBSSLoad:        "BSS load",
	ElementChallenge:      "challenge text",
	ElementPowerConstr:    "power constraint",
	33:                    "power capability",
	ElementTPCReport:      "TPC report",
	36:                    "supported channels",
	ElementCSA:            "channel switch announcement",
	ElementMeasureRequest: "measurement request",
	ElementMeasureReport:  "measurement report",
	ElementQuiet:          "quiet",
	ElementERP:            "ERP",
	ElementHTCap:          "HT capabilities",
	46:                    "QoS capability",
	ElementRSN:            "RSN",
	ElementExtRates:       "extended supported rates",
	ElementNeighborReport: "neighbor report",
	ElementMobilityDomain: "mobility domain",
	ElementFastTransition: "fast BSS transition",
	59:                    "supported operating classes",
	ElementECSA:           "extended channel switch announcement",
	ElementHTOperation:    "HT operation",
	ElementRMCap:          "RM enabled capabilities",
	ElementMultipleBSSID:  "multiple BSSID",
	74:                    "overlapping BSS scan parameters",
	ElementMMIE:           "management MIC",
	ElementInterworking:   "interworking",
	ElementMeshConfig:     "mesh configuration",
	ElementMeshID:         "mesh ID",
	ElementExtCap:         "extended capabilities",
	ElementVHTCap:         "VHT capabilities",
	ElementVHTOperation:   "VHT operation",
	195:                   "transmit power envelope",
	ElementRNR:            "reduced neighbor report",
	ElementVendor:         "vendor specific",
	ElementRSNX:           "RSNX",
}

// extensionNames are those of the elements with an identifier extension.
var extensionNames = map[uint8]string{
	ExtHECap:          "HE capabilities",
	ExtHEOperation:    "HE operation",
	ExtOCI:            "OCI",
	ExtTokenContainer: "anti-clogging token container",
	ExtEHTOperation:   "EHT operation",
	ExtMultiLink:      "multi-link",
	ExtEHTCap:         "EHT capabilities",
}

// Name is the element's name in the standard's words, or its number.
func (e *Element) Name() string {
	if e.ID == ElementExtension {
		if name := extensionNames[e.Ext]; name != "" {
			return name
		}
		return "element 255, extension " + strconv.Itoa(int(e.Ext))
	}
	if name := elementNames[e.ID]; name != "" {
		return name
	}
	return "element " + strconv.Itoa(int(e.ID))
}
