package capture

import (
	"bufio"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/gopacket/pcapgo"
)

const benchFrames = 200_000

// benchFile writes a capture with the frame lengths of busy air: control frames, data of all lengths, beacons.
func benchFile(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bench.pcap")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	w.Write(pcapFile(le, pcapMagicMicros, 65535, 127))
	random := rand.New(rand.NewPCG(1, 2))
	var buf []byte
	for i := range uint32(benchFrames) {
		n := 40
		switch random.IntN(10) {
		case 0, 1, 2, 3:
			n = 200 + random.IntN(200)
		case 4:
			n = 100 + random.IntN(1400)
		case 5, 6:
			n = 120
		}
		buf = record(le, buf[:0], i, 0, make([]byte, n))
		w.Write(buf)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkFile(b *testing.B) {
	path := benchFile(b)
	b.ReportAllocs()
	for b.Loop() {
		s, err := OpenFile(path, FileOptions{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for {
			frames, err := s.Next()
			if err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			n += len(frames)
		}
		s.Close()
		if n != benchFrames {
			b.Fatalf("%d frames", n)
		}
	}
	perFrame(b)
}

// BenchmarkBarePcapgo is the least that reading with gopacket can cost.
func BenchmarkBarePcapgo(b *testing.B) {
	path := benchFile(b)
	b.ReportAllocs()
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		r, err := pcapgo.NewReader(bufio.NewReaderSize(f, initialWindow))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for {
			if _, _, err := r.ZeroCopyReadPacketData(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			n++
		}
		f.Close()
		if n != benchFrames {
			b.Fatalf("%d frames", n)
		}
	}
	perFrame(b)
}

func perFrame(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchFrames, "ns/frame")
}
