package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

// What the detectors of oversized key frames find, and what they don't, by name.
func TestOversizedKeyFrames(t *testing.T) {
	const ap, station = "e0:63:da:40:00:07", "a4:83:e7:bb:00:99"
	m3 := func(k keyPacket) synthetic {
		k.info, k.counter, k.nonce = infoM3, 2, 7
		return fromAP(ap, station, k.packet())
	}
	cut := func(k keyPacket, missing int) keyPacket { k.missing = missing; return k }
	long := keyPacket{data: 136}
	ft := rsnElement(dot11.AKMFTPSK)
	ft[len(ft)-2] |= dot11.RSNMFPCapable
	mfp := rsnElement(dot11.AKMPSK)
	mfp[len(mfp)-2] |= dot11.RSNMFPCapable
	multiLink := element(dot11.ElementExtension, dot11.ExtMultiLink, 0, 0, 3, 2, 0x40)
	psk := rsnElement(dot11.AKMPSK)

	for _, test := range []struct {
		name     string
		security []byte // of the access point's beacons; nil: none was heard
		extra    [][]byte
		frame    synthetic
		times    int
		detector string // that finds it; "" none
		want     string
	}{
		{"128 octets", psk, nil, m3(keyPacket{data: 128}), 1, "", ""},
		{"129 octets", psk, nil, m3(keyPacket{data: 129}), 1, "VDOO202027302", `Key data of 129 octets (wrapped with AES, more than 128) in message 3 of the 4-way handshake from E0:63:DA:40:00:07 (SSID "KeyNet") to A4:83:E7:BB:00:99|CVE-2020-27302`},
		{"QoS, FCS", psk, nil, asFCS(asQoS(m3(long))), 1, "VDOO202027302", "136 octets"},
		{"A-MSDU", psk, nil, asAMSDU(m3(long)), 1, "VDOO202027302", "136 octets"},
		{"no beacon was heard", nil, nil, m3(long), 1, "VDOO202027302", "from E0:63:DA:40:00:07 to A4:83:E7:BB:00:99"},
		{"access point with MFP and WPA, which needs more", mfp, [][]byte{wpaElement()}, m3(keyPacket{data: 176}), 1, "", ""},
		{"more than even that needs", mfp, [][]byte{wpaElement()}, m3(keyPacket{data: 300}), 1, "VDOO202027302", "300 octets"},
		{"in the group key handshake", psk, nil, fromAP(ap, station, keyPacket{info: infoG1, data: 200}.packet()), 1, "VDOO202027302", "message 1 of the group key handshake"},
		{"of the station, as message 2", psk, nil, toAP(ap, station, keyPacket{info: infoM2, data: 200}.packet()), 1, "", ""},
		{"encrypted", psk, nil, encryptedData(m3(long), 9), 1, "", ""},
		{"cut, once", psk, nil, m3(cut(long, 9)), 1, "", ""},
		{"cut, again", psk, nil, m3(cut(long, 9)), 2, "VDOO202027302", "136 octets, of which 127 are there"},
		{"cut, FCS verified", psk, nil, asFCS(m3(cut(long, 9))), 1, "VDOO202027302", "of which 127 are there"},

		{"fast transition", ft, nil, m3(keyPacket{version: 3, data: 312}), 1, "", ""},
		{"fast transition, far more", ft, nil, m3(keyPacket{version: 3, data: 401}), 1, "VDOO202027301", "401 octets (with this key descriptor, more than 257)"},
		{"257 octets, version 3", psk, nil, m3(keyPacket{version: 3, data: 257}), 1, "", ""},
		{"258 octets, version 3", psk, nil, m3(keyPacket{version: 3, data: 258}), 1, "VDOO202027301", "258 octets|CVE-2020-27301"},
		{"258 octets, WPA", nil, nil, m3(keyPacket{version: 1, descriptor: dot11.DescriptorWPA, data: 258}), 1, "VDOO202027301", "258 octets"},
		{"258 octets, version of the AKM", psk, nil, m3(keyPacket{akmVersion: true, data: 258}), 1, "VDOO202027301", "258 octets"},

		// 95 octets of the body are not key data.
		{"512 octets in all", psk, nil, toAP(ap, station, keyPacket{info: infoM2, data: 512 - 95}.packet()), 1, "", ""},
		{"513 octets in all", psk, nil, toAP(ap, station, keyPacket{info: infoM2, data: 513 - 95}.packet()), 1, "RTL8195VD1406", `EAPOL-Key frame of 513 octets (more than 512) from A4:83:E7:BB:00:99 to E0:63:DA:40:00:07 of E0:63:DA:40:00:07 (SSID "KeyNet")|CVE-2020-9395`},
		{"says to have 600, once", psk, nil, toAP(ap, station, keyPacket{info: infoM2, data: 505, missing: 400}.packet()), 1, "", ""},
		{"says to have 600, again", psk, nil, toAP(ap, station, keyPacket{info: infoM2, data: 505, missing: 400}.packet()), 2, "RTL8195VD1406", "600 octets, of which 200 are there"},
		{"all links' keys of a multi-link device", psk, [][]byte{multiLink}, m3(keyPacket{akmVersion: true, data: 700}), 1, "", ""},
		{"of its station", psk, [][]byte{multiLink}, toAP(ap, station, keyPacket{info: infoM2, data: 700}.packet()), 1, "RTL8195VD1406", "795 octets"},
		{"a long EAP packet", psk, nil, toAP(ap, station, append([]byte{1, dot11.EAPOLTypePacket, 3, 0, dot11.EAPResponse}, make([]byte, 767)...)), 3, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var frames []captured
			if test.security != nil {
				beacon := fakeAP{bssid: ap, ssid: "KeyNet", channel: 6, security: test.security, extra: test.extra}
				frames = append(frames, beacon.at(dot11.Beacon, 0))
			}
			frames = append(frames, series(test.times, 50*time.Millisecond, time.Second, func(i int) synthetic {
				s := test.frame
				s.sequence = uint16(i)
				return s
			})...)
			found := replay(t, Config{}, []Spec{rtl8195VD1406, vdoo202027301, vdoo202027302}, amid(t, frames))
			if test.detector == "" {
				checkOnly(t, found)
				return
			}
			checkOnly(t, found, test.want)
			for _, f := range found {
				if f.Name != test.detector || f.BSSID.String() != "E0:63:DA:40:00:07" || f.Source.String() != test.frame.capture(epoch).source() {
					t.Errorf("%s: BSSID %s, source %s", f.Name, f.BSSID, f.Source)
				}
			}
		})
	}
}

// source is the transmitter of a frame.
func (c captured) source() string {
	var f dot11.Frame
	f.Parse(c.link, c.data)
	return f.Transmitter.String()
}

// hostapd with fast transition, beacon protection and channel validation sent
// 312 octets of key data in one message 3 and 128 in another.
func TestOversizedKeyFramesAreNotThoseOfAFullyEquippedAccessPoint(t *testing.T) {
	frames := readCapture(t, "testdata/joins-mfp-ft.pcap.gz")
	checkOnly(t, replay(t, Config{}, []Spec{rtl8195VD1406, vdoo202027301, vdoo202027302}, frames))
}
