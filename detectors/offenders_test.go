package detectors

import (
	"slices"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

// The rules that many detectors share are tested by one of them.

func TestOffendersAreReportedOnceAMinute(t *testing.T) {
	bad := beaconWith(element(dot11.ElementDS, 1, 2, 3))
	one := series(1500, 0, 100*time.Millisecond, func(i int) synthetic { bad.sequence = uint16(i); return bad })
	other := bad
	other.from = testAP
	also := series(2, 5*time.Second, time.Second, func(int) synthetic { return other })
	again := series(2, 300*time.Second, time.Second, func(int) synthetic { return bad })
	var got []string
	for _, f := range replay(t, Config{}, []Spec{badFixLenIE}, air(one, also, again)) {
		got = append(got, f.Source.String()[15:]+f.Text[strings.LastIndex(f.Text, ":"):])
	}
	want := []string{
		"10: 2 frames within 100ms", "01: 1 frame so far", // which the other one's bear out
		"10: 602 frames within 1m0s", "10: 1202 frames within 2m0s",
		"10: 2 frames within 1s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("findings: %q\nwant %q", got, want)
	}
}

func TestDamagedFramesAreNotBorneOut(t *testing.T) {
	damaged := series(100, 0, time.Second, func(i int) synthetic {
		return beaconWith(element([]byte{dot11.ElementDS, dot11.ElementIBSS, dot11.ElementCF}[i%3], make([]byte, 7+i)...))
	})
	if found := replay(t, Config{}, []Spec{badFixLenIE}, damaged); len(found) > 0 {
		t.Errorf("findings: %q", told(found))
	}
}

// One frame that two data sources hear is not two, but is whole.
func TestOffenderHeardByTwoSources(t *testing.T) {
	var found []*Finding
	e, err := newEngine([]Spec{badFixLenIE}, Config{}, func(f *Finding) { found = append(found, f) })
	if err != nil {
		t.Fatal(err)
	}
	c := beaconWith(element(dot11.ElementDS, 1, 2, 3)).capture(epoch)
	meet(e, "wlan0", "wlan1")
	var f dot11.Frame
	for i, source := range []string{"wlan0", "wlan1"} {
		f.Parse(c.link, c.data)
		e.Frame(&f, c.at.Add(time.Duration(i)*time.Millisecond), source)
	}
	if len(found) != 1 || found[0].Frames != 1 {
		t.Errorf("findings: %q", told(found))
	}
}

func TestOffendersWithMadeUpAddressesAreToldOfTogether(t *testing.T) {
	found := replay(t, Config{}, []Spec{badFixLenIE}, series(200, 0, 100*time.Millisecond, func(i int) synthetic {
		s := beaconWith(element(dot11.ElementDS, 1, 2, 3))
		s.from = dot11.Addr{2, 0, 0, 0, 1, byte(i)}.String()
		return s
	}))
	if want := newcomersMany + 1; len(found) != want {
		t.Fatalf("%d findings of 200 addresses in 20 s, want %d", len(found), want)
	}
	if last := found[newcomersMany].Text; !strings.Contains(last, "other transmitters did so before it") {
		t.Errorf("the last finding: %s", last)
	}
}
