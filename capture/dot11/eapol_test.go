package dot11

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// keyFrame is an EAPOL-Key frame with a MIC of that length and those key data.
func keyFrame(info uint16, micLen int, keyData []byte, padding int) []byte {
	b := wire("02 03 0000 02", fmt.Sprintf("%04x", info), "0010 0000000000000007",
		strings.Repeat("aa", 32), strings.Repeat("bb", 16), strings.Repeat("cc", 8), strings.Repeat("00", 8),
		strings.Repeat("dd", micLen), fmt.Sprintf("%04x", len(keyData)))
	b = join(b, keyData, make([]byte, padding))
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)-4))
	return b
}

func TestEAPOLKeyWithEachLengthOfMIC(t *testing.T) {
	for _, micLen := range []int{0, 16, 24, 32} {
		frame := keyFrame(KeyInfoPairwise|KeyInfoMIC|KeyInfoSecure, micLen, wire("dd 04 000fac04"), 0)
		want := EAPOLKey{
			Version: 2, PacketType: EAPOLTypeKey, Length: uint16(79 + micLen + 6), Descriptor: DescriptorRSN,
			Info: KeyInfoPairwise | KeyInfoMIC | KeyInfoSecure, KeyLength: 16, ReplayCounter: 7,
			Nonce: [32]byte(wire(strings.Repeat("aa", 32))), IV: [16]byte(wire(strings.Repeat("bb", 16))),
			RSC: [8]byte(wire(strings.Repeat("cc", 8))), MIC: wire(strings.Repeat("dd", micLen)),
			KeyDataLength: 6, KeyData: wire("dd 04 000fac04"),
		}
		got, ok := ParseEAPOLKey(frame, micLen)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("MIC of %d: %v, -want +got:\n%s", micLen, ok, diff)
		}
		if n, ok := GuessMICLength(frame); n != micLen || !ok {
			t.Errorf("MIC of %d: guessed %d, %v", micLen, n, ok)
		}
	}
}

func TestGuessMICLength(t *testing.T) {
	longData := wire(strings.Repeat("a5", 62))
	for _, test := range []struct {
		name string
		in   []byte
		want int
		ok   bool
	}{
		{"version 2 whatever the length", keyFrame(2, 16, nil, 3), 16, true},
		{"version 0, padded", keyFrame(0, 0, longData, 10), 0, true},
		{"version 0, first message of SAE", keyFrame(KeyInfoAck, 16, nil, 0), 16, true},
		{"version 0, nothing fits", keyFrame(0, 20, longData, 0), 0, false},
		{"no key frame", wire("02 01 0000"), 0, false},
		{"cut", keyFrame(0, 16, nil, 0)[:60], 0, false},
		{"empty", nil, 0, false},
	} {
		if n, ok := GuessMICLength(test.in); n != test.want || ok != test.ok {
			t.Errorf("%s: %d %v, want %d %v", test.name, n, ok, test.want, test.ok)
		}
	}
}

func TestEAPOLKeyThatDeclaresMoreThanThereIs(t *testing.T) {
	whole := keyFrame(2, 16, wire("0102030405060708"), 0)
	for _, test := range []struct {
		name      string
		in        []byte
		keyData   []byte
		truncated bool
	}{
		{"whole", whole, wire("0102030405060708"), false},
		{"padding after the packet", join(whole, make([]byte, 9)), wire("0102030405060708"), false},
		{"captured in part", whole[:len(whole)-5], wire("010203"), true},
		{"key data beyond the packet", edit(whole, 97, 0, 9), wire("0102030405060708"), true},
		{"packet beyond the frame", edit(whole, 2, 2, 1), wire("0102030405060708"), true},
	} {
		got, ok := ParseEAPOLKey(test.in, 16)
		if diff := cmp.Diff(test.keyData, got.KeyData); !ok || diff != "" || got.Truncated != test.truncated {
			t.Errorf("%s: %v, truncated %v, -want +got:\n%s", test.name, ok, got.Truncated, diff)
		}
	}
}

func TestNoEAPOLKey(t *testing.T) {
	whole := keyFrame(2, 16, nil, 0)
	for _, test := range []struct {
		name   string
		in     []byte
		micLen int
	}{
		{"empty", nil, 16},
		{"header cut", whole[:3], 16},
		{"another packet type", edit(whole, 1, EAPOLTypeStart), 16},
		{"RC4 key descriptor", edit(whole, 4, 1), 16},
		{"cut before the key data length", whole[:len(whole)-1], 16},
		{"declared too short", edit(whole, 2, 0, 90), 16},
		{"MIC too long for it", whole, 24},
		{"negative length", whole, -1},
	} {
		if k, ok := ParseEAPOLKey(test.in, test.micLen); ok {
			t.Errorf("%s: %+v", test.name, k)
		}
	}
}

func TestEAPOL(t *testing.T) {
	const start = "02 01 0000"
	for _, test := range []struct {
		name string
		in   *Frame
		want []byte
	}{
		{"data", withBody(t, Data, ToDS, wire("aaaa03 000000 888e", start)), wire(start)},
		{"QoS data", withBody(t, QoSData, ToDS, wire("aaaa03 000000 888e", start)), wire(start)},
		{"second MSDU", amsdu(t, FromDS, subframeIPv4, subframeEAPOL), wire(start)},
		{"another EtherType", withBody(t, Data, ToDS, wire(snapIPv4, start)), nil},
		{"another organization", withBody(t, Data, ToDS, wire("aaaa03 00000c 888e", start)), nil},
		{"protected", withBody(t, Data, ToDS|Protected, wire("aaaa03 000000 888e", start)), nil},
	} {
		got, ok := test.in.EAPOL()
		if diff := cmp.Diff(test.want, got); diff != "" || ok != (test.want != nil) {
			t.Errorf("%s: %v, -want +got:\n%s", test.name, ok, diff)
		}
	}
}

func TestParseEAPOL(t *testing.T) {
	for _, test := range []struct {
		in   string
		want EAPOL
		ok   bool
	}{
		{"02 00 0005 0201000501", EAPOL{Version: 2, PacketType: EAPOLTypePacket, Length: 5, Body: wire("0201000501")}, true},
		{"01 02 0000 000000", EAPOL{Version: 1, PacketType: EAPOLTypeLogoff, Body: []byte{}}, true},
		{"01 00 ffff 02", EAPOL{Version: 1, Length: 0xffff, Body: wire("02")}, true},
		{"01 02 00", EAPOL{}, false},
	} {
		got, ok := ParseEAPOL(wire(test.in))
		if diff := cmp.Diff(test.want, got); ok != test.ok || diff != "" {
			t.Errorf("%s: %v, -want +got:\n%s", test.in, ok, diff)
		}
	}
}
