package dot11

import (
	"bytes"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// view is what the frame view and gopacket's layers both tell of a frame.
type view struct {
	TSFT                uint64
	RadioFlags          uint8
	RateKbps            uint32 // legacy: gopacket computes none of the others
	MCS                 MCS
	FreqMHz             uint16
	SignalDBm, NoiseDBm int8
	Antenna             uint8

	Kind               uint8
	Flags              uint8
	Duration, Sequence uint16
	Fragment, TID      uint8
	HTControl          bool
	Address1, Address2 Addr
	Address3, Address4 Addr
	Body               []byte
}

func viewOf(f *Frame) view {
	v := view{
		TSFT: f.Radio.TSFT, RadioFlags: uint8(f.Radio.Flags), MCS: f.Radio.MCS, FreqMHz: f.Radio.FreqMHz,
		SignalDBm: f.Radio.SignalDBm, NoiseDBm: f.Radio.NoiseDBm, Antenna: f.Radio.Antenna,
		Kind: uint8(f.Kind), Flags: uint8(f.Flags), Duration: f.Duration, Sequence: f.Sequence, Fragment: f.Fragment,
		TID: f.TID, HTControl: f.HasHTControl,
		Address1: f.Receiver, Address2: f.Transmitter, Body: f.Body,
	}
	if f.Radio.Has&(HasMCS|HasVHT|HasHE) == 0 {
		v.RateKbps = f.Radio.RateKbps
	}
	switch {
	case f.Kind.IsManagement(), f.Kind.IsData() && !f.Has(ToDS) && !f.Has(FromDS):
		v.Address3 = f.BSSID
	case f.Kind.IsData() && f.AMSDU && f.Has(ToDS|FromDS):
		v.Address3, v.Address4 = f.BSSID, f.BSSID
	case f.Kind.IsData() && f.AMSDU:
		v.Address3 = f.BSSID
	case f.Kind.IsData() && f.Has(ToDS):
		v.Address3 = f.Destination
		if f.Has(FromDS) {
			v.Address4 = f.Source
		}
	case f.Kind.IsData():
		v.Address3 = f.Source
	}
	return v
}

// decodeWithGopacket uses layers that no other frame has been through; the
// error is that of the 802.11 layer.
func decodeWithGopacket(data []byte) (view, error) {
	var rt layers.RadioTap
	if err := rt.DecodeFromBytes(data[:len(data):len(data)], gopacket.NilDecodeFeedback); err != nil {
		return view{}, err
	}
	var d layers.Dot11
	if err := d.DecodeFromBytes(rt.Payload, gopacket.NilDecodeFeedback); err != nil {
		return view{}, err
	}
	v := view{
		TSFT: rt.TSFT, RadioFlags: uint8(rt.Flags), RateKbps: uint32(rt.Rate) * 500, FreqMHz: uint16(rt.ChannelFrequency),
		MCS:       MCS{Known: uint8(rt.MCS.Known), Flags: uint8(rt.MCS.Flags), Index: rt.MCS.MCS},
		SignalDBm: rt.DBMAntennaSignal, NoiseDBm: rt.DBMAntennaNoise, Antenna: rt.Antenna,
		Kind:  uint8(d.Type&3<<4 | d.Type>>2),
		Flags: uint8(d.Flags), Duration: d.DurationID, Sequence: d.SequenceNumber, Fragment: uint8(d.FragmentNumber),
		HTControl: d.HTControl != nil,
		Address1:  addrOf(d.Address1), Address2: addrOf(d.Address2), Address3: addrOf(d.Address3), Address4: addrOf(d.Address4),
		Body: d.Payload,
	}
	if d.QOS != nil {
		v.TID = d.QOS.TID
	}
	return v, nil
}

func addrOf(a net.HardwareAddr) (out Addr) {
	copy(out[:], a)
	return out
}

// gopacketMisreads are the kinds whose addresses or flags gopacket gets wrong;
// TestDiffersFromGopacketWhereGopacketIsWrong says how.
var gopacketMisreads = AllKinds&^(AllManagement|AllControl|AllData) |
	KindsOf(Trigger, TACK, BeamformingReport, NDPA, ControlFrameExt, ControlWrapper, BlockAckReq, BlockAck)

// On the captures, gopacket's layers and the frame view agree about every
// frame of the other kinds that gopacket decodes.
func TestAgreesWithGopacketOnCaptures(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.pcap.gz")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".pcap.gz"), func(t *testing.T) {
			link, frames := readCapture(t, path)
			if link != LinkRadiotap {
				t.Skipf("link type is %v", link)
			}
			compared := 0
			for i, data := range frames {
				var f Frame
				if d := f.Parse(link, data); d != Sound || gopacketMisreads.Has(f.Kind) {
					continue
				}
				want, err := decodeWithGopacket(data)
				if err != nil {
					continue
				}
				compared++
				if f.Kind.IsControl() {
					want.Address2[0] &^= 1 // signals a bandwidth
				}
				if diff := cmp.Diff(want, viewOf(&f)); diff != "" {
					t.Errorf("frame %d: -gopacket +ours:\n%s", i+1, diff)
				}
			}
			if compared < len(frames)*9/10 {
				t.Errorf("compared %d of %d frames only", compared, len(frames))
			}
		})
	}
}

// Where gopacket v1.1.19 and the frame view differ, who is right, and why: the
// frame view, each time. A gopacket that has mended its ways shows up here.
func TestDiffersFromGopacketWhereGopacketIsWrong(t *testing.T) {
	ack := view{Kind: uint8(Ack), Address1: Addr(ackFrame[4:10]), Body: []byte{}}
	two := view{Duration: 44, Address1: address1, Address2: address2}
	with := func(v view, change func(v *view)) *view { change(&v); return &v }
	twoAddresses := func(kind Kind, more string) []byte {
		return join(radiotapFlags(0), frameControl(kind, 0), wire("2c 00"), address1[:], address2[:], wire(more))
	}
	for _, test := range []struct {
		name, why string
		frame     []byte
		want      *view // nil: there is no right reading, and Parse must say so
	}{
		{
			"length beyond the frame", "nothing follows a header that is longer than the capture; gopacket panics",
			join(wire("00 00 ff 00 00 00 00 00"), ackFrame), nil,
		},
		{
			"length below the fixed part", "the frame can't start inside of the radiotap header; gopacket starts it there",
			join(wire("00 00 04 00 00 00 00 00"), make([]byte, 40)), nil,
		},
		{
			"present words without end", "bit 31 promises another word; gopacket runs off the end and panics",
			wire("00 00 0c 00 00 00 00 80 00 00 00 80"), nil,
		},
		{
			"field beyond the header", "a TSFT of eight octets is promised, none is there; gopacket takes the frame for it",
			join(wire("00 00 08 00 01 00 00 00"), ackFrame), nil,
		},
		{
			"version 1", "no version but 0 is defined; gopacket reads it all the same",
			join(wire("01 00 08 00 00 00 00 00"), ackFrame), nil,
		},
		{
			"MCS after XChannel", "XChannel takes eight octets, which gopacket does not skip",
			join(wire("00 00 13 00 00 00 0c 00", "40 01 01 00 3c 14 24 14", "37 04 07"), ackFrame),
			with(ack, func(v *view) { v.FreqMHz = 5180; v.MCS = MCS{0x37, 4, 7} }),
		},
		{
			"data pad after four addresses", "the header has 30 octets then; gopacket cuts two out of the fourth address",
			join(radiotapFlags(RadioDataPad), threeAddresses(Data, ToDS|FromDS), address4[:], wire("ee ee"), qosBody),
			&view{
				RadioFlags: uint8(RadioDataPad), Kind: uint8(Data), Flags: uint8(ToDS | FromDS), Duration: 44, Sequence: 0xf14, Fragment: 3,
				Address1: address1, Address2: address2, Address3: address3, Address4: address4, Body: qosBody,
			},
		},
		{
			"block ack", "has a transmitter; gopacket leaves it in the body",
			twoAddresses(BlockAck, "55 aa"),
			with(two, func(v *view) { v.Kind, v.Body = uint8(BlockAck), wire("55 aa") }),
		},
		{
			"block ack request", "the same",
			twoAddresses(BlockAckReq, "55 aa"),
			with(two, func(v *view) { v.Kind, v.Body = uint8(BlockAckReq), wire("55 aa") }),
		},
		{
			"NDP announcement", "the same",
			twoAddresses(NDPA, "55"),
			with(two, func(v *view) { v.Kind, v.Body = uint8(NDPA), wire("55") }),
		},
		{
			"trigger", "the same",
			twoAddresses(Trigger, "55"),
			with(two, func(v *view) { v.Kind, v.Body = uint8(Trigger), wire("55") }),
		},
		{
			"RTS that signals a bandwidth", "the group bit is no part of the transmitter's address; gopacket keeps it",
			edit(twoAddresses(RTS, ""), 9+10, address2[0]|1),
			with(two, func(v *view) { v.Kind, v.Body = uint8(RTS), []byte{} }),
		},
		{
			"block ack cut in its second address", "too short to be one; gopacket wants the first address only",
			join(radiotapFlags(0), frameControl(BlockAck, 0), wire("2c 00"), address1[:], wire("02 00 00")), nil,
		},
		{
			"protocol version 1", "has another header; gopacket reads it as version 0",
			join(radiotapFlags(0), edit(ackFrame, 0, 0xd5)), nil,
		},
		{
			"S1G beacon", "its flags are other flags; gopacket takes them for ToDS to Order",
			join(radiotapFlags(0), frameControl(S1GBeacon, ToDS|FromDS), wire("2c 00"), address1[:], wire("55")),
			&view{Kind: uint8(S1GBeacon), Duration: 44, Address2: address1, Body: wire("55")},
		},
		{
			"QoS data of the reserved subtype 13", "has a header like the others; gopacket refuses the frame",
			join(radiotapFlags(0), threeAddresses(Kind(45), 0), wire("06 00")),
			&view{
				Kind: 45, Duration: 44, Sequence: 0xf14, Fragment: 3, TID: 6,
				Address1: address1, Address2: address2, Address3: address3, Body: []byte{},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f Frame
			d := f.Parse(LinkRadiotap, bytes.Clone(test.frame))
			theirs, err := decodeRecovering(bytes.Clone(test.frame))
			switch {
			case test.want == nil && d == Sound:
				t.Errorf("ours is sound, but %s", test.why)
			case test.want == nil:
				if err != nil && !strings.HasPrefix(err.Error(), "panic") {
					t.Errorf("gopacket refuses it too: %v", err)
				}
			case d != Sound:
				t.Errorf("ours is %v, but %s", d, test.why)
			default:
				if diff := cmp.Diff(*test.want, viewOf(&f)); diff != "" {
					t.Errorf("ours is wrong (%s); -want +got:\n%s", test.why, diff)
				}
				if err == nil && cmp.Equal(*test.want, theirs) {
					t.Errorf("gopacket is right by now: %s", test.why)
				}
			}
		})
	}
}

// decodeRecovering turns a panic of gopacket into an error.
func decodeRecovering(data []byte) (v view, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return decodeWithGopacket(data)
}

// gopacket keeps fields of the frame before in a layer that is used again, as
// DecodingLayerParser does; the frame view forgets them.
func TestGopacketKeepsWhatTheFrameViewForgets(t *testing.T) {
	before := join(radiotapFlags(RadioFCSPresent), appendFCS(join(threeAddresses(Beacon, 0), make([]byte, 12))))
	after := join(wire("00 00 08 00 00 00 00 00"), ackFrame, wire("aa bb cc dd")) // no flags, so no FCS
	var rt layers.RadioTap
	var d11 layers.Dot11
	var f Frame
	for _, data := range [][]byte{before, after} {
		if err := rt.DecodeFromBytes(data, gopacket.NilDecodeFeedback); err != nil {
			t.Fatal(err)
		}
		if err := d11.DecodeFromBytes(rt.Payload, gopacket.NilDecodeFeedback); err != nil {
			t.Fatal(err)
		}
		if d := f.Parse(LinkRadiotap, data); d != Sound {
			t.Fatal(d)
		}
	}
	if !rt.Flags.FCS() || addrOf(d11.Address2) != address2 || d11.SequenceNumber != 0xf14 || len(d11.Payload) != 0 {
		t.Errorf("gopacket is right by now: flags %v, address 2 %v, sequence %#x, payload % x",
			rt.Flags, d11.Address2, d11.SequenceNumber, d11.Payload)
	}
	if f.FCSPresent || f.Transmitter != (Addr{}) || f.Sequence != 0 || len(f.Body) != 4 {
		t.Errorf("ours: FCS %v, transmitter %v, sequence %#x, body % x", f.FCSPresent, f.Transmitter, f.Sequence, f.Body)
	}
}

// gopacket takes data padding out in place, in the bytes that others may yet
// log or read; the frame view steps over it.
func TestGopacketWritesIntoTheCaptureAndTheFrameViewDoesNot(t *testing.T) {
	data := join(radiotapFlags(RadioDataPad), qosHeader, wire("ee ee"), qosBody)
	ours, theirs := bytes.Clone(data), bytes.Clone(data)
	var f Frame
	if d := f.Parse(LinkRadiotap, ours); d != Sound || !bytes.Equal(f.Body, qosBody) {
		t.Errorf("%v, body % x", d, f.Body)
	}
	if !bytes.Equal(ours, data) {
		t.Error("ours wrote into the capture")
	}
	if _, err := decodeWithGopacket(theirs); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(theirs, data) {
		t.Error("gopacket is right by now")
	}
}

// gopacket cuts four octets off every bare frame, where there is no FCS.
func TestGopacketCutsBareFrames(t *testing.T) {
	var d11 layers.Dot11
	if err := d11.DecodeFromBytes(qosFrame, gopacket.NilDecodeFeedback); err != nil {
		t.Fatal(err)
	}
	if f := parsed(t, qosFrame); !bytes.Equal(f.Body, qosBody) {
		t.Errorf("body % x, want % x", f.Body, qosBody)
	}
	if len(d11.Payload) != len(qosBody)-4 {
		t.Errorf("gopacket is right by now: payload % x", d11.Payload)
	}
}
