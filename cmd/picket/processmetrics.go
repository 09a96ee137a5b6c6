package main

import (
	"os"
	"runtime"
	runtimemetrics "runtime/metrics"
	"time"

	"golang.org/x/sys/unix"

	"picket/api/metrics"
)

// collectProcess returns a collector of what the process takes of the machine,
// under the names that Prometheus' own clients use. What the system does not
// tell is left out.
func collectProcess(started time.Time) metrics.Collector {
	return func(w *metrics.Writer) {
		w.Gauge("process_start_time_seconds", "When the program was started.", float64(started.UnixMilli())/1000)
		w.Gauge("process_resident_memory_bytes", "Memory that the process occupies.", float64(residentMemory()))
		var usage unix.Rusage
		if unix.Getrusage(unix.RUSAGE_SELF, &usage) == nil {
			w.FloatCounter("process_cpu_seconds_total", "CPU time, of user and system.", processorTime(usage.Utime)+processorTime(usage.Stime))
		}
		if open, err := os.ReadDir("/proc/self/fd"); err == nil {
			w.Gauge("process_open_fds", "Open file descriptors.", float64(len(open)-1)) // one is that of the folder
		}
		var limit unix.Rlimit
		if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
			w.Gauge("process_max_fds", "File descriptors that may be open.", float64(limit.Cur))
		}

		w.Gauge("go_goroutines", "Goroutines.", float64(runtime.NumGoroutine()))
		w.Gauge("go_info", "The Go version.", 1, "version", runtime.Version())
		samples := []runtimemetrics.Sample{
			{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/gc/cycles/total:gc-cycles"},
		}
		runtimemetrics.Read(samples)
		w.Gauge("go_memstats_heap_alloc_bytes", "Memory of objects on the heap.", float64(samples[0].Value.Uint64()))
		w.Gauge("go_memstats_sys_bytes", "Memory that the Go runtime has taken from the system.", float64(samples[1].Value.Uint64()))
		w.Counter("go_gc_cycles_total", "Garbage collections.", samples[2].Value.Uint64())
	}
}

func processorTime(t unix.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
