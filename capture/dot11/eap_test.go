package dot11

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	wscVersion = "104a 0001 10"
	wscHeader  = "fe 00372a 00000001"
)

func TestEAP(t *testing.T) {
	for _, test := range []struct {
		in   string
		want EAP
		ok   bool
	}{
		{"01 37 0005 01", EAP{Code: EAPRequest, ID: 0x37, Length: 5, Type: EAPTypeIdentity, Data: []byte{}}, true},
		{"02 01 0007 01 6d65 0000", EAP{Code: EAPResponse, ID: 1, Length: 7, Type: EAPTypeIdentity, Data: []byte("me")}, true},
		{"02 01 0040 01 6d65", EAP{Code: EAPResponse, ID: 1, Length: 64, Type: EAPTypeIdentity, Data: []byte("me")}, true},
		{"04 38 0004", EAP{Code: EAPFailure, ID: 0x38, Length: 4, Data: []byte{}}, true},
		{"04 38 0000 aa", EAP{Code: EAPFailure, ID: 0x38, Data: []byte{}}, true},
		{"02 01 000e fe 00372a 00000001 0400", EAP{
			Code: EAPResponse, ID: 1, Length: 14, Type: EAPTypeExpanded, Vendor: ouiWSC, VendorType: 1, Data: wire("0400"),
		}, true},
		{"02 01 000b fe 00372a 000000", EAP{}, false},
		{"01 01 0004", EAP{}, false},
		{"01 01 00", EAP{}, false},
		{"", EAP{}, false},
	} {
		got, ok := ParseEAP(wire(test.in))
		if diff := cmp.Diff(test.want, got); ok != test.ok || diff != "" {
			t.Errorf("%s: %v, -want +got:\n%s", test.in, ok, diff)
		}
	}
}

func TestWSC(t *testing.T) {
	const nack = wscVersion + "1022 0001 0e 1009 0002 0012"
	for _, test := range []struct {
		name string
		in   string // from the type on
		want WSC
		ok   bool
	}{
		{"message 3", wscHeader + "04 00" + wscVersion + "1022 0001 07 1039 0002 0102", WSC{OpCode: WSCMsg, Message: WSCM3}, true},
		{"in another order", wscHeader + "04 00 1039 0002 0102 1022 0001 08" + wscVersion, WSC{OpCode: WSCMsg, Message: WSCM4}, true},
		{"NACK", wscHeader + "03 00" + nack, WSC{OpCode: WSCNack, Message: WSCMsgNack, ConfigError: WSCWrongPIN}, true},
		{"first fragment", wscHeader + "04 03 0200" + wscVersion + "1022 0001 04 1047 0100 00", WSC{OpCode: WSCMsg, Message: WSCM1}, true},
		{"later fragment", wscHeader + "04 01 1022 0001 05", WSC{OpCode: WSCMsg}, true},
		{"start", wscHeader + "01 00", WSC{OpCode: WSCStart}, true},
		{"attribute beyond the packet", wscHeader + "04 00" + wscVersion + "1022 0009 07", WSC{OpCode: WSCMsg}, true},
		{"message type of two octets", wscHeader + "04 00 1022 0002 0007", WSC{OpCode: WSCMsg}, true},
		{"no flags", wscHeader + "04", WSC{}, false},
		{"another vendor", "fe 000000 00000001 04 00 1022 0001 07", WSC{}, false},
		{"another type of the vendor", "fe 00372a 00000002 04 00 1022 0001 07", WSC{}, false},
		{"another method", "0d 00 1022 0001 07", WSC{}, false},
	} {
		body := wire(test.in)
		p, ok := ParseEAP(join([]byte{EAPResponse, 1, 0, byte(4 + len(body))}, body))
		if !ok {
			t.Fatalf("%s: no EAP packet", test.name)
		}
		got, ok := ParseWSC(&p)
		if diff := cmp.Diff(test.want, got); ok != test.ok || diff != "" {
			t.Errorf("%s: %v, -want +got:\n%s", test.name, ok, diff)
		}
	}
}

// FuzzEAP reads any bytes as an EAP packet and what it carries.
func FuzzEAP(f *testing.F) {
	f.Add(wire("01 37 0005 01"))
	f.Add(wire("02 01 0023", wscHeader, "04 02 0100", wscVersion, "1022 0001 08 1009 0002 000f"))
	f.Add(wire("04 38 0004"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := ParseEAP(b)
		if !ok {
			return
		}
		if !within(b, p.Data) || len(p.Data)+4 > max(int(p.Length), 4) {
			t.Errorf("%+v reaches beyond what is there or declared", p)
		}
		if m, ok := ParseWSC(&p); ok && (p.Type != EAPTypeExpanded || m.OpCode != p.Data[0]) {
			t.Errorf("%+v is said to hold %+v", p, m)
		}
		for _, id := range []uint16{wscMessageType, wscSetupLocked} {
			if v, ok := wscAttribute(b, id); ok && !within(b, v) {
				t.Errorf("attribute %#x reaches beyond the packet", id)
			}
		}
	})
}

func TestWPSAndMultiLinkElements(t *testing.T) {
	const wps = "0050f2 04" + wscVersion
	for _, test := range []struct {
		name                   string
		elements               []byte
		wps, locked, multiLink bool
	}{
		{"not locked", wire("dd 09", wps), true, false, false},
		{"locked", wire("dd 0e", wps, "1057 0001 01"), true, true, false},
		{"says that it is not locked", wire("dd 0e", wps, "1057 0001 00"), true, false, false},
		{"locked without a value", wire("dd 0d", wps, "1057 0000"), true, false, false},
		{"cut", wire("dd 0d", wps, "1057 0001"), true, false, false},
		{"multi-link", wire("ff 03 6b 0000"), false, false, true},
		{"neither", wire("dd 04 0050f2 01 ff 02 23 00"), false, false, false},
	} {
		var set ElementSet
		set.Fill(withBody(t, Beacon, 0, join(wire(beaconFixed), test.elements)))
		if set.HasWPS != test.wps || set.WPSLocked != test.locked || set.HasMultiLink != test.multiLink {
			t.Errorf("%s: WPS %v, locked %v, multi-link %v", test.name, set.HasWPS, set.WPSLocked, set.HasMultiLink)
		}
	}
}

func TestPacketNumber(t *testing.T) {
	for _, test := range []struct {
		name   string
		frame  *Frame
		tkip   bool
		number uint64
		keyID  uint8
		ok     bool
	}{
		{"CCMP", withBody(t, QoSData, ToDS|Protected, wire("0102 00 20 03040506 ff")), false, 0x060504030201, 0, true},
		{"TKIP", withBody(t, Data, FromDS|Protected, wire("02 22 01 60 03040506 ff")), true, 0x060504030201, 1, true},
		{"WEP", withBody(t, Data, ToDS|Protected, wire("0102 03 00 03040506 ff")), false, 0, 0, false},
		{"not protected", withBody(t, Data, ToDS, wire("0102 00 20 03040506 ff")), false, 0, 0, false},
		{"no data", withBody(t, QoSNull, ToDS|Protected, wire("0102 00 20 03040506 ff")), false, 0, 0, false},
		{"cut", withBody(t, Data, ToDS|Protected, wire("0102 00 20 030405")), false, 0, 0, false},
	} {
		number, keyID, ok := test.frame.PacketNumber(test.tkip)
		if number != test.number || keyID != test.keyID || ok != test.ok {
			t.Errorf("%s: %#x, key %d, %v", test.name, number, keyID, ok)
		}
	}
}
