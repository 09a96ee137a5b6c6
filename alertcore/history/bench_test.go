package history

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"picket/alertcore"
)

// BenchmarkRaiseAndWrite is what an alert costs up to its commit, while two by
// turns raise 32 and wait for them: while the file has room, and once each alert
// pushes an old one out.
func BenchmarkRaiseAndWrite(b *testing.B) {
	for _, size := range []struct {
		name    string
		maxSize int64
		before  int // alerts that are there already
	}{
		{"room", 8 << 30, 0},
		{"full", DefaultMaxSize, 45_000},
	} {
		b.Run(size.name, func(b *testing.B) {
			s := start(b, filepath.Join(b.TempDir(), "history.kismet"), Options{Sync: true, MaxSize: size.maxSize})
			if err := s.Define(external); err != nil {
				b.Fatal(err)
			}
			text := strings.Repeat("Something happened. ", 5)
			raise := func(n int) {
				for range n {
					_, err := s.Raise(&alertcore.Alert{Name: "EXTERNAL", Text: text, BSSID: alertcore.MACOf([]byte{2, 0, 0, 0, 0, 1}), Source: alertcore.MACOf([]byte{2, 0, 0, 0, 0, 2}), Channel: "6"})
					if err != nil {
						b.Error(err)
					}
				}
				s.sync(b)
			}
			for range size.before / 1000 {
				raise(1000)
			}
			const group = 32
			b.ReportAllocs()
			b.ResetTimer()
			var raisers sync.WaitGroup
			for range 2 {
				raisers.Go(func() {
					for range b.N / 2 {
						raise(group)
					}
				})
			}
			raisers.Wait()
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/group, "ns/alert")
		})
	}
}
