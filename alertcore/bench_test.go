package alertcore

import "testing"

func BenchmarkRaise(b *testing.B) {
	core := newTestCore(b, Options{Backlog: 50})
	alert := &Alert{Name: "FREE", Text: "deauthentication flood", BSSID: MACOf([]byte{2, 0, 0, 0, 0, 1}), Channel: "6"}
	b.Run("one writer", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := core.Raise(alert); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("many writers", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := core.Raise(alert); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func BenchmarkPollNothingNew(b *testing.B) {
	core := newTestCore(b, Options{Backlog: 50})
	for range 50 {
		if _, err := core.Raise(&Alert{Name: "FREE"}); err != nil {
			b.Fatal(err)
		}
	}
	_, cursor := core.All()
	b.ReportAllocs()
	for b.Loop() {
		if list, _ := core.Since(cursor); len(list) != 0 {
			b.Fatal("news")
		}
	}
}
