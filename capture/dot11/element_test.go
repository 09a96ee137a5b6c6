package dot11

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// withBody parses a frame of that kind: an unfragmented one, of QoS data with
// QoS control 0.
func withBody(t *testing.T, kind Kind, flags Flags, body []byte) *Frame {
	t.Helper()
	return parsed(t, join(wholeHeader(kind, flags), body))
}

// wholeHeader is that of threeAddresses but for its fragment number, 0.
func wholeHeader(kind Kind, flags Flags) []byte {
	header := threeAddresses(kind, flags)
	header[22] &^= 0x0f
	if kind.IsData() && kind&subtypeQoS != 0 {
		header = append(header, 0, 0)
	}
	return header
}

// The walk of an iterator, as one value that can be compared.
type walk struct {
	Elements []Element
	Fault    ElementFault
	Offset   int
	ID       uint8
	Declared int
	Have     int
}

func walked(es Elements) (w walk) {
	for es.Next() {
		w.Elements = append(w.Elements, es.Element)
	}
	w.Fault, w.Offset = es.Fault()
	w.ID, w.Declared, w.Have = es.Cut()
	return w
}

func TestElementsUpToTheFaultAreGiven(t *testing.T) {
	ssid := Element{ID: ElementSSID, Data: []byte("net"), Offset: 0}
	for _, test := range []struct {
		name string
		in   []byte
		want walk
	}{
		{"nothing", nil, walk{}},
		{"one", wire("00 03 6e6574"), walk{Elements: []Element{ssid}}},
		{
			"empty ones", wire("00 00 dd 00"),
			walk{Elements: []Element{{Data: []byte{}}, {ID: ElementVendor, Data: []byte{}, Offset: 2}}},
		},
		{
			"extension", wire("00 03 6e6574 ff 03 24 aa bb"),
			walk{Elements: []Element{ssid, {ID: 255, Ext: ExtHEOperation, Data: wire("aa bb"), Offset: 5}}},
		},
		{
			"extension without its identifier", wire("ff 00 00 03 6e6574"),
			walk{Elements: []Element{{ID: 255, Data: []byte{}}, {Data: []byte("net"), Offset: 2}}},
		},
		{
			"identifier alone", wire("00 03 6e6574 30"),
			walk{Elements: []Element{ssid}, Fault: HeaderCut, Offset: 5, ID: ElementRSN},
		},
		{
			"longer than the frame", wire("00 03 6e6574 30 14 01 00"),
			walk{Elements: []Element{ssid}, Fault: BodyCut, Offset: 5, ID: ElementRSN, Declared: 20, Have: 2},
		},
		{
			"extension longer than the frame", wire("ff 05 6b 01"),
			walk{Fault: BodyCut, ID: ElementExtension, Declared: 5, Have: 2},
		},
		{
			"nothing but a header", wire("dd ff"),
			walk{Fault: BodyCut, ID: ElementVendor, Declared: 255},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, walked(ElementsOf(test.in))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCutElementShowsWhatThereIs(t *testing.T) {
	es := ElementsOf(wire("ff 05 6b 01"))
	for range 3 { // and stays at its end
		if es.Next() {
			t.Fatal("a cut element was given as whole")
		}
	}
	want := Element{ID: ElementExtension, Ext: ExtMultiLink, Data: wire("01")}
	if diff := cmp.Diff(want, es.Element); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestElementDataCanNotGrowIntoTheFrame(t *testing.T) {
	b := wire("00 01 61 03 01 06 30 04 01 00")
	es := ElementsOf(b)
	for es.Next() {
		_ = append(es.Data, 0xee)
	}
	_ = append(es.Data, 0xee)
	if !bytes.Equal(b, wire("00 01 61 03 01 06 30 04 01 00")) {
		t.Errorf("append wrote into the frame: % x", b)
	}
}

func TestElementOUI(t *testing.T) {
	for _, test := range []struct {
		element Element
		want    OUI
		ok      bool
	}{
		{Element{ID: ElementVendor, Data: wire("00 50 f2 04")}, OUIMicrosoft, true},
		{Element{ID: ElementVendor, Data: wire("50 6f 9a")}, OUIWFA, true},
		{Element{ID: ElementVendor, Data: wire("50 6f")}, OUI{}, false},
		{Element{ID: ElementRSN, Data: wire("50 6f 9a")}, OUI{}, false},
	} {
		if oui, ok := test.element.OUI(); oui != test.want || ok != test.ok {
			t.Errorf("%v: %v %v, want %v %v", test.element, oui, ok, test.want, test.ok)
		}
	}
}

// The fields are of octets ee where their content does not matter: no element
// there has that identifier.
func TestElementsBeginAfterTheFixedFields(t *testing.T) {
	fixed := func(n int) []byte { return bytes.Repeat([]byte{0xee}, n) }
	sae := func(transaction, status, rest string) []byte { return wire("03 00", transaction, status, rest) }
	element := wire("03 01 06")
	for _, test := range []struct {
		name   string
		kind   Kind
		fields []byte
	}{
		{"beacon", Beacon, fixed(12)},
		{"probe response", ProbeResp, fixed(12)},
		{"probe request", ProbeReq, nil},
		{"association request", AssocReq, fixed(4)},
		{"association response", AssocResp, fixed(6)},
		{"reassociation request", ReassocReq, fixed(10)},
		{"reassociation response", ReassocResp, fixed(6)},
		{"timing advertisement", TimingAdv, fixed(10)},
		{"deauthentication", Deauth, fixed(2)},
		{"disassociation", Disassoc, fixed(2)},

		{"authentication, open", Auth, wire("00 00 01 00 00 00")},
		{"authentication, shared key", Auth, wire("01 00 02 00 00 00")},
		{"authentication, fast transition", Auth, wire("02 00 01 00 00 00")},
		{"authentication, FILS", Auth, wire("04 00 01 00 00 00")},
		{"authentication, PASN", Auth, wire("07 00 01 00 00 00")},
		{"SAE commit, hash to element, group 19", Auth, join(sae("01 00", "7e 00", "13 00"), fixed(96))},
		{"SAE commit, public key, group 20", Auth, join(sae("01 00", "7f 00", "14 00"), fixed(144))},
		{"SAE commit, hash to element, group 15", Auth, join(sae("01 00", "7e 00", "0f 00"), fixed(768))},

		{"measurement request", Action, wire("00 00 ee")},
		{"channel switch", Action, wire("00 04")},
		{"ADDTS request", Action, wire("01 00 ee")},
		{"ADDTS response", Action, wire("01 01 ee ee ee")},
		{"ADDBA request", Action, join(wire("03 00"), fixed(7))},
		{"DELBA", Action, join(wire("03 02"), fixed(4))},
		{"extended channel switch", Action, join(wire("04 04"), fixed(4))},
		{"radio measurement request", ActionNoAck, wire("05 00 ee ee ee")},
		{"neighbor report response", Action, wire("05 05 ee")},
		{"FT request", Action, join(wire("06 01"), fixed(12))},
		{"FT response", Action, join(wire("06 02"), fixed(14))},
		{"SA query", Action, wire("08 00 ee ee")},
		{"BTM query", Action, wire("0a 06 ee ee")},
		{"BTM request", Action, wire("0a 07 ee 01 ee ee ee")},
		{"BTM request with termination", Action, join(wire("0a 07 ee 08 ee ee ee"), fixed(12))},
		{"BTM request with URL", Action, wire("0a 07 ee 10 ee ee ee 02 75 72")},
		{"BTM response, accepted", Action, join(wire("0a 08 ee 00 ee"), fixed(6))},
		{"BTM response, rejected", Action, wire("0a 08 ee 01 ee")},
		{"WNM sleep response", Action, wire("0a 11 ee 02 00 ee ee")},
		{"WNM notification", Action, wire("0a 1a ee ee")},
		{"mesh path selection", Action, wire("0d 01")},
		{"mesh peering open", Action, wire("0f 01 ee ee")},
		{"mesh peering confirm", Action, wire("0f 02 ee ee ee ee")},
		{"WMM ADDTS", Action, wire("11 00 ee ee")},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := withBody(t, test.kind, 0, join(test.fields, element))
			want := walk{Elements: []Element{{ID: ElementDS, Data: wire("06"), Offset: 24 + len(test.fields)}}}
			if diff := cmp.Diff(want, walked(f.Elements())); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestNoElementsWhereTheirPlaceIsNotCertain(t *testing.T) {
	element := wire("03 01 06")
	for _, test := range []struct {
		name  string
		kind  Kind
		flags Flags
		body  []byte
	}{
		{"protected", Deauth, Protected, join(wire("07 00"), element)},
		{"fixed fields cut", Beacon, 0, element},
		{"SAE commit, hunting and pecking", Auth, 0, join(wire("03 00 01 00 00 00 13 00"), make([]byte, 96), element)},
		{"SAE commit, unknown group", Auth, 0, join(wire("03 00 01 00 7e 00 63 00"), make([]byte, 96), element)},
		{"SAE commit, cut", Auth, 0, wire("03 00 01 00 7e 00")},
		{"SAE token request", Auth, 0, join(wire("03 00 01 00 4c 00 13 00"), element)},
		{"SAE confirm", Auth, 0, join(wire("03 00 02 00 00 00 01 00"), make([]byte, 32), element)},
		{"FILS with a group", Auth, 0, join(wire("05 00 01 00 00 00"), element)},
		{"authentication of a vendor", Auth, 0, join(wire("80 00 01 00 00 00"), element)},
		{"vendor action", Action, 0, join(wire("7f 50 6f 9a"), element)},
		{"reserved category", Action, 0, join(wire("99 00"), element)},
		{"action, cut", Action, 0, wire("03")},
		{"BTM request, URL cut", Action, 0, wire("0a 07 ee 10 ee ee ee")},
		{"WNM sleep response, key data cut", Action, 0, wire("0a 11 ee ff ff 03 01 06")},
		{"data", Data, 0, element},
		{"beacon of the 60 GHz band", DMGBeacon, 0, element},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := withBody(t, test.kind, test.flags, test.body)
			if diff := cmp.Diff(walk{}, walked(f.Elements())); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	t.Run("later fragment", func(t *testing.T) {
		f := parsed(t, join(threeAddresses(ProbeReq, 0), element))
		if diff := cmp.Diff(walk{}, walked(f.Elements())); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}
