package detectors

import (
	"slices"
	"testing"
	"time"

	"picket/capture/dot11"
)

// FuzzEngine shows two frames, in this order and again, to all detectors: the
// second meets the state that the first has left.
func FuzzEngine(f *testing.F) {
	names := slices.Clone(testdataCaptures)
	for name := range recordedExploits {
		names = append(names, name)
	}
	for _, name := range names {
		frames := readCapture(f, "testdata/"+name+".pcap.gz")
		for i := 1; i < len(frames); i += 37 {
			f.Add(uint16(frames[i].link), frames[i-1].data, frames[i].data, uint32(i))
		}
	}
	rules := []SSIDRule{{Name: "any", Pattern: ".", ValidMACs: []string{testAP}, Origin: "test:1"}}
	cfg := Config{
		Tables:  Sizes{BSS: 8, Stations: 8, SSIDs: 8},
		APSpoof: rules, Canaries: rules,
		Found: listOf(f, anyDevice), Lost: listOf(f, anyDevice),
		Options: map[string]map[string]string{"DEVICEFOUND": {"devicefound_timeout": "5"}, "DEVICELOST": {"devicelost_timeout": "5"}},
	}
	f.Fuzz(func(t *testing.T, link uint16, one, two []byte, milliseconds uint32) {
		cfg.OnPanic = func(err *PanicError) { t.Errorf("%v\n%s", err, err.Stack) }
		e, err := New(cfg, func(*Finding) {})
		if err != nil {
			t.Fatal(err)
		}
		var frame dot11.Frame
		at := epoch
		for i := range 40 {
			data := one
			if i%2 == 1 {
				data = two
			}
			if frame.Parse(dot11.LinkType(link), data) == dot11.Sound {
				e.Frame(&frame, at, "test")
			}
			at = at.Add(time.Duration(milliseconds%20_000) * time.Millisecond)
		}
	})
}
