package detectors

import (
	"testing"
	"time"

	"picket/capture/dot11"
)

// benchmarkCaptures are what the engine's cost is measured on: a network at
// peace and one under attack.
var benchmarkCaptures = []string{"clean-joins", "deauth-mdk4-evasive"}

// BenchmarkView is the part of BenchmarkEngine that is no detection: parsing a
// frame into its view and filling in the set of its elements.
func BenchmarkView(b *testing.B) {
	for _, name := range benchmarkCaptures {
		frames := readCapture(b, "testdata/"+name+".pcap.gz")
		b.Run(name, func(b *testing.B) {
			var f dot11.Frame
			var es dot11.ElementSet
			b.ReportAllocs()
			for i := range b.N {
				c := &frames[i%len(frames)]
				if f.Parse(c.link, c.data) == dot11.Sound && f.Kind.IsManagement() {
					es.Fill(&f)
				}
			}
		})
	}
}

// BenchmarkEngine is the cost of a frame with every detector on, from the
// captured octets on.
func BenchmarkEngine(b *testing.B) {
	for _, name := range benchmarkCaptures {
		frames := readCapture(b, "testdata/"+name+".pcap.gz")
		b.Run(name, func(b *testing.B) {
			e, err := New(Config{}, func(*Finding) {})
			if err != nil {
				b.Fatal(err)
			}
			length := frames[len(frames)-1].at.Sub(frames[0].at) + time.Minute
			var f dot11.Frame
			b.ReportAllocs()
			for i := range b.N {
				c := &frames[i%len(frames)]
				if f.Parse(c.link, c.data) == dot11.Sound {
					e.Frame(&f, c.at.Add(time.Duration(i/len(frames))*length), "bench")
				}
			}
		})
	}
}
