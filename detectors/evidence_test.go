package detectors

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

func TestEvidenceGoesStaleWhenItsCellIsUsedAgain(t *testing.T) {
	a := newArena(4)
	at := time.Unix(1, 0)
	first := a.keep(Ref{}, dot11.LinkRadiotap, []byte("first"), at, "wlan0")
	e, ok := a.evidence(first, "a frame")
	if !ok || string(e.Data) != "first" || e.Source != "wlan0" || e.LinkType != dot11.LinkRadiotap || !e.Time.Equal(at) || e.Note != "a frame" {
		t.Fatalf("got %+v, %t", e, ok)
	}
	for range 4 {
		a.keep(Ref{}, dot11.LinkRadiotap, []byte("other"), at, "wlan0")
	}
	if e, ok := a.evidence(first, ""); ok {
		t.Errorf("a frame that was overwritten is still there: %q", e.Data)
	}
	if string(e.Data) != "first" {
		t.Errorf("evidence that was handed out changed to %q", e.Data)
	}
	if _, ok := a.evidence(Ref{}, ""); ok {
		t.Error("the zero Ref names a frame")
	}
}

func TestEvidenceOfALongFrameSaysThatItIsCut(t *testing.T) {
	a := newArena(1)
	r := a.keep(Ref{}, dot11.LinkRadiotap, make([]byte, 2000), time.Time{}, "")
	e, ok := a.evidence(r, "the frame")
	if !ok || len(e.Data) != evidenceOctets || !strings.Contains(e.Note, "cut from 2000") {
		t.Errorf("%d octets, note %q, %t", len(e.Data), e.Note, ok)
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
	bystander := Ref{}
	for i := range byte(200) {
		f.Parse(dot11.LinkIEEE80211, []byte{0xc0, 0, 0, 0, i, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 7, 0})
		if i == 0 {
			bystander = c.Keep()
		}
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
	if used := e.evidence.next; used != 1+trailFirst+trailLast {
		t.Errorf("%d cells in use", used)
	}
	if _, ok := e.evidence.evidence(bystander, ""); !ok {
		t.Error("a long trail pushed out the frame of another")
	}
}
