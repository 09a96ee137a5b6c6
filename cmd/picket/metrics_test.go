package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/api"
	"picket/api/metrics"
	"picket/api/metrics/metricstest"
	"picket/capture"
	"picket/capture/dot11"
	"picket/detectors"
)

func parseScrape(t *testing.T, text []byte) *metricstest.Scrape {
	t.Helper()
	s, err := metricstest.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scrapeOf returns what collect writes.
func scrapeOf(t *testing.T, collect metrics.Collector) *metricstest.Scrape {
	t.Helper()
	var set metrics.Set
	set.Register(collect)
	return parseScrape(t, set.Append(nil))
}

// The metrics of a replayed capture, the summary of the replay and a count of
// our own agree.
func TestFramesAreCountedAsTheyAre(t *testing.T) {
	c := loadConfig(t)
	core, err := newCore(c, alertcore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPipeline(c, core, listeners{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.run(demoSource()); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		core.Raise(&alertcore.Alert{Name: "BCASTDISCON"}) // most are refused
	}
	s := scrapeOf(t, func(w *metrics.Writer) {
		collectFrames(w, p.count(time.Now()).tallies)
		collectAlerts(w, core.Tallies())
	})

	own := map[[2]string]float64{}
	var f dot11.Frame
	src := demoSource()
	for {
		frames, err := src.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, frame := range frames {
			if f.ParseTruncated(frame.Link, frame.Data, frame.Length) == dot11.Sound {
				own[[2]string{f.Kind.String(), f.Radio.Band.String()}]++
			}
		}
	}
	total := 0.0
	for key, want := range own {
		if got := s.Sum("picket_frames_total", "source", "demo", "kind", key[0], "band", key[1]); got != want {
			t.Errorf("%s in %s: %v, want %v", key[0], key[1], got, want)
		}
		total += want
	}
	if got := s.Sum("picket_frames_total"); got != total || total == 0 {
		t.Errorf("%v frames, want %v", got, total)
	}

	var summary bytes.Buffer
	printSummary(&summary, p, nil, time.Second)
	lines := regexp.MustCompile(`(?m)^  ([A-Za-z].*?)  +(\d+)`).FindAllStringSubmatch(summary.String(), -1)
	if len(lines) < 10 {
		t.Fatalf("summary:\n%s", &summary)
	}
	for _, line := range lines {
		if got := s.Sum("picket_frames_total", "kind", line[1]); strconv.FormatFloat(got, 'f', -1, 64) != line[2] {
			t.Errorf("%s: %v, the summary has %s", line[1], got, line[2])
		}
	}

	records := map[string]float64{}
	suppressed := 0.0
	for _, d := range core.Definitions() {
		suppressed += float64(d.Suppressed)
	}
	for _, tally := range core.Tallies() {
		records[tally.Header] = float64(tally.Raised)
	}
	if got := s.Sum("picket_alerts_raised_total", "alert", "DEAUTHFLOOD"); got == 0 || got != records["DEAUTHFLOOD"] {
		t.Errorf("%v of DEAUTHFLOOD", got)
	}
	if got := s.Sum("picket_alerts_suppressed_total"); got == 0 || got != suppressed {
		t.Errorf("%v suppressed, want %v", got, suppressed)
	}
}

func TestBadFramesOfSourcesOfOneNameAreSummed(t *testing.T) {
	attic, again := &capture.Info{Name: `at"tic`}, &capture.Info{Name: `at"tic`}
	a, b := tally{source: attic}, tally{source: again}
	a.bad[dot11.BadFCS], b.bad[dot11.BadFCS], b.bad[dot11.Short] = 3, 4, 1
	b.sound[dot11.Band6G][dot11.Beacon], b.sound[dot11.BandUnknown][dot11.Beacon] = 5, 6
	s := scrapeOf(t, func(w *metrics.Writer) { collectFrames(w, []tally{a, b}) })
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"picket_bad_frames_total", []string{"source", `at"tic`, "defect", "bad_FCS"}, 7},
		{"picket_bad_frames_total", []string{"defect", "short"}, 1},
		{"picket_bad_frames_total", []string{"defect", "bad_radio_header"}, 0},
		{"picket_frames_total", []string{"kind", "beacon", "band", "6 GHz"}, 5},
		{"picket_frames_total", []string{"kind", "beacon", "band", "unknown"}, 6},
	} {
		if got := s.Sum(c.name, c.labels...); got != c.want {
			t.Errorf("%s %q: %v, want %v", c.name, c.labels, got, c.want)
		}
	}
}

func TestSourcesAreShownByName(t *testing.T) {
	last := time.Unix(1000, 0)
	s := scrapeOf(t, func(w *metrics.Writer) {
		collectSources(w, []api.Datasource{
			{Name: "attic", Type: capture.KindRadio, Packets: 10, KernelDrops: 2, TotalRetries: 1, LastFrame: last},
			{Name: "cellar", Type: capture.KindRadio, Error: "gone"},
			{Name: "attic", Type: capture.KindRadio, Running: true, Packets: 5, KernelDrops: 1, Retuned: 3},
		})
	})
	for _, c := range []struct {
		name, source string
		want         float64
	}{
		{"picket_source_up", "attic", 1}, {"picket_source_up", "cellar", 0},
		{"picket_source_frames_total", "attic", 15}, {"picket_source_kernel_drops_total", "attic", 3},
		{"picket_source_retries_total", "attic", 1}, {"picket_source_retuned_total", "attic", 3},
		{"picket_source_last_frame_timestamp_seconds", "attic", 1000},
	} {
		if got := s.Sum(c.name, "source", c.source); got != c.want {
			t.Errorf("%s of %s: %v, want %v", c.name, c.source, got, c.want)
		}
	}
}

// Of sources whose frames are of now the way from the frame to the record is
// timed, and of no others.
func TestWayFromFrameToRecordIsTimed(t *testing.T) {
	for _, live := range []bool{true, false} {
		c := loadConfig(t)
		var p *pipeline
		core, err := newCore(c, alertcore.Options{
			Backlog: 1000,
			Clock:   func() time.Time { return p.clock().Add(3 * time.Millisecond) },
		})
		if err != nil {
			t.Fatal(err)
		}
		if p, err = newPipeline(c, core, listeners{}); err != nil {
			t.Fatal(err)
		}
		p.live = func(info *capture.Info) bool { return live && info.Name == "demo" }
		src := demoSource()
		for {
			frames, err := src.Next()
			if err != nil {
				break
			}
			if err := p.handle(frames); err != nil {
				t.Fatal(err)
			}
		}
		records, _ := core.All()
		want := 0.0
		if live {
			want = float64(len(records))
		}
		if len(records) < 10 {
			t.Fatalf("%d records", len(records))
		}
		// What is found out in a silence came with no frame.
		p.handle(nil)
		p.raise(&detectors.Finding{Name: "BCASTDISCON", Time: p.clock()})

		s := scrapeOf(t, func(w *metrics.Writer) { w.Histogram("h", "H.", p.latency) })
		if got := s.Sum("h_count"); got != want {
			t.Errorf("live %v: %v timed of %v", live, got, len(records))
		}
		// Records of one microsecond get the ones after it.
		if got := s.Sum("h_bucket", "le", "0.005") - s.Sum("h_bucket", "le", "0.0025"); got != want {
			t.Errorf("live %v: %v took 3 ms, want %v", live, got, want)
		}
	}
}

// runningSensor is a whole picket without adapters. It ends with the test.
func runningSensor(t *testing.T, sources ...string) (s *sensor, url string) {
	t.Helper()
	c := loadConfig(t, demoFlags(t.TempDir())...)
	s, err := newSensor(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	t.Cleanup(s.keepHistory())
	for _, definition := range sources {
		d, err := s.sources.open(definition, false)
		if err == nil {
			s.fan.Add(d)
		}
	}
	go func() { done <- s.run(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s, "http://" + ln.Addr().String()
}

func fetch(t *testing.T, url string) (status int, body []byte) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err = io.ReadAll(answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, body
}

// eventually waits for what others are about to do.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// docs/metrics.md has every metric that there is, with its type and labels,
// and no other.
func TestMetricsPageIsUpToDate(t *testing.T) {
	folder := t.TempDir()
	if err := writeCaptures(folder); err != nil {
		t.Fatal(err)
	}
	s, url := runningSensor(t, filepath.Join(folder, "demo.pcap.gz"))
	s.metrics.Register(func(w *metrics.Writer) { w.Queue("of the test", 1, 2) })
	var scrape *metricstest.Scrape
	eventually(t, "all frames are counted", func() bool {
		_, body := fetch(t, url+"/metrics")
		scrape = parseScrape(t, body)
		return scrape.Sum("picket_frames_total") == 3573 && scrape.Sum("picket_http_requests_total") > 0
	})
	got := map[string]string{}
	for series, labels := range scrape.Labels {
		name, _, _ := strings.Cut(series, "{")
		if scrape.Types[name] == "" { // of a histogram
			name = name[:strings.LastIndexByte(name, '_')]
		}
		var names []string
		for _, l := range labels {
			if l.Name != "le" {
				names = append(names, l.Name)
			}
		}
		got[name] = scrape.Types[name] + ": " + strings.Join(names, ", ")
	}
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (\\w+) \\| ([a-z, ]*) *\\|").FindAllSubmatch(page, -1) {
		described[string(row[1])] = string(row[2]) + ": " + strings.TrimSpace(string(row[3]))
	}
	if diff := cmp.Diff(got, described); diff != "" {
		t.Errorf("docs/metrics.md (-there is +described):\n%s", diff)
	}
	if !slices.Contains(scrape.Families(), "process_cpu_seconds_total") {
		t.Error("nothing of the process")
	}
}
