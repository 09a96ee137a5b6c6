package dot11

// Lengths is the range of lengths that an element's information field can have.
type Lengths struct{ Min, Max uint8 }

// Has reports whether n octets are in the range.
func (l Lengths) Has(n int) bool { return int(l.Min) <= n && n <= int(l.Max) }

// ElementLengths are the lengths that an element can have by IEEE 802.11-2020,
// 9.4.2, those of earlier editions included, and for the identifier extensions
// by 802.11ax-2021; for an extension without the octet that names it. An element
// that has no rule here can have any length, so does the SSID, of which an
// ElementSet keeps the whole.
func ElementLengths(id, ext uint8) Lengths {
	if id == ElementExtension {
		return extensionLengths(ext)
	}
	return elementLengths[id]
}

func extensionLengths(ext uint8) Lengths {
	switch ext {
	case ExtHECap:
		return Lengths{21, 254}
	case ExtHEOperation:
		return Lengths{6, 254}
	case 37: // UL OFDMA random access
		return Lengths{1, 1}
	case 38: // MU EDCA
		return Lengths{13, 13}
	case 59: // HE 6 GHz band capabilities
		return Lengths{2, 2}
	}
	return Lengths{0, 254}
}

// elementLengths by identifier.
var elementLengths = func() (table [256]Lengths) {
	for id := range table {
		table[id] = lengthRules[uint8(id)]
		if table[id].Max == 0 {
			table[id].Max = 255
		}
	}
	return table
}()

// lengthRules by identifier; a maximum of 0 stands for none.
var lengthRules = map[uint8]Lengths{
	ElementRates:          {1, 0}, // its maximum is MaxRates, but see OddRates
	2:                     {5, 5}, // FH parameters
	ElementDS:             {1, 1},
	ElementCF:             {6, 6},
	ElementTIM:            {4, 0},
	ElementIBSS:           {2, 2},
	ElementCountry:        {6, 0},
	ElementBSSLoad:        {4, 5},   // 4 before it was in the standard
	12:                    {18, 18}, // EDCA parameters
	13:                    {55, 0},  // traffic specification
	14:                    {2, 0},   // traffic classification
	15:                    {14, 14}, // schedule
	ElementChallenge:      {1, 0},
	ElementPowerConstr:    {1, 1},
	33:                    {2, 2}, // power capability
	ElementTPCReport:      {2, 2},
	36:                    {2, 0}, // supported channels
	ElementCSA:            {3, 3},
	ElementMeasureRequest: {3, 0},
	ElementMeasureReport:  {3, 0},
	ElementQuiet:          {6, 6},
	41:                    {7, 0}, // IBSS DFS
	ElementERP:            {1, 1},
	43:                    {4, 4}, // traffic stream delay
	44:                    {1, 1}, // traffic classification processing
	ElementHTCap:          {26, 26},
	46:                    {1, 1}, // QoS capability
	ElementRSN:            {2, 0},
	ElementExtRates:       {1, 0},
	ElementNeighborReport: {13, 0},
	53:                    {1, 1}, // received channel power
	ElementMobilityDomain: {3, 3},
	ElementFastTransition: {82, 0},
	56:                    {5, 5},   // timeout interval
	57:                    {4, 4},   // resource information container
	58:                    {20, 20}, // registered location
	ElementECSA:           {4, 4},
	ElementHTOperation:    {22, 22},
	62:                    {1, 1}, // secondary channel offset
	63:                    {1, 1}, // average access delay
	64:                    {1, 1}, // antenna
	65:                    {1, 1}, // received signal to noise
	68:                    {4, 4}, // access delays by category
	ElementRMCap:          {5, 5},
	ElementMultipleBSSID:  {1, 0},
	72:                    {1, 1},   // 20/40 coexistence
	74:                    {14, 14}, // overlapping BSS scan
	ElementMMIE:           {16, 24},
	90:                    {3, 3},   // greatest idle time
	101:                   {18, 18}, // TDLS link
	104:                   {4, 4},   // channel switch timing
	ElementInterworking:   {1, 9},
	ElementMeshConfig:     {7, 7},
	ElementMeshID:         {0, 32},
	118:                   {6, 6}, // mesh channel switch
	119:                   {2, 2}, // mesh awake window
	ElementExtCap:         {1, 0},
	ElementVHTCap:         {12, 12},
	ElementVHTOperation:   {5, 5},
	193:                   {6, 6}, // extended BSS load
	194:                   {3, 3}, // wide bandwidth channel switch
	199:                   {1, 1}, // operating mode
}
