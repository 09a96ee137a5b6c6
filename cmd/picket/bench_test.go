package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"

	"picket/alertcore"
	"picket/capture"
)

// BenchmarkReplay is the way of a frame from the bytes of a capture to the
// alert core, with all detectors. Its profile is what default.pgo is made of.
func BenchmarkReplay(b *testing.B) {
	for _, c := range []struct{ name, path string }{
		{"peace", "../../capture/dot11/testdata/clean.pcap.gz"},
		{"attacks", "demo/demo.pcap.gz"},
	} {
		b.Run(c.name, func(b *testing.B) {
			octets := repeated(unpacked(b, c.path), 50)
			config := loadConfig(b)
			core, err := newCore(config, alertcore.Options{Backlog: config.AlertBacklog})
			if err != nil {
				b.Fatal(err)
			}
			p, err := newPipeline(config, core, listeners{})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if err := p.run(capture.NewReader(bytes.NewReader(octets), capture.FileOptions{})); err != nil {
					b.Fatal(err)
				}
			}
			var frames uint64
			for _, t := range p.tallies {
				sound, bad := t.frames()
				frames += sound + bad
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(frames), "ns/frame")
		})
	}
}

// repeated is a pcap file with its frames n times over.
func repeated(pcap []byte, n int) []byte {
	long := pcap[:pcapHeader:pcapHeader]
	return append(long, bytes.Repeat(pcap[pcapHeader:], n)...)
}

func unpacked(b *testing.B, path string) []byte {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	octets, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	return octets
}
