package dot11

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Subframes with their padding.
const (
	subframeAddresses = "0200000000a1 0200000000a2"
	subframeIPv4      = subframeAddresses + "000a" + snapIPv4 + "4500"
	subframeEAPOL     = subframeAddresses + "000c aaaa03 000000 888e 02010000" + "0000"
)

// amsdu parses a frame that says it holds several MSDUs.
func amsdu(t *testing.T, flags Flags, body ...string) *Frame {
	t.Helper()
	header := wholeHeader(QoSData, flags)
	header[len(header)-2] |= 0x80
	return parsed(t, join(header, wire(body...)))
}

func TestSubframes(t *testing.T) {
	to, from := Addr{2, 0, 0, 0, 0, 0xa1}, Addr{2, 0, 0, 0, 0, 0xa2}
	ipv4 := Subframe{Destination: to, Source: from, Payload: wire(snapIPv4, "4500"), Offset: 26}
	eapol := Subframe{Destination: to, Source: from, Payload: wire("aaaa03 000000 888e 02010000"), Offset: 50}
	empty := Subframe{Destination: to, Source: from, Payload: []byte{}, Offset: 78}
	for _, test := range []struct {
		name   string
		body   []string
		want   []Subframe
		cut    bool
		offset int
	}{
		{"none", nil, nil, false, 0},
		{"one", []string{subframeIPv4}, []Subframe{ipv4}, false, 0},
		{"three", []string{subframeIPv4, subframeEAPOL, subframeAddresses, "0000"}, []Subframe{ipv4, eapol, empty}, false, 0},
		{"padding after the last", []string{subframeIPv4, "000000"}, []Subframe{ipv4}, false, 0},
		{"header cut", []string{subframeIPv4, subframeAddresses, "00"}, []Subframe{ipv4}, true, 50},
		{"payload cut", []string{subframeIPv4, subframeAddresses, "0009", snapIPv4}, []Subframe{ipv4}, true, 50},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []Subframe
			subframes := amsdu(t, FromDS, test.body...).Subframes()
			for subframes.Next() {
				got = append(got, subframes.Subframe)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if cut, offset := subframes.Fault(); cut != test.cut || offset != test.offset {
				t.Errorf("cut %v at %d, want %v at %d", cut, offset, test.cut, test.offset)
			}
		})
	}
}

func TestNoSubframes(t *testing.T) {
	for name, f := range map[string]*Frame{
		"one MSDU":  withBody(t, QoSData, FromDS, wire(subframeIPv4)),
		"protected": amsdu(t, FromDS|Protected, subframeIPv4),
	} {
		subframes := f.Subframes()
		if subframes.Next() {
			t.Errorf("%s: %+v", name, subframes.Subframe)
		}
	}
	if llc, ok := amsdu(t, FromDS, snapIPv4, subframeIPv4).LLC(); ok {
		t.Errorf("the header of a subframe was taken for LLC: %+v", llc)
	}
}

func TestSubframeLLC(t *testing.T) {
	subframes := amsdu(t, FromDS, subframeIPv4).Subframes()
	subframes.Next()
	got, ok := subframes.LLC()
	if diff := cmp.Diff(LLC{EtherType: EtherTypeIPv4, Payload: wire("4500")}, got); !ok || diff != "" {
		t.Errorf("%v, -want +got:\n%s", ok, diff)
	}
}
