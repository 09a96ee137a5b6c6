package detectors

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("LONGSSID", row{
	kismet: "Reports an SSID element of more than 32 octets in beacons, probe responses and requests that ask for something, without a word on it.",
	picket: "Looks into every management frame, at further SSID elements, at those inside of other elements and at those longer than the frame; says length, sender and how it begins.",
	holds: []held{
		{"longssid-mdk4", "mdk4 b -a, names of up to 255 octets"},
		{"lab/beacon-flood", "mdk4 b -a, names of up to 255 octets"},
		{"lab/fuzz", "mdk4 f: beacons with mutated names"},
	},
})

func TestLongSSIDOfMdk4(t *testing.T) {
	found := replay(t, Config{}, []Spec{longSSID}, readCapture(t, "testdata/longssid-mdk4.pcap.gz"))
	if len(found) == 0 {
		t.Fatal("found nothing")
	}
	for _, f := range found {
		if !strings.Contains(f.Text, "(at most 32 are legal) in a beacon from "+f.Source.String()) || len(f.Evidence) == 0 {
			t.Errorf("found: %s, %d frames of evidence", f.Text, len(f.Evidence))
		}
	}
}

func TestLongSSID(t *testing.T) {
	long := func(n int) []byte { return element(dot11.ElementSSID, bytes.Repeat([]byte{'A'}, n)...) }
	overrun := func(declared byte) []byte { return append([]byte{dot11.ElementSSID, declared}, "BBBBBBBB"...) }
	nested := element(dot11.ElementMultipleBSSID, slices.Concat([]byte{3}, element(0, slices.Concat(element(83, 1, 0), long(40))...))...)
	rest := [][]byte{ratesElement(), dsElement(6)}
	frame := func(kind dot11.Kind, elements ...[]byte) synthetic {
		return synthetic{kind: kind, to: testClient, from: testAP, capability: dot11.CapESS, elements: elements}
	}
	withFCS := func(s synthetic) synthetic { s.fcs = true; return s }
	cut := withFCS(frame(dot11.Beacon, overrun(200)))

	for _, test := range []struct {
		name   string
		frame  synthetic
		times  int
		within time.Duration
		want   string // in the text of the first finding; "" for silence
	}{
		{"32 octets", frame(dot11.Beacon, long(32), rest[0]), 5, 0, ""},
		{"33 octets in a beacon", frame(dot11.Beacon, long(33), rest[0]), 1, 0, `SSID element of 33 octets (at most 32 are legal) in a beacon from 9C:5C:8E:10:00:01 to 3C:22:FB:AA:00:11, beginning "AAAAAAAAAAAAAAAA"`},
		{"in a probe request", frame(dot11.ProbeReq, long(255)), 1, 0, "255 octets (at most 32 are legal) in a probe request"},
		{"in an association request", frame(dot11.AssocReq, long(40)), 1, 0, "association request"},
		{"in a reassociation request", frame(dot11.ReassocReq, long(40)), 1, 0, "reassociation request"},
		{"the second SSID", frame(dot11.ProbeReq, ssidElement("HomeNet"), ratesElement(), long(60)), 1, 0, "60 octets"},
		{"inside a multiple BSSID element", frame(dot11.Beacon, ssidElement("HomeNet"), nested), 1, 0, "SSID inside another element of 40 octets"},
		{"beyond the frame, FCS verified", withFCS(frame(dot11.Beacon, overrun(200))), 1, 0, `200 octets (at most 32 are legal) in a beacon from 9C:5C:8E:10:00:01 to 3C:22:FB:AA:00:11, of which 8 are there, beginning "BBBBBBBB"`},
		{"beyond the frame, not verified, once", frame(dot11.Beacon, overrun(200)), 1, 0, ""},
		{"beyond the frame, not verified, again", frame(dot11.Beacon, overrun(200)), 2, 5 * time.Second, "200 octets"},
		{"beyond the frame, not verified, long after", frame(dot11.Beacon, overrun(200)), 2, 15 * time.Second, ""},
		{"beyond the frame but of legal length", withFCS(frame(dot11.Beacon, overrun(20))), 2, time.Second, ""},
		{"long, and the elements after it make no sense, once", frame(dot11.Beacon, long(40), []byte{1, 200, 3}), 1, 0, ""},
		{"unprintable", frame(dot11.ProbeReq, element(0, bytes.Repeat([]byte{0x1b}, 33)...)), 1, 0, `beginning "\x1b\x1b`},
		{"protected", synthetic{kind: dot11.Action, flags: dot11.Protected, to: testClient, from: testAP, body: cut.frame()[24:]}, 2, time.Second, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{longSSID}, series(test.times, 0, test.within, func(int) synthetic { return test.frame }))
			checkFirst(t, found, test.want)
		})
	}
}

// A tool that makes up an address for each frame must not bury the list.
func TestLongSSIDsOfMadeUpAddressesAreToldOfTogether(t *testing.T) {
	address := func(i int) string { return dot11.Addr{2, 0, 0, 0, 1, byte(i)}.String() }
	flood := series(200, 0, 100*time.Millisecond, func(i int) synthetic {
		return synthetic{kind: dot11.Beacon, from: address(i), elements: [][]byte{element(0, make([]byte, 40)...)}}
	})
	found := replay(t, Config{}, []Spec{longSSID}, flood)
	if want := newcomersMany + 1; len(found) != want {
		t.Fatalf("%d findings of 200 addresses in 20 s, want %d", len(found), want)
	}
	// The eighth came after 0.7 s, the next that counts ten seconds later.
	if last := found[newcomersMany].Text; !strings.Contains(last, "99 other transmitters did so before it") {
		t.Errorf("the last finding: %s", last)
	}
}

func TestLongSSIDIsNotCutByTheCapture(t *testing.T) {
	c := synthetic{kind: dot11.Beacon, from: testAP, elements: [][]byte{element(0, make([]byte, 20)...), ratesElement()}}.capture(epoch)
	var f dot11.Frame
	e, err := newEngine([]Spec{longSSID}, Config{}, func(f *Finding) { t.Errorf("found: %s", f.Text) })
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		f.ParseTruncated(c.link, c.data[:len(c.data)-15], len(c.data))
		e.Frame(&f, c.at, "test")
	}
}

func TestLongSSIDIsReportedOnceASecondForEachTransmitter(t *testing.T) {
	one := series(30, 0, 100*time.Millisecond, func(int) synthetic {
		return synthetic{kind: dot11.ProbeReq, from: testClient, elements: [][]byte{element(0, make([]byte, 33)...)}}
	})
	other := series(1, 50*time.Millisecond, 0, func(int) synthetic {
		return synthetic{kind: dot11.ProbeReq, from: testAP, elements: [][]byte{element(0, make([]byte, 33)...)}}
	})
	counts := map[string][]uint64{}
	for _, f := range replay(t, Config{}, []Spec{longSSID}, air(one, other)) {
		counts[f.Source.String()] = append(counts[f.Source.String()], f.Frames)
	}
	if got := counts[strings.ToUpper(testClient)]; !slices.Equal(got, []uint64{1, 10, 10}) {
		t.Errorf("findings with %v frames, want 1, 10 and 10", got)
	}
	if got := counts[strings.ToUpper(testAP)]; !slices.Equal(got, []uint64{1}) {
		t.Errorf("the other transmitter's findings: %v", got)
	}
}
