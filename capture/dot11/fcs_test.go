package dot11

import (
	"bytes"
	"testing"
)

// Radiotap headers with nothing but flags.
func radiotapFlags(flags RadioFlags) []byte {
	return append(wire("00 00 09 00 02 00 00 00"), byte(flags))
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// A QoS data frame of an access point, whose header takes 26 octets, and its body.
var (
	qosHeader = wire("88 02 2c 00", "3c 22 fb aa 00 11", "9c 5c 8e 10 00 01", "9c 5c 8e 10 00 01", "40 0f", "05 00")
	qosBody   = wire("aa aa 03 00 00 00 08 00 45 00")
	qosFrame  = join(qosHeader, qosBody)
)

func TestFCS(t *testing.T) {
	right := appendFCS(qosFrame)
	wrong := edit(right, len(right)-1, right[len(right)-1]^1)
	damaged := edit(right, 30, 0xff)
	padded := join(qosHeader, wire("ee ee"), qosBody)
	onAir := right[len(qosFrame):]
	for _, test := range []struct {
		name    string
		link    LinkType
		frame   []byte
		missing int
		want    Defect
		present bool
		body    []byte
	}{
		{"flagged and right", LinkRadiotap, join(radiotapFlags(RadioFCSPresent), right), 0, Sound, true, qosBody},
		{"flagged and wrong", LinkRadiotap, join(radiotapFlags(RadioFCSPresent), wrong), 0, BadFCS, false, nil},
		{"frame damaged", LinkRadiotap, join(radiotapFlags(RadioFCSPresent), damaged), 0, BadFCS, false, nil},
		{"receiver says it is bad", LinkRadiotap, join(radiotapFlags(RadioFCSPresent|RadioBadFCS), right), 0, BadFCS, false, nil},
		{"receiver says bad of a frame without", LinkRadiotap, join(radiotapFlags(RadioBadFCS), qosFrame), 0, BadFCS, false, nil},
		{"shorter than an FCS", LinkRadiotap, join(radiotapFlags(RadioFCSPresent), wire("d4 00 00")), 0, Short, false, nil},
		{"not flagged", LinkRadiotap, join(radiotapFlags(0), qosFrame), 0, Sound, false, qosBody},
		{"radiotap without flags", LinkRadiotap, join(wire("00 00 08 00 00 00 00 00"), right), 0, Sound, false, right[26:]},
		{"data pad was not on the air", LinkRadiotap, join(radiotapFlags(RadioFCSPresent|RadioDataPad), padded, onAir), 0, Sound, true, qosBody},
		{"cut, with half of the FCS left", LinkRadiotap, join(radiotapFlags(RadioFCSPresent), right[:len(right)-2]), 2, Sound, true, qosBody},
		{"cut in the body", LinkRadiotap, join(radiotapFlags(RadioFCSPresent), right[:30]), 10, Sound, true, qosBody[:4]},
		{"cut, without FCS", LinkRadiotap, join(radiotapFlags(0), qosFrame[:30]), 6, Sound, false, qosBody[:4]},
		{"bare, there after all", LinkIEEE80211, right, 0, Sound, true, qosBody},
		{"bare, not there", LinkIEEE80211, qosFrame, 0, Sound, false, qosBody},
		{"bare, cut", LinkIEEE80211, right[:30], 10, Sound, false, qosBody[:4]},
		{"Prism, there after all", LinkPrism, join(prismOfWlanNG, right), 0, Sound, true, qosBody},
		{"AVS, not there", LinkAVS, join(avsHeader, qosFrame), 0, Sound, false, qosBody},
		{"PPI says it is there and it is wrong", LinkPPI, join(wire("00 00 20 00 69 00 00 00", ppiCommonFields), wrong), 0, BadFCS, false, nil},
		{"PPI says it is there", LinkPPI, join(wire("00 00 20 00 69 00 00 00", ppiCommonFields), right), 0, Sound, true, qosBody},
		{"PPI says that it is bad", LinkPPI, join(edit(wire("00 00 20 00 69 00 00 00", ppiCommonFields), 20, 5), right), 0, BadFCS, false, nil},
		{"PPI does not say", LinkPPI, join(wire("00 00 08 00 69 00 00 00"), right), 0, Sound, true, qosBody},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := bytes.Clone(test.frame)
			var f Frame
			d := f.ParseTruncated(test.link, test.frame, len(test.frame)+test.missing)
			if d != test.want {
				t.Fatalf("%v, want %v", d, test.want)
			}
			if f.FCSPresent != test.present || f.Truncated != (test.missing > 0) {
				t.Errorf("FCSPresent %v, Truncated %v", f.FCSPresent, f.Truncated)
			}
			if !bytes.Equal(f.Body, test.body) {
				t.Errorf("body % x, want % x", f.Body, test.body)
			}
			if !bytes.Equal(before, test.frame) {
				t.Error("the frame was written to")
			}
		})
	}
}

// A receiver that pads does so after headers of any length, and what it put
// there is no part of the body.
func TestDataPadIsSkipped(t *testing.T) {
	fourAddresses := join(wire("08 03 2c 00"), bytes.Repeat([]byte{2}, 18), wire("40 0f"), bytes.Repeat([]byte{4}, 6))
	for _, test := range []struct {
		name        string
		header, pad []byte
	}{
		{"three addresses", edit(qosHeader[:24], 0, 0x08), nil},
		{"three addresses and QoS", qosHeader, wire("ee ee")},
		{"four addresses", fourAddresses, wire("ee ee")},
		{"four addresses and QoS", join(edit(fourAddresses, 0, 0x88), wire("05 00")), nil},
		{"three addresses, QoS and HT control", join(edit(qosHeader, 1, 0x82), wire("01 02 03 04")), wire("ee ee")},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f Frame
			if d := f.Parse(LinkRadiotap, join(radiotapFlags(RadioDataPad), test.header, test.pad, qosBody)); d != Sound {
				t.Fatal(d)
			}
			if !bytes.Equal(f.Body, qosBody) {
				t.Errorf("body % x, want % x", f.Body, qosBody)
			}
			for n := range len(test.pad) + 1 { // no body, the padding whole or in part
				if d := f.Parse(LinkRadiotap, join(radiotapFlags(RadioDataPad), test.header, test.pad[:n])); d != Sound || len(f.Body) != 0 {
					t.Errorf("%d octets of padding: %v, body % x", n, d, f.Body)
				}
			}
		})
	}
}
