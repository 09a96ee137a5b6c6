package history

import (
	"path/filepath"
	"strings"
	"testing"

	"picket/alertcore"
)

// BenchmarkRaiseAndWrite is what an alert costs up to its commit, 64 of them in
// a transaction.
func BenchmarkRaiseAndWrite(b *testing.B) {
	s := start(b, filepath.Join(b.TempDir(), "history.kismet"), Options{Sync: true})
	if err := s.Define(external); err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("Something happened. ", 5)
	b.ReportAllocs()
	for b.Loop() {
		for range 64 {
			_, err := s.Raise(&alertcore.Alert{Name: "EXTERNAL", Text: text, BSSID: alertcore.MACOf([]byte{2, 0, 0, 0, 0, 1}), Source: alertcore.MACOf([]byte{2, 0, 0, 0, 0, 2}), Channel: "6"})
			if err != nil {
				b.Fatal(err)
			}
		}
		s.sync(b)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/64, "ns/alert")
}
