package metrics_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/api/metrics"
	"picket/api/metrics/metricstest"
)

func TestScrapeIsWrittenAsTheFormatSays(t *testing.T) {
	h := metrics.NewHistogram([]float64{.0001, 1})
	for _, v := range []float64{0, .0001, .00011, 1, 7.5} {
		h.Observe(v)
	}
	var set metrics.Set
	set.Register(func(w *metrics.Writer) {
		w.Gauge("z_seconds", "Two\nlines \\.", 1795569964.25)
		w.Queue("events", 3, 64)
	})
	set.Register(func(w *metrics.Writer) {
		w.Counter("a_total", "All of them.", 1<<60+1, "source", "attic \"north\"\n\\", "kind", "beacon")
		w.Queue("history", 0, 0)
		w.FloatCounter("cpu_total", "CPU.", 1e-7)
		w.Histogram("h", "Sizes.", h, "route", "/x")
	})
	const want = `# HELP a_total All of them.
# TYPE a_total counter
a_total{source="attic \"north\"\n\\",kind="beacon"} 1152921504606846977
# HELP cpu_total CPU.
# TYPE cpu_total counter
cpu_total 1e-07
# HELP h Sizes.
# TYPE h histogram
h_bucket{route="/x",le="0.0001"} 2
h_bucket{route="/x",le="1"} 4
h_bucket{route="/x",le="+Inf"} 5
h_sum{route="/x"} 8.50021
h_count{route="/x"} 5
# HELP picket_queue_capacity For how much a queue has room.
# TYPE picket_queue_capacity gauge
picket_queue_capacity{queue="events"} 64
# HELP picket_queue_length What waits in a queue.
# TYPE picket_queue_length gauge
picket_queue_length{queue="events"} 3
picket_queue_length{queue="history"} 0
# HELP z_seconds Two\nlines \\.
# TYPE z_seconds gauge
z_seconds 1795569964.25
`
	got := string(set.Append(nil))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := metricstest.Parse(got); err != nil {
		t.Error(err)
	}
}

func TestOneNameHasOneKind(t *testing.T) {
	var set metrics.Set
	set.Register(func(w *metrics.Writer) {
		w.Gauge("a", "A.", 1)
		w.Counter("a", "A.", 1)
	})
	defer func() {
		if r := fmt.Sprint(recover()); !strings.Contains(r, "a is a gauge and a counter") {
			t.Errorf("panic %q", r)
		}
	}()
	set.Append(nil)
}

// Nothing that is observed at the same time is lost, and what is read meanwhile
// holds together.
func TestHistogramIsForManyAtOnce(t *testing.T) {
	const writers, each = 4, 5000
	h := metrics.NewHistogram(metrics.Seconds)
	var set metrics.Set
	set.Register(func(w *metrics.Writer) { w.Histogram("h", "H.", h) })
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range each {
				h.Observe(float64(i%8) / 4)
			}
		})
	}
	for h.Count() < writers*each {
		if _, err := metricstest.Parse(string(set.Append(nil))); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	s, err := metricstest.Parse(string(set.Append(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Sum("h_sum"); got != writers*each*0.875 {
		t.Errorf("sum %v", got)
	}
	if got := s.Sum("h_bucket", "le", "0.5"); got != writers*each*3/8 {
		t.Errorf("%v up to 0.5", got)
	}
}

func TestObservingAllocatesNothing(t *testing.T) {
	h := metrics.NewHistogram(metrics.Seconds)
	if n := testing.AllocsPerRun(100, func() { h.Observe(.3) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Whatever a label holds comes back, as far as it is UTF-8.
func FuzzLabelsComeBack(f *testing.F) {
	f.Add("attic", "be\nac\\o\"n")
	f.Add("", "\xff\x00\r{},=")
	f.Fuzz(func(t *testing.T, a, b string) {
		var set metrics.Set
		set.Register(func(w *metrics.Writer) { w.Gauge("g", "G.", 1, "a", a, "b", b) })
		s, err := metricstest.Parse(string(set.Append(nil)))
		if err != nil {
			t.Fatal(err)
		}
		if s.Sum("g", "a", strings.ToValidUTF8(a, "\ufffd"), "b", strings.ToValidUTF8(b, "\ufffd")) != 1 {
			t.Errorf("%q, %q became %v", a, b, s.Labels)
		}
	})
}
