package dot11

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBeaconFields(t *testing.T) {
	want := BeaconFields{TSF: 0x0807060504030201, Interval: 100, Capability: CapESS | CapPrivacy | CapShortSlot}
	for _, kind := range []Kind{Beacon, ProbeResp} {
		got, ok := withBody(t, kind, 0, wire(beaconFixed)).Beacon()
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%v: %v, -want +got:\n%s", kind, ok, diff)
		}
	}
	want.Interval = 0
	got, ok := withBody(t, TimingAdv, 0, wire("0102030405060708 1104")).Beacon()
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("timing advertisement: %v, -want +got:\n%s", ok, diff)
	}
}

func TestCapability(t *testing.T) {
	for kind, body := range map[Kind]string{
		Beacon: beaconFixed, ProbeResp: beaconFixed, TimingAdv: "0102030405060708 1104",
		AssocReq: "1104 0a00", AssocResp: "1104 0000 01c0", ReassocReq: "1104 0a00 020000000009", ReassocResp: "1104 0000 01c0",
	} {
		got, ok := withBody(t, kind, 0, wire(body)).Capability()
		if !ok || !got.Has(CapESS|CapPrivacy|CapShortSlot) || got.Has(CapIBSS) || got.Has(CapESS|CapIBSS) {
			t.Errorf("%v: %#x %v", kind, got, ok)
		}
	}
}

func TestAssociationFields(t *testing.T) {
	for _, kind := range []Kind{AssocResp, ReassocResp} {
		status, aid, ok := withBody(t, kind, 0, wire("1104 1e00 07c0")).AssocStatus()
		if status != 30 || aid != 7 || !ok {
			t.Errorf("%v: status %d, AID %d, %v", kind, status, aid, ok)
		}
	}
	request := withBody(t, ReassocReq, 0, wire("1104 0a00 020000000009"))
	if ap, ok := request.CurrentAP(); !ok || ap != (Addr{2, 0, 0, 0, 0, 9}) {
		t.Errorf("current AP %v, %v", ap, ok)
	}
	if n, ok := request.ListenInterval(); !ok || n != 10 {
		t.Errorf("listen interval %d, %v", n, ok)
	}
	if n, ok := withBody(t, AssocReq, 0, wire("1104 0a00")).ListenInterval(); !ok || n != 10 {
		t.Errorf("listen interval %d, %v", n, ok)
	}
}

func TestAuthenticationFields(t *testing.T) {
	want := AuthFields{Algorithm: AuthSAE, Sequence: 1, Status: StatusSAEHashToElement}
	got, ok := withBody(t, Auth, 0, wire("0300 0100 7e00")).Authentication()
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%v, -want +got:\n%s", ok, diff)
	}
}

func TestReason(t *testing.T) {
	for _, kind := range []Kind{Deauth, Disassoc} {
		if reason, ok := withBody(t, kind, 0, wire("0700")).Reason(); !ok || reason != 7 {
			t.Errorf("%v: reason %d, %v", kind, reason, ok)
		}
	}
}

func TestActionFields(t *testing.T) {
	for _, test := range []struct {
		body           string
		category, code uint8
		rest           []byte
	}{
		{"0800 0102", CategorySAQuery, SAQueryRequest, wire("0102")},
		{"8300", 0x80 | CategoryBlockAck, 0, []byte{}},
		{"7f506f9a09", CategoryVendor, 0, wire("506f9a09")},
		{"7e0050f2", CategoryProtectedVendor, 0, wire("0050f2")},
	} {
		for _, kind := range []Kind{Action, ActionNoAck} {
			f := withBody(t, kind, 0, wire(test.body))
			category, code, ok := f.Action()
			if category != test.category || code != test.code || !ok {
				t.Errorf("%s: category %d, code %d, %v", test.body, category, code, ok)
			}
			rest, ok := f.ActionBody()
			if diff := cmp.Diff(test.rest, rest); !ok || diff != "" {
				t.Errorf("%s: %v, -want +got:\n%s", test.body, ok, diff)
			}
		}
	}
}

// What each accessor says of one frame: which of them gave something.
func given(f *Frame) (names []string) {
	note := func(name string, ok bool) {
		if ok {
			names = append(names, name)
		}
	}
	_, ok := f.Beacon()
	note("beacon", ok)
	_, ok = f.Capability()
	note("capability", ok)
	_, ok = f.Authentication()
	note("authentication", ok)
	_, ok = f.Reason()
	note("reason", ok)
	_, _, ok = f.Action()
	note("action", ok)
	_, ok = f.ActionBody()
	note("action body", ok)
	_, ok = f.ExtendedChannelSwitch()
	note("channel switch", ok)
	_, _, ok = f.AssocStatus()
	note("status", ok)
	_, ok = f.ListenInterval()
	note("listen interval", ok)
	_, ok = f.CurrentAP()
	note("current AP", ok)
	_, ok = f.LLC()
	note("LLC", ok)
	_, ok = f.EAPOL()
	note("EAPOL", ok)
	es := f.Elements()
	note("elements", es.Next())
	subframes := f.Subframes()
	note("subframes", subframes.Next())
	return names
}

// Encrypted octets are not taken for fields, nor those of a later fragment, and
// no kind has the fields of another.
func TestFieldsAreThoseOfTheKind(t *testing.T) {
	want := map[Kind][]string{
		Beacon: {"beacon", "capability", "elements"}, ProbeResp: {"beacon", "capability", "elements"},
		TimingAdv: {"beacon", "capability", "elements"}, ProbeReq: {"elements"},
		AssocReq: {"capability", "listen interval", "elements"}, AssocResp: {"capability", "status", "elements"},
		ReassocReq:  {"capability", "listen interval", "current AP", "elements"},
		ReassocResp: {"capability", "status", "elements"},
		Deauth:      {"reason", "elements"}, Disassoc: {"reason", "elements"}, Auth: {"authentication", "elements"},
		Action: {"action", "action body", "elements"}, ActionNoAck: {"action", "action body", "elements"},
	}
	body := make([]byte, 64) // an SSID element after any fixed fields, and spectrum management
	for kind := range Kind(64) {
		f := withBody(t, kind, 0, body)
		if diff := cmp.Diff(want[kind], given(f)); diff != "" {
			t.Errorf("%v: -want +got:\n%s", kind, diff)
		}
		if names := given(withBody(t, kind, Protected, body)); names != nil {
			t.Errorf("%v, protected: %v", kind, names)
		}
		if !kind.IsManagement() {
			continue
		}
		if names := given(parsed(t, join(threeAddresses(kind, 0), body))); names != nil {
			t.Errorf("%v, fragment 3: %v", kind, names)
		}
		if names := given(withBody(t, kind, 0, nil)); names != nil {
			t.Errorf("%v, empty: %v", kind, names)
		}
	}
}
