package dot11

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"testing"

	"github.com/google/gopacket/pcapgo"
)

// readCapture reads the frames of a pcap file in testdata, plain or gzip.
func readCapture(tb testing.TB, path string) (LinkType, [][]byte) {
	tb.Helper()
	file, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	r, err := pcapgo.NewReader(file)
	if err != nil {
		tb.Fatalf("open %s: %v", path, err)
	}
	var frames [][]byte
	for {
		data, _, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return LinkType(r.LinkType()), frames
		}
		if err != nil {
			tb.Fatalf("read frame %d of %s: %v", len(frames)+1, path, err)
		}
		frames = append(frames, data)
	}
}

// withFCS gives a radiotap frame as an adapter delivers it that leaves the FCS
// on: flagged, and four octets longer.
func withFCS(tb testing.TB, data []byte) []byte {
	tb.Helper()
	var f Frame
	if d := f.Parse(LinkRadiotap, data); d != Sound {
		tb.Fatalf("frame without FCS is %v", d)
	}
	header := append([]byte(nil), data[:len(data)-len(f.Bytes())]...)
	at := rtHeaderLen
	if header[4]&(1<<rtTSFT) != 0 {
		at += 8
	}
	if header[4]&(1<<rtFlags) == 0 {
		tb.Fatal("radiotap header has no flags")
	}
	header[at] |= byte(RadioFCSPresent)
	return append(header, appendFCS(f.Bytes())...)
}

// appendFCS gives a copy of the frame with its FCS.
func appendFCS(frame []byte) []byte {
	out := append([]byte(nil), frame...)
	return binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(frame))
}
