package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/gopacket"
)

const capture = "../../../capture/dot11/testdata/clean.pcap.gz"

// The long capture has as many frames as asked for, with times that go on from
// one round to the next.
func TestRepeatMakesOneLongCapture(t *testing.T) {
	const frames = 2500
	path := filepath.Join(t.TempDir(), "long.pcap")
	if err := repeat(path, frames, []string{capture}); err != nil {
		t.Fatal(err)
	}
	n := 0
	var last gopacket.CaptureInfo
	if err := read(path, func(ci gopacket.CaptureInfo, _ []byte) {
		if n > 0 && ci.Timestamp.Before(last.Timestamp) {
			t.Errorf("frame %d is earlier than the one before it", n)
		}
		n, last = n+1, ci
	}); err != nil {
		t.Fatal(err)
	}
	if n != frames {
		t.Errorf("%d frames, want %d", n, frames)
	}
}

// Both loops must read the file to its end, or their time means nothing.
func TestBareLoopsFailOnWhatIsCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.pcap")
	if err := repeat(path, 10, []string{capture}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, zeroCopy := range []bool{false, true} {
		if err := readBare(path, zeroCopy); err != nil {
			t.Errorf("zero copy %t: %v", zeroCopy, err)
		}
	}
	if err := os.Truncate(path, info.Size()-1); err != nil {
		t.Fatal(err)
	}
	for _, zeroCopy := range []bool{false, true} {
		if err := readBare(path, zeroCopy); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("zero copy %t, cut file: %v", zeroCopy, err)
		}
	}
}
