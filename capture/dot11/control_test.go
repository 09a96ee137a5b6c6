package dot11

import (
	"bytes"
	"testing"
)

func TestAddressesOfControlFrames(t *testing.T) {
	type roles struct{ receiver, transmitter, bssid Addr }
	two := roles{receiver: address1, transmitter: address2}
	for _, test := range []struct {
		kind Kind
		want roles
	}{
		{Kind(16), roles{receiver: address1}}, // reserved
		{Trigger, two},
		{TACK, two},
		{BeamformingReport, two},
		{NDPA, two},
		{BlockAckReq, two},
		{BlockAck, two},
		{PSPoll, roles{address1, address2, address1}},
		{RTS, two},
		{CTS, roles{receiver: address1}},
		{Ack, roles{receiver: address1}},
		{CFEnd, roles{address1, address2, address2}},
		{CFEndAck, roles{address1, address2, address2}},
	} {
		t.Run(test.kind.String(), func(t *testing.T) {
			f := parsed(t, join(frameControl(test.kind, PowerManagement), wire("01 c0"), address1[:], address2[:], wire("55 aa 55")))
			if got := (roles{f.Receiver, f.Transmitter, f.BSSID}); got != test.want {
				t.Errorf("receiver, transmitter, BSSID %v, want %v", got, test.want)
			}
			if f.Source != (Addr{}) || f.Destination != (Addr{}) || f.Sequence != 0 {
				t.Errorf("source %v, destination %v, sequence %d", f.Source, f.Destination, f.Sequence)
			}
			body := wire("55 aa 55")
			if test.want.transmitter == (Addr{}) {
				body = join(address2[:], body)
			}
			if f.Flags != PowerManagement || f.Duration != 0xc001 || !bytes.Equal(f.Body, body) {
				t.Errorf("flags %#x, duration %#x, body % x", f.Flags, f.Duration, f.Body)
			}
		})
	}
}

// IEEE 802.11-2020, 9.2.4.3.8: the group bit of the transmitter's address
// signals a bandwidth.
func TestBandwidthSignalIsNoPartOfTheTransmitter(t *testing.T) {
	f := parsed(t, join(frameControl(RTS, 0), wire("2c 00"), address1[:], wire("03 00 00 00 00 02")))
	if f.Transmitter != address2 {
		t.Errorf("transmitter %v, want %v", f.Transmitter, address2)
	}
}

func TestControlWrapper(t *testing.T) {
	for _, test := range []struct {
		carried            Kind
		transmitter, bssid Addr
	}{
		{RTS, address2, Addr{}},
		{PSPoll, address2, address1},
		{CFEnd, address2, address2},
		{BlockAck, address2, Addr{}},
		{CTS, Addr{}, Addr{}},
		{Ack, Addr{}, Addr{}},
		{ControlWrapper, Addr{}, Addr{}},
		{Beacon, Addr{}, Addr{}},
	} {
		t.Run(test.carried.String(), func(t *testing.T) {
			frame := join(frameControl(ControlWrapper, 0), wire("2c 00"), address1[:],
				frameControl(test.carried, 0), wire("01 02 03 04"), address2[:])
			f := parsed(t, frame)
			if f.Kind != ControlWrapper || f.Receiver != address1 || !f.HasHTControl || f.HTControl != 0x04030201 {
				t.Errorf("%v, receiver %v, HT control %v %#x", f.Kind, f.Receiver, f.HasHTControl, f.HTControl)
			}
			if f.Transmitter != test.transmitter || f.BSSID != test.bssid {
				t.Errorf("transmitter %v, BSSID %v", f.Transmitter, f.BSSID)
			}
			if !bytes.Equal(f.Body, address2[:]) {
				t.Errorf("body % x", f.Body)
			}
			if f := parsed(t, edit(frame, 16, address2[0]|1)); f.Transmitter != test.transmitter {
				t.Errorf("transmitter %v where the carried one signals a bandwidth", f.Transmitter)
			}
			if f := parsed(t, frame[:20]); f.Transmitter != (Addr{}) {
				t.Errorf("transmitter %v of a carried frame that is cut", f.Transmitter)
			}
		})
	}
}

// The subtype of a DMG control frame is where other frames have ToDS to Retry.
func TestControlFrameExtension(t *testing.T) {
	for extension := Flags(0); extension < 16; extension++ {
		f := parsed(t, join(frameControl(ControlFrameExt, extension|PowerManagement), wire("2c 00"), address1[:], address2[:]))
		var receiver, transmitter Addr
		if extension != 6 { // DMG DTS names others
			receiver = address1
		}
		if 2 <= extension && extension <= 10 && extension != 6 {
			transmitter = address2
		}
		if f.Receiver != receiver || f.Transmitter != transmitter || f.Flags != PowerManagement {
			t.Errorf("extension %d: receiver %v, transmitter %v, flags %#x", extension, f.Receiver, f.Transmitter, f.Flags)
		}
	}
}

func TestExtensionFrames(t *testing.T) {
	body := wire("01 02 03 04 05")
	for _, test := range []struct {
		kind               Kind
		flags              Flags
		transmitter, bssid Addr
	}{
		{DMGBeacon, Retry | Order, Addr{}, address1},
		{S1GBeacon, 0, address1, Addr{}},
		{Kind(50), 0, Addr{}, Addr{}},
	} {
		f := parsed(t, join(frameControl(test.kind, Retry|Order), wire("2c 00"), address1[:], body))
		if f.Kind != test.kind || f.Flags != test.flags || f.Transmitter != test.transmitter || f.Source != test.transmitter || f.BSSID != test.bssid {
			t.Errorf("%v: %v, flags %#x, transmitter %v, source %v, BSSID %v", test.kind, f.Kind, f.Flags, f.Transmitter, f.Source, f.BSSID)
		}
		if f.Receiver != (Addr{}) || f.Destination != (Addr{}) || f.HasQoS || !bytes.Equal(f.Body, body) {
			t.Errorf("%v: receiver %v, destination %v, QoS %v, body % x", test.kind, f.Receiver, f.Destination, f.HasQoS, f.Body)
		}
	}
}
