package dot11

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzFrame parses any bytes as a frame of each link type, whole or cut, and
// checks what holds of every frame.
func FuzzFrame(f *testing.F) {
	links := []LinkType{LinkRadiotap, LinkIEEE80211, LinkPPI, LinkPrism, LinkAVS}
	addSeeds(f)
	f.Fuzz(func(t *testing.T, link, missing uint8, data []byte) {
		l := links[int(link)%len(links)]
		length := len(data) + int(missing)
		before := bytes.Clone(data)

		var frame Frame
		d := frame.ParseTruncated(l, data, length)
		if d >= NumDefects || d == UnsupportedLink && l != LinkPPI {
			t.Errorf("%v is %v", l, d)
		}
		if d == Sound {
			checkSound(t, &frame)
		}
		for name, b := range map[string][]byte{"Body": frame.Body, "Bytes": frame.Bytes(), "Captured": frame.Captured()} {
			if cap(b) != len(b) {
				t.Errorf("%s has room for %d octets beyond its end", name, cap(b)-len(b))
			}
		}
		if !bytes.Equal(frame.Captured(), data) {
			t.Error("Captured is not what was captured")
		}
		if !bytes.Equal(before, data) {
			t.Error("the capture was written to")
		}

		again := frame
		if again.ParseTruncated(l, data, length) != d || !cmp.Equal(frame, again, cmp.AllowUnexported(Frame{})) {
			t.Error("a frame that is used again reads otherwise")
		}
	})
}

// checkSound checks what a frame without defect has.
func checkSound(t *testing.T, f *Frame) {
	if f.Kind >= 64 {
		t.Errorf("kind %d", f.Kind)
	}
	header := len(f.Bytes()) - len(f.Body)
	if least := headerLen(f.Kind, Flags(f.Bytes()[1])); header < least || header > least+3 {
		t.Errorf("%v with a header of %d octets, want %d and padding", f.Kind, header, least)
	}
	if !bytes.HasSuffix(f.Bytes(), f.Body) || !bytes.Contains(f.Captured(), f.Bytes()) {
		t.Error("Body is not the end of Bytes, or Bytes no part of Captured")
	}
	if f.FCSPresent && !f.Truncated && len(f.Captured())-len(f.Bytes()) < fcsLen {
		t.Error("an FCS, but no room for it")
	}
	if int(f.Radio.NumAntennas) > len(f.Radio.Antennas) {
		t.Errorf("%d antennas", f.Radio.NumAntennas)
	}
	if f.AMSDU && !f.HasQoS || f.TID > 15 || f.Fragment > 15 || f.Sequence > 4095 {
		t.Errorf("A-MSDU %v, QoS %v, TID %d, fragment %d, sequence %d", f.AMSDU, f.HasQoS, f.TID, f.Fragment, f.Sequence)
	}
}

// addSeeds adds a frame of every kind in the captures, every radio header, and
// every shape of the MAC header.
func addSeeds(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.pcap.gz")
	if err != nil {
		f.Fatal(err)
	}
	var seen Kinds
	for _, path := range paths {
		link, frames := readCapture(f, path)
		for _, data := range frames {
			var frame Frame
			if link == LinkRadiotap && frame.Parse(link, data) == Sound && !seen.Has(frame.Kind) {
				seen |= KindsOf(frame.Kind)
				f.Add(uint8(0), uint8(0), data)
				f.Add(uint8(1), uint8(3), frame.Bytes())
			}
		}
	}
	fourAddresses := join(threeAddresses(QoSData, ToDS|FromDS|Order), address4[:], wire("85 00 01 02 03 04"), qosBody)
	f.Add(uint8(0), uint8(0), join(wire("00 00 20 00 02 00 00 c0 ff ff ff bf 20 08 00 00",
		"00 00 00 11 22 01 03 00 aa bb cc b0 02 00 00 00"), fourAddresses))
	f.Add(uint8(0), uint8(0), join(radiotapFlags(RadioFCSPresent|RadioDataPad), appendFCS(qosFrame)))
	f.Add(uint8(0), uint8(2), join(radiotapFlags(RadioFCSPresent), appendFCS(qosFrame)[:len(qosFrame)+2]))
	f.Add(uint8(1), uint8(0), appendFCS(fourAddresses))
	f.Add(uint8(2), uint8(0), join(wire("00 01 28 00 69 00 00 00", ppiOtherFields, "00", ppiCommonFields), appendFCS(qosFrame)))
	for _, prism := range [][]byte{prismOfWlanNG, prismOfMadwifi, prismBigEndian} {
		f.Add(uint8(3), uint8(0), join(prism, ackFrame))
	}
	f.Add(uint8(4), uint8(0), join(avsHeader, ackFrame))
	for k := ControlWrapper; k <= CFEndAck; k++ {
		f.Add(uint8(1), uint8(0), join(frameControl(k, 0), wire("2c 00"), address1[:], address2[:], wire("55 aa 55 aa")))
	}
}
