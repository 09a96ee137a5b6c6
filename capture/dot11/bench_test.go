package dot11

import (
	"math"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// BenchmarkAgainstGopacket reports what the frame view takes as a ratio to what
// gopacket takes for the same frames: DecodingLayerParser, its fastest use, with
// radiotap and 802.11 header and no elements, and NewPacket in its default mode.
// The decoders take turns within each iteration and the fastest turn of each
// counts, so that load on the machine falls out.
//
// The bounds to hold are for captures without FCS, as the simulated radios of
// testdata give them: header/parser 0.45, elements/parser 0.9, header/packet
// 1/15. Where there is an FCS the frame view verifies it. gopacket does so on
// request only: checking-parser is a parser that does the same work.
func BenchmarkAgainstGopacket(b *testing.B) {
	for _, capture := range []string{"clean", "deauthentication"} {
		link, frames := readCapture(b, "testdata/"+capture+".pcap.gz")
		if link != LinkRadiotap {
			b.Fatalf("link type of %s is %v", capture, link)
		}
		var checked [][]byte
		for _, data := range frames {
			checked = append(checked, withFCS(b, data))
		}
		b.Run(capture, func(b *testing.B) { compareDecoders(b, frames, false) })
		b.Run(capture+"-with-FCS", func(b *testing.B) { compareDecoders(b, checked, true) })
	}
}

func compareDecoders(b *testing.B, frames [][]byte, withFCS bool) {
	var (
		f        Frame
		rt       layers.RadioTap
		d11      layers.Dot11
		decoded  []gopacket.LayerType
		elements int
	)
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeRadioTap, &rt, &d11)
	parser.IgnoreUnsupported = true
	turns := []struct {
		name   string
		decode func(data []byte)
		best   time.Duration
	}{
		{name: "header", decode: func(data []byte) {
			if d := f.Parse(LinkRadiotap, data); d != Sound {
				b.Fatalf("frame is %v", d)
			}
		}},
		{name: "elements", decode: func(data []byte) {
			f.Parse(LinkRadiotap, data)
			es := f.Elements()
			for es.Next() {
				elements++
			}
		}},
		{name: "parser", decode: func(data []byte) {
			if err := parser.DecodeLayers(data, &decoded); err != nil {
				b.Fatal(err)
			}
		}},
		{name: "packet", decode: func(data []byte) {
			gopacket.NewPacket(data, layers.LayerTypeRadioTap, gopacket.Default)
		}},
		{name: "parser that checks", decode: func(data []byte) {
			if err := parser.DecodeLayers(data, &decoded); err != nil || withFCS && !d11.ChecksumValid() {
				b.Fatalf("error %v, or a bad checksum", err)
			}
		}},
	}
	for i := range turns {
		turns[i].best = math.MaxInt64
	}
	for b.Loop() {
		for i := range turns {
			t := &turns[i]
			start := time.Now()
			for _, data := range frames {
				t.decode(data)
			}
			t.best = min(t.best, time.Since(start))
		}
	}
	if elements == 0 {
		b.Fatal("no elements in the capture")
	}
	header, walk, parserTime, packet, checking := turns[0].best, turns[1].best, turns[2].best, turns[3].best, turns[4].best
	b.ReportMetric(0, "ns/op") // a round of all decoders: of no use
	b.ReportMetric(float64(header.Nanoseconds())/float64(len(frames)), "ns/frame")
	b.ReportMetric(float64(header)/float64(parserTime), "header/parser")
	b.ReportMetric(float64(walk)/float64(parserTime), "elements/parser")
	if withFCS {
		b.ReportMetric(float64(header)/float64(checking), "header/checking-parser")
		b.ReportMetric(float64(walk)/float64(checking), "elements/checking-parser")
	}
	b.ReportMetric(float64(header)/float64(packet), "header/packet")
	b.ReportMetric(float64(walk)/float64(packet), "elements/packet")
}
