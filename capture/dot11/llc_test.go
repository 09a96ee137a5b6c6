package dot11

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const snapIPv4 = "aaaa03 000000 0800"

func TestLLC(t *testing.T) {
	want := LLC{EtherType: EtherTypeIPv4, Payload: wire("4500")}
	for _, kind := range []Kind{Data, DataCFAck, DataCFPoll, DataCFAckCFPoll, QoSData, QoSDataCFAck} {
		got, ok := withBody(t, kind, 0, wire(snapIPv4, "4500")).LLC()
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%v: %v, -want +got:\n%s", kind, ok, diff)
		}
	}
	got, ok := withBody(t, Data, 0, wire("aaaa03 0000f8 8137")).LLC()
	want = LLC{OUI: OUI{0, 0, 0xf8}, EtherType: 0x8137, Payload: []byte{}}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("bridge tunnel: %v, -want +got:\n%s", ok, diff)
	}
}

func TestNoLLC(t *testing.T) {
	for _, test := range []struct {
		name  string
		kind  Kind
		flags Flags
		body  []byte
	}{
		{"protected", Data, Protected, wire(snapIPv4)},
		{"null", Null, 0, wire(snapIPv4)},
		{"QoS null", QoSNull, 0, wire(snapIPv4)},
		{"management", ATIM, 0, wire(snapIPv4)},
		{"cut", Data, 0, wire("aaaa03 000000 08")},
		{"spanning tree, not SNAP", Data, 0, wire("424203 0000000000")},
		{"SNAP with another control", Data, 0, wire("aaaa7f 000000 0800")},
		{"mesh control cut", QoSData, 0, wire("00 1f 00000001 aaaa03")},
		{"mesh control with a reserved flag", QoSData, 0, wire("04 1f 00000001", snapIPv4)},
		{
			"mesh control with a reserved number of addresses", QoSData, 0,
			wire("03 1f 00000001 020000000007 020000000008 020000000009", snapIPv4),
		},
		{"mesh control without QoS", Data, 0, wire("00 1f 00000001", snapIPv4)},
	} {
		if got, ok := withBody(t, test.kind, test.flags, test.body).LLC(); ok {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
	if got, ok := parsed(t, join(threeAddresses(Data, 0), wire(snapIPv4))).LLC(); ok {
		t.Errorf("later fragment: %+v", got)
	}
}

func TestLLCAfterMeshControl(t *testing.T) {
	want := LLC{EtherType: EtherTypeIPv4, Payload: wire("4500")}
	for _, control := range []string{
		"00 1f 00000001", "01 1f 00000001 020000000007", "02 1f 00000001 020000000007 020000000008",
	} {
		got, ok := withBody(t, QoSData, FromDS, wire(control, snapIPv4, "4500")).LLC()
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: %v, -want +got:\n%s", control, ok, diff)
		}
	}
}
