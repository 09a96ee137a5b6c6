package detectors

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

// EAPOL frames in this file are SYNTHETIC like those in buildframes_test.go, by
// IEEE 802.1X-2010, IEEE 802.11-2020, 12.7.2, and the Wi-Fi Simple Configuration
// specification.

// A keyPacket is an EAPOL-Key packet. Its zero fields are those of WPA2.
type keyPacket struct {
	info       uint16 // without the key descriptor version
	version    uint16 // 2 when zero
	akmVersion bool   // the version is 0
	descriptor byte   // DescriptorRSN when zero
	counter    uint64
	nonce      byte // all octets of it
	mic        []byte
	data       int // octets of key data
	missing    int // of them are not there, though declared
}

const (
	infoM1 = dot11.KeyInfoPairwise | dot11.KeyInfoAck
	infoM2 = dot11.KeyInfoPairwise | dot11.KeyInfoMIC
	infoM3 = infoM1 | dot11.KeyInfoMIC | dot11.KeyInfoInstall | dot11.KeyInfoSecure | dot11.KeyInfoEncrypted
	infoM4 = infoM2 | dot11.KeyInfoSecure
	infoG1 = dot11.KeyInfoAck | dot11.KeyInfoMIC | dot11.KeyInfoSecure | dot11.KeyInfoEncrypted
	infoG2 = dot11.KeyInfoMIC | dot11.KeyInfoSecure
)

func (k keyPacket) packet() []byte {
	be := binary.BigEndian
	version, descriptor := k.version, k.descriptor
	if version == 0 && !k.akmVersion {
		version = 2
	}
	if descriptor == 0 {
		descriptor = dot11.DescriptorRSN
	}
	mic := k.mic
	if mic == nil {
		mic = bytes.Repeat([]byte{0x5a}, 16)
	}
	body := be.AppendUint16([]byte{descriptor}, k.info|version)
	body = be.AppendUint16(body, 16)
	body = be.AppendUint64(body, k.counter)
	body = append(body, bytes.Repeat([]byte{k.nonce}, 32)...)
	body = append(body, make([]byte, 16+8+8)...)
	body = append(body, mic...)
	body = be.AppendUint16(body, uint16(k.data))
	body = append(body, bytes.Repeat([]byte{0xdd}, k.data)...)
	packet := be.AppendUint16([]byte{2, dot11.EAPOLTypeKey}, uint16(len(body)))
	return append(packet, body[:len(body)-k.missing]...)
}

// fromAP is the packet in a data frame of the access point to the station,
// toAP in one of the station.
func fromAP(ap, station string, packet []byte) synthetic {
	return synthetic{kind: dot11.Data, flags: dot11.FromDS, to: station, from: ap, bssid: ap, body: eapolBody(packet)}
}

func toAP(ap, station string, packet []byte) synthetic {
	return synthetic{kind: dot11.Data, flags: dot11.ToDS, to: ap, from: station, bssid: ap, body: eapolBody(packet)}
}

func eapolBody(packet []byte) []byte {
	return append([]byte{0xaa, 0xaa, 3, 0, 0, 0, 0x88, 0x8e}, packet...)
}

// asQoS, asAMSDU and asFCS are other ways to send the same.
func asQoS(s synthetic) synthetic {
	s.kind, s.qos = dot11.QoSData, []byte{6, 0}
	return s
}

func asAMSDU(s synthetic) synthetic {
	subframe := slices.Concat(mustAddr(s.to), mustAddr(s.from), binary.BigEndian.AppendUint16(nil, uint16(len(s.body))), s.body)
	s.kind, s.qos, s.body = dot11.QoSData, []byte{0x86, 0}, subframe
	return s
}

func asFCS(s synthetic) synthetic {
	s.fcs = true
	return s
}

// encryptedData is a data frame with a CCMP header and that packet number.
func encryptedData(s synthetic, number uint32) synthetic {
	s.flags |= dot11.Protected
	s.body = append([]byte{byte(number), byte(number >> 8), 0, 0x20, byte(number >> 16), byte(number >> 24), 0, 0}, make([]byte, 40)...)
	return s
}

// wsc is an EAP packet with a message of Wi-Fi Simple Configuration.
func wsc(code, id, operation, message byte, configError uint16) []byte {
	body := []byte{dot11.EAPTypeExpanded, 0, 0x37, 0x2a, 0, 0, 0, 1, operation, 0,
		0x10, 0x4a, 0, 1, 0x10, // version
		0x10, 0x22, 0, 1, message,
		0x10, 0x39, 0, 4, 1, 2, 3, id} // registrar nonce
	if configError != 0 {
		body = append(body, 0x10, 0x09, 0, 2, byte(configError>>8), byte(configError))
	}
	return eapPacket(code, id, body...)
}

func eapPacket(code, id byte, body ...byte) []byte {
	length := byte(4 + len(body))
	return append([]byte{1, dot11.EAPOLTypePacket, 0, length, code, id, 0, length}, body...)
}

// A scene is a series of frames with the times at which they are sent.
type scene struct {
	frames []captured
	now    time.Duration
	number uint16
}

// send adds a frame after a pause.
func (s *scene) send(pause time.Duration, f synthetic) {
	s.now += pause
	if f.sequence == 0 {
		s.number++
		f.sequence = s.number
	}
	s.frames = append(s.frames, f.capture(epoch.Add(s.now)))
}

// amid puts frames into the midst of a network at peace, half a second after its
// first one.
func amid(t testing.TB, frames []captured) []captured {
	t.Helper()
	peace := readCapture(t, "testdata/clean-joins.pcap.gz")
	shift := peace[0].at.Add(500 * time.Millisecond).Sub(epoch)
	moved := slices.Clone(frames)
	for i := range moved {
		moved[i].at = moved[i].at.Add(shift)
	}
	return air(peace, moved)
}

// checkOnly fails unless there are as many findings as texts, each of which
// holds all that stands between the bars of its text.
func checkOnly(t *testing.T, found []*Finding, texts ...string) {
	t.Helper()
	for i, f := range found {
		if i >= len(texts) {
			t.Errorf("found also: %s", f.Text)
			continue
		}
		for _, part := range strings.Split(texts[i], "|") {
			if !strings.Contains(f.Text, part) {
				t.Errorf("finding %d: %s\nwants %q", i, f.Text, part)
			}
		}
	}
	if len(found) < len(texts) {
		t.Errorf("%d findings, want %d", len(found), len(texts))
	}
}
