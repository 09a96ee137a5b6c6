package dot11

// Element identifiers, IEEE 802.11-2020 table 9-92.
const (
	ElementSSID           = 0
	ElementRates          = 1
	ElementDS             = 3
	ElementCF             = 4
	ElementTIM            = 5
	ElementIBSS           = 6
	ElementCountry        = 7
	ElementBSSLoad        = 11
	ElementChallenge      = 16
	ElementPowerConstr    = 32
	ElementTPCReport      = 35
	ElementCSA            = 37
	ElementMeasureRequest = 38
	ElementMeasureReport  = 39
	ElementQuiet          = 40
	ElementERP            = 42
	ElementHTCap          = 45
	ElementRSN            = 48
	ElementExtRates       = 50
	ElementNeighborReport = 52
	ElementMobilityDomain = 54
	ElementFastTransition = 55
	ElementECSA           = 60
	ElementHTOperation    = 61
	ElementRMCap          = 70
	ElementMultipleBSSID  = 71
	ElementMMIE           = 76
	ElementInterworking   = 107
	ElementMeshConfig     = 113
	ElementMeshID         = 114
	ElementExtCap         = 127
	ElementVHTCap         = 191
	ElementVHTOperation   = 192
	ElementRNR            = 201
	ElementVendor         = 221
	ElementRSNX           = 244
	ElementExtension      = 255
)

// Element identifier extensions, the first octet of an element 255
// (IEEE 802.11-2020 table 9-92, 802.11ax-2021, 802.11be-2024).
const (
	ExtHECap          = 35
	ExtHEOperation    = 36
	ExtOCI            = 54
	ExtTokenContainer = 93
	ExtEHTOperation   = 106
	ExtMultiLink      = 107
	ExtEHTCap         = 108
)

// An Element is one information element (IEEE 802.11-2020, 9.4.2.1).
type Element struct {
	ID  uint8
	Ext uint8 // identifier extension, valid iff ID is ElementExtension
	// Data is the information field; for ElementExtension without the octet
	// of the identifier extension. It points into the captured frame.
	Data []byte
	// Offset is where the ID octet stands, counted from frame control (for
	// ElementsOf, from the start of its argument).
	Offset int
}

// OUI returns the organization of a vendor specific element; false for any
// other element and for one too short to name its organization.
func (e *Element) OUI() (OUI, bool) {
	if e.ID != ElementVendor || len(e.Data) < 3 {
		return OUI{}, false
	}
	return OUI(e.Data[:3]), true
}

// ElementFault says why a walk over elements stopped.
type ElementFault uint8

const (
	NoFault   ElementFault = iota // at the end of the frame, as it should
	HeaderCut                     // one octet was left, an ID without a length
	BodyCut                       // the last element declares more than there is
)

// String names the fault.
func (f ElementFault) String() string {
	switch f {
	case HeaderCut:
		return "element header cut short"
	case BodyCut:
		return "element longer than the frame"
	}
	return "none"
}

// Elements walks over information elements:
//
//	es := f.Elements()
//	for es.Next() {
//		use(es.ID, es.Data)
//	}
//	fault, offset := es.Fault()
//
// Declare it before the loop: a variable of the for clause is copied in every
// round, which costs more than the walk.
type Elements struct {
	Element
	rest           []byte
	end            int // offset of the end of rest
	declared, have int // of the element that was cut
	fault          ElementFault
}

// ElementsOf walks over b, which starts with an element.
func ElementsOf(b []byte) Elements {
	return Elements{rest: b, end: len(b)}
}

// Next advances to the next whole element. It returns false at the end and at
// an element that is not whole. What there is of that last element is then in
// e.Element; Fault and Cut say what is wrong with it.
func (e *Elements) Next() bool {
	b := e.rest
	if len(b) < 2 {
		return e.stop()
	}
	n := int(b[1]) + 2
	if n > len(b) {
		return e.stop()
	}
	e.Offset = e.end - len(b)
	e.ID, e.Ext = b[0], 0
	e.Data = b[2:n:n]
	e.rest = b[n:]
	if b[0] == ElementExtension {
		e.splitExtension()
	}
	return true
}

func (e *Elements) splitExtension() {
	if len(e.Data) > 0 {
		e.Ext, e.Data = e.Data[0], e.Data[1:]
	}
}

func (e *Elements) stop() bool {
	b := e.rest
	if len(b) == 0 {
		return false
	}
	e.Element = Element{ID: b[0], Offset: e.end - len(b)}
	e.rest, e.fault = nil, HeaderCut
	if len(b) > 1 {
		e.fault, e.declared, e.have = BodyCut, int(b[1]), len(b)-2
		e.Data = b[2:len(b):len(b)]
		if b[0] == ElementExtension {
			e.splitExtension()
		}
	}
	return false
}

// Fault says why Next returned false and where the offending element starts.
// Elements handed out before it stay valid.
func (e *Elements) Fault() (ElementFault, int) {
	if e.fault == NoFault {
		return NoFault, 0
	}
	return e.fault, e.Offset
}

// Cut describes the element that stopped the walk: its ID, the length it
// declares and how many octets of that are there. All are zero without a
// fault. After HeaderCut the declared length is unknown and given as zero.
func (e *Elements) Cut() (id uint8, declared, have int) {
	if e.fault == NoFault {
		return 0, 0, 0
	}
	return e.ID, e.declared, e.have
}
