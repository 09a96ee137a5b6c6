package dot11

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// eachFrame calls visit with the first frame of each kind in each capture of
// testdata.
func eachFrame(tb testing.TB, visit func(f *Frame)) {
	tb.Helper()
	paths, err := filepath.Glob("testdata/*.pcap.gz")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no captures: %v", err)
	}
	for _, path := range paths {
		var seen Kinds
		link, frames := readCapture(tb, path)
		for _, data := range frames {
			var f Frame
			if f.Parse(link, data) == Sound && !seen.Has(f.Kind) {
				seen |= KindsOf(f.Kind)
				visit(&f)
			}
		}
	}
}

// within reports whether part is a slice of whole that can't grow beyond it.
func within(whole, part []byte) bool {
	return cap(part) == len(part) && (len(part) == 0 || bytes.Contains(whole, part))
}

// FuzzElements walks over any bytes and checks that the elements and the fault
// account for every octet.
func FuzzElements(f *testing.F) {
	eachFrame(f, func(frame *Frame) {
		es := frame.Elements()
		f.Add(es.rest)
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		es := ElementsOf(b)
		at := 0
		for es.Next() {
			n := len(es.Data)
			if es.ID == ElementExtension && b[es.Offset+1] > 0 {
				n++
			}
			if es.Offset != at || b[at] != es.ID || int(b[at+1]) != n || !within(b, es.Data) {
				t.Fatalf("at %d: %+v", at, es.Element)
			}
			at += 2 + n
		}
		fault, offset := es.Fault()
		id, declared, have := es.Cut()
		switch left := len(b) - at; {
		case left == 0:
			if fault != NoFault || offset != 0 {
				t.Errorf("%v at %d of what is whole", fault, offset)
			}
		case left == 1:
			if fault != HeaderCut || offset != at || id != b[at] {
				t.Errorf("%v at %d of element %d, want a header cut at %d", fault, offset, id, at)
			}
		default:
			if fault != BodyCut || offset != at || id != b[at] || have != left-2 || declared <= have {
				t.Errorf("%v at %d of element %d, %d of %d octets", fault, offset, id, have, declared)
			}
		}
		if es.Next() || !bytes.Equal(before, b) {
			t.Error("the walk went on, or wrote")
		}
	})
}

// FuzzElementSet reads any bytes as the body of any kind of frame, and compares
// the set with a walk.
func FuzzElementSet(f *testing.F) {
	eachFrame(f, func(frame *Frame) { f.Add(uint8(frame.Kind), uint8(frame.Flags), frame.Body) })
	f.Add(uint8(Beacon), uint8(0), wire(beaconFixed, strings.Join(beaconElements, "")))
	f.Add(uint8(Action), uint8(0), wire("0a 07 ee 18 ee ee ee"))
	f.Add(uint8(Auth), uint8(0), wire("03 00 01 00 7e 00 13 00"))
	f.Fuzz(func(t *testing.T, kind, flags uint8, body []byte) {
		var frame Frame
		if frame.Parse(LinkIEEE80211, join(wholeHeader(Kind(kind&63), Flags(flags)), body)) != Sound {
			return
		}
		var s ElementSet
		s.Fill(&frame)
		count, vendors, ssids := 0, 0, 0
		es := frame.Elements()
		for es.Next() {
			count++
			switch es.ID {
			case ElementVendor:
				vendors++
			case ElementSSID:
				ssids++
			}
		}
		if s.Count != count || s.Vendors != vendors || s.SSIDCount != ssids || s.HasSSID != (ssids > 0) {
			t.Errorf("%d elements, %d vendors', %d SSIDs: %+v", count, vendors, ssids, s)
		}
		for name, b := range map[string][]byte{
			"SSID": s.SSID, "Country": s.Country, "TIM": s.TIM, "MMIE": s.MMIE, "MeshID": s.MeshID,
		} {
			if !within(frame.Body, b) {
				t.Errorf("%s reaches beyond the frame", name)
			}
		}
		again := s
		again.Fill(&frame)
		if diff := cmp.Diff(s, again); diff != "" {
			t.Errorf("a set that is used again: %s", diff)
		}
		given(&frame)
		if tim, ok := ParseTIM(s.TIM); ok {
			tim.Has(uint16(kind) << 3)
		}
	})
}

// FuzzP2PAttributes reads any octets as the elements of a probe request, and
// checks that the attributes account for every octet of the P2P elements.
func FuzzP2PAttributes(f *testing.F) {
	for _, elements := range splitP2P {
		f.Add(wire(elements))
	}
	eachFrame(f, func(frame *Frame) {
		es := frame.Elements()
		f.Add(es.rest)
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		var frame Frame
		if frame.Parse(LinkIEEE80211, join(wholeHeader(ProbeReq, 0), b)) != Sound {
			return
		}
		total := 0
		es := frame.Elements()
		for es.Next() {
			if oui, ok := es.OUI(); ok && oui == OUIWFA && len(es.Data) > 4 && es.Data[3] == vendorP2P {
				total += len(es.Data) - 4
			}
		}
		cut := false
		attributes := frame.P2PAttributes()
		for attributes.Next() {
			if cut || attributes.Have > attributes.Length {
				t.Fatalf("%+v after one that was cut: %v", attributes, cut)
			}
			cut = attributes.Have < attributes.Length
			total -= 3 + attributes.Have
		}
		if total < 0 || total > 2 || cut && total > 0 {
			t.Errorf("%d octets left", total)
		}
	})
}

// FuzzRSN reads any bytes as an RSN and as a WPA element.
func FuzzRSN(f *testing.F) {
	eachFrame(f, func(frame *Frame) {
		es := frame.Elements()
		for es.Next() {
			if es.ID == ElementRSN || es.ID == ElementVendor {
				f.Add(es.Data)
			}
		}
	})
	f.Add(wire("01 00", selectCCMP, "01 00", selectCCMP, "02 00", selectPSK, foreign, "cc 00 01 00", strings.Repeat("aa", 16), selectBIP))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, r := range []RSN{ParseRSN(b), ParseWPA(b)} {
			named := int(r.PairwiseCount) + int(r.AKMCount)
			if !r.Truncated && 2+4*named+16*int(r.PMKIDCount) > len(b) {
				t.Errorf("%d octets are said to hold %+v", len(b), r)
			}
			if len(b) < 2 && !r.Truncated {
				t.Errorf("%d octets are said to hold a version", len(b))
			}
		}
		// An element that ends earlier says the same, or nothing, in each field.
		whole := ParseRSN(b)
		for n := range b {
			r := ParseRSN(b[:n])
			if r.Version != 0 && r.Version != whole.Version || r.Group != 0 && r.Group != whole.Group ||
				r.Pairwise&^whole.Pairwise != 0 || r.AKMs&^whole.AKMs != 0 ||
				r.Capabilities != 0 && r.Capabilities != whole.Capabilities {
				t.Errorf("%d octets of %+v: %+v", n, whole, r)
			}
		}
	})
}

// FuzzEAPOLKey reads any bytes as an EAPOL-Key frame with any length of MIC.
func FuzzEAPOLKey(f *testing.F) {
	eachFrame(f, func(frame *Frame) {
		if packet, ok := frame.EAPOL(); ok {
			f.Add(packet, 16)
		}
	})
	for _, micLen := range []int{0, 16, 24, 32} {
		f.Add(keyFrame(0, micLen, wire("dd 04 000fac04"), 3), micLen)
	}
	f.Fuzz(func(t *testing.T, b []byte, micLen int) {
		guess, guessed := GuessMICLength(b)
		for _, n := range []int{micLen, guess} {
			k, ok := ParseEAPOLKey(b, n)
			if !ok {
				if fitted := guessed && b[6]&KeyInfoVersion == 0; fitted && n == guess {
					t.Errorf("a MIC of %d fits, but can't be read", n)
				}
				continue
			}
			if len(k.MIC) != n || !within(b, k.MIC) || !within(b, k.KeyData) {
				t.Errorf("MIC of %d: %+v", n, k)
			}
			if len(k.KeyData) > int(k.KeyDataLength) || !k.Truncated && len(k.KeyData) < int(k.KeyDataLength) {
				t.Errorf("%d octets of key data: %+v", len(k.KeyData), k)
			}
		}
	})
}

// FuzzAMSDU reads any bytes as A-MSDU subframes.
func FuzzAMSDU(f *testing.F) {
	f.Add(wire(subframeIPv4, subframeEAPOL, subframeAddresses, "0000"))
	f.Add(wire(subframeIPv4, subframeAddresses, "0009", snapIPv4))
	eachFrame(f, func(frame *Frame) { f.Add(frame.Body) })
	f.Fuzz(func(t *testing.T, body []byte) {
		header := wholeHeader(QoSData, FromDS)
		header[24] |= 0x80
		var frame Frame
		if d := frame.Parse(LinkIEEE80211, join(header, body)); d != Sound {
			return // an FCS that is right
		}
		at := len(header)
		subframes := frame.Subframes()
		for subframes.Next() {
			if subframes.Offset != at || !within(frame.Body, subframes.Payload) {
				t.Fatalf("at %d: %+v", at, subframes.Subframe)
			}
			subframes.LLC()
			at += (subframeHeader + len(subframes.Payload) + 3) &^ 3
		}
		left := len(frame.Bytes()) - at
		if cut, offset := subframes.Fault(); cut != (left > 3) || cut && offset != at {
			t.Errorf("cut %v at %d with %d octets left at %d", cut, offset, left, at)
		}
		frame.EAPOL()
	})
}
