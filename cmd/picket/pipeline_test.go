package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/capture"
	"picket/capture/dot11"
	"picket/configs"
	"picket/detectors"
)

// loadConfig reads the built-in configuration and what flags say.
func loadConfig(t testing.TB, flags ...configs.Flag) *configs.Config {
	t.Helper()
	c, _, err := configs.Load(configs.Places{Home: t.TempDir(), Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// alertsOf returns the alerts that src raises, one line each.
func alertsOf(t *testing.T, c *configs.Config, src capture.Source) []string {
	t.Helper()
	core, err := newCore(c, alertcore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPipeline(c, core, listeners{onPanic: func(e *detectors.PanicError) { t.Error(e) }})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	p.published = func(r *alertcore.Record) { list = append(list, textLine(r, p.number)) }
	if err := p.run(src); err != nil {
		t.Fatal(err)
	}
	return list
}

func demoSource() capture.Source {
	return capture.NewReader(bytes.NewReader(demoCapture), capture.FileOptions{Name: "demo"})
}

func TestDemonstrationShowsManyAlertsWithinAMinute(t *testing.T) {
	c := loadConfig(t, demoFlags(t.TempDir())...)
	names := map[string]bool{}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, line := range alertsOf(t, c, demoSource()) {
		fields := strings.Fields(line)
		at, err := time.Parse(time.RFC3339, fields[0])
		if err != nil {
			t.Fatal(err)
		}
		if at.Sub(start) < time.Minute {
			names[fields[2]] = true
		}
	}
	for _, want := range []string{"APSPOOF", "BCASTDISCON", "DEAUTHFLOOD", "KARMAOUI", "LONGSSID", "SSIDCANARY"} {
		if !names[want] {
			t.Errorf("%s is not among the alerts of the first minute", want)
		}
	}
}

func TestRealTimeGivesTheAlertsOfFullSpeed(t *testing.T) {
	c := loadConfig(t, demoFlags(t.TempDir())...)
	want := alertsOf(t, c, demoSource())
	if len(want) < 10 {
		t.Fatalf("%d alerts", len(want))
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		got := alertsOf(t, c, capture.Realtime(demoSource()))
		if took := time.Since(began); took < 90*time.Second {
			t.Errorf("95 s of capture took %s", took)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// world for commands that run within the test.
func testWorld(t *testing.T) (w *world, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return &world{stdout: stdout, stderr: stderr, home: t.TempDir()}, stdout, stderr
}

// replay runs 'picket replay' and returns what it prints.
func replay(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	w, out, log := testWorld(t)
	if status := execute(append([]string{"replay"}, args...), w); status != 0 {
		t.Fatalf("status %d: %s", status, log)
	}
	return out.String(), log.String()
}

func TestReplayReadsSeveralFilesInOrderOfTime(t *testing.T) {
	folder := t.TempDir()
	if err := writeCaptures(folder); err != nil {
		t.Fatal(err)
	}
	if err := splitInTurns(filepath.Join(folder, "demo.pcap"), folder); err != nil {
		t.Fatal(err)
	}
	// Signals are told by source, so the words of an alert may differ.
	headings := func(text string) (list []string) {
		for line := range strings.Lines(text) {
			list = append(list, strings.Join(strings.Fields(line)[:3], " "))
		}
		return list
	}
	want, _ := replay(t, filepath.Join(folder, "demo.pcap"))
	got, _ := replay(t, filepath.Join(folder, "odd.pcap"), filepath.Join(folder, "even.pcap"))
	if diff := cmp.Diff(headings(want), headings(got)); diff != "" {
		t.Error(diff)
	}
}

func TestReplayIsTheSameAlways(t *testing.T) {
	folder := t.TempDir()
	if err := writeCaptures(folder); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "demo.pcap.gz")
	first, _ := replay(t, "--format", "json", path)
	second, _ := replay(t, "--format", "json", path)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	var last float64
	for line := range strings.Lines(first) {
		var record struct {
			Header    string  `json:"kismet.alert.header"`
			Timestamp float64 `json:"kismet.alert.timestamp"`
			FrameTime float64 `json:"picket.alert.frame_time"`
			Frames    int     `json:"picket.alert.frames"`
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if record.Timestamp <= last || record.Timestamp-record.FrameTime > 1e-3 || record.Frames < 1 || record.Header == "" {
			t.Errorf("after %f: %+v", last, record)
		}
		last = record.Timestamp
	}
}

func TestBadFramesAreCountedBySourceAndNotShown(t *testing.T) {
	c := loadConfig(t)
	core, err := newCore(c, alertcore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPipeline(c, core, listeners{})
	if err != nil {
		t.Fatal(err)
	}
	roof, cellar := &capture.Info{Name: "roof"}, &capture.Info{Name: "cellar"}
	ack := []byte{0xd4, 0, 0, 0, 2, 0, 0, 0, 0, 1}
	badVersion := append([]byte{0xd7}, ack[1:]...)
	for _, f := range []struct {
		from *capture.Info
		data []byte
	}{{roof, ack}, {cellar, ack[:9]}, {roof, badVersion}, {cellar, ack}, {cellar, nil}} {
		frame := capture.Frame{Link: dot11.LinkIEEE80211, Source: f.from, Data: f.data}
		frame.CaptureLength, frame.Length = len(f.data), len(f.data)
		p.take(&frame)
	}
	if got, want := p.tally(roof).attributes(), []any{"source", "roof", "frames", uint64(2), "bad_protocol_version", uint64(1)}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := p.tally(cellar).attributes(), []any{"source", "cellar", "frames", uint64(3), "short", uint64(2)}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var summary bytes.Buffer
	printSummary(&summary, p, nil, time.Second)
	want := `5 frames in 1.000 s, 5 frames/s
frames by kind          2
  ack                   2
bad frames              3
  short                 2
  bad protocol version  1
bad frames by source    3
  cellar                2
  roof                  1
alerts                  0
`
	if diff := cmp.Diff(want, summary.String()); diff != "" {
		t.Error(diff)
	}
}

func TestFindingBecomesAnAlertWithNothingLost(t *testing.T) {
	at := time.Unix(1000, 5000)
	got := alertOf(&detectors.Finding{
		Name: "X", Text: "text", BSSID: dot11.Addr{2, 0, 0, 0, 0, 1}, Source: dot11.Addr{2, 0, 0, 0, 0, 2},
		Dest: dot11.Addr{2, 0, 0, 0, 0, 3}, Other: dot11.Addr{2, 0, 0, 0, 0, 4}, Subject: dot11.Addr{2, 0, 0, 0, 0, 5},
		Channel: "6", FreqMHz: 2437, SignalDBm: -40, HasSignal: true, Time: at, Frames: 7, Datasource: "roof",
		Evidence: []detectors.Evidence{{
			Time: at, LinkType: dot11.LinkRadiotap, Datasource: "roof", Source: dot11.Addr{2, 0, 0, 0, 0, 6},
			Dest: dot11.Addr{2, 0, 0, 0, 0, 7}, Transmitter: dot11.Addr{2, 0, 0, 0, 0, 8},
			FreqMHz: 2412, SignalDBm: -41, HasSignal: true, Note: "first", Data: []byte{1, 2}, Length: 3,
		}},
	})
	if fmt.Sprint(got.BSSID, got.Source, got.Dest, got.Other, got.Subject) != "02:00:00:00:00:01 02:00:00:00:00:02 02:00:00:00:00:03 02:00:00:00:00:04 02:00:00:00:00:05" {
		t.Errorf("addresses of %+v", got)
	}
	got.BSSID, got.Source, got.Dest, got.Other, got.Subject = alertcore.MAC{}, alertcore.MAC{}, alertcore.MAC{}, alertcore.MAC{}, alertcore.MAC{}
	want := &alertcore.Alert{
		Name: "X", Text: "text", Channel: "6", FrequencyKHz: 2437000, FrameTime: at, Datasource: "roof",
		SignalDBm: -40, HasSignal: true, Frames: 7,
		Evidence: []alertcore.EvidenceFrame{{
			Time: at, LinkType: 127, Datasource: "roof", Source: macOf(dot11.Addr{2, 0, 0, 0, 0, 6}),
			Dest: macOf(dot11.Addr{2, 0, 0, 0, 0, 7}), Transmitter: macOf(dot11.Addr{2, 0, 0, 0, 0, 8}),
			FrequencyKHz: 2412000, SignalDBm: -41, Note: "first", Data: []byte{1, 2}, Length: 3,
		}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(alertcore.MAC{})); diff != "" {
		t.Error(diff)
	}
}

func TestShippedRatesAreThoseOfTheDetectors(t *testing.T) {
	c := loadConfig(t)
	var configured, built []string
	for _, a := range c.Alerts {
		configured = append(configured, fmt.Sprintf("%s,%s,%s", a.Name, a.Limit, a.Burst))
	}
	for _, spec := range detectors.All() {
		built = append(built, fmt.Sprintf("%s,%s,%s", spec.Name, spec.Limit, spec.Burst))
	}
	slices.Sort(configured)
	if diff := cmp.Diff(built, configured); diff != "" {
		t.Error(diff)
	}
	if s := detectors.DefaultSizes; c.Tables != (configs.Tables{BSSs: s.BSS, Stations: s.Stations, SSIDs: s.SSIDs}) {
		t.Errorf("picket.conf has tables %+v, detectors have %+v", c.Tables, s)
	}
}

func TestEveryDetectorIsExplained(t *testing.T) {
	for _, spec := range detectors.All() {
		w, out, log := testWorld(t)
		if status := execute([]string{"detectors", strings.ToLower(spec.Name)}, w); status != 0 {
			t.Errorf("%s: status %d: %s", spec.Name, status, log)
		}
		if !strings.HasPrefix(out.String(), spec.Name+"  "+spec.Class+", severity ") || !strings.Contains(out.String(), "# Cannot see") {
			t.Errorf("%s is explained as:\n%s", spec.Name, out)
		}
	}
}

func TestTextOfAnAlertCantSteerATerminal(t *testing.T) {
	if got := printable("a\x1b[2Jb\r\nc\u202ed ü"); strings.ContainsAny(got, "\x1b\r\n\u202e") || !strings.HasSuffix(got, "d ü") {
		t.Errorf("%q", got)
	}
}

func TestNoBarWithoutATerminal(t *testing.T) {
	if bar := newProgress(&bytes.Buffer{}, demoSource()); bar != nil {
		t.Error("a bar for a buffer")
	}
	var bar *progress
	bar.update()
	bar.clear()
}

func TestAlertsThatCountFramesTellWhatWasMissed(t *testing.T) {
	for _, tt := range []struct {
		adapters bool
		watched  time.Duration
		want     string
	}{
		{true, 14 * time.Second, "; the sensor listened to 2437 MHz for 14 of the last 60 s"},
		{true, time.Minute, ""},
		{false, 0, ""},
	} {
		core, err := newCore(loadConfig(t), alertcore.Options{Backlog: 1})
		if err != nil {
			t.Fatal(err)
		}
		p := &pipeline{core: core, watched: func(freqMHz uint16) time.Duration {
			if freqMHz != 2437 {
				t.Errorf("asked for %d MHz", freqMHz)
			}
			return tt.watched
		}}
		p.adapters = func() (there, listening bool) { return tt.adapters, tt.adapters }
		for _, f := range []detectors.Finding{
			{Name: "DEAUTHFLOOD", Text: "flood", FreqMHz: 2437, RateBased: true},
			{Name: "BCASTDISCON", Text: "one frame", FreqMHz: 2437},
			{Name: "DEAUTHFLOOD", Text: "frequency unknown", RateBased: true},
		} {
			p.raise(&f)
			want := f.Text
			if f.RateBased && f.FreqMHz != 0 {
				want += tt.want
			}
			if got := core.Latest().Alert().Text; got != want {
				t.Errorf("text %q, want %q", got, want)
			}
		}
	}
}
