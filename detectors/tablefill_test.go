package detectors

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

func TestTablesTellHowFullTheyAre(t *testing.T) {
	e, err := New(Config{Tables: Sizes{BSS: 16, Stations: 16, SSIDs: 32}}, func(*Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	want := []TableFill{{"bss", 0, 16, 0}, {"station", 0, 16, 0}, {"ssid", 0, 32, 0}}
	if diff := cmp.Diff(want, e.Tables()); diff != "" {
		t.Error(diff)
	}
	// Null frames of 20 stations to one access point.
	for i := range byte(20) {
		var f dot11.Frame
		data := []byte{0x48, 0x01, 0, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 1, i, 2, 0, 0, 0, 0, 1, 0, 0}
		if d := f.Parse(dot11.LinkIEEE80211, data); d != dot11.Sound {
			t.Fatal(d)
		}
		e.Frame(&f, time.Unix(int64(i)+1, 0), "attic")
	}
	got := e.Tables()
	if got[1] != (TableFill{"station", 16, 16, 4}) {
		t.Errorf("%+v", got[1])
	}
	if got[0].Records+got[1].Records != e.Devices() {
		t.Errorf("%+v, of %d devices", got, e.Devices())
	}
}
