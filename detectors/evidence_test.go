package detectors

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket/capture/dot11"
)

// sent is a frame of so many octets, which begins with a deauthentication's
// header and goes on with fill.
func sent(t testing.TB, octets int, fill byte) *dot11.Frame {
	t.Helper()
	data := bytes.Repeat([]byte{fill}, octets)
	copy(data, deauthHeader)
	f := new(dot11.Frame)
	if defect := f.Parse(dot11.LinkIEEE80211, data); defect != dot11.Sound {
		t.Fatal(defect)
	}
	return f
}

var deauthHeader = []byte{0xc0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 0, 0}

func TestEvidenceGoesStaleWhenItIsOverwritten(t *testing.T) {
	for _, tc := range []struct {
		name          string
		cells, octets int
	}{
		{"for want of cells", 4, 1 << 20},
		{"for want of octets", 1000, 4 * leastRoom},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := newArena(tc.cells, tc.octets)
			at := time.Unix(1, 0)
			first := a.keep(Ref{}, sent(t, 40, 'a'), at, "wlan0")
			second := a.keep(Ref{}, sent(t, 40, 'b'), at, "wlan0")
			e, ok := a.evidence(first, "a frame")
			want := sent(t, 40, 'a').Captured()
			if !ok || !bytes.Equal(e.Data, want) || e.Datasource != "wlan0" || e.LinkType != dot11.LinkIEEE80211 || !e.Time.Equal(at) || e.Note != "a frame: deauthentication" {
				t.Fatalf("got %+v, %t", e, ok)
			}
			for range 3 {
				a.keep(Ref{}, sent(t, 40, 'x'), at, "wlan0")
			}
			if e, ok := a.evidence(first, ""); ok {
				t.Errorf("a frame that was overwritten is still there: %q", e.Data)
			}
			if !bytes.Equal(e.Data, want) {
				t.Errorf("evidence that was handed out changed to %q", e.Data)
			}
			if _, ok := a.evidence(second, ""); !ok {
				t.Error("a frame is gone that there was room for")
			}
			if _, ok := a.evidence(Ref{}, ""); ok {
				t.Error("the zero Ref names a frame")
			}
		})
	}
}

// TestEvidenceIsWhatWasKept keeps frames of all lengths, in new places and in
// those of others, and looks at all that the arena says it still has.
func TestEvidenceIsWhatWasKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := newArena(rapid.IntRange(1, 20).Draw(t, "cells"), rapid.IntRange(longestEvidence, 4*longestEvidence).Draw(t, "octets"))
		kept := map[Ref][]byte{}
		var refs []Ref
		var last Ref
		for range rapid.IntRange(1, 100).Draw(t, "frames") {
			length := rapid.OneOf(rapid.IntRange(len(deauthHeader), 100), rapid.IntRange(len(deauthHeader), longestEvidence)).Draw(t, "length")
			old := Ref{}
			if len(refs) > 0 && rapid.Bool().Draw(t, "again") {
				old = rapid.SampledFrom(refs).Draw(t, "old")
			}
			data := bytes.Repeat([]byte{byte(len(refs))}, length)
			copy(data, deauthHeader)
			var f dot11.Frame
			if defect := f.Parse(dot11.LinkIEEE80211, data); defect != dot11.Sound {
				t.Fatal(defect)
			}
			last = a.keep(old, &f, time.Time{}, "")
			if _, taken := kept[last]; taken {
				t.Fatal("a Ref names two frames")
			}
			kept[last], refs = data, append(refs, last)
			if _, ok := a.evidence(last, ""); !ok {
				t.Fatal("a frame is gone at once")
			}
			for r, data := range kept {
				if e, ok := a.evidence(r, ""); ok && !bytes.Equal(e.Data, data) {
					t.Fatalf("kept %d octets of %d, got %d of %d", len(data), data[len(data)-1], len(e.Data), e.Data[len(e.Data)-1])
				}
			}
		}
	})
}

func TestEvidenceSaysHowItWasHeard(t *testing.T) {
	for _, tc := range []struct {
		name  string
		frame synthetic
		want  Evidence
	}{
		{"management", synthetic{kind: dot11.Deauth, from: testAP, to: testClient, body: []byte{7, 0}, freq: 2462, signal: -71},
			Evidence{Source: addrOf(testAP), Dest: addrOf(testClient), Transmitter: addrOf(testAP), FreqMHz: 2462, SignalDBm: -71, HasSignal: true}},
		{"data that an access point passes on", synthetic{kind: dot11.Data, flags: dot11.FromDS, from: testAP, to: testClient, bssid: "02:00:00:00:00:07", body: make([]byte, 20), freq: 2412},
			Evidence{Source: addrOf("02:00:00:00:00:07"), Dest: addrOf(testClient), Transmitter: addrOf(testAP), FreqMHz: 2412, SignalDBm: -50, HasSignal: true}},
		{"acknowledgement", synthetic{kind: dot11.Ack, from: testAP, to: testClient, freq: 5180, signal: -50},
			Evidence{FreqMHz: 5180, SignalDBm: -50, HasSignal: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := tc.frame.capture(epoch)
			var f dot11.Frame
			if defect := f.Parse(x.link, x.data); defect != dot11.Sound {
				t.Fatal(defect)
			}
			a := newArena(1, longestEvidence)
			got, ok := a.evidence(a.keep(Ref{}, &f, epoch, "roof"), "")
			if !ok {
				t.Fatal("it is gone")
			}
			tc.want.Time, tc.want.LinkType, tc.want.Datasource, tc.want.Note = epoch, x.link, "roof", got.Note
			tc.want.Data, tc.want.Length = x.data, len(x.data)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEvidenceHasTheLengthOfTheFrame(t *testing.T) {
	const beacon = 24 + 2304 + 4 // with its FCS, as long as it may be
	for _, tc := range []struct {
		name             string
		captured, length int
		kept             int
		note             string
	}{
		{"short", 26, 26, 26, "the frame: deauthentication"},
		{"the longest of a management frame", beacon, beacon, beacon, "the frame: deauthentication"},
		{"longer than any", 8000, 8000, longestEvidence, "the frame: deauthentication, cut from 8000 to 2624 octets"},
		{"cut by the capture", 100, 1500, 100, "the frame: deauthentication, cut from 1500 to 100 octets"},
		{"cut by both", 4000, 8000, longestEvidence, "the frame: deauthentication, cut from 8000 to 2624 octets"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := sent(t, tc.captured, 1)
			if defect := f.ParseTruncated(f.Link, f.Captured(), tc.length); defect != dot11.Sound {
				t.Fatal(defect)
			}
			a := newArena(1, longestEvidence)
			e, ok := a.evidence(a.keep(Ref{}, f, time.Time{}, ""), "the frame")
			if !ok || len(e.Data) != tc.kept || e.Length != tc.length || e.Note != tc.note {
				t.Errorf("%d octets of %d, note %q, %t; want %d of %d, %q", len(e.Data), e.Length, e.Note, ok, tc.kept, tc.length, tc.note)
			}
		})
	}
}

// TestNoLengthsOfFramesPushOutOthers has a trail go on for ever, with frames of
// lengths that somebody chose in order to fill the arena.
func TestNoLengthsOfFramesPushOutOthers(t *testing.T) {
	for name, length := range map[string]func(i int) int{
		"the same":   func(int) int { return 200 },
		"by turns":   func(i int) int { return []int{30, longestEvidence}[i%2] },
		"ever more":  func(i int) int { return min(30+i/trailLast, longestEvidence) },
		"ever fewer": func(i int) int { return max(30, longestEvidence-i) },
		"up, down":   func(i int) int { return 30 + i*61%2500 },
	} {
		t.Run(name, func(t *testing.T) {
			e, err := newEngine(nil, Config{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			c := &e.ctx
			c.Frame = sent(t, 30, 0)
			bystander := c.Keep()
			var trail Trail
			for i := range 20_000 {
				c.Frame = sent(t, length(i), 1)
				trail.Add(c)
			}
			if _, ok := e.evidence.evidence(bystander, ""); !ok {
				t.Error("a long trail pushed out the frame of another")
			}
			if most := uint64(trailFirst+3*trailLast) * longestEvidence; e.evidence.end > most {
				t.Errorf("it took %d octets of the arena, at most %d are expected", e.evidence.end, most)
			}
		})
	}
}

func TestTrailKeepsTheFirstAndTheLastFramesInFewCells(t *testing.T) {
	e, err := newEngine(nil, Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var trail Trail
	var f dot11.Frame
	c := &e.ctx
	c.Frame = &f
	for i := range byte(200) {
		f.Parse(dot11.LinkIEEE80211, []byte{0xc0, 0, 0, 0, i, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 7, 0})
		trail.Add(c)
	}
	var got []byte
	var notes []string
	for _, ev := range trail.collect(&e.evidence) {
		got = append(got, ev.Data[4])
		notes = append(notes, ev.Note)
	}
	if want := []byte{0, 1, 2, 197, 198, 199}; !bytes.Equal(got, want) {
		t.Errorf("kept frames %v, want %v", got, want)
	}
	if notes[0] != "frame 1 of 200: deauthentication" || notes[5] != "frame 200 of 200: deauthentication" {
		t.Errorf("notes %q", notes)
	}
	if used := e.evidence.used; used != trailFirst+trailLast {
		t.Errorf("%d cells in use", used)
	}
}
