package dot11

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The first to fourth address of the frames in these tests.
var (
	address1 = Addr{0x02, 0, 0, 0, 0, 0x01}
	address2 = Addr{0x02, 0, 0, 0, 0, 0x02}
	address3 = Addr{0x02, 0, 0, 0, 0, 0x03}
	address4 = Addr{0x02, 0, 0, 0, 0, 0x04}
)

// threeAddresses is a header of management and data frames: duration 44,
// sequence number 0xf14, fragment 3.
func threeAddresses(kind Kind, flags Flags) []byte {
	return join(frameControl(kind, flags), wire("2c 00"), address1[:], address2[:], address3[:], wire("43 f1"))
}

func frameControl(kind Kind, flags Flags) []byte {
	return []byte{byte(kind&15)<<4 | byte(kind>>4)<<2, byte(flags)}
}

// parsed parses a bare frame that must be sound.
func parsed(t *testing.T, frame []byte) *Frame {
	t.Helper()
	f := new(Frame)
	if d := f.Parse(LinkIEEE80211, frame); d != Sound {
		t.Fatalf("%v: % x", d, frame)
	}
	if !bytes.Equal(f.Bytes(), frame) || !bytes.Equal(f.Captured(), frame) {
		t.Errorf("Bytes() % x, Captured() % x, want % x", f.Bytes(), f.Captured(), frame)
	}
	return f
}

// ignoreSlices leaves out what parsed looks at.
var ignoreSlices = cmpopts.IgnoreUnexported(Frame{})

func TestManagementHeader(t *testing.T) {
	want := Frame{
		Link: LinkIEEE80211, Kind: Deauth, Flags: Retry | Protected, Duration: 44, Sequence: 0xf14, Fragment: 3,
		Receiver: address1, Destination: address1, Transmitter: address2, Source: address2, BSSID: address3,
		Body: wire("07 00"),
	}
	got := parsed(t, join(threeAddresses(Deauth, Retry|Protected), wire("07 00")))
	if diff := cmp.Diff(want, *got, ignoreSlices); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	want.Flags, want.HasHTControl, want.HTControl = Order, true, 0x04030201
	got = parsed(t, join(threeAddresses(Deauth, Order), wire("01 02 03 04", "07 00")))
	if diff := cmp.Diff(want, *got, ignoreSlices); diff != "" {
		t.Errorf("with HT control, -want +got:\n%s", diff)
	}
}

// IEEE 802.11-2020, Table 9-30.
func TestAddressesOfDataFramesByRole(t *testing.T) {
	type roles struct{ Source, Destination, BSSID Addr }
	for _, test := range []struct {
		flags       Flags
		msdu, amsdu roles
	}{
		{0, roles{address2, address1, address3}, roles{address2, address1, address3}},
		{FromDS, roles{address3, address1, address2}, roles{Destination: address1, BSSID: address2}},
		{ToDS, roles{address2, address3, address1}, roles{Source: address2, BSSID: address1}},
		{ToDS | FromDS, roles{Source: address4, Destination: address3}, roles{BSSID: address3}},
	} {
		header := threeAddresses(QoSData, test.flags|Protected)
		if test.flags == ToDS|FromDS {
			header = append(header, address4[:]...)
		}
		for _, shape := range []struct {
			name  string
			frame []byte
			kind  Kind
			qos   uint16
			want  roles
		}{
			{"MSDU", join(header, wire("06 04"), qosBody), QoSData, 0x0406, test.msdu},
			{"A-MSDU", join(header, wire("86 04"), qosBody), QoSData, 0x0486, test.amsdu},
			{"null, whose bit 7 is none of A-MSDU", join(edit(header, 0, 0xc8), wire("86 04"), qosBody), QoSNull, 0x0486, test.msdu},
			{"no QoS", join(edit(header, 0, 0x08), qosBody), Data, 0, test.msdu},
		} {
			t.Run(fmt.Sprintf("ToDS %v FromDS %v %s", test.flags&ToDS != 0, test.flags&FromDS != 0, shape.name), func(t *testing.T) {
				want := Frame{
					Link: LinkIEEE80211, Kind: shape.kind, Flags: test.flags | Protected, Duration: 44, Sequence: 0xf14, Fragment: 3,
					HasQoS: shape.qos != 0, QoS: shape.qos, TID: uint8(shape.qos & 15), AMSDU: shape.name == "A-MSDU",
					Receiver: address1, Transmitter: address2,
					Source: shape.want.Source, Destination: shape.want.Destination, BSSID: shape.want.BSSID,
					Body: qosBody,
				}
				got := parsed(t, shape.frame)
				if diff := cmp.Diff(want, *got, ignoreSlices); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
	}
}

// Order announces HT Control in QoS data frames only; elsewhere in data frames
// it asks for strict order.
func TestHTControlOfDataFrames(t *testing.T) {
	f := parsed(t, join(threeAddresses(QoSData, ToDS|Order), wire("00 00", "01 02 03 04"), qosBody))
	if !f.HasHTControl || f.HTControl != 0x04030201 || !bytes.Equal(f.Body, qosBody) {
		t.Errorf("QoS data: HT control %v %#x, body % x", f.HasHTControl, f.HTControl, f.Body)
	}
	f = parsed(t, join(threeAddresses(Data, ToDS|Order), qosBody))
	if f.HasHTControl || !bytes.Equal(f.Body, qosBody) {
		t.Errorf("data: HT control %v, body % x", f.HasHTControl, f.Body)
	}
}

// Every kind parses from the length of its header on, and is short below it.
func TestShortestFrameOfEveryKind(t *testing.T) {
	for k := Kind(0); k < 64; k++ {
		want := 10
		switch {
		case k.IsManagement():
			want = 24
		case k.IsData() && k < QoSData:
			want = 24
		case k.IsData():
			want = 26
		case KindsOf(Trigger, TACK, BeamformingReport, NDPA, ControlFrameExt, ControlWrapper,
			BlockAckReq, BlockAck, PSPoll, RTS, CFEnd, CFEndAck).Has(k):
			want = 16
		}
		frame := append(frameControl(k, 0), make([]byte, want)...)
		for n := range want {
			var f Frame
			if d := f.Parse(LinkIEEE80211, frame[:n]); d != Short {
				t.Errorf("%v of %d octets: %v", k, n, d)
			}
		}
		if f := parsed(t, frame[:want]); f.Kind != k || len(f.Body) != 0 {
			t.Errorf("%v of %d octets: %v, body % x", k, want, f.Kind, f.Body)
		}
	}
	for _, test := range []struct {
		kind  Kind
		flags Flags
		want  int
	}{
		{Beacon, Order, 28},
		{Data, Order, 24},
		{Data, ToDS | FromDS, 30},
		{QoSData, Order, 30},
		{QoSNull, ToDS | FromDS | Order, 36},
	} {
		frame := append(frameControl(test.kind, test.flags), make([]byte, test.want-2)...)
		parsed(t, frame)
		var f Frame
		if d := f.Parse(LinkIEEE80211, frame[:test.want-1]); d != Short {
			t.Errorf("%v, flags %#x, of %d octets: %v", test.kind, test.flags, test.want-1, d)
		}
	}
}

func TestOtherProtocolVersionsAreNotRead(t *testing.T) {
	for version := byte(1); version < 4; version++ {
		var f Frame
		if d := f.Parse(LinkIEEE80211, edit(threeAddresses(Beacon, 0), 0, 0x80|version)); d != BadVersion {
			t.Errorf("version %d: %v", version, d)
		}
		if f.Receiver != (Addr{}) || f.Body != nil {
			t.Errorf("version %d: read as if it were 0", version)
		}
	}
}

// What a frame before had is gone, also when Parse fails.
func TestParseForgetsTheFrameBefore(t *testing.T) {
	full := join(avsHeader, threeAddresses(QoSData, ToDS|FromDS|Order), address4[:], wire("85 00 01 02 03 04"), qosBody)
	for _, test := range []struct {
		name  string
		link  LinkType
		frame []byte
	}{
		{"an ack", LinkIEEE80211, ackFrame},
		{"a bad radio header", LinkRadiotap, wire("00 00 ff 00")},
		{"no frame", LinkIEEE80211, nil},
		{"another link type", LinkType(1), ackFrame},
	} {
		var reused, fresh Frame
		if d := reused.Parse(LinkAVS, full); d != Sound || !reused.HasHTControl {
			t.Fatalf("%v, HT control %v", d, reused.HasHTControl)
		}
		got, want := reused.Parse(test.link, test.frame), fresh.Parse(test.link, test.frame)
		if diff := cmp.Diff(fresh, reused, cmp.AllowUnexported(Frame{})); got != want || diff != "" {
			t.Errorf("%s: %v, want %v; -fresh +reused:\n%s", test.name, got, want, diff)
		}
	}
}

func TestFrameOf64KiB(t *testing.T) {
	body := bytes.Repeat(wire("aa 55"), 32<<10)
	f := parsed(t, join(threeAddresses(Data, FromDS), body))
	if !bytes.Equal(f.Body, body) {
		t.Errorf("body of %d octets, want %d", len(f.Body), len(body))
	}
}

// An append to any slice of a frame must not write into the capture.
func TestSlicesEndWhereTheyEnd(t *testing.T) {
	buffer := join(radiotapFlags(RadioFCSPresent), appendFCS(qosFrame), wire("ff ff ff ff"))
	var f Frame
	if d := f.Parse(LinkRadiotap, buffer[:len(buffer)-4]); d != Sound {
		t.Fatal(d)
	}
	for name, b := range map[string][]byte{"Body": f.Body, "Bytes": f.Bytes(), "Captured": f.Captured()} {
		if cap(b) != len(b) {
			t.Errorf("%s has %d octets and room for %d", name, len(b), cap(b))
		}
	}
	if f.Has(Retry) || !f.Has(FromDS) || f.Has(FromDS|Retry) {
		t.Errorf("Has is wrong about flags %#x", f.Flags)
	}
}
